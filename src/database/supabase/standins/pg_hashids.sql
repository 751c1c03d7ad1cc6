-- pg_hashids: its functions; a number stands for itself.
CREATE FUNCTION id_encode(bigint) RETURNS text LANGUAGE sql IMMUTABLE AS 'SELECT $1::text';
CREATE FUNCTION id_encode(bigint, text) RETURNS text LANGUAGE sql IMMUTABLE AS 'SELECT $1::text';
CREATE FUNCTION id_encode(bigint, text, integer) RETURNS text LANGUAGE sql IMMUTABLE AS 'SELECT $1::text';
CREATE FUNCTION id_encode(bigint, text, integer, text) RETURNS text LANGUAGE sql IMMUTABLE AS 'SELECT $1::text';
CREATE FUNCTION id_decode_once(text, text DEFAULT '', integer DEFAULT 0, text DEFAULT '') RETURNS bigint LANGUAGE sql IMMUTABLE AS 'SELECT $1::bigint';
CREATE FUNCTION id_decode(text, text DEFAULT '', integer DEFAULT 0, text DEFAULT '') RETURNS bigint[] LANGUAGE sql IMMUTABLE AS 'SELECT ARRAY[$1::bigint]';

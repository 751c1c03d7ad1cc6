CREATE TYPE word;
CREATE FUNCTION word_in(cstring) RETURNS word LANGUAGE internal IMMUTABLE STRICT AS 'textin';
CREATE FUNCTION word_out(word) RETURNS cstring LANGUAGE internal IMMUTABLE STRICT AS 'textout';
CREATE FUNCTION word_recv(internal) RETURNS word LANGUAGE internal STABLE STRICT AS 'textrecv';
CREATE FUNCTION word_send(word) RETURNS bytea LANGUAGE internal STABLE STRICT AS 'textsend';
CREATE FUNCTION word_length(cstring[]) RETURNS int LANGUAGE internal IMMUTABLE STRICT AS 'varchartypmodin';
CREATE FUNCTION word_shown(int) RETURNS cstring LANGUAGE internal IMMUTABLE STRICT AS 'varchartypmodout';
CREATE TYPE word (INPUT = word_in, OUTPUT = word_out, RECEIVE = word_recv, SEND = word_send, TYPMOD_IN = word_length, TYPMOD_OUT = word_shown,
    INTERNALLENGTH = VARIABLE, ALIGNMENT = int4, STORAGE = extended, CATEGORY = 'S', DEFAULT = 'none', DELIMITER = ';', COLLATABLE = true);
COMMENT ON TYPE word IS 'A word';
REVOKE USAGE ON TYPE word FROM PUBLIC;
CREATE FUNCTION shout(word) RETURNS text LANGUAGE sql IMMUTABLE AS 'SELECT upper($1::text)';
CREATE CAST (word AS text) WITHOUT FUNCTION AS IMPLICIT;
CREATE TABLE t (id int PRIMARY KEY, w word, ws word[]);
CREATE VIEW v AS SELECT shout(w) FROM t;

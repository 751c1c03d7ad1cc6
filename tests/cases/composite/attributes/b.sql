CREATE TYPE address AS (street text COLLATE "C", zip text, city varchar(40));
CREATE FUNCTION f() RETURNS address LANGUAGE sql AS 'SELECT NULL::address';
COMMENT ON COLUMN address.city IS 'Where';

CREATE TYPE address AS (street text, zip int, old text);
CREATE FUNCTION f() RETURNS address LANGUAGE sql AS 'SELECT NULL::address';

CREATE FUNCTION fd(float8, float8) RETURNS float8 LANGUAGE sql IMMUTABLE AS 'SELECT $1 - $2';
CREATE TYPE fr AS RANGE (subtype = float8, subtype_diff = fd);
CREATE TABLE t (r fr);

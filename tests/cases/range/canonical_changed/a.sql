CREATE TYPE steps;
CREATE FUNCTION canonical(steps) RETURNS steps LANGUAGE internal IMMUTABLE STRICT AS 'int4range_canonical';
CREATE TYPE steps AS RANGE (SUBTYPE = int, CANONICAL = canonical);
CREATE FUNCTION low(steps) RETURNS int LANGUAGE sql IMMUTABLE AS 'SELECT lower($1)';

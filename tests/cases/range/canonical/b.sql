CREATE TYPE steps;
CREATE FUNCTION canonical(steps) RETURNS steps LANGUAGE internal IMMUTABLE STRICT AS 'int4range_canonical';
CREATE TYPE steps AS RANGE (SUBTYPE = int, CANONICAL = canonical, SUBTYPE_DIFF = int4range_subdiff);
CREATE TABLE t (id int PRIMARY KEY, s steps, EXCLUDE USING gist (s WITH &&));

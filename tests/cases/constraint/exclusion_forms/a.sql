CREATE TABLE t (a int4range, b int, c box, CONSTRAINT x EXCLUDE USING gist (a WITH &&));

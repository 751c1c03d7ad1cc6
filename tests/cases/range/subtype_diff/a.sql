CREATE TYPE fr AS RANGE (subtype = float8);
CREATE TABLE t (r fr);

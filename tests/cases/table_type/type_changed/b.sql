CREATE TYPE person AS (name text, age bigint, born date);
CREATE TABLE people OF person (age DEFAULT 1);

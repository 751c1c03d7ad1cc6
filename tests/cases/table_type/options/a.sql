CREATE TYPE person AS (name text, age int, born date);
CREATE TABLE people OF person;
CREATE TABLE others (name text, age int, born date);
CREATE TABLE free OF person (born NOT NULL);

CREATE TYPE person AS (name text, age int, born date);
CREATE TABLE people OF person (PRIMARY KEY (name), age WITH OPTIONS NOT NULL DEFAULT 18 CHECK (age > 0), born UNIQUE);
ALTER TABLE people ALTER name SET STORAGE EXTERNAL, ALTER born SET STATISTICS 7;
CREATE INDEX ON people (age);
COMMENT ON COLUMN people.age IS 'In years';
GRANT SELECT (name) ON people TO alice;
CREATE TABLE others (name text, age int DEFAULT 1, born date);
ALTER TABLE others OF person;
CREATE TABLE free (name text, age int, born date NOT NULL);

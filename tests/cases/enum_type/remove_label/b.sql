CREATE TYPE mood AS ENUM ('ok', 'happy');
CREATE DOMAIN good AS mood CHECK (VALUE <> 'ok');
CREATE TABLE t (m mood DEFAULT 'ok', ms mood[] DEFAULT '{ok}', g good);
CREATE INDEX t_m ON t (m) WHERE m = 'ok';
CREATE VIEW v AS SELECT m FROM t WHERE m <> 'ok';
CREATE FUNCTION f(m mood) RETURNS mood LANGUAGE sql AS 'SELECT m';
ALTER TABLE t ENABLE ROW LEVEL SECURITY;
CREATE POLICY p ON t USING (m = 'ok');

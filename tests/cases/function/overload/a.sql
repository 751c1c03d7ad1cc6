CREATE FUNCTION flag(key text) RETURNS boolean LANGUAGE sql IMMUTABLE AS 'SELECT key <> ''''';
CREATE TABLE t (id int, n text DEFAULT flag('n'));
CREATE VIEW v AS SELECT id FROM t WHERE flag('v');
CREATE POLICY p ON t USING (flag('p'));

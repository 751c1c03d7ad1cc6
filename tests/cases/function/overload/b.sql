CREATE FUNCTION flag(key text, who uuid DEFAULT NULL) RETURNS boolean LANGUAGE sql IMMUTABLE AS 'SELECT key <> ''''';
CREATE TABLE t (id int, n text DEFAULT flag('m'));
CREATE VIEW v AS SELECT id, n FROM t WHERE flag('v');
CREATE POLICY p ON t USING (flag('q'));

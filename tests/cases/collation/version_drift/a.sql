CREATE COLLATION g (PROVIDER = icu, LOCALE = 'de');
CREATE TABLE t (a text COLLATE g);
CREATE INDEX i ON t (a);
UPDATE pg_collation SET collversion = '1.1' WHERE collname = 'g';

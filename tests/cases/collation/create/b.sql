CREATE COLLATION mine (provider = libc, locale = 'C');
CREATE COLLATION german (provider = icu, locale = 'de', deterministic = false);
CREATE TABLE t (a text COLLATE mine);
COMMENT ON COLLATION mine IS 'Bytes';

CREATE TABLE t (id int, a text, b text); GRANT SELECT (id, a) ON t TO alice; GRANT UPDATE (b) ON t TO bob WITH GRANT OPTION; COMMENT ON COLUMN t.a IS 'Old';

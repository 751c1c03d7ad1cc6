CREATE TABLE t (id int, a text, b text); GRANT SELECT (id), INSERT (a), REFERENCES (id) ON t TO alice; GRANT UPDATE (b) ON t TO bob; GRANT SELECT (a) ON t TO PUBLIC; COMMENT ON COLUMN t.b IS 'New';

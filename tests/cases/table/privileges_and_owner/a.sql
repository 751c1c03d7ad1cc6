CREATE TABLE t (id int, a text); GRANT SELECT, INSERT ON t TO alice; GRANT ALL ON t TO bob; ALTER TABLE t OWNER TO carol;

CREATE TABLE t (a int, b int);
GRANT SELECT ON t TO alice;
GRANT ALL ON t TO bob;

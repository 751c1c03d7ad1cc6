CREATE TABLE t (a int, b int);
CREATE STATISTICS s ON (a + 1), (b * 2) FROM t;

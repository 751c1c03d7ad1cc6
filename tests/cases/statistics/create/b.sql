CREATE TABLE t (a int, b int, c int);
CREATE STATISTICS s (dependencies, mcv) ON a, b, c FROM t;
ALTER STATISTICS s SET STATISTICS 200;
COMMENT ON STATISTICS s IS 'Together';

CREATE TABLE t (a int, b int) PARTITION BY LIST (a);
CREATE TABLE t1 PARTITION OF t FOR VALUES IN (1);
CREATE TABLE t2 PARTITION OF t FOR VALUES IN (2);
UPDATE pg_inherits SET inhdetachpending = true WHERE inhrelid IN ('t1'::regclass, 't2'::regclass);

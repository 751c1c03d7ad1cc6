CREATE SCHEMA app;
CREATE TABLE t (a int PRIMARY KEY, b int, c int);
CREATE PUBLICATION p FOR TABLE t (a, b) WHERE (a > 10);
CREATE PUBLICATION q FOR TABLES IN SCHEMA app WITH (publish_via_partition_root = true);

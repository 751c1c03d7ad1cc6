INSERT INTO t VALUES ('s'), ('m');

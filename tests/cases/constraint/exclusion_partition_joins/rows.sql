INSERT INTO t VALUES (1, '[1,2)'), (3, '[1,2)'); INSERT INTO t2 VALUES (2, '[1,2)');

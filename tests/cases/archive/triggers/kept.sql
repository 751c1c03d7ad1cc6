INSERT INTO t VALUES (1, 2, 1.25, 'ok'), (2, NULL, 2, 'sad');
INSERT INTO u VALUES (1, 2), (2, NULL);

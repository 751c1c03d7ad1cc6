CREATE TABLE t (a int NOT NULL, b int NOT NULL, c text, CONSTRAINT t_key PRIMARY KEY (b, a) INCLUDE (c));

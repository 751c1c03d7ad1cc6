CREATE TABLE t (a int, b int, c int NOT NULL, d int CONSTRAINT dd NOT NULL);

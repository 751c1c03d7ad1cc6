CREATE TABLE t (id int NOT NULL, a int, b int, PRIMARY KEY (id), CONSTRAINT u UNIQUE (a) WITH (fillfactor = 80));

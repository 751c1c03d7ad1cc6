CREATE TABLE t (id int, r int4range, CONSTRAINT k PRIMARY KEY (id) WITH (fillfactor = 80));

CREATE TABLE t (p point);

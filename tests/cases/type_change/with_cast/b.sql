CREATE TABLE t (a text, b int, c varchar(20), d timestamptz);

CREATE TABLE t (a int, b text, c varchar(10), d text);

CREATE DOMAIN code AS varchar(5);
CREATE TABLE t (c code, cs code[]);

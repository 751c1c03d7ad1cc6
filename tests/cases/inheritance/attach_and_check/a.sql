CREATE TABLE p (id int, n text);
CREATE TABLE q (q int, CONSTRAINT qc CHECK (q > 0));
CREATE TABLE c (id int, n text, q int, own int);

CREATE TABLE p (id int, n text, CONSTRAINT pc CHECK (id > 0));
CREATE TABLE q (q int, CONSTRAINT qc CHECK (q > 0));
CREATE TABLE c (id int, n text, q int, own int, CONSTRAINT pc CHECK (id > 0), CONSTRAINT qc CHECK (q > 0)) INHERITS (p, q);

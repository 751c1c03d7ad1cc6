CREATE TABLE p (id int, n int, gone int, CONSTRAINT ck CHECK (id > 0));
CREATE TABLE c (id int, n int, gone int, own int, CONSTRAINT ck CHECK (id > 0)) INHERITS (p);
CREATE TABLE d (x int) INHERITS (c);

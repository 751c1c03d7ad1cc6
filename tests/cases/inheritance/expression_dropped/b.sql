CREATE TABLE p (a int, g int);
CREATE TABLE c () INHERITS (p);

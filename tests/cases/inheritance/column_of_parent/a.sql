CREATE TABLE p (id int);
CREATE TABLE c (more text) INHERITS (p);

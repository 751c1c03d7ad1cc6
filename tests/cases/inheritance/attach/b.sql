CREATE TABLE p (id int, name text);
CREATE TABLE c (id int, name text, more text) INHERITS (p);

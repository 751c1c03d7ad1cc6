CREATE TABLE p (id int, e int, f int);
CREATE TABLE c (own text) INHERITS (p);
CREATE TABLE d () INHERITS (p);
CREATE TABLE cc () INHERITS (c);

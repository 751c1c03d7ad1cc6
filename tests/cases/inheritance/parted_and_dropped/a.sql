CREATE TABLE p (a int, z text);
CREATE TABLE q (b int) INHERITS (p);

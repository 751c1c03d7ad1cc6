CREATE TABLE p (id int PRIMARY KEY, a int);
CREATE TABLE goes () INHERITS (p);
CREATE TABLE comes (id int NOT NULL, a int NOT NULL);

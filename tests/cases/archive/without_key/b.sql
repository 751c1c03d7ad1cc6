CREATE TABLE t (price int);
CREATE TABLE k (id bigint PRIMARY KEY);
CREATE TABLE above (id int PRIMARY KEY);
CREATE TABLE below () INHERITS (above);

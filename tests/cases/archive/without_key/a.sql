CREATE TABLE t (price numeric, name text);
CREATE TABLE k (id int PRIMARY KEY, name text);
CREATE TABLE above (id int PRIMARY KEY, name text);
CREATE TABLE below () INHERITS (above);

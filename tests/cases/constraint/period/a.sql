CREATE EXTENSION btree_gist; CREATE TABLE p (id int, at daterange); CREATE TABLE t (id int, at daterange);

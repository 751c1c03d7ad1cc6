CREATE TABLE m (id int, n int, PRIMARY KEY (id, n));
CREATE TABLE c (id int, n int, FOREIGN KEY (id, n) REFERENCES m);

CREATE TABLE m (id int, d date) PARTITION BY RANGE (d);

CREATE TABLE m (k int NOT NULL, v text) PARTITION BY LIST (k);
CREATE TABLE m1 (k int NOT NULL, v text);

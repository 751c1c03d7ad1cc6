CREATE TABLE above (id int NOT NULL, n int CHECK (n > 0), twice int GENERATED ALWAYS AS (n * 2) STORED);

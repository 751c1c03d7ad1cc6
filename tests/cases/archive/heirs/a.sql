CREATE TABLE above (id int NOT NULL, n int CHECK (n > 0), twice int GENERATED ALWAYS AS (n * 2) STORED);
CREATE TABLE below (own int, PRIMARY KEY (id)) INHERITS (above);
CREATE TABLE lowest () INHERITS (below);
CREATE TABLE gone (id int PRIMARY KEY);
CREATE TABLE under (x int) INHERITS (gone);

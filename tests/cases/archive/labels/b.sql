CREATE TYPE state AS ENUM ('new', 'done');
CREATE TABLE t (id int PRIMARY KEY, a state, b state NOT NULL DEFAULT 'new');
CREATE INDEX t_a ON t (a);
CREATE TABLE untouched (id int PRIMARY KEY, a state);

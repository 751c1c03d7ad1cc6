CREATE TABLE t (id int DEFAULT 1, a text DEFAULT 'x', b timestamptz DEFAULT now(), c int[]);

CREATE TABLE t (id int DEFAULT 2, a text, b timestamptz DEFAULT CURRENT_TIMESTAMP, c int[] DEFAULT '{}'::int[] NOT NULL);

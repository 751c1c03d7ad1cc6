CREATE TYPE size AS ENUM ('m', 's', 'l');
CREATE TABLE t (s size);
CREATE INDEX t_s ON t (s);

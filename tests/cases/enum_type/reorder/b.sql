CREATE TYPE size AS ENUM ('s', 'm', 'l');
CREATE TABLE t (s size);
CREATE INDEX t_s ON t (s);

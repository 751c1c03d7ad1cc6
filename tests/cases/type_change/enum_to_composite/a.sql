CREATE TYPE c AS ENUM ('a');
CREATE TABLE t (x c, y c[]);

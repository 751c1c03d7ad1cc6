CREATE TYPE c AS (b text);
CREATE TABLE t (x c, y c[]);

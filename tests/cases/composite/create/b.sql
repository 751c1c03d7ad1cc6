CREATE TYPE point3 AS (x float8, y float8, z float8);
CREATE TABLE t (p point3, ps point3[]);
CREATE TYPE empty AS ();

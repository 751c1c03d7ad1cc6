CREATE TABLE t (id int, parent int);
CREATE RECURSIVE VIEW v (id, depth) AS
    SELECT id, 0 FROM t WHERE parent IS NULL
    UNION ALL SELECT t.id, depth + 1 FROM t JOIN v ON v.id = t.parent;

CREATE OPERATOR FAMILY near USING gist;
CREATE OPERATOR CLASS near_points FOR TYPE point USING gist FAMILY near AS
    OPERATOR 5 >> (point, point), OPERATOR 1 << (point, point),
    OPERATOR 15 <-> (point, point) FOR ORDER BY pg_catalog.float_ops,
    FUNCTION 1 gist_point_consistent (internal, point, smallint, oid, internal),
    FUNCTION 2 gist_box_union (internal, internal),
    FUNCTION 3 gist_point_compress (internal),
    FUNCTION 5 gist_box_penalty (internal, internal, internal),
    FUNCTION 6 gist_box_picksplit (internal, internal),
    FUNCTION 7 gist_box_same (box, box, internal),
    FUNCTION 8 gist_point_distance (internal, point, smallint, oid, internal),
    FUNCTION 9 gist_point_fetch (internal),
    STORAGE box;
CREATE OPERATOR CLASS words FOR TYPE text[] USING gin AS
    OPERATOR 1 && (anyarray, anyarray), OPERATOR 3 = (anyarray, anyarray),
    FUNCTION 1 bttextcmp (text, text),
    FUNCTION 2 ginarrayextract (anyarray, internal, internal),
    FUNCTION 3 ginqueryarrayextract (anyarray, internal, smallint, internal, internal, internal, internal),
    FUNCTION 4 ginarrayconsistent (internal, smallint, anyarray, integer, internal, internal, internal, internal),
    STORAGE text;
CREATE TABLE t (p point);
CREATE INDEX t_p ON t USING gist (p near_points);
ALTER OPERATOR CLASS near_points USING gist OWNER TO alice;

CREATE OPERATOR FAMILY near USING gist;
ALTER OPERATOR FAMILY near USING gist ADD OPERATOR 15 <-> (point, circle) FOR ORDER BY float_ops, OPERATOR 1 << (point, point),
    FUNCTION 3 (point, point) gist_point_compress (internal);

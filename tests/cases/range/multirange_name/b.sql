CREATE TYPE span AS RANGE (subtype = float8, multirange_type_name = spans);
CREATE TABLE t (s span, m spans);
CREATE TYPE days AS RANGE (subtype = date, subtype_diff = daterange_subdiff, multirange_type_name = many_days);
CREATE FUNCTION f(many_days) RETURNS days LANGUAGE sql AS 'SELECT range_merge($1)';
COMMENT ON TYPE days IS 'Days';

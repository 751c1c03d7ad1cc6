CREATE TYPE span AS RANGE (subtype = float8);
CREATE TABLE t (s span, m span_multirange);
CREATE TYPE days AS RANGE (subtype = date, multirange_type_name = many_days);
COMMENT ON TYPE days IS 'Days';

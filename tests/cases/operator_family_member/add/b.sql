CREATE OPERATOR FAMILY numbers USING btree;
ALTER OPERATOR FAMILY numbers USING btree ADD
    OPERATOR 1 < (int4, int8), OPERATOR 2 <= (int4, int8), OPERATOR 3 = (int4, int8),
    OPERATOR 4 >= (int4, int8), OPERATOR 5 > (int4, int8), FUNCTION 1 btint48cmp(int4, int8);
COMMENT ON OPERATOR FAMILY numbers USING btree IS 'Of all widths';

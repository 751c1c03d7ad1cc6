CREATE AGGREGATE mean(float8) (SFUNC = float8_accum, STYPE = float8[], FINALFUNC = float8_avg, INITCOND = '{0,0,0}');
CREATE AGGREGATE sum_of(int) (SFUNC = int4_avg_accum, STYPE = int8[], FINALFUNC = int2int4_sum, INITCOND = '{0,0}');

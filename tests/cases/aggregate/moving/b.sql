CREATE AGGREGATE mean(float8) (SFUNC = float8_accum, STYPE = float8[], SSPACE = 100, FINALFUNC = float8_avg, COMBINEFUNC = float8_combine, INITCOND = '{0,0,0}', PARALLEL = SAFE);
CREATE AGGREGATE sum_of(int) (SFUNC = int4_avg_accum, STYPE = int8[], FINALFUNC = int2int4_sum, INITCOND = '{0,0}',
    MSFUNC = int4_avg_accum, MINVFUNC = int4_avg_accum_inv, MSTYPE = int8[], MSSPACE = 16, MFINALFUNC = int2int4_sum, MFINALFUNC_MODIFY = SHAREABLE, MINITCOND = '{0,0}');

CREATE AGGREGATE middle(part float8 ORDER BY anyelement) (SFUNC = ordered_set_transition, STYPE = internal, FINALFUNC = percentile_disc_final, FINALFUNC_EXTRA, FINALFUNC_MODIFY = SHAREABLE);
CREATE AGGREGATE most(ORDER BY anyelement) (SFUNC = ordered_set_transition, STYPE = internal, FINALFUNC = mode_final, FINALFUNC_EXTRA);
CREATE AGGREGATE place(VARIADIC "any" ORDER BY VARIADIC "any") (SFUNC = ordered_set_transition_multi, STYPE = internal, FINALFUNC = rank_final, FINALFUNC_EXTRA, HYPOTHETICAL);
COMMENT ON AGGREGATE middle(float8 ORDER BY anyelement) IS 'Percentile';
COMMENT ON AGGREGATE place(VARIADIC "any" ORDER BY VARIADIC "any") IS 'Rank';
GRANT EXECUTE ON FUNCTION place(VARIADIC "any") TO bob;
GRANT EXECUTE ON FUNCTION most(anyelement) TO bob;
REVOKE EXECUTE ON FUNCTION middle(float8, anyelement) FROM PUBLIC;

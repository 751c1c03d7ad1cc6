-- Tables with many rows that are dead and not yet cleared away.
SELECT
    schemaname::text AS schema,
    format('%I.%I', schemaname, relname) AS object,
    'warning' AS severity,
    format('%s of %s rows are dead; last vacuumed: %s', n_dead_tup, n_dead_tup + n_live_tup,
        coalesce(greatest(last_vacuum, last_autovacuum)::date::text, 'never')) AS message,
    format('VACUUM (ANALYZE) %I.%I', schemaname, relname) AS repair
FROM pg_stat_user_tables
WHERE n_dead_tup > 10000 AND n_dead_tup > n_live_tup * 0.3
ORDER BY n_dead_tup DESC

-- Sessions that keep a transaction open and do nothing in it: they hold locks, and vacuum waits for them.
SELECT
    NULL::text AS schema,
    coalesce(usename, 'unknown') || ' (' || pid || ')' AS object,
    'warning' AS severity,
    format('Has been idle in a transaction for %s min', (extract(epoch FROM clock_timestamp() - state_change) / 60)::int) AS message,
    format('SELECT pg_terminate_backend(%s)', pid) AS repair
FROM pg_stat_activity
WHERE datname = current_database() AND state LIKE 'idle in transaction%' AND clock_timestamp() - state_change > interval '5 min'
ORDER BY state_change

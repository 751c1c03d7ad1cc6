-- Too few connections left.
SELECT
    NULL::text AS schema,
    'connections' AS object,
    CASE WHEN used > most * 0.95 THEN 'error' ELSE 'warning' END AS severity,
    format('%s of %s connections are in use', used, most) AS message,
    NULL::text AS repair
FROM (
    SELECT count(*) AS used, current_setting('max_connections')::int AS most
    FROM pg_stat_activity WHERE backend_type = 'client backend'
) now
WHERE used > most * 0.8

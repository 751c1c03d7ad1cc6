-- Statements that take long on the average.
-- needs: pg_stat_statements
SELECT
    NULL::text AS schema,
    left(regexp_replace(query, '\s+', ' ', 'g'), 100) AS object,
    'note' AS severity,
    format('Takes %s ms on the average, in %s calls', mean_exec_time::int8, calls) AS message,
    NULL::text AS repair
FROM pg_stat_statements
WHERE dbid = (SELECT oid FROM pg_database WHERE datname = current_database()) AND calls >= 5 AND mean_exec_time > 500
ORDER BY total_exec_time DESC
LIMIT 10

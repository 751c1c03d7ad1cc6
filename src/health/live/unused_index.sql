-- Indexes that nothing has used since the statistics began, at least a week ago.
SELECT
    s.schemaname::text AS schema,
    format('%I.%I', s.schemaname, s.indexrelname) AS object,
    'note' AS severity,
    format('Takes %s on %I.%I, and nothing has used it since %s', pg_size_pretty(pg_relation_size(s.indexrelid)), s.schemaname, s.relname,
        since::date) AS message,
    format('DROP INDEX CONCURRENTLY %I.%I', s.schemaname, s.indexrelname) AS repair
FROM pg_stat_user_indexes s
    JOIN pg_index i ON i.indexrelid = s.indexrelid,
    (SELECT coalesce(stats_reset, pg_postmaster_start_time()) AS since FROM pg_stat_database WHERE datname = current_database()) began
WHERE idx_scan = 0 AND NOT indisunique AND NOT indisreplident AND pg_relation_size(s.indexrelid) > 1024 * 1024
    AND since < now() - interval '7 days' AND NOT pg_is_in_recovery()
    AND NOT EXISTS (SELECT FROM pg_constraint WHERE conindid = s.indexrelid)
ORDER BY pg_relation_size(s.indexrelid) DESC

-- Tables that no autovacuum looks after.
SELECT
    nspname::text AS schema,
    format('%I.%I', nspname, relname) AS object,
    'warning' AS severity,
    'Autovacuum is turned off for it' AS message,
    format('ALTER TABLE %I.%I RESET (autovacuum_enabled)', nspname, relname) AS repair
FROM pg_class c
    JOIN pg_namespace n ON n.oid = relnamespace,
    pg_options_to_table(reloptions)
WHERE relkind = 'r' AND option_name = 'autovacuum_enabled' AND NOT option_value::bool
ORDER BY 2

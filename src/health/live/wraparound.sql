-- Databases and tables whose oldest transaction is so old that the server will stop taking new ones.
SELECT
    nspname::text AS schema,
    format('%I.%I', nspname, relname) AS object,
    CASE WHEN age(relfrozenxid) > 1500000000 THEN 'error' ELSE 'warning' END AS severity,
    format('Its oldest transaction is %s M old; at 2,000 M the server stops', age(relfrozenxid) / 1000000) AS message,
    format('VACUUM (FREEZE) %I.%I', nspname, relname) AS repair
FROM pg_class c
    JOIN pg_namespace n ON n.oid = relnamespace
WHERE relkind IN ('r', 'm') AND nspname <> 'information_schema' AND nspname !~ '^pg_'
    AND age(relfrozenxid) > greatest(500000000, 2 * current_setting('autovacuum_freeze_max_age')::int8)
ORDER BY age(relfrozenxid) DESC

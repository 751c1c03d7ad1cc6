-- How large each relation is, without its indexes, and how often it was scanned. The estimate of the planner goes before
-- the counter of live rows, which starts from nothing after a crash; -1 (0 before version 14) is "never analyzed".
SELECT nspname::text AS schema, relname::text AS name,
    CASE
        WHEN relkind NOT IN ('r', 'p', 'm') THEN NULL
        WHEN reltuples > 0 OR (reltuples = 0 AND relpages > 0) THEN reltuples::int8
        WHEN relkind = 'p' THEN NULL
        ELSE pg_catalog.pg_stat_get_live_tuples(c.oid)
    END AS rows,
    CASE
        WHEN relkind IN ('r', 'm') THEN pg_catalog.pg_table_size(c.oid)
        WHEN relkind = 'i' THEN pg_catalog.pg_relation_size(c.oid)
        ELSE 0
    END AS bytes,
    pg_catalog.pg_stat_get_numscans(c.oid) AS scans
FROM pg_catalog.pg_class c
    JOIN pg_catalog.pg_namespace n ON n.oid = relnamespace
WHERE relkind IN ('r', 'p', 'm', 'i') AND nspname !~ '^pg_' AND nspname <> 'information_schema'

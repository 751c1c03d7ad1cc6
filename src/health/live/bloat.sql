-- Tables that take much more room than their rows need, as far as statistics tell.
WITH widths AS (
    SELECT
        c.oid, nspname, relname, relpages, reltuples,
        -- A row has a header of 24 bytes and a pointer of 4.
        28 + sum((1 - s.null_frac) * s.avg_width) AS width
    FROM pg_class c
        JOIN pg_namespace n ON n.oid = relnamespace
        JOIN pg_stats s ON s.schemaname = nspname AND s.tablename = relname
    WHERE relkind = 'r' AND reltuples > 0 AND nspname <> 'information_schema' AND nspname !~ '^pg_'
    GROUP BY c.oid, nspname, relname, relpages, reltuples
    -- Columns without statistics would be taken for nothing.
    HAVING count(*) = (SELECT count(*) FROM pg_attribute WHERE attrelid = c.oid AND attnum > 0 AND NOT attisdropped)
), rooms AS (
    SELECT *, relpages::int8 * 8192 AS taken, ceil(reltuples * width * 1.2)::int8 AS needed FROM widths
)
SELECT
    nspname::text AS schema,
    format('%I.%I', nspname, relname) AS object,
    'note' AS severity,
    format('Takes %s, and its rows need about %s', pg_size_pretty(taken), pg_size_pretty(needed)) AS message,
    format('VACUUM (FULL, ANALYZE) %I.%I', nspname, relname) AS repair
FROM rooms
WHERE taken - needed > 100 * 1024 * 1024 AND taken > needed * 2
ORDER BY taken - needed DESC

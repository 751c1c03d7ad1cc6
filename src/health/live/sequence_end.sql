-- Sequences that have used most of the numbers that they or their columns can take.
WITH sequences AS (
    SELECT
        s.schemaname, s.sequencename, s.last_value, tn.nspname AS table_schema, t.relname, a.attname,
        least(s.max_value, CASE a.atttypid
            WHEN 'smallint'::regtype THEN 32767
            WHEN 'integer'::regtype THEN 2147483647
            ELSE 9223372036854775807
        END) AS top
    FROM pg_sequences s
        JOIN pg_class c ON c.oid = format('%I.%I', s.schemaname, s.sequencename)::regclass
        LEFT JOIN pg_depend d
            ON d.classid = 'pg_class'::regclass AND d.objid = c.oid AND d.refobjsubid > 0 AND d.deptype IN ('a', 'i')
        LEFT JOIN pg_class t ON t.oid = d.refobjid
        LEFT JOIN pg_namespace tn ON tn.oid = t.relnamespace
        LEFT JOIN pg_attribute a ON a.attrelid = d.refobjid AND a.attnum = d.refobjsubid
    WHERE s.increment_by > 0 AND NOT s.cycle AND s.last_value IS NOT NULL
)
SELECT
    schemaname::text AS schema,
    format('%I.%I', schemaname, sequencename) AS object,
    CASE WHEN last_value > top * 0.9 THEN 'error' ELSE 'warning' END AS severity,
    format('%s of its %s numbers are used', last_value, top) AS message,
    concat(
        CASE WHEN attname IS NOT NULL THEN format('ALTER TABLE %I.%I ALTER COLUMN %I TYPE bigint; ', table_schema, relname, attname) END,
        format('ALTER SEQUENCE %I.%I AS bigint', schemaname, sequencename)
    ) AS repair
FROM sequences
WHERE last_value > top * 0.7
ORDER BY last_value / top DESC

-- Makes an extension named :extension of all that this transaction has made, as CREATE EXTENSION would: its members are its own.
WITH fresh AS (
    SELECT pg_catalog.lo_create(0) AS oid
), extension AS (
    INSERT INTO pg_catalog.pg_extension (oid, extname, extowner, extnamespace, extrelocatable, extversion)
    SELECT oid, :extension, 'postgres'::regrole, 'extensions'::regnamespace, false, '0'
    FROM fresh
    RETURNING oid
), made (class, object) AS (
    SELECT tableoid, oid FROM pg_catalog.pg_namespace WHERE xmin = pg_current_xact_id()::xid
    UNION ALL SELECT tableoid, oid FROM pg_catalog.pg_class WHERE xmin = pg_current_xact_id()::xid AND relkind IN ('r', 'S', 'v')
    UNION ALL SELECT tableoid, oid FROM pg_catalog.pg_type WHERE xmin = pg_current_xact_id()::xid AND typelem = 0
    UNION ALL SELECT tableoid, oid FROM pg_catalog.pg_proc WHERE xmin = pg_current_xact_id()::xid
    UNION ALL SELECT tableoid, oid FROM pg_catalog.pg_operator WHERE xmin = pg_current_xact_id()::xid
    UNION ALL SELECT tableoid, oid FROM pg_catalog.pg_opclass WHERE xmin = pg_current_xact_id()::xid
    UNION ALL SELECT tableoid, oid FROM pg_catalog.pg_opfamily WHERE xmin = pg_current_xact_id()::xid
    UNION ALL SELECT tableoid, oid FROM pg_catalog.pg_am WHERE xmin = pg_current_xact_id()::xid
    UNION ALL SELECT tableoid, oid FROM pg_catalog.pg_cast WHERE xmin = pg_current_xact_id()::xid
)
INSERT INTO pg_catalog.pg_depend (classid, objid, objsubid, refclassid, refobjid, refobjsubid, deptype)
SELECT class, object, 0, 'pg_catalog.pg_extension'::regclass, oid, 0, 'e'
FROM made, extension
UNION ALL
SELECT 'pg_catalog.pg_extension'::regclass, oid, 0, 'pg_catalog.pg_namespace'::regclass, 'extensions'::regnamespace, 0, 'n'
FROM extension;
SELECT pg_catalog.lo_unlink(oid) FROM pg_catalog.pg_extension WHERE extname = :extension

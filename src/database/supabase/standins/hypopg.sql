-- hypopg: its functions; no index is imagined.
CREATE FUNCTION hypopg_create_index(sql_order text, OUT indexrelid oid, OUT indexname text) RETURNS SETOF record LANGUAGE sql AS 'SELECT 0::oid, ''''::text WHERE false';
CREATE FUNCTION hypopg_reset() RETURNS void LANGUAGE sql AS '';
CREATE FUNCTION hypopg_drop_index(indexid oid) RETURNS boolean LANGUAGE sql AS 'SELECT true';

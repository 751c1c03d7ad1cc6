CREATE EXTENSION pg_trgm;
REVOKE EXECUTE ON FUNCTION similarity(text, text) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION similarity(text, text) TO alice;

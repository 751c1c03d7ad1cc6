-- wrappers: the handlers of its foreign data wrappers by name; no foreign table has rows.
DO $do$
DECLARE
    wrapper text;
BEGIN
    FOREACH wrapper IN ARRAY ARRAY[
        'airtable', 'auth0', 'big_query', 'click_house', 'cognito', 'duckdb', 'firebase', 'iceberg', 'logflare', 'mssql', 'paddle',
        'redis', 's3', 's3_vectors', 'stripe', 'wasm', 'hello_world'
    ] LOOP
        EXECUTE format('CREATE FUNCTION %I() RETURNS fdw_handler LANGUAGE internal STRICT AS ''fdw_handler_in''', wrapper || '_fdw_handler');
        EXECUTE format('CREATE FUNCTION %I(options text[], catalog oid) RETURNS void LANGUAGE plpgsql AS ''BEGIN END''', wrapper || '_fdw_validator');
        EXECUTE format('CREATE FUNCTION %I() RETURNS TABLE (name text, version text, author text, website text)
            LANGUAGE sql AS ''SELECT NULL, NULL, NULL, NULL WHERE false''', wrapper || '_fdw_meta');
    END LOOP;
END $do$;
CREATE TABLE wrappers_fdw_stats (
    fdw_name text PRIMARY KEY, create_times bigint, rows_in bigint, rows_out bigint, bytes_in bigint, bytes_out bigint, metadata jsonb,
    created_at timestamptz NOT NULL DEFAULT now(), updated_at timestamptz NOT NULL DEFAULT now()
);

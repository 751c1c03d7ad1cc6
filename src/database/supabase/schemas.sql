-- The schemas, extensions, privileges and the publication that a Supabase project's own SQL finds in its database.
CREATE SCHEMA extensions;
CREATE SCHEMA auth AUTHORIZATION supabase_admin;
CREATE SCHEMA storage AUTHORIZATION supabase_admin;
CREATE SCHEMA realtime AUTHORIZATION supabase_admin;
CREATE SCHEMA _realtime;
CREATE SCHEMA graphql;
CREATE SCHEMA graphql_public;
CREATE SCHEMA vault;
CREATE SCHEMA pgsodium;
CREATE SCHEMA pgtle;
CREATE SCHEMA dbdev;
CREATE SCHEMA pgbouncer;
CREATE SCHEMA supabase_functions;
CREATE SCHEMA supabase_migrations;

CREATE EXTENSION IF NOT EXISTS "uuid-ossp" WITH SCHEMA extensions;
CREATE EXTENSION IF NOT EXISTS pgcrypto WITH SCHEMA extensions;
CREATE EXTENSION IF NOT EXISTS pg_stat_statements WITH SCHEMA extensions;

GRANT USAGE ON SCHEMA public, extensions, auth, storage, realtime, graphql_public, supabase_functions
    TO postgres, anon, authenticated, service_role;
GRANT ALL ON SCHEMA auth TO supabase_auth_admin;
GRANT ALL ON SCHEMA storage TO supabase_storage_admin;
GRANT ALL ON SCHEMA realtime TO supabase_realtime_admin;
GRANT CREATE ON SCHEMA public TO postgres;

-- Before any table of the project's own: what is made from here on gets these privileges.
DO $$
DECLARE
    sort text;
BEGIN
    FOREACH sort IN ARRAY ARRAY['TABLES', 'FUNCTIONS', 'SEQUENCES'] LOOP
        EXECUTE format('ALTER DEFAULT PRIVILEGES FOR ROLE postgres, supabase_admin IN SCHEMA public
            GRANT ALL ON %s TO postgres, anon, authenticated, service_role', sort);
        EXECUTE format('ALTER DEFAULT PRIVILEGES FOR ROLE postgres IN SCHEMA storage
            GRANT ALL ON %s TO postgres, anon, authenticated, service_role', sort);
        EXECUTE format('ALTER DEFAULT PRIVILEGES FOR ROLE supabase_admin IN SCHEMA graphql_public
            GRANT ALL ON %s TO postgres, anon, authenticated, service_role', sort);
    END LOOP;
END $$;

CREATE PUBLICATION supabase_realtime;

CREATE TABLE supabase_migrations.schema_migrations (version text PRIMARY KEY, statements text[], name text);

CREATE FUNCTION graphql_public.graphql(
    "operationName" text DEFAULT NULL, query text DEFAULT NULL, variables jsonb DEFAULT NULL, extensions jsonb DEFAULT NULL
) RETURNS jsonb LANGUAGE sql AS 'SELECT NULL::jsonb';

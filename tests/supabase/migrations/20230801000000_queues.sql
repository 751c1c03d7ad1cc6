create extension if not exists pgmq;
select pgmq.create('emails');
select pgmq.send('emails', '{"to": "a@example.com"}');

create schema if not exists pgmq_public;
grant usage on schema pgmq_public to anon, authenticated, service_role;
create or replace function pgmq_public.send(queue_name text, message jsonb, sleep_seconds integer default 0)
returns setof bigint language plpgsql set search_path = '' as $$
begin
  return query select * from pgmq.send(queue_name := queue_name, msg := message, delay := sleep_seconds);
end $$;

create schema private;
create table private.keys (id uuid primary key default gen_random_uuid(), owner uuid references auth.users, hash text default encode(digest('x', 'sha256'), 'hex'));
alter default privileges in schema private grant all on tables to service_role;
alter default privileges for role postgres in schema public revoke execute on functions from anon;
alter table private.keys owner to supabase_admin;

do $$
begin
  if not exists (select 1 from pg_roles where rolname = 'app_reader') then
    create role app_reader nologin;
  end if;
end $$;
grant app_reader to authenticator;
grant select on all tables in schema public to app_reader;

comment on schema public is e'@graphql({"inflect_names": true})';
create or replace function graphql_public.graphql("operationName" text default null, query text default null, variables jsonb default null, extensions jsonb default null)
returns jsonb language sql as $$ select graphql.resolve(query := query, variables := coalesce(variables, '{}'), "operationName" := "operationName", extensions := extensions); $$;

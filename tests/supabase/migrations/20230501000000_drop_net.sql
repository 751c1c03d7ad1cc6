drop extension if exists "pg_net";

create extension if not exists "pg_net" with schema "public" version '0.7.1';
create extension "http" with schema "extensions";

alter table "public"."profiles" add column "role" text default 'user'::text;
alter table "public"."profiles" add constraint "role_known" CHECK ((role = ANY (ARRAY['user'::text, 'admin'::text]))) not valid;
alter table "public"."profiles" validate constraint "role_known";
set check_function_bodies = off;

CREATE OR REPLACE FUNCTION public.custom_access_token_hook(event jsonb)
 RETURNS jsonb
 LANGUAGE plpgsql
 STABLE
AS $function$
declare
  claims jsonb;
  user_role text;
begin
  select role into user_role from public.profiles where id = (event->>'user_id')::uuid;
  claims := event->'claims';
  claims := jsonb_set(claims, '{user_role}', to_jsonb(user_role));
  return jsonb_set(event, '{claims}', claims);
end;
$function$
;

grant usage on schema public to supabase_auth_admin;
grant execute on function public.custom_access_token_hook to supabase_auth_admin;
revoke execute on function public.custom_access_token_hook from authenticated, anon, public;
grant all on table public.profiles to supabase_auth_admin;
create policy "Allow auth admin to read" on "public"."profiles" as permissive for select to supabase_auth_admin using (true);

grant delete on table "public"."profiles" to "anon";
grant insert on table "storage"."s3_multipart_uploads" to "postgres";

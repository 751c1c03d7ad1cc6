create extension if not exists pg_cron with schema pg_catalog;
grant usage on schema cron to postgres;
grant all privileges on all tables in schema cron to postgres;

select cron.schedule('nightly', '0 3 * * *', $$ delete from public.documents where owner is null $$);
select cron.schedule(
  'invoke-function-every-minute',
  '* * * * *',
  $$
  select net.http_post(
      url := 'https://example.supabase.co/functions/v1/hello',
      headers := jsonb_build_object('Content-type', 'application/json', 'Authorization', 'Bearer ' || (select decrypted_secret from vault.decrypted_secrets where name = 'key')),
      body := concat('{"time": "', now(), '"}')::jsonb
  ) as request_id;
  $$
);
select cron.unschedule('nightly');

create trigger "notify" after insert or update on public.teams
  for each row execute function supabase_functions.http_request('https://example.com/hook', 'POST', '{"Content-type":"application/json"}', '{}', '1000');

select vault.create_secret('a secret', 'key', 'what it is for');

create or replace function public.request_embedding() returns trigger language plpgsql security definer as $$
begin
  perform net.http_post(url := current_setting('app.settings.url', true), body := jsonb_build_object('id', new.id), timeout_milliseconds := 2000);
  return new;
end $$;
create trigger embed after insert on documents for each row execute procedure public.request_embedding();

alter database postgres set "app.settings.url" to 'http://localhost:54321';
alter role authenticator set pgrst.db_pre_request = 'public.check_request';
alter role anon set statement_timeout = '3s';
notify pgrst, 'reload schema';

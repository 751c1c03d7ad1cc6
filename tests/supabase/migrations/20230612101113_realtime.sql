begin;
  drop publication if exists supabase_realtime;
  create publication supabase_realtime;
commit;
alter publication supabase_realtime add table public.teams, public.members;
alter table public.teams replica identity full;

create policy "authenticated can receive" on "realtime"."messages" for select to authenticated
  using (realtime.topic() like 'team:%' and realtime.messages.extension in ('broadcast', 'presence'));

create or replace function public.teams_changed() returns trigger security definer language plpgsql as $$
begin
  perform realtime.broadcast_changes('team:' || coalesce(new.id, old.id)::text, tg_op, tg_op, tg_table_name, tg_table_schema, new, old);
  perform realtime.send(jsonb_build_object('id', new.id), 'changed', 'teams', false);
  return null;
end $$;
create trigger changed after insert or update or delete on public.teams for each row execute function teams_changed();

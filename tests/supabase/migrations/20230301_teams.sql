begin;

create table if not exists public.teams (
  id uuid default uuid_generate_v4() primary key,
  name text not null,
  slug text unique generated always as (lower(regexp_replace(name, '\W+', '-', 'g'))) stored,
  settings jsonb not null default '{}'::jsonb,
  created_at timestamptz not null default timezone('utc'::text, now())
);
comment on table public.teams is 'What people work in';

create type public.team_role as enum ('owner', 'member');

create table public.members (
  team_id uuid not null references public.teams on delete cascade,
  user_id uuid not null references auth.users on delete cascade,
  role public.team_role not null default 'member',
  primary key (team_id, user_id)
);

create or replace function public.is_member_of(_user_id uuid, _team_id uuid) returns bool as $$
  select exists (select 1 from public.members m where m.user_id = _user_id and m.team_id = _team_id);
$$ language sql security definer stable;

alter table public.teams enable row level security;
alter table public.members enable row level security;

create policy "members see" on public.teams for select to authenticated using (is_member_of(auth.uid(), id));
create policy "admins" on public.members as restrictive for all to authenticated
  using (((select auth.jwt()) -> 'app_metadata' ->> 'provider') is not null and (select auth.jwt() ->> 'aal') = 'aal2');
create policy "service" on public.members for all to service_role using (auth.role() = 'service_role') with check (true);

create or replace view public.my_teams with (security_invoker = true) as
  select t.*, m.role from public.teams t join public.members m on m.team_id = t.id where m.user_id = auth.uid();
grant select on public.my_teams to authenticated;
revoke all on function public.is_member_of(uuid, uuid) from anon, public;

commit;

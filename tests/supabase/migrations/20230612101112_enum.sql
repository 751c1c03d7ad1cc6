alter type public.plan add value if not exists 'enterprise';
alter type public.team_role add value 'guest' before 'member';

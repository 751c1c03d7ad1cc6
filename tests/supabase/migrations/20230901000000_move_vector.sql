-- What the dashboard's advisor asks for.
alter extension vector set schema extensions;
alter function public.match_documents set search_path = public, extensions;

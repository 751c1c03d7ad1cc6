insert into storage.buckets (id, name, public, file_size_limit, allowed_mime_types)
values ('avatars', 'avatars', true, 5242880, array['image/png', 'image/jpeg'])
on conflict (id) do nothing;

create policy "Avatar images are publicly accessible." on storage.objects
  for select using (bucket_id = 'avatars');
create policy "Anyone can upload an avatar." on storage.objects
  for insert to authenticated
  with check (bucket_id = 'avatars' and (storage.foldername(name))[1] = (select auth.uid())::text and storage.extension(name) in ('png', 'jpg'));
create policy "Owners delete" on storage.objects
  for delete using (auth.uid() = owner or owner_id = (select auth.uid()::text));

-- The older of the two idioms.
create or replace function public.delete_storage_object(bucket text, object text, out status int, out content text)
returns record
language plpgsql
security definer
as $$
declare
  project_url text := 'https://example.supabase.co';
  service_role_key text := (select decrypted_secret from vault.decrypted_secrets where name = 'service_role_key');
begin
  select into status, content
         result.status::int, result.content::text
    from extensions.http((
      'DELETE', project_url || '/storage/v1/object/' || bucket || '/' || object,
      array[extensions.http_header('authorization', 'Bearer ' || service_role_key)], null, null)::extensions.http_request) as result;
end;
$$;

create or replace function match_documents(query_embedding vector(1536), match_threshold float, match_count int)
returns table (id bigint, content text, similarity float) language sql stable as $$
  select documents.id, documents.content, 1 - (documents.embedding <=> query_embedding) as similarity
  from documents
  where 1 - (documents.embedding <=> query_embedding) > match_threshold
  order by documents.embedding <=> query_embedding
  limit match_count;
$$;
alter table documents add column fts tsvector generated always as (to_tsvector('english', coalesce(content, ''))) stored;
create index documents_fts on documents using gin (fts);
create index concurrently documents_lists on documents using ivfflat (embedding vector_cosine_ops) with (lists = 100);

-- pgmq: queues are made as tables; nothing is sent or read.
create schema pgmq;
create table pgmq.meta(queue_name varchar unique not null, is_partitioned bool not null default false, is_unlogged bool not null default false, created_at timestamptz not null default now());
create type pgmq.message_record as (msg_id bigint, read_ct int, enqueued_at timestamptz, vt timestamptz, message jsonb);
create function pgmq.create(queue_name text) returns void language plpgsql
    as $f$ begin execute format('create table if not exists pgmq.%I(msg_id bigint primary key generated always as identity, read_ct int default 0 not null, enqueued_at timestamptz default now() not null, vt timestamptz not null, message jsonb)','q_'||queue_name); execute format('create table if not exists pgmq.%I(msg_id bigint primary key, read_ct int default 0 not null, enqueued_at timestamptz default now() not null, archived_at timestamptz default now() not null, vt timestamptz not null, message jsonb)','a_'||queue_name); insert into pgmq.meta(queue_name) values(queue_name) on conflict do nothing; end $f$;
create function pgmq.drop_queue(queue_name text) returns bool language plpgsql
    as $f$ begin execute format('drop table if exists pgmq.%I','q_'||queue_name); return true; end $f$;
create function pgmq.send(queue_name text, msg jsonb, delay int default 0) returns setof bigint language sql as $f$ select 1::bigint $f$;
create function pgmq.read(queue_name text, vt int, qty int) returns setof pgmq.message_record language sql
    as $f$ select null::pgmq.message_record where false $f$;
create function pgmq.pop(queue_name text) returns setof pgmq.message_record language sql
    as $f$ select null::pgmq.message_record where false $f$;
create function pgmq.archive(queue_name text, msg_id bigint) returns bool language sql as $f$ select true $f$;
create function pgmq.delete(queue_name text, msg_id bigint) returns bool language sql as $f$ select true $f$;

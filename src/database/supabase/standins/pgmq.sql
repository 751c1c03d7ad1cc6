-- pgmq: queues are tables, and messages are sent, read and archived as far as SQL alone does it.
CREATE TABLE meta (
    queue_name varchar UNIQUE NOT NULL, is_partitioned boolean NOT NULL DEFAULT false, is_unlogged boolean NOT NULL DEFAULT false,
    created_at timestamptz NOT NULL DEFAULT now()
);
CREATE TYPE message_record AS (msg_id bigint, read_ct integer, enqueued_at timestamptz, vt timestamptz, message jsonb);
CREATE TYPE queue_record AS (queue_name varchar, is_partitioned boolean, is_unlogged boolean, created_at timestamptz);
CREATE TYPE metrics_result AS (
    queue_name text, queue_length bigint, newest_msg_age_sec integer, oldest_msg_age_sec integer, total_messages bigint,
    scrape_time timestamptz
);
CREATE FUNCTION "create"(queue_name text) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    EXECUTE format('CREATE TABLE IF NOT EXISTS pgmq.%I (msg_id bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY,
        read_ct integer DEFAULT 0 NOT NULL, enqueued_at timestamptz DEFAULT now() NOT NULL, vt timestamptz NOT NULL,
        message jsonb, headers jsonb)', 'q_' || lower(queue_name));
    EXECUTE format('CREATE TABLE IF NOT EXISTS pgmq.%I (msg_id bigint PRIMARY KEY, read_ct integer DEFAULT 0 NOT NULL,
        enqueued_at timestamptz DEFAULT now() NOT NULL, archived_at timestamptz DEFAULT now() NOT NULL, vt timestamptz NOT NULL,
        message jsonb, headers jsonb)', 'a_' || lower(queue_name));
    INSERT INTO pgmq.meta (queue_name) VALUES (queue_name) ON CONFLICT DO NOTHING;
END $$;
CREATE FUNCTION create_non_partitioned(queue_name text) RETURNS void LANGUAGE sql AS 'SELECT pgmq."create"($1)';
CREATE FUNCTION create_unlogged(queue_name text) RETURNS void LANGUAGE sql AS 'SELECT pgmq."create"($1)';
CREATE FUNCTION create_partitioned(queue_name text, partition_interval text DEFAULT '10000', retention_interval text DEFAULT '100000')
RETURNS void LANGUAGE sql AS 'SELECT pgmq."create"($1)';
CREATE FUNCTION drop_queue(queue_name text) RETURNS boolean LANGUAGE plpgsql AS $$
BEGIN
    EXECUTE format('DROP TABLE IF EXISTS pgmq.%I, pgmq.%I', 'q_' || lower(queue_name), 'a_' || lower(queue_name));
    DELETE FROM pgmq.meta m WHERE m.queue_name = $1;
    RETURN FOUND;
END $$;
CREATE FUNCTION drop_queue(queue_name text, partitioned boolean) RETURNS boolean LANGUAGE sql AS 'SELECT pgmq.drop_queue($1)';
CREATE FUNCTION list_queues() RETURNS SETOF queue_record LANGUAGE sql AS 'SELECT * FROM pgmq.meta';
CREATE FUNCTION send(queue_name text, msg jsonb, delay integer DEFAULT 0) RETURNS SETOF bigint LANGUAGE plpgsql AS $$
BEGIN
    RETURN QUERY EXECUTE format('INSERT INTO pgmq.%I (vt, message) VALUES (now() + $2 * interval ''1 second'', $1) RETURNING msg_id',
        'q_' || lower(queue_name)) USING msg, delay;
END $$;
CREATE FUNCTION send_batch(queue_name text, msgs jsonb[], delay integer DEFAULT 0) RETURNS SETOF bigint LANGUAGE sql
AS 'SELECT pgmq.send($1, msg, $3) FROM unnest($2) msg';
CREATE FUNCTION read(queue_name text, vt integer, qty integer) RETURNS SETOF message_record LANGUAGE plpgsql AS $$
BEGIN
    RETURN QUERY EXECUTE format('UPDATE pgmq.%1$I q SET vt = clock_timestamp() + $1 * interval ''1 second'', read_ct = read_ct + 1
        WHERE msg_id IN (SELECT msg_id FROM pgmq.%1$I WHERE vt <= clock_timestamp() ORDER BY msg_id LIMIT $2 FOR UPDATE SKIP LOCKED)
        RETURNING msg_id, read_ct, enqueued_at, q.vt, message', 'q_' || lower(queue_name)) USING vt, qty;
END $$;
CREATE FUNCTION read_with_poll(
    queue_name text, vt integer, qty integer, max_poll_seconds integer DEFAULT 5, poll_interval_ms integer DEFAULT 100
) RETURNS SETOF message_record LANGUAGE sql AS 'SELECT * FROM pgmq.read($1, $2, $3)';
CREATE FUNCTION delete(queue_name text, msg_id bigint) RETURNS boolean LANGUAGE plpgsql AS $$
DECLARE
    found integer;
BEGIN
    EXECUTE format('DELETE FROM pgmq.%I WHERE msg_id = $1', 'q_' || lower(queue_name)) USING msg_id;
    GET DIAGNOSTICS found = ROW_COUNT;
    RETURN found > 0;
END $$;
CREATE FUNCTION delete(queue_name text, msg_ids bigint[]) RETURNS SETOF bigint LANGUAGE sql
AS 'SELECT id FROM unnest($2) id WHERE pgmq.delete($1, id)';
CREATE FUNCTION archive(queue_name text, msg_id bigint) RETURNS boolean LANGUAGE plpgsql AS $$
DECLARE
    found integer;
BEGIN
    EXECUTE format('WITH gone AS (DELETE FROM pgmq.%I WHERE msg_id = $1 RETURNING msg_id, vt, read_ct, enqueued_at, message)
        INSERT INTO pgmq.%I (msg_id, vt, read_ct, enqueued_at, message) SELECT * FROM gone',
        'q_' || lower(queue_name), 'a_' || lower(queue_name)) USING msg_id;
    GET DIAGNOSTICS found = ROW_COUNT;
    RETURN found > 0;
END $$;
CREATE FUNCTION archive(queue_name text, msg_ids bigint[]) RETURNS SETOF bigint LANGUAGE sql
AS 'SELECT id FROM unnest($2) id WHERE pgmq.archive($1, id)';
CREATE FUNCTION pop(queue_name text) RETURNS SETOF message_record LANGUAGE plpgsql AS $$
DECLARE
    message pgmq.message_record;
BEGIN
    FOR message IN SELECT * FROM pgmq.read(queue_name, 0, 1) LOOP
        PERFORM pgmq.delete(queue_name, message.msg_id);
        RETURN NEXT message;
    END LOOP;
END $$;
CREATE FUNCTION purge_queue(queue_name text) RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE
    found bigint;
BEGIN
    EXECUTE format('DELETE FROM pgmq.%I', 'q_' || lower(queue_name));
    GET DIAGNOSTICS found = ROW_COUNT;
    RETURN found;
END $$;
CREATE FUNCTION set_vt(queue_name text, msg_id bigint, vt integer) RETURNS SETOF message_record LANGUAGE plpgsql AS $$
BEGIN
    RETURN QUERY EXECUTE format('UPDATE pgmq.%I q SET vt = clock_timestamp() + $2 * interval ''1 second'' WHERE msg_id = $1
        RETURNING msg_id, read_ct, enqueued_at, q.vt, message', 'q_' || lower(queue_name)) USING msg_id, vt;
END $$;
CREATE FUNCTION metrics(queue_name text) RETURNS metrics_result LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END';
CREATE FUNCTION metrics_all() RETURNS SETOF metrics_result LANGUAGE sql AS 'SELECT (pgmq.metrics(queue_name)).* FROM pgmq.meta';
CREATE FUNCTION detach_archive(queue_name text) RETURNS void LANGUAGE sql AS '';

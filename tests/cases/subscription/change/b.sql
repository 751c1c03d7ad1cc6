CREATE SUBSCRIPTION s CONNECTION 'host=elsewhere dbname=x password=secret' PUBLICATION "Q", p WITH (connect = false, slot_name = NONE, synchronous_commit = remote_apply);
COMMENT ON SUBSCRIPTION s IS 'S';

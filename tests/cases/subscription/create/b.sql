CREATE SUBSCRIPTION s CONNECTION 'host=nowhere dbname=x' PUBLICATION p, q WITH (connect = false, slot_name = NONE, binary = true);
COMMENT ON SUBSCRIPTION s IS 'Never connects';

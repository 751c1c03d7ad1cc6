-- pgsodium: its keys and the functions around them; nothing is encrypted.
CREATE TYPE key_status AS ENUM ('default', 'valid', 'invalid', 'expired');
CREATE TYPE key_type AS ENUM (
    'aead-ietf', 'aead-det', 'hmacsha512', 'hmacsha256', 'auth', 'shorthash', 'generichash', 'kdf', 'secretbox', 'secretstream',
    'stream_xchacha20'
);
CREATE TABLE key (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(), status key_status DEFAULT 'valid', created timestamptz NOT NULL DEFAULT now(),
    expires timestamptz, key_type key_type, key_id bigserial, key_context bytea DEFAULT 'pgsodium', name text UNIQUE,
    associated_data text DEFAULT 'associated', raw_key bytea, raw_key_nonce bytea, parent_key uuid REFERENCES key (id), comment text,
    user_data text
);
CREATE VIEW valid_key AS
SELECT id, name, status, key_type, key_id, key_context, created, expires, associated_data FROM key
WHERE status IN ('valid', 'default') AND coalesce(expires > now(), true);
CREATE FUNCTION create_key(
    key_type key_type DEFAULT 'aead-det', name text DEFAULT NULL, raw_key bytea DEFAULT NULL, raw_key_nonce bytea DEFAULT NULL,
    parent_key uuid DEFAULT NULL, key_context bytea DEFAULT 'pgsodium', expires timestamptz DEFAULT NULL, associated_data text DEFAULT ''
) RETURNS valid_key LANGUAGE plpgsql AS $$
DECLARE
    made pgsodium.valid_key;
    number uuid;
BEGIN
    INSERT INTO pgsodium.key (key_type, name, parent_key, key_context, expires, associated_data)
    VALUES ($1, $2, $5, $6, $7, $8) RETURNING id INTO number;
    SELECT * INTO made FROM pgsodium.valid_key v WHERE v.id = number;
    RETURN made;
END $$;
CREATE FUNCTION randombytes_buf(size integer) RETURNS bytea LANGUAGE sql AS 'SELECT decode(repeat(''00'', $1), ''hex'')';
CREATE FUNCTION randombytes_random() RETURNS integer LANGUAGE sql AS 'SELECT 4';
CREATE FUNCTION crypto_aead_det_noncegen() RETURNS bytea LANGUAGE sql AS 'SELECT ''''::bytea';
CREATE FUNCTION crypto_aead_det_keygen() RETURNS bytea LANGUAGE sql AS 'SELECT ''''::bytea';
CREATE FUNCTION crypto_aead_det_encrypt(message bytea, additional bytea, key_uuid uuid, nonce bytea DEFAULT NULL) RETURNS bytea
LANGUAGE sql IMMUTABLE AS 'SELECT $1';
CREATE FUNCTION crypto_aead_det_decrypt(message bytea, additional bytea, key_uuid uuid, nonce bytea DEFAULT NULL) RETURNS bytea
LANGUAGE sql IMMUTABLE AS 'SELECT $1';
CREATE FUNCTION crypto_aead_det_encrypt(message bytea, additional bytea, key bytea, nonce bytea DEFAULT NULL) RETURNS bytea
LANGUAGE sql IMMUTABLE AS 'SELECT $1';
CREATE FUNCTION crypto_aead_det_decrypt(message bytea, additional bytea, key bytea, nonce bytea DEFAULT NULL) RETURNS bytea
LANGUAGE sql IMMUTABLE AS 'SELECT $1';
CREATE FUNCTION crypto_secretbox_noncegen() RETURNS bytea LANGUAGE sql AS 'SELECT ''''::bytea';
CREATE FUNCTION crypto_secretbox_keygen() RETURNS bytea LANGUAGE sql AS 'SELECT ''''::bytea';
CREATE FUNCTION crypto_secretbox(message bytea, nonce bytea, key bytea) RETURNS bytea LANGUAGE sql IMMUTABLE AS 'SELECT $1';
CREATE FUNCTION crypto_secretbox_open(message bytea, nonce bytea, key bytea) RETURNS bytea LANGUAGE sql IMMUTABLE AS 'SELECT $1';
CREATE FUNCTION derive_key(key_id bigint, key_len integer DEFAULT 32, context bytea DEFAULT 'pgsodium') RETURNS bytea
LANGUAGE sql IMMUTABLE AS 'SELECT ''''::bytea';
CREATE FUNCTION enable_security_label_trigger() RETURNS void LANGUAGE sql AS '';
CREATE FUNCTION disable_security_label_trigger() RETURNS void LANGUAGE sql AS '';

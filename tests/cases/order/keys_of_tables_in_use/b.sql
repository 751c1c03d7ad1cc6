CREATE SCHEMA app;
CREATE TABLE app.users (
    id bigint PRIMARY KEY,
    email text NOT NULL,
    name text,
    CONSTRAINT users_email UNIQUE (email) INCLUDE (name),
    UNIQUE (name) DEFERRABLE INITIALLY DEFERRED
);
COMMENT ON CONSTRAINT users_email ON app.users IS 'one for each';
COMMENT ON INDEX app.users_email IS 'its index';
ALTER TABLE app.users CLUSTER ON users_pkey;
ALTER TABLE app.users REPLICA IDENTITY USING INDEX users_pkey;
CREATE TABLE app.orders (
    id bigint PRIMARY KEY,
    user_id bigint NOT NULL REFERENCES app.users,
    mail text REFERENCES app.users (email) ON DELETE CASCADE DEFERRABLE,
    amount int CHECK (amount > 0)
);
CREATE TABLE app.notes (name text);
CREATE INDEX orders_amount ON app.orders (amount DESC) WHERE amount > 10;
COMMENT ON INDEX app.orders_amount IS 'the large ones';
CREATE TABLE app.fresh (id int PRIMARY KEY, user_id bigint NOT NULL REFERENCES app.users);
CREATE INDEX fresh_user_id ON app.fresh (user_id);

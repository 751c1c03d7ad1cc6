CREATE SCHEMA app;
CREATE TABLE app.users (id bigint NOT NULL, email text, name text, UNIQUE (name));
CREATE TABLE app.orders (id bigint, user_id bigint, mail text, amount int);
CREATE TABLE app.notes (name text REFERENCES app.users (name));
CREATE INDEX orders_amount ON app.orders (amount);
CREATE INDEX orders_gone ON app.orders (mail);

-- The schema of a small shop: what dbtool's demo brings to a database.

CREATE SCHEMA shop;

CREATE TYPE shop.order_status AS ENUM ('new', 'paid', 'shipped');

CREATE TABLE shop.customers (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    email text NOT NULL UNIQUE,
    name text NOT NULL CHECK (name <> ''),
    created_at timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE shop.orders (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    customer_id bigint NOT NULL REFERENCES shop.customers ON DELETE CASCADE,
    status shop.order_status NOT NULL DEFAULT 'new',
    total numeric(12, 2) NOT NULL CHECK (total >= 0),
    placed_at timestamptz NOT NULL DEFAULT now()
);

CREATE INDEX orders_customer ON shop.orders (customer_id);
CREATE INDEX orders_open ON shop.orders (placed_at) WHERE status <> 'shipped';

CREATE FUNCTION shop.customer_total(customer bigint) RETURNS numeric
LANGUAGE sql STABLE
AS $$ SELECT coalesce(sum(total), 0) FROM shop.orders WHERE customer_id = customer $$;

CREATE VIEW shop.customer_totals AS
SELECT id, name, shop.customer_total(id) AS total
FROM shop.customers;

ALTER TABLE shop.orders ENABLE ROW LEVEL SECURITY;
CREATE POLICY own_orders ON shop.orders FOR SELECT USING (customer_id = current_setting('shop.customer', true)::bigint);

COMMENT ON TABLE shop.orders IS 'One row per order';

CREATE TYPE mood AS ENUM ('sad', 'happy');
CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RAISE EXCEPTION ''no''; END';
CREATE TABLE t (
    "Key A" int,
    b text,
    plain text NOT NULL,
    with_default int DEFAULT 7,
    mood mood NOT NULL DEFAULT 'sad',
    number int GENERATED ALWAYS AS IDENTITY,
    serial_one serial,
    total numeric(10,2) UNIQUE,
    made int GENERATED ALWAYS AS (with_default * 2) STORED,
    PRIMARY KEY ("Key A", b)
);
CREATE TRIGGER refuse BEFORE UPDATE ON t FOR EACH ROW EXECUTE FUNCTION refuse();
CREATE TRIGGER sometimes BEFORE UPDATE ON t FOR EACH ROW EXECUTE FUNCTION refuse();
ALTER TABLE t DISABLE TRIGGER sometimes;
ALTER TABLE t FORCE ROW LEVEL SECURITY;
COMMENT ON COLUMN t.plain IS 'plainly';
CREATE TABLE parts (id int PRIMARY KEY, a text, b int) PARTITION BY HASH (id);
CREATE TABLE parts_0 PARTITION OF parts FOR VALUES WITH (MODULUS 2, REMAINDER 0);
CREATE TABLE parts_1 PARTITION OF parts FOR VALUES WITH (MODULUS 2, REMAINDER 1);
CREATE TABLE of_mood (mood mood PRIMARY KEY, why text);
CREATE SEQUENCE alone;

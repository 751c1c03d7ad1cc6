CREATE SCHEMA app;
CREATE SCHEMA other;
CREATE TYPE app.mood AS ENUM ('sad', 'happy');
CREATE FUNCTION app.twice(a int) RETURNS int LANGUAGE sql IMMUTABLE AS 'SELECT a * 2';
CREATE FUNCTION app.stamp() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN new; END';
CREATE SEQUENCE app.free START 10;
CREATE TABLE app.stays (id int PRIMARY KEY);
CREATE TABLE app.parent (id int PRIMARY KEY, note text CHECK (note <> ''));
CREATE TABLE app.things (
    id serial PRIMARY KEY,
    number int GENERATED ALWAYS AS IDENTITY UNIQUE,
    stays_id int REFERENCES app.stays,
    above int REFERENCES app.things,
    mood app.mood NOT NULL DEFAULT 'sad',
    moods app.mood[],
    counted int DEFAULT nextval('app.free'),
    doubled int GENERATED ALWAYS AS (app.twice(stays_id)) STORED,
    "Odd Name" text COLLATE "C" DEFAULT 'x',
    CHECK (app.twice(stays_id) > 0),
    CHECK ("Odd Name" <> '')
);
CREATE INDEX by_name ON app.things ("Odd Name") WHERE stays_id > 0;
CREATE INDEX by_mood ON app.things (mood) WHERE mood = 'happy';
CREATE STATISTICS app.both (dependencies) ON stays_id, above FROM app.things;
CREATE TRIGGER stamp BEFORE UPDATE ON app.things FOR EACH ROW EXECUTE FUNCTION app.stamp();
ALTER TABLE app.things ENABLE ROW LEVEL SECURITY;
CREATE POLICY all_of_them ON app.things USING (stays_id > 0);
CREATE RULE quiet AS ON DELETE TO app.things DO INSTEAD NOTHING;
COMMENT ON TABLE app.things IS 'all of them';
COMMENT ON COLUMN app.things.mood IS 'how they are';
GRANT SELECT ON app.things TO alice;
GRANT UPDATE (mood) ON app.things TO bob;
CREATE VIEW app.seen AS SELECT id, mood FROM app.things;
CREATE TABLE app.refers (thing int REFERENCES app.things);
CREATE TABLE other.things (id serial PRIMARY KEY, above int REFERENCES app.stays);
CREATE TABLE app.child (extra int) INHERITS (app.parent);
CREATE PUBLICATION pub FOR TABLE app.things, app.stays;

CREATE FUNCTION shout() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE 'not while values come back'; END $$;
CREATE TYPE mood AS ENUM ('sad', 'ok', 'happy');
CREATE TABLE t (id int PRIMARY KEY, x int, n numeric(10, 2), m mood);
CREATE TABLE u (id int PRIMARY KEY, x int);
CREATE TRIGGER stays BEFORE UPDATE ON u FOR EACH ROW EXECUTE FUNCTION shout();
CREATE TRIGGER changes BEFORE UPDATE ON u FOR EACH ROW EXECUTE FUNCTION shout();

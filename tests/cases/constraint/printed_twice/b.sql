CREATE TABLE t (id int PRIMARY KEY, s varchar(10) CHECK (s IN ('a', 'b')), n numeric,
    g boolean GENERATED ALWAYS AS (s IN ('a', 'c')) STORED, d boolean DEFAULT ('x'::varchar IN ('x', 'y')),
    m int DEFAULT -1::int CHECK (m >= -1::int), o numeric DEFAULT -1.5::numeric);
CREATE INDEX i ON t (id) WHERE s IN ('a', 'b');
CREATE VIEW v AS SELECT id, n = ANY (ARRAY[1, 2]) AS few FROM t WHERE s NOT IN ('a', 'b');
CREATE POLICY p ON t USING (s IN ('a', 'b'));
CREATE DOMAIN dom AS varchar CHECK (VALUE IN ('a', 'b'));
CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS
    $$ BEGIN PERFORM (ARRAY['a'::character varying])::text[]; RETURN NULL; END $$;
CREATE TRIGGER g AFTER UPDATE ON t FOR EACH ROW WHEN (new.s IN ('a', 'b')) EXECUTE FUNCTION f();
COMMENT ON TABLE t IS '(ARRAY[1])::bigint[]';

-- dbtool: renamed from "Old S"
CREATE SCHEMA "New S";
CREATE TABLE "New S".t (a int);
-- dbtool: renamed from st
CREATE TYPE state AS ENUM ('a',
-- dbtool: renamed from 'b c'
'b d');
-- dbtool: renamed from addr
CREATE TYPE address AS (
-- dbtool: renamed from street
road text, zip text);
-- dbtool: renamed from dom
CREATE DOMAIN dom2 AS int;
-- dbtool: renamed from sq
CREATE SEQUENCE sq2;
-- dbtool: renamed from people
CREATE TABLE persons (id serial PRIMARY KEY,
 -- dbtool: renamed from mail
 email text
 -- dbtool: renamed from chk
 CONSTRAINT chk2 CHECK (email <> ''), s state DEFAULT 'b d', a address);
-- dbtool: renamed from ix
CREATE INDEX ix2 ON persons (email);
-- dbtool: renamed from vw
CREATE VIEW vw2 AS SELECT id, email AS mail FROM persons;
-- dbtool: renamed from mv
CREATE MATERIALIZED VIEW mv2 AS SELECT id FROM persons;
-- dbtool: renamed from fn
CREATE FUNCTION fn2(x int) RETURNS int LANGUAGE sql AS 'select x';
-- dbtool: renamed from pr
CREATE PROCEDURE pr2() LANGUAGE sql AS '';
-- dbtool: renamed from tf
CREATE FUNCTION tf2() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NEW; END $$;
-- dbtool: renamed from tg
CREATE TRIGGER tg2 BEFORE INSERT ON persons FOR EACH ROW EXECUTE FUNCTION tf2();
-- dbtool: renamed from po
CREATE POLICY po2 ON persons USING (true);
-- dbtool: renamed from ru
CREATE RULE ru2 AS ON DELETE TO vw2 DO INSTEAD NOTHING;
-- dbtool: renamed from stx
CREATE STATISTICS stx2 ON id, email FROM persons;
-- dbtool: renamed from pb
CREATE PUBLICATION pb2 FOR TABLE persons;
-- dbtool: renamed from co
CREATE COLLATION co2 FROM "C";

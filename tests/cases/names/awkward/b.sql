CREATE TABLE "select" ("from" bigint, "a""b" text DEFAULT 'x;''y', "new
line" int, "🐘" int);
CREATE INDEX "i ndex" ON "select" ("a""b", "🐘");
ALTER TABLE "select" ADD CONSTRAINT "c;" CHECK ("from" > 0);
COMMENT ON COLUMN "select"."a""b" IS E'tab\there \\ and ''quote''';
CREATE VIEW "Vïew" AS SELECT "from", "new
line" FROM "select";

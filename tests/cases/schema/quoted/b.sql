CREATE SCHEMA "a ""b"";c";
CREATE TABLE "a ""b"";c"."t " (id int, "select" text);

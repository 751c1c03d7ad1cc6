CREATE TABLE "select" ("from" int, "a""b" text);

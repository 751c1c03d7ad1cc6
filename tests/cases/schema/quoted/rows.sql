INSERT INTO "a ""b"";c"."t " VALUES (1);

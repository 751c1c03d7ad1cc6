INSERT INTO t ("Key A", b, plain, with_default, mood, total)
    SELECT i, 'b' || i, 'p' || i, nullif(i, 2), (ARRAY['sad', 'happy'])[i % 2 + 1]::mood, i / 4.0 FROM generate_series(1, 5) i;
INSERT INTO parts SELECT i, 'a' || i, i FROM generate_series(1, 5) i;
INSERT INTO of_mood VALUES ('happy', 'sun'), ('sad', NULL);
SELECT nextval('alone');

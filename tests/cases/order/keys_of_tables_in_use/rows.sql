INSERT INTO app.users SELECT i, i || '@example.org', 'name ' || i FROM generate_series(1, 20) i;
INSERT INTO app.orders SELECT i, i, i || '@example.org', i FROM generate_series(1, 20) i;
INSERT INTO app.notes VALUES ('name 1');

INSERT INTO above VALUES (1, 1);
INSERT INTO below (id, n, own) VALUES (2, 2, 2);
INSERT INTO lowest (id, n, own) VALUES (3, 3, 3);
INSERT INTO gone VALUES (4);
INSERT INTO under VALUES (5, 5);

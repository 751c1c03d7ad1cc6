INSERT INTO r VALUES (5); INSERT INTO m VALUES (1, 'a', 5), (2, 'b', NULL); INSERT INTO c VALUES (1, 'a'), (2, 'b');

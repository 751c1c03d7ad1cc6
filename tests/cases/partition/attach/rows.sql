INSERT INTO m1 VALUES (1, 'a'), (2, 'b');

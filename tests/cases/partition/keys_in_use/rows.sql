INSERT INTO m VALUES (1, '2020-02-02', 'x'), (2, '2021-02-02', 'y');

-- Rows with labels that go: only with the archive do they let them go.
INSERT INTO t VALUES (1, 'new', 'new'), (2, 'held', 'done'), (3, 'void', 'void'), (4, NULL, 'held');
INSERT INTO untouched VALUES (1, 'done'), (2, 'held');

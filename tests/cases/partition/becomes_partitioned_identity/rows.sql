INSERT INTO ev (at, v) VALUES ('2024-01-01', '{}'), ('2025-01-01', '[1]');

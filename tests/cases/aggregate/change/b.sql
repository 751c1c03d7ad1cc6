CREATE AGGREGATE total(int) (SFUNC = int4pl, STYPE = int, INITCOND = '5');
CREATE VIEW v AS SELECT total(x) FROM generate_series(1, 3) x;

CREATE COLLATION i (PROVIDER = icu, LOCALE = 'de', RULES = '&a < g');

CREATE DOMAIN code AS text COLLATE "C" CHECK (VALUE <> '');
CREATE TABLE t (c code, cs code[]);

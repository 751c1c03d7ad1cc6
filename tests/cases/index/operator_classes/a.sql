CREATE TABLE t (a text, b int[], c tsvector, d text COLLATE "C"); CREATE INDEX i ON t (a); CREATE INDEX k ON t (d); COMMENT ON INDEX i IS 'Old';

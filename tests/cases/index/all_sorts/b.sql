CREATE TABLE t (a int, b text, c jsonb, d int4range, e tsvector);
CREATE UNIQUE INDEX t_a ON t (a DESC NULLS LAST) INCLUDE (b) WHERE a > 0;
CREATE INDEX t_lower ON t (lower(b) COLLATE "C" text_pattern_ops, a) WITH (fillfactor = 70);
CREATE INDEX t_c ON t USING gin (c jsonb_path_ops);
CREATE INDEX t_d ON t USING gist (d);
CREATE INDEX t_e ON t USING gist (e tsvector_ops (siglen = 100));
CREATE INDEX t_brin ON t USING brin (a) WITH (pages_per_range = 16);
CREATE INDEX t_hash ON t USING hash (b);
COMMENT ON INDEX t_c IS 'For paths';

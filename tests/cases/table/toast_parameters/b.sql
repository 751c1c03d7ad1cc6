CREATE TABLE t (a text) WITH (autovacuum_vacuum_scale_factor = 0.1, toast.autovacuum_vacuum_threshold = 10);

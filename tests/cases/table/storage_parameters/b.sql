CREATE TABLE t (id int) WITH (fillfactor = 70, toast.autovacuum_enabled = false);

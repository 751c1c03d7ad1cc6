CREATE TABLE t (span int4range);

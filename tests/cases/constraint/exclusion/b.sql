CREATE TABLE t (span int4range, EXCLUDE USING gist (span WITH &&) WHERE (NOT isempty(span)));

-- pg_tle: its schema.
create schema pgtle;

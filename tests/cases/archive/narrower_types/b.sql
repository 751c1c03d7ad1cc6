CREATE TABLE t (
    id int PRIMARY KEY,
    price integer NOT NULL,
    at date,
    code integer,
    ratio real,
    doc jsonb,
    wide integer
);
CREATE INDEX t_code ON t (code);
CREATE TABLE without_key (price numeric);

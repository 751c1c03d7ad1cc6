CREATE TABLE t (
    id int PRIMARY KEY,
    price numeric(10,2) NOT NULL,
    at timestamptz DEFAULT now(),
    code text,
    ratio double precision,
    doc json,
    wide bigint
);
CREATE INDEX t_code ON t (code);
CREATE TABLE without_key (price numeric);

CREATE TABLE p (id bigint PRIMARY KEY, code text UNIQUE);
CREATE TABLE c (p bigint REFERENCES p, code text REFERENCES p (code));

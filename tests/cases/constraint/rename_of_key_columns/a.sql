CREATE TABLE p (id int PRIMARY KEY, code text UNIQUE);
CREATE TABLE c (p int REFERENCES p, code text REFERENCES p (code));

CREATE TABLE p (id int4range, span daterange, PRIMARY KEY (id, span WITHOUT OVERLAPS));
CREATE TABLE c (p int4range, span daterange, FOREIGN KEY (p, PERIOD span) REFERENCES p (id, PERIOD span));

CREATE TABLE p (id bigint, n text, more int, CONSTRAINT ck CHECK (id > 1));
CREATE TABLE c (id bigint, n text, own int, more int, CONSTRAINT ck CHECK (id > 1)) INHERITS (p);
CREATE TABLE d (x int) INHERITS (c);

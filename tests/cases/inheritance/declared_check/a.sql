CREATE TABLE p (id int, CONSTRAINT ck CHECK (id > 0));

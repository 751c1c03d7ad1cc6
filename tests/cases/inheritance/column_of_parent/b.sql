CREATE TABLE p (id int, added text DEFAULT 'x', CHECK (id > 0));
CREATE TABLE c (more text) INHERITS (p);

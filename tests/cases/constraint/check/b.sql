CREATE TABLE t (a int, CONSTRAINT t_a_check CHECK (a >= 0 AND a < 100) NO INHERIT);
COMMENT ON CONSTRAINT t_a_check ON t IS 'Small';

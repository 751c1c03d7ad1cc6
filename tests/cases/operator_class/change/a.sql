CREATE OPERATOR CLASS numbers FOR TYPE int USING btree AS
    OPERATOR 1 <, OPERATOR 2 <=, OPERATOR 3 =, OPERATOR 4 >=, OPERATOR 5 >, FUNCTION 1 btint4cmp (int, int);
CREATE TABLE t (a int);
CREATE INDEX i ON t (a numbers);

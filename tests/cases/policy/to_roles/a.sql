CREATE TABLE t (a int);
CREATE POLICY p ON t TO alice USING (a > 0);

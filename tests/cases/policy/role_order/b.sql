CREATE TABLE t (id int);
CREATE POLICY p ON t TO pg_read_all_data, pg_monitor USING (true);

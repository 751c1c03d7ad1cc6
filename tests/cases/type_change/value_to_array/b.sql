CREATE TABLE t (a int[], b text[], c varchar(9)[], d text[], e bigint[]);

CREATE TABLE t (a int);
CREATE TRUSTED LANGUAGE mine HANDLER plpgsql_call_handler INLINE plpgsql_inline_handler VALIDATOR plpgsql_validator;
CREATE FUNCTION f() RETURNS int LANGUAGE mine AS 'BEGIN RETURN 1; END';
GRANT USAGE ON LANGUAGE mine TO alice;
COMMENT ON LANGUAGE mine IS 'As plpgsql';

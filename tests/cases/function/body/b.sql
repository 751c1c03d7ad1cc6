CREATE FUNCTION f(a int, b text DEFAULT 'y') RETURNS text LANGUAGE plpgsql STRICT SECURITY DEFINER COST 7
    SET search_path = public AS $$ BEGIN RETURN a || b; END $$;
GRANT EXECUTE ON FUNCTION f TO alice;
COMMENT ON FUNCTION f IS 'Now the other way';

-- plv8: its language, in which functions can be made and none can be called.
CREATE TRUSTED LANGUAGE plv8 HANDLER pg_catalog.plpgsql_call_handler;

CREATE ROLE a; ALTER ROLE a SET work_mem = '2MB'; ALTER ROLE a SET search_path = app, "$user";

-- dbdev: its functions; nothing is fetched.
CREATE FUNCTION install(package_name text) RETURNS boolean LANGUAGE sql AS 'SELECT true';
CREATE FUNCTION install(package_name text, base_url text, api_key text) RETURNS boolean LANGUAGE sql AS 'SELECT true';
CREATE FUNCTION exists_tle_extension(package_name text) RETURNS boolean LANGUAGE sql AS 'SELECT true';

-- pg_tle: its functions; no extension comes of them.
CREATE FUNCTION install_extension(name text, version text, description text, ext text, requires text[] DEFAULT NULL) RETURNS boolean
LANGUAGE sql AS 'SELECT true';
CREATE FUNCTION install_extension_version_sql(name text, version text, ext text) RETURNS boolean LANGUAGE sql AS 'SELECT true';
CREATE FUNCTION install_update_path(name text, fromvers text, tovers text, ext text) RETURNS boolean LANGUAGE sql AS 'SELECT true';
CREATE FUNCTION set_default_version(name text, version text) RETURNS boolean LANGUAGE sql AS 'SELECT true';
CREATE FUNCTION uninstall_extension(extname text) RETURNS boolean LANGUAGE sql AS 'SELECT true';
CREATE FUNCTION uninstall_extension(extname text, version text) RETURNS boolean LANGUAGE sql AS 'SELECT true';
CREATE FUNCTION uninstall_extension_if_exists(extname text) RETURNS boolean LANGUAGE sql AS 'SELECT true';
CREATE FUNCTION available_extensions() RETURNS TABLE (name name, default_version text, comment text)
LANGUAGE sql AS 'SELECT NULL::name, NULL::text, NULL::text WHERE false';

CREATE SCHEMA app;
COMMENT ON SCHEMA app IS 'The application''s';
GRANT USAGE ON SCHEMA app TO alice;

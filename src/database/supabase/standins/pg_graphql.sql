-- pg_graphql: its function; every answer is null.
CREATE FUNCTION resolve(query text, variables jsonb DEFAULT '{}', "operationName" text DEFAULT NULL, extensions jsonb DEFAULT NULL) RETURNS jsonb
LANGUAGE sql AS 'SELECT NULL::jsonb';
CREATE FUNCTION comment_directive(comment_ text) RETURNS jsonb LANGUAGE sql IMMUTABLE AS 'SELECT ''{}''::jsonb';

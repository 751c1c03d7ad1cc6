-- pgroonga: its access method and operators by name, so that indexes can be made; nothing is searched.
CREATE ACCESS METHOD pgroonga TYPE INDEX HANDLER hashhandler;
CREATE FUNCTION pgroonga_match_text(text, text) RETURNS boolean LANGUAGE sql IMMUTABLE AS 'SELECT position($2 IN $1) > 0';
CREATE OPERATOR &@ (LEFTARG = text, RIGHTARG = text, FUNCTION = pgroonga_match_text);
CREATE OPERATOR &@~ (LEFTARG = text, RIGHTARG = text, FUNCTION = pgroonga_match_text);
CREATE FUNCTION pgroonga_score(tableoid oid, ctid tid) RETURNS double precision LANGUAGE sql AS 'SELECT 1::float8';
CREATE OPERATOR CLASS pgroonga_text_full_text_search_ops_v2 DEFAULT FOR TYPE text USING pgroonga AS OPERATOR 1 =, FUNCTION 1 hashtext(text);
CREATE OPERATOR CLASS pgroonga_text_term_search_ops_v2 FOR TYPE text USING pgroonga AS OPERATOR 1 =, FUNCTION 1 hashtext(text);
CREATE OPERATOR CLASS pgroonga_text_regexp_ops_v2 FOR TYPE text USING pgroonga AS OPERATOR 1 =, FUNCTION 1 hashtext(text);
CREATE OPERATOR CLASS pgroonga_varchar_full_text_search_ops_v2 FOR TYPE text USING pgroonga AS OPERATOR 1 =, FUNCTION 1 hashtext(text);
CREATE OPERATOR CLASS pgroonga_jsonb_ops_v2 DEFAULT FOR TYPE jsonb USING pgroonga AS OPERATOR 1 =, FUNCTION 1 jsonb_hash(jsonb);

CREATE FUNCTION same(int, text) RETURNS boolean LANGUAGE sql IMMUTABLE AS 'SELECT $1::text = $2';
CREATE FUNCTION same(text, int) RETURNS boolean LANGUAGE sql IMMUTABLE AS 'SELECT $1 = $2::text';
CREATE OPERATOR === (LEFTARG = int, RIGHTARG = text, FUNCTION = same, COMMUTATOR = ===, RESTRICT = eqsel, JOIN = eqjoinsel);
CREATE OPERATOR === (LEFTARG = text, RIGHTARG = int, FUNCTION = same, COMMUTATOR = ===);
CREATE OPERATOR !! (RIGHTARG = int, FUNCTION = int4um);
COMMENT ON OPERATOR === (int, text) IS 'The same, written';

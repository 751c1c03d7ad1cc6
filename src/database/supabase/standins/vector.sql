-- pgvector: its types, functions and operator classes by name; a value is kept as its text, and every distance is 0.
-- Its access methods are those of hash: nothing is found by them that a scan would not find.
DO $do$
DECLARE
    kind text;
    method text;
    metric text;
    operator text;
BEGIN
    CREATE FUNCTION typmod_in(cstring[]) RETURNS integer LANGUAGE internal IMMUTABLE STRICT PARALLEL SAFE AS 'varchartypmodin';
    CREATE FUNCTION typmod_out(integer) RETURNS cstring LANGUAGE internal IMMUTABLE STRICT PARALLEL SAFE AS 'varchartypmodout';
    CREATE ACCESS METHOD hnsw TYPE INDEX HANDLER hashhandler;
    CREATE ACCESS METHOD ivfflat TYPE INDEX HANDLER hashhandler;
    FOREACH kind IN ARRAY ARRAY['vector', 'halfvec', 'sparsevec'] LOOP
        EXECUTE replace($sql$
            CREATE TYPE KIND;
            CREATE FUNCTION KIND_in(cstring) RETURNS KIND LANGUAGE internal IMMUTABLE STRICT PARALLEL SAFE AS 'textin';
            CREATE FUNCTION KIND_out(KIND) RETURNS cstring LANGUAGE internal IMMUTABLE STRICT PARALLEL SAFE AS 'textout';
            CREATE TYPE KIND (
                INPUT = KIND_in, OUTPUT = KIND_out, TYPMOD_IN = typmod_in, TYPMOD_OUT = typmod_out,
                INTERNALLENGTH = variable, STORAGE = external
            );
            CREATE FUNCTION KIND_hash(KIND) RETURNS integer LANGUAGE internal IMMUTABLE STRICT PARALLEL SAFE AS 'hashvarlena';
            CREATE FUNCTION KIND_eq(KIND, KIND) RETURNS boolean LANGUAGE internal IMMUTABLE STRICT PARALLEL SAFE AS 'byteaeq';
            CREATE FUNCTION KIND_ne(KIND, KIND) RETURNS boolean LANGUAGE internal IMMUTABLE STRICT PARALLEL SAFE AS 'byteane';
            CREATE OPERATOR = (LEFTARG = KIND, RIGHTARG = KIND, FUNCTION = KIND_eq, COMMUTATOR = =);
            CREATE OPERATOR <> (LEFTARG = KIND, RIGHTARG = KIND, FUNCTION = KIND_ne, COMMUTATOR = <>);
            CREATE FUNCTION KIND_dims(KIND) RETURNS integer LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS 'SELECT 0';
            CREATE FUNCTION l2_norm(KIND) RETURNS double precision LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS 'SELECT 0::float8';
            CREATE FUNCTION l2_normalize(KIND) RETURNS KIND LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS 'SELECT $1';
            CREATE FUNCTION subvector(KIND, integer, integer) RETURNS KIND LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS 'SELECT $1';
            CREATE FUNCTION KIND_first(KIND, KIND) RETURNS KIND LANGUAGE sql IMMUTABLE PARALLEL SAFE AS 'SELECT coalesce($1, $2)';
            CREATE AGGREGATE avg(KIND) (SFUNC = KIND_first, STYPE = KIND);
            CREATE AGGREGATE sum(KIND) (SFUNC = KIND_first, STYPE = KIND);
            CREATE OPERATOR + (LEFTARG = KIND, RIGHTARG = KIND, FUNCTION = KIND_first);
            CREATE OPERATOR - (LEFTARG = KIND, RIGHTARG = KIND, FUNCTION = KIND_first);
            CREATE OPERATOR * (LEFTARG = KIND, RIGHTARG = KIND, FUNCTION = KIND_first);
            CREATE CAST (double precision[] AS KIND) WITH INOUT AS ASSIGNMENT;
            CREATE CAST (real[] AS KIND) WITH INOUT AS ASSIGNMENT;
            CREATE CAST (integer[] AS KIND) WITH INOUT AS ASSIGNMENT;
            CREATE CAST (numeric[] AS KIND) WITH INOUT AS ASSIGNMENT;
            CREATE CAST (KIND AS real[]) WITH INOUT;
        $sql$, 'KIND', kind);
        FOREACH metric IN ARRAY ARRAY['l2_distance <->', 'negative_inner_product <#>', 'cosine_distance <=>', 'l1_distance <+>', 'inner_product'] LOOP
            operator := split_part(metric, ' ', 2);
            EXECUTE format('CREATE FUNCTION %I(%I, %I) RETURNS double precision LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS ''SELECT 0::float8''',
                split_part(metric, ' ', 1), kind, kind);
            IF operator <> '' THEN
                EXECUTE format('CREATE OPERATOR %s (LEFTARG = %I, RIGHTARG = %I, FUNCTION = %I)', operator, kind, kind, split_part(metric, ' ', 1));
            END IF;
        END LOOP;
        FOREACH method IN ARRAY ARRAY['hnsw', 'ivfflat'] LOOP
            FOREACH metric IN ARRAY ARRAY['l2', 'ip', 'cosine', 'l1'] LOOP
                CONTINUE WHEN method = 'ivfflat' AND (metric = 'l1' OR kind = 'sparsevec');
                EXECUTE format('CREATE OPERATOR CLASS %I %s FOR TYPE %I USING %I AS OPERATOR 1 =, FUNCTION 1 %I(%I)',
                    kind || '_' || metric || '_ops',
                    CASE WHEN method = 'ivfflat' AND metric = 'l2' AND kind = 'vector' THEN 'DEFAULT' ELSE '' END,
                    kind, method, kind || '_hash', kind);
            END LOOP;
        END LOOP;
    END LOOP;
END $do$;
CREATE CAST (vector AS halfvec) WITHOUT FUNCTION AS ASSIGNMENT;
CREATE CAST (halfvec AS vector) WITHOUT FUNCTION AS ASSIGNMENT;
CREATE CAST (vector AS sparsevec) WITHOUT FUNCTION AS ASSIGNMENT;
CREATE CAST (sparsevec AS vector) WITHOUT FUNCTION AS ASSIGNMENT;
CREATE FUNCTION vector_norm(vector) RETURNS double precision LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS 'SELECT 0::float8';
CREATE FUNCTION binary_quantize(vector) RETURNS bit LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS 'SELECT B''0''';
CREATE FUNCTION hamming_distance(bit, bit) RETURNS double precision LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS 'SELECT 0::float8';
CREATE OPERATOR <~> (LEFTARG = bit, RIGHTARG = bit, FUNCTION = hamming_distance);
CREATE FUNCTION bit_hash(bit) RETURNS integer LANGUAGE internal IMMUTABLE STRICT PARALLEL SAFE AS 'hashvarlena';
CREATE OPERATOR CLASS bit_hamming_ops FOR TYPE bit USING hnsw AS OPERATOR 1 =, FUNCTION 1 bit_hash(bit);
CREATE OPERATOR CLASS bit_hamming_ops FOR TYPE bit USING ivfflat AS OPERATOR 1 =, FUNCTION 1 bit_hash(bit);

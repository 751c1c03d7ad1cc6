-- pgvector: its types, distances and operator classes by name; a value is kept as its text, and every distance is 0.
-- Its access methods are those of hash, so storage parameters (lists, m) are not known.
create type extensions.vector;
create function extensions.vector_in(cstring) returns extensions.vector language internal immutable strict as 'textin';
create function extensions.vector_out(extensions.vector) returns cstring language internal immutable strict as 'textout';
create function extensions.vector_typmod_in(cstring[]) returns int4 language internal immutable strict as 'varchartypmodin';
create function extensions.vector_typmod_out(int4) returns cstring language internal immutable strict as 'varchartypmodout';
create type extensions.vector
    (input=extensions.vector_in, output=extensions.vector_out, typmod_in=extensions.vector_typmod_in, typmod_out=extensions.vector_typmod_out, internallength=variable, storage=external);
create type extensions.halfvec;
create function extensions.halfvec_in(cstring) returns extensions.halfvec language internal immutable strict as 'textin';
create function extensions.halfvec_out(extensions.halfvec) returns cstring language internal immutable strict as 'textout';
create type extensions.halfvec
    (input=extensions.halfvec_in, output=extensions.halfvec_out, typmod_in=extensions.vector_typmod_in, typmod_out=extensions.vector_typmod_out, internallength=variable, storage=external);
create cast (extensions.vector as extensions.halfvec) without function as assignment;
create cast (double precision[] as extensions.vector) with inout as assignment;
create cast (real[] as extensions.vector) with inout as assignment;
create access method hnsw type index handler hashhandler;
create access method ivfflat type index handler hashhandler;
create function extensions.shim_hash(extensions.vector) returns int4 language internal immutable strict as 'hashvarlena';
create function extensions.shim_eq(extensions.vector,extensions.vector) returns bool language internal immutable strict as 'byteaeq';
create operator extensions.= (leftarg=extensions.vector,rightarg=extensions.vector,function=extensions.shim_eq);
create function extensions.shim_hashh(extensions.halfvec) returns int4 language internal immutable strict as 'hashvarlena';
create function extensions.shim_eqh(extensions.halfvec,extensions.halfvec) returns bool language internal immutable strict as 'byteaeq';
create operator extensions.= (leftarg=extensions.halfvec,rightarg=extensions.halfvec,function=extensions.shim_eqh);
do $d$ declare am text; oc text; begin foreach am in array array['hnsw','ivfflat'] loop foreach oc in array array['vector_l2_ops','vector_ip_ops','vector_cosine_ops','vector_l1_ops'] loop
 if am='ivfflat' and oc='vector_l1_ops' then continue; end if;
 execute format('create operator class extensions.%I %s for type extensions.vector using %I as operator 1 extensions.=, function 1 extensions.shim_hash(extensions.vector)', oc, case when oc='vector_l2_ops' and am='ivfflat' then 'default' else '' end, am);
 execute format('create operator class extensions.%I for type extensions.halfvec using %I as operator 1 extensions.=, function 1 extensions.shim_hashh(extensions.halfvec)', replace(oc,'vector','halfvec'), am);
end loop; end loop; end $d$;
create function extensions.cosine_distance(extensions.vector,extensions.vector) returns float8 language sql immutable as 'select 0::float8';
create operator extensions.<=> (leftarg=extensions.vector,rightarg=extensions.vector,function=extensions.cosine_distance);
create operator extensions.<-> (leftarg=extensions.vector,rightarg=extensions.vector,function=extensions.cosine_distance);
create operator extensions.<#> (leftarg=extensions.vector,rightarg=extensions.vector,function=extensions.cosine_distance);
create function extensions.cosine_distance(extensions.halfvec,extensions.halfvec) returns float8 language sql immutable as 'select 0::float8';
create operator extensions.<=> (leftarg=extensions.halfvec,rightarg=extensions.halfvec,function=extensions.cosine_distance);

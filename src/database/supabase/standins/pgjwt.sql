-- pgjwt: its functions; nothing is signed or verified.
create function extensions.sign(payload json, secret text, algorithm text default 'HS256') returns text language sql
    as $f$ select ''::text $f$;
create function extensions.verify(token text, secret text, algorithm text default 'HS256') returns table(header json, payload json, valid bool) language sql
    as $f$ select null::json,null::json,false $f$;

-- http: its types and functions; every answer is null.
create domain extensions.http_method as text;
create type extensions.http_header as (field varchar, value varchar);
create type extensions.http_response as (status int, content_type varchar, headers extensions.http_header[], content varchar);
create type extensions.http_request as (method extensions.http_method, uri varchar, headers extensions.http_header[], content_type varchar, content varchar);
create function extensions.http(request extensions.http_request) returns extensions.http_response language sql
    as $f$ select null::extensions.http_response $f$;
create function extensions.http_get(uri varchar) returns extensions.http_response language sql
    as $f$ select null::extensions.http_response $f$;
create function extensions.http_post(uri varchar, content varchar, content_type varchar) returns extensions.http_response language sql
    as $f$ select null::extensions.http_response $f$;
create function extensions.http_header(field varchar, value varchar) returns extensions.http_header language sql as $f$ select $1,$2 $f$;
create function extensions.http_set_curlopt(curlopt varchar, value varchar) returns bool language sql as $f$ select true $f$;

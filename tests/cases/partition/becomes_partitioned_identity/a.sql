CREATE TABLE ev (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, n bigserial, at timestamp NOT NULL, v text);

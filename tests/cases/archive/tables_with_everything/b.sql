CREATE SCHEMA app;
CREATE FUNCTION app.stamp() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN new; END';
CREATE TABLE app.stays (id int PRIMARY KEY);
CREATE TABLE app.parent (id int PRIMARY KEY, note text CHECK (note <> ''));
CREATE TABLE app.refers (thing int);
CREATE PUBLICATION pub FOR TABLE app.stays;

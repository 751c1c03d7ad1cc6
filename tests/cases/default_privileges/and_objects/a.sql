CREATE SCHEMA app;
CREATE TABLE app.old (a int);

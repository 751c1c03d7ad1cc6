CREATE TABLE a_name_that_is_as_long_as_names_of_tables_can_be_in_postgres_1 (id int PRIMARY KEY);
CREATE TABLE a_name_that_is_as_long_as_names_of_tables_can_be_in_postgres_2 (id int PRIMARY KEY);

CREATE TABLE a_b (c int NOT NULL);
CREATE TABLE a (b_c int CONSTRAINT a_b_c_not_null NOT NULL);

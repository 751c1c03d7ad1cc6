CREATE TYPE mood AS ENUM ('awful', 'sad', 'so ''so''', 'happy', 'great');
CREATE TABLE t (m mood DEFAULT 'great');

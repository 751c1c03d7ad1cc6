CREATE TYPE to_come;

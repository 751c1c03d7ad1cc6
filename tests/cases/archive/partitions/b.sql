CREATE TABLE u (id int PRIMARY KEY);
CREATE TABLE m (id int, at date, u_id int REFERENCES u, note text CHECK (note <> ''), PRIMARY KEY (id, at)) PARTITION BY RANGE (at);
CREATE TABLE m_2021 PARTITION OF m FOR VALUES FROM ('2021-01-01') TO ('2022-01-01');
CREATE INDEX m_note ON m (note);

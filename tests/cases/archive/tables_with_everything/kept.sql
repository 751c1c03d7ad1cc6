INSERT INTO app.stays SELECT generate_series(1, 5);
INSERT INTO app.things (stays_id, mood, moods) SELECT i, 'happy', '{sad,happy}' FROM generate_series(1, 5) i;
INSERT INTO app.things (stays_id, above, mood, "Odd Name") VALUES (1, 1, 'sad', 'it''s \ "odd"');
INSERT INTO app.refers VALUES (1), (2);
INSERT INTO other.things (above) VALUES (1), (NULL);
INSERT INTO app.child VALUES (1, 'a', 2), (3, 'b', 4);

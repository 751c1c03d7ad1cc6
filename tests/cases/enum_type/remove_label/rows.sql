INSERT INTO t VALUES ('ok', '{ok,happy}', 'happy');

//! What a catalog says of a database that no kind knows.

use dbtool::catalog;

use crate::support::{Database, session, wait};

#[test]
fn names_what_no_kind_knows_and_shows_no_value() {
    let database = Database::apart();
    database.execute(
        "CREATE TABLE p (id int PRIMARY KEY);
        CREATE TABLE t (p int, CONSTRAINT f FOREIGN KEY (p) REFERENCES p);
        ALTER TABLE t DISABLE TRIGGER ALL;
        ALTER DATABASE test SET app.secret = 'hunter2';
        GRANT CONNECT ON DATABASE test TO PUBLIC;
        REVOKE TEMPORARY ON DATABASE test FROM PUBLIC;
        COMMENT ON DATABASE test IS 'Mine';
        SELECT lo_create(0), lo_create(0);",
    );
    let found = wait(async { catalog::read(&*session(&database.url()).await).await.unwrap() });
    assert_eq!(
        found.unmodelled,
        [
            "COMMENT ON THE DATABASE",
            "DISABLED TRIGGERS OF FOREIGN KEY f ON public.t",
            "LARGE OBJECTS (2)",
            "PRIVILEGES ON THE DATABASE",
            "SETTING app.secret OF THE DATABASE",
        ]
    );
}

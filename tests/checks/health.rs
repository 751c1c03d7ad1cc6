//! What `health` finds, and that its repairs repair.

use std::collections::BTreeSet;

use super::{findings, json};
use crate::support::Database;

/// Everything that a schema alone can show to be wrong, once each.
const ILL: &str = r#"
DO $$ BEGIN CREATE ROLE anon; EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL; END $$;
CREATE TABLE parents (id bigint PRIMARY KEY, name text);
CREATE TABLE children (id int PRIMARY KEY, "Parent" int NOT NULL REFERENCES parents);
CREATE TABLE keyless (note text);
CREATE TABLE open (id int PRIMARY KEY);
GRANT SELECT ON open TO anon;
CREATE TABLE idle_policies (id int PRIMARY KEY);
CREATE POLICY p ON idle_policies USING (id > 0);
CREATE TABLE closed (id int PRIMARY KEY);
ALTER TABLE closed ENABLE ROW LEVEL SECURITY;
CREATE TABLE writable (id int PRIMARY KEY);
ALTER TABLE writable ENABLE ROW LEVEL SECURITY;
CREATE POLICY anything ON writable FOR INSERT TO anon WITH CHECK (true);
CREATE VIEW window_on_closed AS SELECT id FROM closed;
GRANT SELECT ON window_on_closed TO anon;
CREATE FUNCTION mighty() RETURNS int LANGUAGE sql SECURITY DEFINER AS 'SELECT 1';
CREATE INDEX twice ON parents (name);
CREATE INDEX twice_again ON parents (name);
CREATE INDEX longer ON parents (name, id);
INSERT INTO keyless VALUES ('short');
ALTER TABLE keyless ADD CONSTRAINT long CHECK (length(note) > 4) NOT VALID;
ALTER TABLE keyless SET (autovacuum_enabled = false);
CREATE SEQUENCE nearly AS smallint;
SELECT setval('nearly', 32000);
"#;

/// Each check with its severity and what it advises.
const FOUND: [(&str, &str, &str); 16] = [
    ("autovacuum", "warning", "ALTER TABLE public.keyless RESET (autovacuum_enabled)"),
    ("definer_public", "warning", "REVOKE EXECUTE ON FUNCTION public.mighty() FROM PUBLIC"),
    ("definer_search_path", "warning", "ALTER FUNCTION public.mighty() SET search_path = ''"),
    ("duplicate_index", "note", "DROP INDEX CONCURRENTLY public.twice"),
    ("duplicate_index", "warning", "DROP INDEX CONCURRENTLY public.twice_again"),
    ("foreign_key_index", "warning", "CREATE INDEX CONCURRENTLY ON public.children (\"Parent\")"),
    ("foreign_key_type", "note", "ALTER TABLE public.children ALTER COLUMN \"Parent\" TYPE bigint"),
    ("missing_policies", "note", "CREATE POLICY name ON public.closed FOR SELECT TO role USING (condition)"),
    ("open_policy", "warning", "ALTER POLICY anything on public.writable WITH CHECK (condition)"),
    (
        "primary_key",
        "warning",
        "ALTER TABLE public.keyless ADD COLUMN id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY",
    ),
    ("row_security", "error", "ALTER TABLE public.open ENABLE ROW LEVEL SECURITY"),
    ("sequence_end", "error", "ALTER SEQUENCE public.nearly AS bigint"),
    ("slow_statements", "note", "CREATE EXTENSION pg_stat_statements"),
    ("unused_policies", "error", "ALTER TABLE public.idle_policies ENABLE ROW LEVEL SECURITY"),
    ("unvalidated_constraint", "warning", "ALTER TABLE public.keyless VALIDATE CONSTRAINT long"),
    ("view_security", "error", "ALTER VIEW public.window_on_closed SET (security_invoker = true)"),
];

/// What needs a person to fill in a condition, and what this server cannot have.
const BY_HAND: [&str; 3] = ["missing_policies", "open_policy", "slow_statements"];

#[test]
fn all_that_is_wrong_is_found_and_the_repairs_repair() {
    let database = Database::new();
    database.execute(ILL);
    let (code, answer) = json(&database, "postgres", &["health"]);
    assert_eq!(code, 1, "{answer:#}");
    let found: BTreeSet<_> = findings(&answer, "severity").into_iter().collect();
    let before_15 = |repair: &str| repair.contains("security_invoker") && database.server().binaries().major < 15;
    let expected = FOUND.iter().map(|(check, severity, repair)| {
        let repair =
            if before_15(repair) { "REVOKE ALL ON public.window_on_closed FROM anon, authenticated" } else { repair };
        ((*check).to_owned(), (*severity).to_owned(), repair.to_owned())
    });
    assert_eq!(found, expected.collect(), "{answer:#}");
    let repairs = found.into_iter().filter(|(check, ..)| !BY_HAND.contains(&&**check)).map(|(_, _, repair)| repair);
    for repair in repairs.filter(|repair| !repair.contains("anon, authenticated")) {
        database.execute(&repair);
    }
    let (_, answer) = json(&database, "postgres", &["health"]);
    let left: BTreeSet<String> = findings(&answer, "severity").into_iter().map(|(check, ..)| check).collect();
    let expected = BY_HAND.iter().map(|check| (*check).to_owned());
    assert!(left.is_subset(&expected.collect()), "{answer:#}");
    database.execute("DROP OWNED BY anon");
}

#[test]
fn an_index_that_is_not_valid_is_found() {
    let database = Database::new();
    database.execute("CREATE TABLE t (id int PRIMARY KEY, a int); INSERT INTO t VALUES (1, 1), (2, 1)");
    database.try_execute("CREATE UNIQUE INDEX CONCURRENTLY broken ON t (a)").expect_err("the values are not unique");
    let (code, answer) = json(&database, "postgres", &["health", "--fail-on", "error"]);
    assert_eq!(code, 1);
    let invalid =
        ("invalid_index".to_owned(), "error".to_owned(), "REINDEX INDEX CONCURRENTLY public.broken".to_owned());
    assert!(findings(&answer, "severity").contains(&invalid), "{answer:#}");
}

#[test]
fn a_sound_database_passes() {
    let database = Database::new();
    database.execute("CREATE TABLE t (id bigint PRIMARY KEY, parent bigint REFERENCES t); CREATE INDEX ON t (parent)");
    let (code, answer) = json(&database, "postgres", &["health"]);
    assert_eq!(code, 0, "{answer:#}");
    let checks: Vec<String> = findings(&answer, "severity").into_iter().map(|(check, ..)| check).collect();
    assert_eq!(checks, ["slow_statements"], "{answer:#}");
}

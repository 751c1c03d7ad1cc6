//! Sorts of statement: which belong in a schema file, and how each stands to a transaction.

use super::cursor::Cursor;
use super::statement::Transaction;

/// What sort of statement one is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Class {
    /// Declares, changes or describes objects of one database.
    Schema,
    /// Changes rows.
    Data,
    /// Acts on the server at large, or takes away.
    Server,
    /// Sets something for the session.
    Session,
    /// Begins or ends a transaction, or acts only inside of one.
    Transaction,
    /// Anything else: SELECT, DO, CALL, …
    Other,
}

/// The class of the statement `text`, whose head has been read.
pub(super) fn of(verb: &str, keyword: &str, text: &str) -> Class {
    match verb {
        "INSERT" | "COPY" | "UPDATE" | "DELETE" | "MERGE" | "TRUNCATE" => Class::Data,
        "WITH" => with(text),
        "CREATE" if matches!(keyword, "DATABASE" | "TABLESPACE") => Class::Server,
        "ALTER" if matches!(keyword, "SYSTEM" | "TABLESPACE") => Class::Server,
        "ALTER" if keyword == "DATABASE" && !sets_for_database(text) => Class::Server,
        "DROP" if !(drops_own_object(keyword) && has_word(text, "EXISTS")) => Class::Server,
        "VACUUM" | "REINDEX" | "CHECKPOINT" | "LOAD" => Class::Server,
        "CREATE" | "ALTER" | "DROP" | "COMMENT" | "GRANT" | "REVOKE" | "SECURITY" | "REASSIGN" | "IMPORT"
        | "CLUSTER" => Class::Schema,
        "SET" if has_word_next(text, "CONSTRAINTS") || has_word_next(text, "TRANSACTION") => Class::Transaction,
        "SET" | "RESET" => Class::Session,
        "SELECT" if calls_set_config(text) => Class::Session,
        "BEGIN" | "START" | "COMMIT" | "END" | "ROLLBACK" | "ABORT" | "SAVEPOINT" | "RELEASE" | "LOCK" | "DISCARD" => {
            Class::Transaction
        }
        _ => Class::Other,
    }
}

/// The place in a transaction of the statement `text`, whose head has been read.
pub(super) fn transaction(verb: &str, keyword: &str, text: &str) -> Transaction {
    match (verb, keyword) {
        ("CREATE" | "DROP", "INDEX") | ("ALTER", "TABLE") if has_word(text, "CONCURRENTLY") => Transaction::Outside,
        ("CREATE" | "ALTER" | "DROP", "SUBSCRIPTION") => Transaction::Outside,
        ("CREATE" | "DROP", "DATABASE" | "TABLESPACE") | ("ALTER", "SYSTEM") => Transaction::Outside,
        ("ALTER", "DATABASE") if !sets_for_database(text) && has_word(text, "TABLESPACE") => Transaction::Outside,
        ("REINDEX", _) if ["CONCURRENTLY", "DATABASE", "SYSTEM", "SCHEMA"].iter().any(|word| has_word(text, word)) => {
            Transaction::Outside
        }
        ("VACUUM", _) => Transaction::Outside,
        ("CLUSTER", _) if Cursor::new(text, 0).rest().count() == 1 => Transaction::Outside,
        ("ALTER", "TYPE") if has_word(text, "ADD") && has_word(text, "VALUE") => Transaction::CommitAfter,
        _ => Transaction::Inside,
    }
}

/// `pg_dump --clean --if-exists` writes such drops before it creates.
fn drops_own_object(keyword: &str) -> bool {
    !matches!(keyword, "" | "DATABASE" | "TABLESPACE" | "ROLE" | "SUBSCRIPTION" | "OWNED")
}

/// A WITH changes rows where any part of it does; `FOR UPDATE` only locks them.
fn with(text: &str) -> Class {
    let tokens: Vec<_> = Cursor::new(text, 0).rest().collect();
    let changes = tokens.windows(2).any(|pair| {
        ["INSERT", "DELETE", "MERGE"].iter().any(|verb| pair[1].is(text, verb))
            || pair[1].is(text, "UPDATE") && !pair[0].is(text, "FOR") && !pair[0].is(text, "KEY")
    });
    if changes { Class::Data } else { Class::Other }
}

fn sets_for_database(text: &str) -> bool {
    let mut cursor = Cursor::new(text, 0);
    cursor.take("ALTER DATABASE");
    cursor.name();
    cursor.take("RESET") || (cursor.take("SET") && !cursor.take("TABLESPACE"))
}

fn calls_set_config(text: &str) -> bool {
    let mut cursor = Cursor::new(text, 0);
    cursor.take("SELECT");
    cursor.name().last().is_some_and(|function| function == "set_config")
}

fn has_word_next(text: &str, word: &str) -> bool {
    Cursor::new(text, 0).rest().nth(1).is_some_and(|t| t.is(text, word))
}

fn has_word(text: &str, word: &str) -> bool {
    Cursor::new(text, 0).rest().any(|t| t.is(text, word))
}

#[cfg(test)]
mod tests {
    use super::super::head::Head;
    use super::*;

    #[test]
    fn tells_sorts_of_statement_apart() {
        for (text, class) in [
            ("create table t()", Class::Schema),
            ("insert into t values (1)", Class::Data),
            ("with x as (select 1) delete from t", Class::Data),
            ("with x as (select 1) insert into t select 1", Class::Data),
            ("with x as (select 1 for update) select 1", Class::Other),
            ("drop table t", Class::Server),
            ("drop index if exists i", Class::Schema),
            ("drop database if exists d", Class::Server),
            ("alter database d set a = b", Class::Schema),
            ("alter database d rename to e", Class::Server),
            ("alter system set a = b", Class::Server),
            ("select pg_catalog.set_config('search_path', '', false)", Class::Session),
            ("set a = b", Class::Session),
            ("commit", Class::Transaction),
            ("do $$ $$", Class::Other),
        ] {
            assert_eq!(Head::read(text).class, class, "{text}");
        }
    }

    #[test]
    fn knows_what_cannot_share_a_transaction() {
        assert_eq!(Head::read("create index concurrently i on t (a)").transaction, Transaction::Outside);
        assert_eq!(Head::read("alter type e add value 'x'").transaction, Transaction::CommitAfter);
        for outside in [
            "vacuum",
            "reindex (verbose) table concurrently t",
            "reindex schema s",
            "cluster",
            "alter system set a = b",
        ] {
            assert_eq!(Head::read(outside).transaction, Transaction::Outside, "{outside}");
        }
        for inside in ["create table t()", "cluster t", "reindex table t", "alter database d set a = b"] {
            assert_eq!(Head::read(inside).transaction, Transaction::Inside, "{inside}");
        }
    }
}

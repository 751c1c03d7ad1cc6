//! What stands in for the extensions that Supabase has and hardly any other machine: their names and types, and what SQL alone does of them.

use std::collections::BTreeMap;

use crate::database::server::Extension;

/// An extension that is stood in for.
struct StandIn {
    name: &'static str,
    placed: Placed,
    /// The comment of the real one: it is part of what is compared.
    comment: &'static str,
    /// The versions by which projects name it, the usual one last.
    versions: &'static str,
    sql: &'static str,
}

/// Where the objects of an extension are.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Placed {
    /// In whatever schema it is made in.
    Anywhere,
    /// In this schema.
    In(&'static str),
    /// In a schema that it makes itself. The real one cannot be made on a server that was not set up for it.
    Apart,
}

macro_rules! stand_ins {
    ($($name:literal, $placed:expr, $comment:literal, $versions:literal;)*) => {
        &[$(StandIn {
            name: $name,
            placed: $placed,
            comment: $comment,
            versions: $versions,
            sql: include_str!(concat!("standins/", $name, ".sql")),
        }),*]
    };
}

use Placed::{Anywhere, Apart, In};

const STAND_INS: &[StandIn] = stand_ins! {
    "vector", Anywhere, "vector data type and ivfflat and hnsw access methods", "0.4.0 0.4.1 0.4.2 0.4.4 0.5.0 0.5.1 0.6.0 0.6.1 0.6.2 0.7.0 0.7.1 0.7.2 0.7.3 0.7.4 0.8.1 0.8.0";
    "http", Anywhere, "HTTP client for PostgreSQL, allows web page retrieval inside the database.", "1.3 1.4 1.5 1.6";
    "pgjwt", Anywhere, "JSON Web Token API for Postgresql", "0.1.0 0.1.1 0.2.0";
    "pg_jsonschema", Anywhere, "pg_jsonschema", "0.1.4 0.2.0 0.3.0 0.3.1 0.3.3";
    "pg_graphql", Anywhere, "pg_graphql: GraphQL support", "1.0.2 1.1.0 1.2.0 1.2.2 1.2.3 1.3.0 1.4.0 1.4.1 1.4.4 1.5.0 1.5.1 1.5.4 1.5.6 1.5.7 1.5.9 1.5.11";
    "pg_hashids", Anywhere, "pg_hashids", "1.3";
    "pgroonga", Anywhere, "Super fast and all languages supported full text search index based on Groonga", "2.4.0 3.0.7 3.2.5";
    "hypopg", Anywhere, "Hypothetical indexes for PostgreSQL", "1.3.1 1.4.1";
    "index_advisor", Anywhere, "Query index advisor", "0.2.0";
    "wrappers", Anywhere, "Foreign data wrappers developed by Supabase", "0.1.14 0.1.18 0.1.19 0.2.0 0.3.0 0.3.1 0.4.1 0.4.3 0.4.5 0.5.0 0.5.3 0.5.6 0.5.7";
    "plv8", In("pg_catalog"), "PL/JavaScript (v8) trusted procedural language", "2.3.15 3.1.5 3.1.10";
    "pgmq", In("pgmq"), "A lightweight message queue. Like AWS SQS and RSMQ but on Postgres.", "1.4.4 1.5.0 1.5.1";
    "pg_tle", In("pgtle"), "Trusted Language Extensions for PostgreSQL", "1.0.1 1.0.3 1.0.4 1.2.0 1.4.0";
    "supabase-dbdev", In("dbdev"), "PostgreSQL package manager", "0.0.2 0.0.3 0.0.4 0.0.5";
    "supabase_vault", In("vault"), "Supabase Vault Extension", "0.2.5 0.2.6 0.2.7 0.2.8 0.2.9 0.3.0 0.3.1";
    "pgsodium", In("pgsodium"), "Postgres extension for libsodium functions", "3.0.0 3.0.4 3.0.5 3.1.0 3.1.4 3.1.5 3.1.6 3.1.7 3.1.9 3.1.8";
    "pg_cron", Apart, "Job scheduler for PostgreSQL", "1.4 1.4-1 1.4-2 1.5 1.5.2 1.6 1.6.2 1.6.4";
    "pg_net", Apart, "Async HTTP", "0.1.3 0.1.4 0.2 0.3 0.5 0.5.1 0.6 0.6.1 0.7 0.7.1 0.7.3 0.8.0 0.9.1 0.9.2 0.9.3 0.10.0 0.11.0 0.13.0 0.14.0 0.19.5";
};

/// Extensions of which no object is missed.
const EMPTY: [(&str, &str, &str); 6] = [
    ("plpgsql_check", "extended check for plpgsql functions", "2.2 2.7"),
    ("pgaudit", "provides auditing functionality", "1.7 17.0"),
    ("pgtap", "Unit testing for PostgreSQL", "1.1.0 1.2.0 1.3.0 1.3.1 1.3.3"),
    ("pg_stat_monitor", "PostgreSQL Query Performance Monitoring tool", "1.0 1.1 2.1"),
    ("pg_repack", "Reorganize tables in PostgreSQL databases with minimal locks", "1.4.8 1.5.0 1.5.2"),
    ("basejump-supabase_test_helpers", "A collection of functions for testing", "0.0.5 0.0.6"),
];

/// The extensions that are made with every database, and where.
pub const PREINSTALLED: [(&str, &str); 5] = [
    ("pg_graphql", "graphql"),
    ("pgjwt", "extensions"),
    ("pg_net", "extensions"),
    ("pgsodium", "pgsodium"),
    ("supabase_vault", "vault"),
];

/// The extensions that are made with every database and that any server has.
const USUAL: [&str; 3] = ["uuid-ossp", "pgcrypto", "pg_stat_statements"];

/// The names of all extensions that are made with every database.
pub fn brought() -> impl Iterator<Item = &'static str> {
    PREINSTALLED.iter().map(|(name, _)| *name).chain(USUAL)
}

/// The extensions as files for a server.
pub fn extensions() -> Vec<Extension> {
    let empty = EMPTY.iter();
    let empty =
        empty.map(|(name, comment, versions)| StandIn { name, placed: Anywhere, comment, versions, sql: NOTHING });
    let full = STAND_INS.iter().map(StandIn::extension);
    full.chain(empty.map(|stand_in| stand_in.extension())).collect()
}

impl StandIn {
    /// Its control file, a script for each version, and the ways from each version to the next, on which nothing is to be done.
    fn extension(&self) -> Extension {
        let Self { name, placed, comment, .. } = self;
        let versions: Vec<&str> = self.versions.split(' ').collect();
        let usual = versions.last().copied().unwrap_or_default();
        let place = match placed {
            Anywhere | Apart => "relocatable = true".to_owned(),
            In(schema) => format!("relocatable = false\nschema = '{schema}'"),
        };
        let control = format!("comment = '{comment}'\ndefault_version = '{usual}'\n{place}\n");
        let script = |version: &&str| (format!("{name}--{version}.sql"), self.sql.to_owned());
        let way = |pair: &[&str]| (format!("{name}--{}--{}.sql", pair[0], pair[1]), NOTHING.to_owned());
        let mut files: BTreeMap<String, String> = versions.iter().map(script).collect();
        files.extend(versions.windows(2).map(way));
        files.insert(format!("{name}.control"), control);
        Extension { name: self.name, replaces: matches!(placed, Apart | In(_)), files }
    }
}

/// A script that does nothing.
const NOTHING: &str = "SELECT 1;\n";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_has_a_script_for_every_version() {
        let vector = extensions().into_iter().find(|extension| extension.name == "vector").expect("it is there");
        assert!(vector.files["vector.control"].contains("default_version = '0.8.0'"));
        assert!(
            vector.files.contains_key("vector--0.5.1.sql") && vector.files.contains_key("vector--0.5.0--0.5.1.sql")
        );
        let known = |name| extensions().iter().any(|extension| extension.name == name);
        assert!(PREINSTALLED.iter().all(|(name, _)| known(*name)));
    }
}

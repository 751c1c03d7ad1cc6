//! The platforms that bring schemas of their own.

use serde::Deserialize;

use crate::database::supabase;

/// Whose database it is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, clap::ValueEnum)]
#[serde(rename_all = "snake_case")]
pub enum Platform {
    /// Plain PostgreSQL: nothing is preset.
    #[default]
    Postgres,
    /// Supabase: the schemas of its services are given, not managed.
    Supabase,
}

impl Platform {
    /// The schemas that are the platform's own.
    pub fn schemas(self) -> &'static [&'static str] {
        match self {
            Platform::Postgres => &[],
            Platform::Supabase => SUPABASE,
        }
    }
}

impl Platform {
    /// The extensions that the platform brings to every project.
    pub fn extensions(self) -> Vec<String> {
        match self {
            Platform::Postgres => Vec::new(),
            Platform::Supabase => supabase::brought().map(str::to_owned).collect(),
        }
    }
}

/// What Supabase's services and preinstalled extensions keep in a project's database.
const SUPABASE: &[&str] = &[
    "_analytics",
    "_realtime",
    "_supavisor",
    "auth",
    "cron",
    "dbdev",
    "extensions",
    "graphql",
    "graphql_public",
    "net",
    "pgbouncer",
    "pgmq",
    "pgmq_public",
    "pgsodium",
    "pgsodium_masks",
    "pgtle",
    "realtime",
    "repack",
    "storage",
    "supabase_functions",
    "supabase_migrations",
    "tiger",
    "tiger_data",
    "topology",
    "vault",
];

//! What `dbtool.toml` may say: its sections and keys, nothing else.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::time::Duration;

use serde::Deserialize;
use toml::Spanned;

use super::platform::Platform;
use super::secret::Secret;
use super::types_file::TypesFile;
use super::value::{one_or_many, postgres_duration, some_one_or_many};

/// The whole of `dbtool.toml`; every key may be left out.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct File {
    /// Where the desired schema stands: a file, a folder, or a list of globs, relative to `dbtool.toml`.
    #[serde(deserialize_with = "one_or_many")]
    pub schema: Vec<String>,
    /// The files of types to generate.
    pub types: Vec<TypesFile>,
    /// Whose database it is; presets what belongs to the platform and not to the project.
    pub platform: Platform,
    /// The environment to work on when nothing else names a database.
    pub default_env: Option<String>,
    /// The environments: `[env.NAME]`.
    pub env: BTreeMap<String, Environment>,
    /// What becomes of what a migration drops.
    pub drops: Drops,
    /// The files with rows for a fresh database, in order, relative to `dbtool.toml`; `seed.sql` when left out.
    #[serde(deserialize_with = "some_one_or_many")]
    pub seed: Option<Vec<String>>,
    /// What is managed.
    pub scope: ScopeSection,
    /// Where the scratch database comes from.
    pub shadow: Shadow,
    /// The local server programs.
    pub postgres: Postgres,
    /// Where backups are put, and how many are kept.
    pub backup: BackupSection,
    /// What is known to be wrong and lived with.
    pub health: HealthSection,
    /// Where migrations and their ledger are.
    pub migrations: Migrations,
}

impl Default for File {
    fn default() -> Self {
        Self {
            schema: vec!["schema.sql".to_owned()],
            types: Vec::new(),
            platform: Platform::default(),
            default_env: None,
            env: BTreeMap::new(),
            drops: Drops::default(),
            seed: None,
            scope: ScopeSection::default(),
            shadow: Shadow::default(),
            postgres: Postgres::default(),
            backup: BackupSection::default(),
            health: HealthSection::default(),
            migrations: Migrations::default(),
        }
    }
}

/// What becomes of what a migration drops: `drops`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Drops {
    /// It is kept in the schema `dbtool_archive`, and comes back with the way down.
    #[default]
    Archive,
    /// It is gone.
    Final,
}

/// A database with a name: `[env.NAME]`.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Environment {
    /// The URL, mostly `"${VARIABLE}"` so that no password stands in the file.
    pub url: Spanned<Secret>,
    /// The schemas that are managed here, instead of those of `[scope]`.
    #[serde(default)]
    pub schemas: Vec<String>,
    /// Whether a change asks for its name, and what destroys is refused; left out, the host decides.
    #[serde(default)]
    pub protected: Option<bool>,
    /// How long a statement waits for a lock.
    #[serde(default, deserialize_with = "postgres_duration")]
    pub lock_timeout: Option<Duration>,
    /// How long a statement may run.
    #[serde(default, deserialize_with = "postgres_duration")]
    pub statement_timeout: Option<Duration>,
    /// How long a migration tries again to get a lock that others hold.
    #[serde(default, deserialize_with = "postgres_duration")]
    pub lock_patience: Option<Duration>,
}

/// What is managed: `[scope]`.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct ScopeSection {
    /// The managed schemas; all but the excluded ones when empty.
    pub schemas: Vec<String>,
    /// The schemas that are given, not managed, besides those of the platform.
    pub exclude_schemas: Vec<String>,
    /// Whether privileges are managed.
    pub privileges: bool,
    /// Whether roles are managed.
    pub roles: bool,
    /// Whether owners are managed.
    pub owners: bool,
}

impl Default for ScopeSection {
    fn default() -> Self {
        Self { schemas: Vec::new(), exclude_schemas: Vec::new(), privileges: true, roles: false, owners: false }
    }
}

/// Where the scratch database comes from: `[shadow]`.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Shadow {
    /// Whether a temporary database on a remote target's own server is allowed.
    pub server: bool,
    /// The folder of the server programs to use, when not those of `[postgres]`.
    pub bin_dir: Option<PathBuf>,
    /// A server on which scratch databases may be created.
    pub url: Option<Spanned<Secret>>,
}

/// The local server programs: `[postgres]`.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Postgres {
    /// The major version.
    pub version: Option<u32>,
    /// The folder of `postgres`, `initdb` and `pg_dump`.
    pub bin_dir: Option<PathBuf>,
    /// The port of the project's own server, instead of a free one that stays the same.
    pub port: Option<u16>,
}

/// Where backups are put, and how many are kept: `[backup]`.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct BackupSection {
    /// The folder of backups, relative to `dbtool.toml`.
    pub folder: PathBuf,
    /// How many backups of each environment are kept; all when 0.
    pub keep: usize,
}

impl Default for BackupSection {
    fn default() -> Self {
        Self { folder: PathBuf::from("backups"), keep: 14 }
    }
}

/// What is known to be wrong and lived with: `[health]`.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct HealthSection {
    /// Checks, each alone or with a pattern of objects: `"primary_key app.log_*"`.
    pub ignore: Vec<String>,
}

/// Where migrations and their ledger are: `[migrations]`.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Migrations {
    /// The folder of the files, relative to `dbtool.toml`.
    pub folder: PathBuf,
    /// The schema in each database that holds the ledger.
    pub ledger: String,
}

impl Default for Migrations {
    fn default() -> Self {
        Self { folder: PathBuf::from("migrations"), ledger: "dbtool".to_owned() }
    }
}

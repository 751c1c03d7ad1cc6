//! Finding the programs of a Postgres server on this machine.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::Result;

use crate::failure::Failure;

/// Where installers put versions beside each other; `*` stands for the version.
const PLACES: [&str; 9] = [
    "/usr/lib/postgresql/*/bin",
    "/usr/pgsql-*/bin",
    "/usr/lib64/pgsql/bin",
    "/usr/local/pgsql/bin",
    "/opt/homebrew/opt/postgresql@*/bin",
    "/usr/local/opt/postgresql@*/bin",
    "/home/linuxbrew/.linuxbrew/opt/postgresql@*/bin",
    "/Applications/Postgres.app/Contents/Versions/*/bin",
    "C:/Program Files/PostgreSQL/*/bin",
];

/// The programs of one server version.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Binaries {
    /// The folder that holds them.
    pub folder: PathBuf,
    /// The major version.
    pub major: u32,
    /// The whole version, as `postgres --version` says it.
    pub version: String,
}

impl Binaries {
    /// The programs of a folder, if a server that runs is among them.
    pub fn at(folder: &Path) -> Option<Self> {
        let output = Command::new(program(folder, "postgres")).arg("--version").output().ok()?;
        let text = String::from_utf8(output.stdout).ok()?;
        let version = text.trim().strip_prefix("postgres (PostgreSQL) ")?.to_owned();
        let digits = version.split(|c: char| !c.is_ascii_digit()).next()?;
        Some(Self { folder: folder.to_owned(), major: digits.parse().ok()?, version })
    }

    /// The path of one program.
    pub fn program(&self, name: &str) -> PathBuf {
        program(&self.folder, name)
    }
}

/// Every server on this machine, the folder that the user named first.
pub fn all(bin_dir: Option<&Path>) -> Vec<Binaries> {
    folders(bin_dir, None).filter_map(|folder| Binaries::at(&folder)).collect()
}

/// The server of a major version, or of the newest there is; the folder that the user named comes first.
pub fn find(major: Option<u32>, bin_dir: Option<&Path>) -> Result<Binaries> {
    if let Some(folder) = bin_dir.filter(|folder| Binaries::at(folder).is_none()) {
        let message = format!("There is no Postgres server in {}", folder.display());
        return Err(
            Failure::Usage { message, hint: "Name the folder that holds the program postgres".to_owned() }.into()
        );
    }
    let found = match major {
        Some(major) => {
            folders(bin_dir, Some(major)).filter_map(|folder| Binaries::at(&folder)).find(|found| found.major == major)
        }
        None => bin_dir.and_then(Binaries::at).or_else(|| all(None).into_iter().max_by_key(|found| found.major)),
    };
    found.ok_or_else(|| missing(major).into())
}

/// What to install when a server is not there.
pub fn missing(major: Option<u32>) -> Failure {
    let (named, package, formula) = match major {
        Some(major) => (format!("PostgreSQL {major}"), format!("postgresql-{major}"), format!("postgresql@{major}")),
        None => ("PostgreSQL".to_owned(), "postgresql".to_owned(), "postgresql".to_owned()),
    };
    Failure::Missing {
        message: format!("The server programs of {named} are not on this machine"),
        hint: format!(
            "Install them (Debian and Ubuntu: apt install {package}; macOS: brew install {formula}), or name their folder"
        ),
    }
}

/// The folders that hold a `postgres`, each once, those whose name speaks of `major` first.
fn folders(bin_dir: Option<&Path>, major: Option<u32>) -> impl Iterator<Item = PathBuf> {
    let mut standard: Vec<_> =
        PLACES.iter().filter_map(|place| glob::glob(place).ok()).flatten().filter_map(Result::ok).collect();
    standard.sort_by_key(|folder| !major.is_some_and(|major| folder.to_string_lossy().contains(&major.to_string())));
    let path = std::env::var_os("PATH").unwrap_or_default();
    let path: Vec<_> = std::env::split_paths(&path).collect();
    let mut seen = BTreeSet::new();
    let given = bin_dir.map(Path::to_owned).into_iter();
    given
        .chain(standard)
        .chain(path)
        .chain(std::iter::once_with(pg_config).flatten())
        .filter(|folder| program(folder, "postgres").is_file())
        .filter(move |folder| seen.insert(folder.canonicalize().unwrap_or_else(|_| folder.clone())))
}

/// The folder that `pg_config` names, asked only when nothing else did.
fn pg_config() -> Option<PathBuf> {
    let output = Command::new("pg_config").arg("--bindir").output().ok()?;
    Some(PathBuf::from(String::from_utf8(output.stdout).ok()?.trim()))
}

fn program(folder: &Path, name: &str) -> PathBuf {
    folder.join(format!("{name}{}", std::env::consts::EXE_SUFFIX))
}

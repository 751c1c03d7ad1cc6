//! Finding the programs of a Postgres server on this machine.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::Result;

use super::download;
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

/// The major versions that dbtool knows.
pub const MAJORS: std::ops::RangeInclusive<u32> = 13..=18;

/// The programs of one server version.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Binaries {
    /// The folder that holds them.
    pub folder: PathBuf,
    /// The major version.
    pub major: u32,
    /// The whole version, as `postgres --version` says it.
    pub version: String,
    /// A file that their servers hold for as long as they run, where the programs may be removed when nobody does.
    pub held: Option<PathBuf>,
}

impl Binaries {
    /// The programs of a folder, if a server that runs is among them.
    pub fn at(folder: &Path) -> Option<Self> {
        Self::with(folder, "postgres")
    }

    /// The programs of a folder, if the named one is among them and runs.
    fn with(folder: &Path, name: &str) -> Option<Self> {
        let output = Command::new(program(folder, name)).arg("--version").output().ok()?;
        let text = String::from_utf8(output.stdout).ok()?;
        let version = text.trim().strip_prefix(name)?.strip_prefix(" (PostgreSQL) ")?.to_owned();
        let digits = version.split(|c: char| !c.is_ascii_digit()).next()?;
        Some(Self { folder: folder.to_owned(), major: digits.parse().ok()?, version, held: None })
    }

    /// The path of one program.
    pub fn program(&self, name: &str) -> PathBuf {
        program(&self.folder, name)
    }
}

/// Every server on this machine, the folder that the user named first.
pub fn all(bin_dir: Option<&Path>) -> Vec<Binaries> {
    let found: Vec<_> = folders("postgres", bin_dir, None).filter_map(|folder| Binaries::at(&folder)).collect();
    if !found.is_empty() {
        return found;
    }
    pg_config().into_iter().chain(downloaded()).collect()
}

/// The server of a major version, or of the newest there is; the folder that the user named comes first.
pub fn find(major: Option<u32>, bin_dir: Option<&Path>) -> Result<Binaries> {
    let given = bin_dir.map(|folder| Binaries::at(folder).ok_or_else(|| not_in(folder))).transpose()?;
    let found = match major {
        Some(major) => {
            let fits = |found: &Binaries| found.major == major;
            let installed =
                || folders("postgres", None, Some(major)).filter_map(|folder| Binaries::at(&folder)).find(fits);
            given.filter(fits).or_else(installed).or_else(|| pg_config().into_iter().chain(downloaded()).find(fits))
        }
        None => given.or_else(|| all(None).into_iter().rev().max_by_key(|found| found.major)),
    };
    found.ok_or_else(|| missing(major).into())
}

/// The client programs of a major version, one of which is `name`; the folder that the user named comes first.
pub fn find_client(name: &str, major: u32, bin_dir: Option<&Path>) -> Option<Binaries> {
    let folders = folders(name, bin_dir, Some(major)).chain(download::folders());
    folders.filter_map(|folder| Binaries::with(&folder, name)).find(|found| found.major == major)
}

fn not_in(folder: &Path) -> Failure {
    let message = format!("There is no Postgres server in {}", folder.display());
    Failure::Usage { message, hint: "Name the folder that holds the program postgres".to_owned() }
}

/// What to install when a server is not there.
fn missing(major: Option<u32>) -> Failure {
    let named = major.map_or_else(|| "PostgreSQL".to_owned(), |major| format!("PostgreSQL {major}"));
    let version = major.map(|major| format!(" with version = {major} in [postgres]")).unwrap_or_default();
    Failure::Missing {
        message: format!("The server programs of {named} are not on this machine"),
        hint: format!(
            "Install them ({}), let 'dbtool start --download' fetch some{version}, or name their folder with bin_dir in [postgres]",
            install(major)
        ),
    }
}

/// How the server programs of a version are installed on this system.
pub fn install(major: Option<u32>) -> String {
    let with = |between: &str| major.map(|major| format!("{between}{major}")).unwrap_or_default();
    let managers = [
        ("apt-get", format!("apt install postgresql{}", with("-"))),
        ("dnf", format!("dnf install postgresql{}-server", with(""))),
        ("apk", format!("apk add postgresql{}", with(""))),
        ("pacman", "pacman -S postgresql".to_owned()),
        ("zypper", format!("zypper install postgresql{}-server", with(""))),
        // Homebrew gives none to who names no version.
        ("brew", format!("brew install postgresql@{}", major.unwrap_or(*MAJORS.end()))),
    ];
    let path = std::env::var_os("PATH").unwrap_or_default();
    let here = |manager: &str| std::env::split_paths(&path).any(|folder| program(&folder, manager).is_file());
    let found = managers.into_iter().find(|(manager, _)| here(manager)).map(|(_, command)| command);
    found.unwrap_or_else(|| "with the installer from the PostgreSQL project".to_owned())
}

/// The folders that hold the named program, each once, those whose name speaks of `major` first.
fn folders(name: &str, bin_dir: Option<&Path>, major: Option<u32>) -> impl Iterator<Item = PathBuf> {
    let mut standard: Vec<_> =
        PLACES.iter().filter_map(|place| glob::glob(place).ok()).flatten().filter_map(Result::ok).collect();
    standard.sort_by_key(|folder| !major.is_some_and(|major| folder.to_string_lossy().contains(&major.to_string())));
    let path = std::env::var_os("PATH").unwrap_or_default();
    let path: Vec<_> = std::env::split_paths(&path).collect();
    let mut seen = BTreeSet::new();
    bin_dir
        .map(Path::to_owned)
        .into_iter()
        .chain(standard)
        .chain(path)
        .filter(move |folder| program(folder, name).canonicalize().is_ok_and(|program| seen.insert(program)))
}

/// The servers that dbtool fetched, which are asked only when nothing else fits.
fn downloaded() -> impl Iterator<Item = Binaries> {
    download::folders().into_iter().filter_map(|folder| Binaries::at(&folder))
}

/// The server that `pg_config` names, asked only when nothing else knew one.
fn pg_config() -> Option<Binaries> {
    let output = Command::new("pg_config").arg("--bindir").output().ok()?;
    Binaries::at(Path::new(String::from_utf8(output.stdout).ok()?.trim()))
}

fn program(folder: &Path, name: &str) -> PathBuf {
    folder.join(format!("{name}{}", std::env::consts::EXE_SUFFIX))
}

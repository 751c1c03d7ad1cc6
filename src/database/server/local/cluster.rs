//! The data folder of a project's own server: made once, and its settings, written at each start.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result, anyhow};

use super::super::account::Account;
use super::super::binaries::Binaries;
use super::super::process::{command, run};
use crate::sql::ident;

/// The file with dbtool's settings, which the server's own file includes.
const SETTINGS: &str = "dbtool.conf";

/// Makes a data folder with one empty database; under another name first, so that nobody sees half of one.
pub fn make(data: &Path, binaries: &Binaries, account: Option<Account>, database: &str) -> Result<()> {
    let unfinished = data.with_extension("unfinished");
    if unfinished.exists() {
        fs::remove_dir_all(&unfinished).with_context(|| format!("cannot remove {}", unfinished.display()))?;
    }
    initdb(&unfinished, binaries, account)?;
    let file = unfinished.join("postgresql.conf");
    let settings = fs::read_to_string(&file)? + &format!("\ninclude_if_exists = '{SETTINGS}'\n");
    fs::write(&file, settings)?;
    if database != "postgres" {
        let mut single = command(binaries, "postgres", account);
        single.arg("--single").arg("-D").arg(&unfinished).arg("postgres");
        run(&mut single, &format!("CREATE DATABASE {}\n", ident(database)))?;
    }
    fs::rename(&unfinished, data).with_context(|| format!("cannot make {}", data.display()))
}

/// Runs `initdb` with the first locale that this machine has: sorting and upper case are to be those of people.
fn initdb(data: &Path, binaries: &Binaries, account: Option<Account>) -> Result<()> {
    let own =
        ["LC_ALL", "LC_COLLATE", "LANG"].iter().find_map(|name| std::env::var(name).ok().filter(|v| !v.is_empty()));
    let own = own.filter(|locale| locale.to_ascii_lowercase().replace('-', "").ends_with("utf8"));
    let mut outcome = Err(anyhow!("no locale was tried"));
    for locale in own.as_deref().into_iter().chain(["C.UTF-8", "en_US.UTF-8", "C"]) {
        let mut command = command(binaries, "initdb", account);
        command.args(["--no-sync", "-A", "trust", "-E", "UTF8", "-U", "postgres"]);
        outcome = run(command.arg(format!("--locale={locale}")).arg("-D").arg(data), "");
        if outcome.is_ok() {
            break;
        }
        let _nothing_there = fs::remove_dir_all(data);
    }
    outcome.map(drop)
}

/// The major version that made a data folder; nothing when there is none.
pub fn major(data: &Path) -> Option<u32> {
    fs::read_to_string(data.join("PG_VERSION")).ok()?.trim().parse().ok()
}

/// Writes the settings for the next start: a crash loses the last moments at most, and never what holds together.
pub fn configure(data: &Path, socket: &Path, port: u16, account: Option<Account>) -> Result<()> {
    let socket = socket.to_str().context("the path of the local Postgres is not UTF-8")?;
    // A socket has the port in its name, also where nobody listens on that port.
    let port = port.to_string();
    let settings = [
        ("listen_addresses", "127.0.0.1"),
        ("port", &*port),
        ("unix_socket_directories", &*format!("\"{}\"", socket.replace('"', "\"\""))),
        ("synchronous_commit", "off"),
        ("wal_level", "logical"),
        ("max_locks_per_transaction", "1024"),
    ];
    let quoted = |value: &str| value.replace('\\', "\\\\").replace('\'', "''");
    let text: String = settings.iter().map(|(name, value)| format!("{name} = '{}'\n", quoted(value))).collect();
    let file = data.join(SETTINGS);
    fs::write(
        &file,
        format!("# Written by dbtool at each start; settings of yours go to postgresql.auto.conf.\n{text}"),
    )
    .with_context(|| format!("cannot write {}", file.display()))?;
    account.map_or(Ok(()), |account| account.own(&file)).with_context(|| format!("cannot give {} away", file.display()))
}

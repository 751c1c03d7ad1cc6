//! Putting a backup's file into an empty database, with whichever program reads it.

use std::fs::File;
use std::io::{Cursor, Read};
use std::path::{Path, PathBuf};
use std::pin::pin;

use anyhow::{Context, Result};
use futures_util::SinkExt;

use super::pg_dump::table_of;
use super::pieces::{Piece, Reader};
use super::program::{absolute, command, run};
use super::{Format, Manifest, Progress, Watch};
use crate::database::server::{Binaries, find_client};
use crate::database::{Session, Url};
use crate::failure::Failure;

/// The major versions whose programs may be asked for, the newest first.
const MAJORS: std::ops::RangeInclusive<u32> = 13..=18;

/// How a backup is put back.
#[derive(Clone, Debug)]
pub struct How {
    /// The folder of Postgres' programs that the user named.
    pub bin_dir: Option<PathBuf>,
    /// Whether owners and privileges are put back, too.
    pub owners: bool,
    /// How many tables it has, as far as that is known.
    pub tables: u64,
}

/// Loads the file into the database of `session`, which `url` reaches, stopping at the first error.
pub async fn load(
    url: &Url,
    session: &Session,
    file: &Path,
    manifest: Option<&Manifest>,
    how: &How,
    watch: Watch<'_>,
) -> Result<()> {
    match format_of(file)? {
        Format::Custom => {
            let programs = reader(session.major(), manifest.map(Manifest::major), how)?;
            pg_restore(&programs, url, file, how, watch).await
        }
        Format::Sql => match Reader::open(file)? {
            Some(reader) => own(session, reader, how, watch).await,
            None => psql(&any("psql", session.major(), how)?, url, file).await,
        },
    }
}

/// How a file is written, by its first bytes.
pub fn format_of(file: &Path) -> Result<Format> {
    let mut first = [0; 5];
    let cannot = || format!("Cannot read {}", file.display());
    let read = File::open(file).and_then(|mut file| file.read(&mut first)).with_context(cannot)?;
    Ok(if first[..read] == *b"PGDMP" { Format::Custom } else { Format::Sql })
}

/// A `pg_restore` that writes what the server understands and reads what was dumped: of the server's version, else the backup's.
pub fn reader(server: u32, made: Option<u32>, how: &How) -> Result<Binaries> {
    let fits = |major| find_client("pg_restore", major, how.bin_dir.as_deref());
    let found = Some(server).into_iter().chain(made).find_map(fits);
    found.map_or_else(|| any("pg_restore", server, how), Ok)
}

/// A program of the wanted version, or of any there is.
pub fn any(name: &str, major: u32, how: &How) -> Result<Binaries> {
    let majors = Some(major).into_iter().chain(MAJORS.rev());
    let found = majors.into_iter().find_map(|major| find_client(name, major, how.bin_dir.as_deref()));
    Ok(found.ok_or_else(|| Failure::Missing {
        message: format!("The program {name}, which reads this backup, is not on this machine"),
        hint: format!(
            "Install it (Debian and Ubuntu: apt install postgresql-client-{major}; macOS: brew install postgresql@{major})"
        ),
    })?)
}

async fn pg_restore(programs: &Binaries, url: &Url, file: &Path, how: &How, watch: Watch<'_>) -> Result<()> {
    let mut command = command(programs, "pg_restore", url);
    let jobs = std::thread::available_parallelism().map_or(1, |threads| threads.get().min(4));
    command.args(["--verbose", "--exit-on-error", "--no-password", "--dbname", url.database()]);
    command.arg(format!("--jobs={jobs}"));
    if !how.owners {
        command.args(["--no-owner", "--no-privileges"]);
    }
    command.arg("--").arg(absolute(file)?);
    let mut at = (String::new(), 0);
    let hear = |line: Option<&str>| {
        if let Some(table) = line.and_then(table_of) {
            at = (table.to_owned(), at.1 + 1);
            watch(Progress { doing: "Restoring", table: &at.0, begun: at.1, tables: how.tables, bytes: 0 });
        }
    };
    run(command, url, hear).await.context("pg_restore failed").map(drop)
}

async fn psql(programs: &Binaries, url: &Url, file: &Path) -> Result<()> {
    let mut command = command(programs, "psql", url);
    command.args(["--no-psqlrc", "--quiet", "--no-password", "--set=ON_ERROR_STOP=1", "--file"]).arg(absolute(file)?);
    run(command, url, |_| {}).await.context("psql failed").map(drop)
}

/// Loads a backup of dbtool's own.
pub async fn own(session: &Session, mut reader: Reader, how: &How, watch: Watch<'_>) -> Result<()> {
    let (mut begun, mut bytes) = (0, 0);
    while let Some(piece) = reader.next()? {
        let (Piece::Statement(sql) | Piece::Rows(sql)) = &piece;
        let failed = || format!("in the statement\n{}", sql.lines().take(20).collect::<Vec<_>>().join("\n"));
        if matches!(piece, Piece::Statement(_)) {
            session.batch_execute(sql).await.with_context(failed)?;
            continue;
        }
        begun += 1;
        let mut sink = pin!(session.copy_in::<_, Cursor<Vec<u8>>>(sql).await.with_context(failed)?);
        while let Some(rows) = reader.rows()? {
            bytes += rows.len() as u64;
            let table = sql.split_whitespace().nth(1).unwrap_or_default();
            watch(Progress { doing: "Restoring", table, begun, tables: how.tables, bytes });
            sink.send(Cursor::new(rows)).await.with_context(failed)?;
        }
        sink.finish().await.with_context(failed)?;
    }
    Ok(())
}

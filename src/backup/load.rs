//! Putting a backup's file into an empty database, with whichever program reads it.

use std::fs::File;
use std::io::{Cursor, Read};
use std::path::{Path, PathBuf};
use std::pin::pin;
use std::process::Stdio;

use anyhow::{Context, Result, anyhow};
use futures_util::SinkExt;
use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::process::{ChildStdin, Command};

use super::pg_dump::table_of;
use super::pieces::{Piece, Reader};
use super::program::{absolute, command, finish, run, start};
use super::{Format, Manifest, Progress, Watch};
use crate::database::server::{Binaries, MAJORS, find_client};
use crate::database::{Session, Url, supabase};
use crate::failure::Failure;
use crate::sql::{self, split};

/// How many lines of a SQL file its settings stand in.
const HEAD: usize = 40;

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
            if !supabase::has_stand_ins(session).await {
                return pg_restore(&programs, url, file, None, how, watch).await;
            }
            for section in ["pre-data", "data"] {
                pg_restore(&programs, url, file, Some(section), how, watch).await?;
            }
            session.batch_execute(&post_data(to_sql(&programs, url, file, how)?, url).await?).await?;
            Ok(session.batch_execute("RESET ALL").await?)
        }
        Format::Sql => match Reader::open(file)? {
            Some(reader) => own(session, reader, how, watch).await,
            None => psql(&any("psql", session.major(), how)?, url, session.major(), file).await,
        },
    }
}

/// What an archive makes after the rows, as SQL for a server with stand-ins: no index has parameters there that its method does not know.
pub async fn post_data(mut to_sql: Command, url: &Url) -> Result<String> {
    to_sql.arg("--section=post-data");
    let mut running = start(to_sql)?;
    let (mut text, mut out) = (String::new(), running.child.stdout.take().context("pg_restore's output is not piped")?);
    let (read, heard) = tokio::join!(out.read_to_string(&mut text), finish(running, url, |_| {}));
    heard.context("pg_restore failed")?;
    read.context("pg_restore failed")?;
    let pieces = split(&text).map_err(|open| anyhow!("pg_restore wrote a {} that is never closed", open.what))?.pieces;
    let statements = pieces.into_iter().filter_map(|piece| match piece {
        sql::Piece::Statement(range) => Some(format!("{};\n", supabase::tolerated(&text[range]))),
        sql::Piece::Meta(_) => None,
    });
    Ok(statements.collect())
}

/// A `pg_restore` that writes SQL to its output.
pub fn to_sql(programs: &Binaries, url: &Url, file: &Path, how: &How) -> Result<Command> {
    let mut command = command(programs, "pg_restore", url);
    command.arg("--file=-").stdout(Stdio::piped());
    if !how.owners {
        command.args(["--no-owner", "--no-privileges"]);
    }
    // Options may still follow.
    command.arg(absolute(file)?);
    Ok(command)
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

async fn pg_restore(
    programs: &Binaries,
    url: &Url,
    file: &Path,
    section: Option<&str>,
    how: &How,
    watch: Watch<'_>,
) -> Result<()> {
    let mut command = command(programs, "pg_restore", url);
    let jobs = std::thread::available_parallelism().map_or(1, |threads| threads.get().min(4));
    command.args(["--verbose", "--exit-on-error", "--no-password", "--dbname", url.database()]);
    command.arg(format!("--jobs={jobs}")).args(section.map(|section| format!("--section={section}")));
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
    run(command, url, hear).await.map(drop).map_err(|error| newer(error, programs))
}

/// The failure of a `pg_restore` that is older than the `pg_dump` that wrote the archive.
fn newer(error: anyhow::Error, programs: &Binaries) -> anyhow::Error {
    if !format!("{error:#}").contains("unsupported version") {
        return error.context("pg_restore failed");
    }
    let newest = MAJORS.end();
    Failure::Missing {
        message: format!("The backup was written by a newer pg_dump than pg_restore {} can read", programs.version),
        hint: format!(
            "Nothing was changed; install a newer one (Debian and Ubuntu: apt install postgresql-client-{newest}; macOS: brew install postgresql@{newest})"
        ),
    }
    .into()
}

async fn psql(programs: &Binaries, url: &Url, major: u32, file: &Path) -> Result<()> {
    let mut command = command(programs, "psql", url);
    command.args(["--no-psqlrc", "--quiet", "--no-password", "--set=ON_ERROR_STOP=1", "--output=/dev/null"]);
    command.stdin(Stdio::piped());
    let mut psql = start(command)?;
    let mut sink = psql.child.stdin.take().context("the input of psql is not piped")?;
    let feed = async {
        feed(file, major, &mut sink).await?;
        sink.shutdown().await?;
        drop(sink);
        Ok(())
    };
    // When psql stops, its words say more than a broken pipe.
    let (fed, heard): (Result<()>, _) = tokio::join!(feed, finish(psql, url, |_| {}));
    heard.context("psql failed")?;
    fed
}

/// Writes a SQL file to `psql`, without the one setting at its head that a server may be too old to know.
pub async fn feed(file: &Path, major: u32, sink: &mut ChildStdin) -> Result<()> {
    const SINCE_17: &[u8] = b"SET transaction_timeout = 0;";
    let mut reader = BufReader::new(tokio::fs::File::open(file).await?);
    for _ in 0..HEAD {
        let mut line = Vec::new();
        reader.read_until(b'\n', &mut line).await?;
        if major >= 17 || line.trim_ascii_end() != SINCE_17 {
            sink.write_all(&line).await?;
        }
    }
    tokio::io::copy_buf(&mut reader, sink).await?;
    Ok(())
}

/// Loads a backup of dbtool's own.
pub async fn own(session: &Session, mut reader: Reader, how: &How, watch: Watch<'_>) -> Result<()> {
    let (mut begun, mut bytes) = (0, 0);
    while let Some(piece) = reader.next()? {
        let (Piece::Statement(sql) | Piece::Rows(sql)) = &piece;
        let failed = || format!("in the statement\n{}", sql.lines().take(20).collect::<Vec<_>>().join("\n"));
        if matches!(piece, Piece::Statement(_)) {
            session.batch_execute(&supabase::indexed(session, sql).await).await.with_context(failed)?;
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

//! A restore into the database itself: everything managed is dropped and made again in one transaction.

use std::process::Stdio;
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::process::{ChildStdin, Command};

use super::Request;
use crate::backup::Watch;
use crate::backup::load::{any, feed, format_of, own, post_data, reader, to_sql};
use crate::backup::manifest::{Format, Manifest};
use crate::backup::pieces::Reader;
use crate::backup::program::{command, finish, start};
use crate::catalog::{self, Catalog};
use crate::database::{Session, supabase};
use crate::object::Kind;
use crate::plan;

/// Has `psql` tell which transaction and which process of the server it works in.
const WHO: &str =
    "SELECT txid_current() AS transaction, pg_backend_pid() AS process \\gset\n\\echo :transaction :process\n";

/// Drops what is managed and loads the backup; what fails is rolled back.
pub async fn replace(request: &Request, session: &Session, watch: Watch<'_>) -> Result<()> {
    let (managed, given) = request.scope.split(catalog::read(session).await?);
    let drops = drops(&managed)?;
    if format_of(&request.backup.path)? == Format::Sql
        && let Some(reader) = Reader::open(&request.backup.path)?
    {
        session.batch_execute(&format!("{}BEGIN;{drops}", watchful(session))).await?;
        own(session, reader, &request.how(), watch).await?;
        return session.batch_execute("COMMIT").await.context("cannot commit");
    }
    through_psql(request, session, &drops, &given).await
}

/// The statements that drop all that is managed; the schema `public` and the language that comes with a database stay.
fn drops(managed: &Catalog) -> Result<String> {
    let stays = |kind: Kind, identity: &str| {
        kind == Kind::Schema && identity == "public" || kind == Kind::Extension && identity == "plpgsql"
    };
    let kept = managed.entries.iter().filter(|(id, _)| stays(id.kind, &id.identity));
    let kept = kept.map(|(id, entry)| (id.clone(), entry.clone())).collect();
    let kept = Catalog::new(managed.version, managed.user.clone(), kept, Vec::new());
    let plan = plan::plan(managed, &kept)?;
    Ok(plan.statements().map(|statement| format!("{};\n", statement.text)).collect())
}

/// Feeds the drops and the backup's SQL to `psql`, which hears COMMIT only after all of it.
async fn through_psql(request: &Request, session: &Session, drops: &str, given: &Catalog) -> Result<()> {
    let url = session.url();
    let mut psql = command(&any("psql", session.major(), &request.how())?, "psql", url);
    psql.args(["--no-psqlrc", "--quiet", "--no-password", "--set=ON_ERROR_STOP=1", "--output=/dev/null"]);
    psql.stdin(Stdio::piped()).stdout(Stdio::piped());
    let mut psql = start(psql)?;
    let mut sink = psql.child.stdin.take().context("the input of psql is not piped")?;
    let mut echo = psql.child.stdout.take().context("the output of psql is not piped")?;
    let feed = async {
        let begin = format!("{}BEGIN;\n{WHO}{drops}", watchful(session));
        sink.write_all(begin.as_bytes()).await?;
        write_sql(request, session, given, &mut sink).await?;
        sink.write_all(b"\nCOMMIT;\n\\echo committed\n").await?;
        sink.shutdown().await?;
        drop(sink);
        Ok(())
    };
    let mut said = String::new();
    // When the feeding fails, psql comes to its end without COMMIT; when psql stops, its words say more than a broken pipe.
    let (fed, heard, listened): (Result<()>, _, _) =
        tokio::join!(feed, finish(psql, url, |_| {}), echo.read_to_string(&mut said));
    let ended = || {
        ensure!(said.ends_with("committed\n"), "psql did not come to the end of the backup");
        Ok(())
    };
    match heard.context("psql failed").and(fed).and(listened.map(drop).map_err(Into::into)).and_then(|()| ended()) {
        Err(error) if !has_committed(session, &said).await? => Err(error),
        _ => Ok(()),
    }
}

/// Has the server see within a second that its client was killed, even in the middle of a long statement; 13 cannot.
fn watchful(session: &Session) -> &'static str {
    if session.major() >= 14 { "SET client_connection_check_interval = '1s';\n" } else { "" }
}

/// Whether the transaction that `psql` told of has committed, though `psql` did not live to say so; if it goes on, it is ended.
async fn has_committed(session: &Session, said: &str) -> Result<bool> {
    let mut numbers = said.split_whitespace().map_while(|word| word.parse::<i64>().ok());
    let (Some(transaction), Some(process)) = (numbers.next(), numbers.next()) else { return Ok(false) };
    session.end(i32::try_from(process)?).await?;
    loop {
        let status: Option<String> = session.query_one("SELECT txid_status($1)", &[&transaction]).await?.try_get(0)?;
        match status.as_deref() {
            Some("in progress") => tokio::time::sleep(Duration::from_millis(50)).await,
            status => return Ok(status == Some("committed")),
        }
    }
}

/// Writes the backup as SQL.
async fn write_sql(request: &Request, session: &Session, given: &Catalog, sink: &mut ChildStdin) -> Result<()> {
    let backup = &request.backup;
    if format_of(&backup.path)? == Format::Sql {
        return feed(&backup.path, session.major(), sink).await;
    }
    let programs = reader(session.major(), backup.manifest.as_ref().map(Manifest::major), &request.how())?;
    let excluded: Vec<String> = given
        .entries
        .keys()
        .filter(|id| id.kind == Kind::Schema)
        .map(|schema| format!("--exclude-schema={}", schema.identity))
        .collect();
    let to_sql = || -> Result<Command> {
        let mut command = to_sql(&programs, session.url(), &backup.path, &request.how())?;
        command.args(&excluded);
        Ok(command)
    };
    let stood_in = supabase::has_stand_ins(session).await;
    let mut command = to_sql()?;
    command.args(if stood_in { &["--section=pre-data", "--section=data"][..] } else { &[] });
    let mut running = start(command)?;
    let mut sql = running.child.stdout.take().context("the output of pg_restore is not piped")?;
    let copied = tokio::io::copy(&mut sql, sink).await;
    // When psql is gone nobody reads on, and pg_restore must not wait for that.
    drop(sql);
    finish(running, session.url(), |_| {}).await.context("pg_restore failed")?;
    copied?;
    if stood_in {
        sink.write_all(post_data(to_sql()?, session.url()).await?.as_bytes()).await?;
    }
    Ok(())
}

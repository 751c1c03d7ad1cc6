//! A backup by `pg_dump` of the server's own version.

use std::path::Path;

use anyhow::{Context, Result};

use super::program::{absolute, command, run};
use super::snapshot::{Snapshot, Tables};
use super::{Contents, Format, Options, Progress, Watch};
use crate::database::server::Binaries;

/// Writes the backup to `file`; answers with the program's warnings.
pub async fn dump(
    programs: &Binaries,
    snapshot: &Snapshot,
    options: &Options,
    tables: &Tables,
    file: &Path,
    watch: Watch<'_>,
) -> Result<Vec<String>> {
    let url = snapshot.session().url();
    let mut command = command(programs, "pg_dump", url);
    command.args(["--verbose", "--no-password", "--snapshot", &snapshot.id, "--file"]).arg(absolute(file)?);
    command.arg(match options.format {
        Format::Custom => "--format=custom",
        Format::Sql => "--format=plain",
    });
    match options.contents {
        Contents::All => {}
        Contents::Schema => drop(command.arg("--schema-only")),
        Contents::Data => drop(command.arg("--data-only")),
    }
    // An identity is a pattern that fits nothing else: all but plain words stand in double quotes.
    command.args(tables.named.iter().map(|table| format!("--table={table}")));
    let mut at = (String::new(), 0);
    let hear = |line: Option<&str>| {
        if let Some(table) = line.and_then(table_of) {
            at = (table.to_owned(), at.1 + 1);
        }
        let bytes = std::fs::metadata(file).map_or(0, |data| data.len());
        watch(Progress {
            doing: "Backing up",
            table: &at.0,
            begun: at.1,
            tables: tables.with_rows.len() as u64,
            bytes,
        });
    };
    run(command, url, hear).await.context("pg_dump failed")
}

/// The table that a line of `pg_dump --verbose` or `pg_restore --verbose` says is at work.
pub fn table_of(line: &str) -> Option<&str> {
    ["dumping contents of table ", "processing data for table "]
        .iter()
        .find_map(|words| line.split_once(words))
        .map(|(_, table)| table.trim_matches('"'))
}

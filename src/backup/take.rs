//! Taking a backup: one snapshot, a file under another name, a manifest, a trial, and only then the name.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use jiff::Timestamp;
use sha2::{Digest, Sha256};

use super::expected::Expected;
use super::load::{How, load};
use super::partial::Unfinished;
use super::snapshot::Snapshot;
use super::{Contents, Format, Manifest, Options, Watch, folder, own, pg_dump};
use crate::catalog::{Catalog, Scope};
use crate::database::server::{Binaries, ScratchOptions, find_client};
use crate::database::{Shadow, ShadowOptions, Url};
use crate::desired::roles_of;
use crate::failure::Failure;
use crate::object::Kind;

/// A backup that was taken.
#[derive(Debug)]
pub struct Taken {
    /// Its file.
    pub path: PathBuf,
    /// Its description.
    pub manifest: Manifest,
    /// What there is to say of it.
    pub notices: Vec<String>,
    /// The older backups that were removed, for there were too many.
    pub removed: Vec<PathBuf>,
}

/// Takes a backup of the database at `url`, which messages call `target`.
///
/// # Errors
/// A database that cannot be read whole, a file that cannot be written, a trial that does not come out equal; then there is no file.
pub async fn take(url: &Url, target: &str, options: &Options, watch: Watch<'_>) -> Result<Taken> {
    let snapshot = Snapshot::begin(url, target).await?;
    let programs = match options.own {
        true => None,
        false => find_client("pg_dump", snapshot.session().major(), options.bin_dir.as_deref()),
    };
    let format = if programs.is_some() { options.format } else { Format::Sql };
    let file = Unfinished::begin(&options.folder, &options.label, format, Timestamp::now())?;
    let catalog = snapshot.catalog().await?.without_roles();
    let roles = roles_of(Some(snapshot.session())).await?;
    let mut manifest = describe(&snapshot, options, &file, format, programs.as_ref()).await?;
    let notices = dump(snapshot, programs.as_ref(), options, &catalog, &mut manifest, file.path(), watch).await?;
    (manifest.bytes, manifest.sha256) = digest(file.path())?;
    if let Some(shadow) = &options.verify {
        try_out(shadow, &roles, file.path(), &manifest, catalog.clone(), options, watch).await?;
        manifest.verified_at = Some(Timestamp::now());
    }
    let path = file.complete(&manifest, &catalog)?;
    let removed = folder::retain(&options.folder, &manifest, options.keep)?;
    Ok(Taken { path, manifest, notices, removed })
}

/// What can be said of a backup before it is written.
async fn describe(
    snapshot: &Snapshot,
    options: &Options,
    file: &Unfinished,
    format: Format,
    programs: Option<&Binaries>,
) -> Result<Manifest> {
    let session = snapshot.session();
    Ok(Manifest {
        file: file.name(),
        format,
        contents: options.contents,
        tables: options.tables.clone(),
        taken_at: Timestamp::now(),
        made_by: match programs {
            Some(programs) => format!("pg_dump {}", programs.version),
            None => format!("dbtool {}", env!("CARGO_PKG_VERSION")),
        },
        server: session.version_text().to_owned(),
        version: session.version(),
        label: options.label.clone(),
        database: session.url().target(),
        migration: snapshot.migration().await?,
        bytes: 0,
        sha256: String::new(),
        rows: BTreeMap::new(),
        verified_at: None,
    })
}

/// Writes the backup and counts what is in it; answers with what there is to say.
async fn dump(
    snapshot: Snapshot,
    programs: Option<&Binaries>,
    options: &Options,
    catalog: &Catalog,
    manifest: &mut Manifest,
    file: &Path,
    watch: Watch<'_>,
) -> Result<Vec<String>> {
    let tables = snapshot.tables(&options.tables).await?;
    let counted: &[String] = if options.contents == Contents::Schema { &[] } else { &tables.with_rows };
    let Some(programs) = programs else {
        manifest.rows = snapshot.count(counted).await?;
        let mut notices: Vec<String> =
            (!options.own).then(|| without_pg_dump(snapshot.session().major())).into_iter().collect();
        notices.extend(own::dump(&snapshot, catalog, options, counted, file, watch).await?);
        return Ok(notices);
    };
    let dumped = pg_dump::dump(programs, &snapshot, options, &tables, file, watch);
    let (rows, notices) = tokio::try_join!(snapshot.count(counted), dumped)?;
    manifest.rows = rows;
    Ok(notices)
}

fn without_pg_dump(major: u32) -> String {
    format!(
        "There is no pg_dump {major} on this machine, so dbtool made the backup itself, as SQL; \
         with it (Debian and Ubuntu: apt install postgresql-client-{major}; macOS: brew install postgresql@{major}) backups are compressed"
    )
}

/// The size and the SHA-256 of a file.
pub fn digest(path: &Path) -> Result<(u64, String)> {
    let cannot = || format!("Cannot read {}", path.display());
    let mut file = File::open(path).with_context(cannot)?;
    let (mut hash, mut bytes, mut buffer) = (Sha256::new(), 0, vec![0; 1 << 16]);
    loop {
        match file.read(&mut buffer) {
            Ok(0) => break,
            Ok(read) => {
                hash.update(&buffer[..read]);
                bytes += read as u64;
            }
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error).with_context(cannot),
        }
    }
    Ok((bytes, hash.finalize().iter().map(|byte| format!("{byte:02x}")).collect()))
}

/// Restores the backup into a scratch database and compares that with what it was taken of.
async fn try_out(
    shadow: &ShadowOptions,
    roles: &[String],
    file: &Path,
    manifest: &Manifest,
    catalog: Catalog,
    options: &Options,
    watch: Watch<'_>,
) -> Result<()> {
    let extensions = catalog.entries.keys().filter(|id| id.kind == Kind::Extension);
    let extensions = extensions.map(|id| id.identity.trim_matches('"').to_owned()).collect();
    let scratch = ScratchOptions { on_disk: true, ..shadow.scratch.clone() };
    let mut shadow = Shadow::start(&ShadowOptions { extensions, scratch, supabase: false, ..shadow.clone() }).await?;
    shadow.furnish_roles(roles, &catalog.user).await?;
    let session = shadow.database("verify").await?;
    let how = How { bin_dir: options.bin_dir.clone(), owners: true, tables: manifest.rows.len() as u64 };
    load(session.url(), &session, file, Some(manifest), &how, watch).await.context("the backup cannot be restored")?;
    let expected = Expected { catalog: Some(catalog), rows: manifest.rows.clone(), scope: whole() };
    let differences = expected.differences(&session).await?;
    session.close().await;
    shadow.close().await?;
    if differences.is_empty() {
        return Ok(());
    }
    let message = format!("What was restored for a trial differs from the database:\n  {}", differences.join("\n  "));
    let hint = "No backup was kept; try again, and report it if it differs again".to_owned();
    Err(Failure::Refused { message, hint }.into())
}

/// The scope of a comparison in which everything counts.
pub fn whole() -> Scope {
    Scope { owners: true, privileges: true, ..Scope::default() }
}

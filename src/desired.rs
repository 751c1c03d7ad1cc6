//! From schema files to the catalog that they declare: loaded into a shadow, read back, and kept for the next time.

use std::path::{Path, PathBuf};

use anyhow::Result;
use sha2::{Digest, Sha256};
use tokio::task::{JoinHandle, spawn_blocking};

use crate::catalog::{self, Catalog};
use crate::database::load::{Loading, load};
use crate::database::{Absent, Session, Shadow, ShadowOptions};
use crate::failure::Failure;
use crate::object::Object;
use crate::plan;
use crate::source::Source;
use crate::surface::{self, Surface};

/// How many bytes of catalogs are kept from run to run.
const KEPT: u64 = 256 << 20;

/// What a schema is to be built like.
pub struct Surroundings<'a> {
    /// Where a shadow may be.
    pub shadow: ShadowOptions,
    /// The database that the schema is for, whose roles and version count.
    pub target: Option<&'a Session>,
    /// Whether roles are managed, so that only those are made that the source declares.
    pub roles: bool,
    /// What is given there and not managed, for the schema to refer to.
    pub given: Option<&'a Catalog>,
    /// The folder of what is kept from run to run, if anything is to be kept.
    pub cache: Option<PathBuf>,
    /// What is being read from there already.
    pub early: Option<Early>,
}

/// What is kept of a source, being read while the database is.
pub struct Early {
    file: PathBuf,
    catalog: JoinHandle<Result<Catalog>>,
}

impl Early {
    /// Begins to read what is kept of a source, if there is something for a database in which nothing is given.
    ///
    /// # Errors
    /// Those of the session on the database.
    pub async fn begin(source: &Source, surroundings: &Surroundings<'_>) -> Result<Option<Self>> {
        let roles = roles_of(surroundings.target).await?;
        let Some(folder) = &surroundings.cache else { return Ok(None) };
        let file = folder.join(file_name(source, surroundings, &roles));
        let kept = file.clone();
        Ok(file.exists().then(|| Self { file, catalog: spawn_blocking(move || Catalog::read_file(&kept)) }))
    }

    /// The catalog, if it is the one in `file`.
    async fn of(self, file: &Path) -> Option<Catalog> {
        if self.file == file { self.catalog.await.ok()?.ok() } else { None }
    }
}

/// What the files declare, and what there is to say about them.
pub struct Desired {
    /// The catalog.
    pub catalog: Catalog,
    /// What was passed over or looks wrong, with its place.
    pub notices: Vec<String>,
}

/// Builds a source in a shadow and reads it back, unless that was done before.
///
/// # Errors
/// `Failure::InvalidSql` and the like for the files, `Failure::Missing` when there is no shadow to be had.
pub async fn build(source: &Source, mut surroundings: Surroundings<'_>) -> Result<Desired> {
    let roles = roles_of(surroundings.target).await?;
    let kept = surroundings.cache.as_ref().map(|folder| folder.join(file_name(source, &surroundings, &roles)));
    if let (Some(early), Some(file)) = (surroundings.early.take(), &kept)
        && let Some(catalog) = early.of(file).await
    {
        return Ok(Desired { catalog, notices: Vec::new() });
    }
    if let Some(catalog) = kept.as_ref().and_then(|file| Catalog::read_file(file).ok()) {
        return Ok(Desired { catalog, notices: Vec::new() });
    }
    Ok(build_anew(source, surroundings, &roles, kept).await?.0)
}

/// What programs see of a database that is as a source declares, and what there is to say about the files.
///
/// # Errors
/// As [`build`].
pub async fn surface(source: &Source, surroundings: Surroundings<'_>) -> Result<(Surface, Vec<String>)> {
    let roles = roles_of(surroundings.target).await?;
    let kept = surroundings.cache.as_ref().map(|folder| folder.join(file_name(source, &surroundings, &roles)));
    if let Some(surface) = kept.as_ref().and_then(|file| Surface::read_file(&beside(file)).ok()) {
        return Ok((surface, Vec::new()));
    }
    let (desired, surface) = build_anew(source, surroundings, &roles, kept).await?;
    Ok((surface, desired.notices))
}

/// Where the surface is kept that was read with the catalog in `file`.
fn beside(file: &Path) -> PathBuf {
    file.with_extension("surface.json")
}

/// Builds a source in a shadow, reads it back, and keeps what was read.
async fn build_anew(
    source: &Source,
    surroundings: Surroundings<'_>,
    roles: &[String],
    kept: Option<PathBuf>,
) -> Result<(Desired, Surface)> {
    let options = ShadowOptions { extensions: extensions(source), ..surroundings.shadow };
    let mut shadow = Shadow::start(&options).await?;
    let user = surroundings.target.map_or("postgres", |target| target.user());
    if surroundings.roles && !shadow.is_private() {
        return Err(Failure::Usage {
            message: "Roles cannot be managed with a shadow on somebody's server: they would be made there".to_owned(),
            hint: "Install the server's programs on this machine, or leave [scope] roles out of dbtool.toml".to_owned(),
        }
        .into());
    }
    shadow.furnish_roles(if surroundings.roles { &[] } else { roles }, user).await?;
    let session = shadow.database("desired").await?;
    if let Some(given) = surroundings.given.filter(|given| !given.entries.is_empty()) {
        furnish(&session, given).await?;
    }
    let loading =
        Loading { own_server: shadow.is_private(), roles: surroundings.roles, database: session.database().to_owned() };
    let loaded = load(&session, source, loading).await?;
    let mut catalog = catalog::read(&session).await?;
    let surface = surface::read(&session).await?;
    forget_versions(&mut catalog, source);
    let mut notices: Vec<String> = shadow.warning().map(str::to_owned).into_iter().collect();
    notices.extend(loaded.notices.iter().map(|notice| format!("{}: {}", notice.place, notice.message)));
    let lacking = lacking(surroundings.target, &loaded.invented).await?;
    notices.extend(lacking.iter().map(|absent| format!("{absent} is not on the server")));
    let fault = |fault: &crate::database::load::BodyFault| format!("{}: {}", fault.routine, fault.message);
    notices.extend(loaded.body_faults.iter().map(fault));
    session.close().await;
    shadow.close().await?;
    if let Some(file) = kept {
        // What cannot be kept is built again the next time.
        let written = catalog.write_file(&file).and_then(|()| surface.write_file(&beside(&file)));
        let _ = written.and_then(|()| Ok(file.parent().map_or(Ok(()), prune)?));
    }
    Ok((Desired { catalog, notices }, surface))
}

/// What was invented in the shadow and is not on the target's server: the roles that are there were made before.
async fn lacking(target: Option<&Session>, invented: &[Absent]) -> Result<Vec<Absent>> {
    let Some(target) = target else { return Ok(invented.to_vec()) };
    let rows = target.query_typed("SELECT spcname::text FROM pg_catalog.pg_tablespace", &[]).await?;
    let there: Vec<Absent> = rows.iter().map(|row| Absent::Tablespace(row.get(0))).collect();
    Ok(invented.iter().filter(|absent| !there.contains(absent)).cloned().collect())
}

/// Removes the oldest of what is kept where it is more than [`KEPT`].
fn prune(folder: &Path) -> std::io::Result<()> {
    let mut files = Vec::new();
    for entry in std::fs::read_dir(folder)? {
        let entry = entry?;
        let data = entry.metadata()?;
        files.push((data.modified()?, data.len(), entry.path()));
    }
    files.sort_unstable_by(|a, b| b.cmp(a));
    let mut room = KEPT;
    for (_, size, file) in files {
        room = room.saturating_sub(size);
        if room == 0 {
            std::fs::remove_file(file)?;
        }
    }
    Ok(())
}

/// Makes what is given in the target, as far as it can be made from its catalog.
pub async fn furnish(session: &Session, given: &Catalog) -> Result<()> {
    let empty = catalog::read(session).await?.without_roles();
    session.batch_execute("SET check_function_bodies = false").await?;
    for statement in plan::plan(&empty, &empty.with(given))?.statements() {
        // What is given is only there to be referred to: what this server cannot make is missed by name when it is.
        let _ = session.batch_execute(&statement.text).await;
    }
    Ok(())
}

/// The names of the roles on the target's server.
pub async fn roles_of(target: Option<&Session>) -> Result<Vec<String>> {
    let Some(target) = target else { return Ok(Vec::new()) };
    let rows = target.query_typed("SELECT rolname::text FROM pg_catalog.pg_roles ORDER BY 1", &[]).await?;
    Ok(rows.iter().map(|row| row.get(0)).collect())
}

/// The extensions that the source makes.
fn extensions(source: &Source) -> Vec<String> {
    let creates = |s: &&crate::source::SourceStatement| s.head.verb == "CREATE" && s.head.object.keyword == "EXTENSION";
    source.statements.iter().filter(creates).filter_map(|s| s.head.object.name.last().cloned()).collect()
}

/// Leaves the versions open that the source does not name.
fn forget_versions(catalog: &mut Catalog, source: &Source) {
    for (id, entry) in &mut catalog.entries {
        if let Object::Extension(extension) = &mut entry.object {
            let declared = source.declaration_of("EXTENSION", &id.identity).map(|i| source.text(&source.statements[i]));
            let named = declared.is_some_and(|text| text.to_ascii_lowercase().contains(" version "));
            if !named {
                extension.version = None;
            }
        }
    }
}

/// The name under which a catalog is kept: all that it depends on, hashed.
fn file_name(source: &Source, surroundings: &Surroundings, roles: &[String]) -> String {
    let mut hash = Sha256::new();
    let given = surroundings.given.filter(|given| !given.entries.is_empty());
    let given = given.map(|given| format!("{:?}", given.entries)).unwrap_or_default();
    let server = surroundings.target.map_or(("", ""), |target| (target.version_text(), target.user()));
    let platform = if surroundings.shadow.supabase { "supabase" } else { "" };
    let managed = if surroundings.roles { "roles" } else { "" };
    let parts = [managed, &source.digest(), &build_id(), server.0, server.1, &roles.join(","), &given, platform];
    for part in parts {
        hash.update(part.as_bytes());
        hash.update([0]);
    }
    let hex: String = hash.finalize().iter().map(|byte| format!("{byte:02x}")).collect();
    format!("{hex}.json")
}

/// Which build of dbtool this is: another may read catalogs differently.
pub fn build_id() -> String {
    let built = std::env::current_exe().and_then(std::fs::metadata).and_then(|data| Ok((data.modified()?, data.len())));
    format!("{} {built:?}", env!("CARGO_PKG_VERSION"))
}

//! Choosing the place of a shadow: a server of our own, the target's, or one of another version.

use anyhow::{Result, anyhow};

use super::{Home, Shadow, ShadowOptions, leftovers};
use crate::database::connect::{Timeouts, connect};
use crate::database::server::{self, Binaries, Scratch};
use crate::database::supabase;
use crate::database::url::Url;
use crate::failure::Failure;

/// Takes the first place that works, and remembers why the others did not.
pub async fn start(options: &ShadowOptions) -> Result<Shadow> {
    if let Some(url) = &options.url {
        return shared(url).await;
    }
    let mut reasons = Vec::new();
    match server::find(Some(options.major), options.bin_dir.as_deref()) {
        Ok(binaries) => match own(&binaries, options).await {
            Ok(shadow) => return Ok(shadow),
            Err(reason) => reasons.push(reason),
        },
        Err(reason) => reasons.push(reason),
    }
    if let Some(url) = options.server.as_ref().filter(|url| options.server_allowed || url.is_local()) {
        match shared(url).await {
            Ok(shadow) => return Ok(shadow),
            Err(reason) => reasons.push(reason),
        }
    }
    for binaries in others(options) {
        match own(&binaries, options).await {
            Ok(mut shadow) => {
                shadow.warning = Some(warning(&binaries, options));
                return Ok(shadow);
            }
            Err(reason) => reasons.push(reason),
        }
    }
    Err(nowhere(options, &reasons))
}

/// A server of our own, if it has the extensions.
async fn own(binaries: &Binaries, options: &ShadowOptions) -> Result<Shadow> {
    let programs = if options.supabase { supabase::programs(binaries)? } else { binaries.clone() };
    let settings = options.scratch.clone();
    let scratch = tokio::task::spawn_blocking(move || Scratch::start(&programs, &settings)).await??;
    let admin = connect(&scratch.url("template1"), "the shadow", &Timeouts::default()).await?;
    let home = Home::Own { scratch: Box::new(scratch), spare: true };
    let shadow = Shadow { admin, home, user: None, warning: None, supabase: options.supabase };
    if !options.extensions.is_empty() {
        check_extensions(&shadow, &options.extensions, binaries).await?;
    }
    Ok(shadow)
}

async fn check_extensions(shadow: &Shadow, needed: &[String], binaries: &Binaries) -> Result<()> {
    let sql = "SELECT n FROM unnest($1::text[]) n WHERE n NOT IN (SELECT name FROM pg_catalog.pg_available_extensions)";
    let rows = shadow.admin.query(sql, &[&needed]).await?;
    let missing = rows.iter().map(|row| row.try_get(0)).collect::<Result<Vec<String>, _>>()?;
    match missing.as_slice() {
        [] => Ok(()),
        names => {
            Err(anyhow!("the server programs in {} lack the extension {}", binaries.folder.display(), names.join(", ")))
        }
    }
}

/// A place among the databases of somebody's server.
async fn shared(url: &Url) -> Result<Shadow> {
    let admin = connect(url, &url.target(), &Timeouts::default()).await?;
    let row = admin
        .query_one("SELECT rolcreatedb OR rolsuper FROM pg_catalog.pg_roles WHERE rolname = current_user", &[])
        .await?;
    if !row.try_get::<_, bool>(0)? {
        let message = format!("{} may not make a temporary database on {}", admin.user(), url.host());
        let hint = format!("Grant it: ALTER ROLE {} CREATEDB", crate::sql::ident(admin.user()));
        return Err(Failure::Missing { message, hint }.into());
    }
    leftovers::sweep(&admin).await?;
    Ok(Shadow { admin, home: Home::Shared { made: Vec::new() }, user: None, warning: None, supabase: false })
}

/// The servers of other versions, the nearest first.
fn others(options: &ShadowOptions) -> Vec<Binaries> {
    let mut others = server::all(options.bin_dir.as_deref());
    others.retain(|binaries| binaries.major != options.major);
    others.sort_by_key(|binaries| binaries.major.abs_diff(options.major));
    others
}

fn warning(binaries: &Binaries, options: &ShadowOptions) -> String {
    let (ours, theirs) = (binaries.major, options.major);
    format!(
        "The shadow runs PostgreSQL {ours}, the target {theirs}: some definitions are printed differently and may show as differences"
    )
}

fn nowhere(options: &ShadowOptions, reasons: &[anyhow::Error]) -> anyhow::Error {
    let reasons: String = reasons.iter().map(|reason| format!("\n  - {reason:#}")).collect();
    let message = format!("There is no scratch Postgres {} to read the schema with:{reasons}", options.major);
    let hint = format!(
        "Install its server programs ({}) with the extensions of the schema, or allow a temporary database on the target's \
         server ([shadow] server = true), or name a server with url in [shadow]",
        server::install(Some(options.major))
    );
    Failure::Missing { message, hint }.into()
}

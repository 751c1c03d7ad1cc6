//! The project's own Postgres, for the commands: what is configured of it, and starting it when it is needed.

use anyhow::Result;

use super::Context;
use super::config::{Config, Origin, Platform, Secret, Target};
use crate::database::server::{Local, LocalOptions, Running, fetch};
use crate::database::supabase;
use crate::failure::Failure;

/// The project's own server, as it is configured.
pub fn server(config: &Config) -> Result<Local> {
    let postgres = &config.file.postgres;
    let (database, extensions) = match config.file.platform {
        Platform::Postgres => ("dev", Vec::new()),
        // Its projects' own SQL speaks of the database by this name.
        Platform::Supabase => ("postgres", supabase::extensions()),
    };
    let options = LocalOptions {
        version: postgres.version,
        bin_dir: postgres.bin_dir.as_ref().map(|folder| config.folder.join(folder)),
        port: postgres.port,
        database: database.to_owned(),
        extensions,
    };
    Local::of(&config.folder, options)
}

/// Fetches server programs for the project's own server, unless that was done before.
pub fn download(context: &Context<'_>) -> Result<()> {
    let _progress = context.ui.spinner("Fetching the programs of a Postgres server");
    let binaries = fetch(context.config.file.postgres.version)?;
    context.ui.detail(&format!("PostgreSQL {} is in {}", binaries.version, binaries.folder.display()));
    Ok(())
}

/// Starts the project's own server unless it runs.
pub fn start(context: &Context<'_>) -> Result<Running> {
    let progress = context.ui.spinner("Starting the local Postgres");
    let running = server(&context.config)?.start()?;
    drop(progress);
    if let Some(notice) = &running.notice {
        context.ui.warn(notice);
    }
    if context.config.file.platform == Platform::Supabase {
        let stood_in = supabase::furnish_blocking(&running.conninfo)?;
        if !stood_in.is_empty() {
            context.ui.note(&format!(
                "This machine lacks extensions of Supabase ({}): they are stood in for, by names and types, not by what they do",
                stood_in.join(", ")
            ));
        }
    }
    Ok(running)
}

/// The target with its URL, for which the local Postgres is started if it is that.
pub fn ready(context: &Context<'_>, target: Target) -> Result<Target> {
    if target.origin != Origin::Local {
        return Ok(target);
    }
    if !is_project(&context.config) && context.global.env.is_none() {
        let message = "No database is named, and this folder is no project with a local Postgres of its own".to_owned();
        let hint = "Set DATABASE_URL, pass --url, go to the project's folder, or begin one here with 'dbtool init'";
        return Err(Failure::Usage { message, hint: hint.to_owned() }.into());
    }
    let running = start(context)?;
    if running.started {
        context.ui.note(&format!("Started the local Postgres: {}", running.url));
    }
    Ok(Target { url: Secret::new(running.conninfo), ..target })
}

/// Whether anything in the folder says that it is a project: nobody wants a server in any folder that they come by.
fn is_project(config: &Config) -> bool {
    config.path.is_some()
        || config.folder.join(".dbtool").is_dir()
        || config.folder.join("migrations").is_dir()
        || config.schema().iter().any(|path| path.exists())
}

//! What interrupted runs left: folders of scratch servers and stand-ins, databases, unfinished backups.

use super::{Facts, Said, good, warning};
use crate::cli::backup::folder;
use crate::cli::render::counted;
use crate::database::server;
use crate::sql::ident;

/// What is left, and who removes it.
pub fn check(facts: &Facts<'_>) -> Vec<Said> {
    let mut said = Vec::new();
    for (folders, of, repair) in [
        (server::leftovers(), "of scratch servers", "The next run with a shadow removes them"),
        (
            server::unused(),
            "of stand-ins for extensions, long unused",
            "The next run with platform = \"supabase\" removes them",
        ),
    ] {
        let names: Vec<String> = folders.iter().map(|folder| folder.display().to_string()).collect();
        if !names.is_empty() {
            said.push(warning(format!("{} {of}: {}", counted(names.len() as u64, "folder"), names.join(", ")), repair));
        }
    }
    let databases = facts.server.as_ref().map(|server| server.databases.as_slice()).unwrap_or_default();
    for name in databases {
        let repair = match name.contains("_before_") {
            true => "'dbtool restore --drop-old' drops it when it is no longer wanted".to_owned(),
            false => format!("If no dbtool is at work: DROP DATABASE {}", ident(name)),
        };
        said.push(warning(format!("database {name}"), repair));
    }
    let unfinished = std::fs::read_dir(folder(facts.context)).into_iter().flatten().flatten();
    let unfinished = unfinished.filter(|entry| entry.path().extension().is_some_and(|e| e == "partial")).count();
    if unfinished > 0 {
        said.push(warning(
            format!("{} of backups", counted(unfinished as u64, "unfinished file")),
            "The next backup removes them",
        ));
    }
    if said.is_empty() { vec![good("nothing was left behind")] } else { said }
}

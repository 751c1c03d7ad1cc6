//! Postgres' programs: a server for the shadow, and `pg_dump` and its like for backups.

use super::{Facts, Said, bad, good, warning};
use crate::database::server::{find_client, install};

/// The client programs, and what needs them.
const CLIENTS: [(&str, &str); 3] = [
    ("pg_dump", "without it dbtool writes backups itself, uncompressed"),
    ("pg_restore", "it restores compressed backups"),
    ("psql", "it restores SQL files of others"),
];

/// Which programs there are, of which versions.
pub fn check(facts: &Facts<'_>) -> Vec<Said> {
    let wanted = facts.session().map(crate::database::Session::major).or(facts.context.config.file.postgres.version);
    let versions: Vec<String> =
        facts.programs.iter().map(|p| format!("{} in {}", p.version, p.folder.display())).collect();
    let found = match wanted {
        Some(major) => facts.programs.iter().any(|programs| programs.major == major),
        None => !facts.programs.is_empty(),
    };
    let mut said = vec![match (found, wanted) {
        (true, _) => good(format!("PostgreSQL {}", versions.join(", "))),
        (false, Some(major)) if !versions.is_empty() => warning(
            format!("no server programs of PostgreSQL {major} for the shadow, only {}", versions.join(", ")),
            install(wanted),
        ),
        (false, _) => bad(
            "no server programs of PostgreSQL for the shadow",
            format!("{}, or 'dbtool start --download'", install(wanted)),
        ),
    }];
    if let Some(major) = wanted.or_else(|| facts.programs.iter().map(|programs| programs.major).max()) {
        let bin_dir = facts.context.config.shadow_bin_dir();
        let missing = CLIENTS.iter().filter(|(name, _)| find_client(name, major, bin_dir).is_none());
        said.extend(missing.map(|(name, why)| warning(format!("no {name} {major}: {why}"), install(Some(major)))));
    }
    said
}

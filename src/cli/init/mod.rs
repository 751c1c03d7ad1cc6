//! What a new project begins with.

mod found;

use std::path::Path;

use anyhow::Result;

pub use found::{Found, look};

/// The workflow that `--ci` writes.
pub const WORKFLOW: &str = include_str!("../../../examples/github-actions.yml");

/// What git is not to see.
const IGNORED: [&str; 3] = ["/.dbtool/", "/backups/", ".env"];

/// The text of `dbtool.toml`, which says only what differs from the defaults.
pub fn configuration(found: &Found) -> String {
    let mut text = "# What dbtool knows of this project. Every key may be left out.\n".to_owned();
    let schema = found.schema.as_deref().unwrap_or(Path::new("schema.sql"));
    text.push_str(&format!("schema = {:?}\n", schema.display().to_string()));
    if found.supabase {
        text.push_str("platform = \"supabase\"\n");
    }
    if let Some(seed) = &found.seed {
        text.push_str(&format!("seed = {:?}\n", seed.display().to_string()));
    }
    if let Some(migrations) = &found.migrations {
        text.push_str(&format!("\n[migrations]\nfolder = {:?}\n", migrations.display().to_string()));
    }
    text.push_str(
        "
# Without an environment, and without DATABASE_URL, commands work on a Postgres of the project's own ('dbtool start').
# [env.production]
# url = \"${PRODUCTION_URL}\"
# protected = true
",
    );
    text
}

/// The text of `.gitignore` with the lines that it lacks; nothing when it lacks none.
pub fn ignored(now: &str) -> Option<String> {
    let plain = |line: &str| line.trim().trim_matches('/').to_owned();
    let has = |wanted: &str| now.lines().any(|line| plain(line) == plain(wanted));
    let lacking: Vec<&str> = IGNORED.into_iter().filter(|line| !has(line)).collect();
    if lacking.is_empty() {
        return None;
    }
    let mut text = now.to_owned();
    if !text.is_empty() && !text.ends_with('\n') {
        text.push('\n');
    }
    text.extend(lacking.iter().map(|line| format!("{line}\n")));
    Some(text)
}

/// A file that is written unless it is there.
pub fn write_new(file: &Path, text: &str) -> Result<bool> {
    if file.exists() {
        return Ok(false);
    }
    crate::whole::write_text(file, text)?;
    Ok(true)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cli::config::File;

    #[test]
    fn what_is_written_can_be_read() {
        let found = Found {
            supabase: true,
            schema: Some("a \"b\".sql".into()),
            migrations: Some("supabase/migrations".into()),
            seed: Some("supabase/seed.sql".into()),
            ..Found::default()
        };
        let file: File = toml::from_str(&configuration(&found)).expect("it is valid");
        assert_eq!(file.schema, ["a \"b\".sql"]);
        assert_eq!(file.seed, Some(vec!["supabase/seed.sql".to_owned()]));
        toml::from_str::<File>(&configuration(&Found::default())).expect("it is valid");
    }

    #[test]
    fn only_the_lines_that_lack_are_added() {
        assert_eq!(ignored("").as_deref(), Some("/.dbtool/\n/backups/\n.env\n"));
        assert_eq!(ignored("node_modules\n.dbtool").as_deref(), Some("node_modules\n.dbtool\n/backups/\n.env\n"));
        assert_eq!(ignored("/.dbtool\nbackups/\n.env\n"), None);
    }
}

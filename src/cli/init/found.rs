//! What other tools have left in a folder, and what of it is reused.

use std::fs;
use std::path::{Path, PathBuf};

/// What a folder holds already.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Found {
    /// The tools, each with what is reused of theirs.
    pub tools: Vec<String>,
    /// Whether it is a Supabase project.
    pub supabase: bool,
    /// The schema that is there.
    pub schema: Option<PathBuf>,
    /// The folder of migrations that dbtool can go on with.
    pub migrations: Option<PathBuf>,
    /// The seeds that are there.
    pub seed: Option<PathBuf>,
}

/// Looks through a folder.
pub fn look(folder: &Path) -> Found {
    let mut found = Found::default();
    for tool in [supabase, sqlc, dbmate, golang_migrate, rails, prisma] {
        tool(folder, &mut found);
    }
    if found.schema.is_none() {
        found.schema =
            ["schema.sql", "db/schema.sql"].map(PathBuf::from).into_iter().find(|file| folder.join(file).is_file());
    }
    found
}

fn supabase(folder: &Path, found: &mut Found) {
    if !folder.join("supabase/config.toml").is_file() && !folder.join("supabase/migrations").is_dir() {
        return;
    }
    found.supabase = true;
    found.migrations = Some(PathBuf::from("supabase/migrations"));
    found.seed = Some(PathBuf::from("supabase/seed.sql")).filter(|file| folder.join(file).is_file());
    found.tools.push(
        "Supabase: its migrations and seeds are used where they are, and its roles and schemas are given".to_owned(),
    );
}

fn sqlc(folder: &Path, found: &mut Found) {
    let files = ["sqlc.yaml", "sqlc.yml", "sqlc.json"];
    let Some(text) = files.iter().find_map(|file| fs::read_to_string(folder.join(file)).ok()) else { return };
    let value = text.lines().find_map(|line| {
        let (key, value) = line.split_once(':')?;
        let plain = |text: &str| text.trim().trim_matches(['"', '\'', ',', '-', ' ', '[', ']']).to_owned();
        (plain(key) == "schema").then(|| plain(value))
    });
    match value.filter(|file| file.ends_with(".sql") && folder.join(file).is_file()) {
        Some(file) => {
            found.tools.push(format!("sqlc: it reads its schema from {file}, which becomes the one that dbtool keeps"));
            found.schema = Some(PathBuf::from(file));
        }
        None => found.tools.push("sqlc: point its schema to the file that dbtool keeps".to_owned()),
    }
}

fn dbmate(folder: &Path, found: &mut Found) {
    let migrations = Path::new("db/migrations");
    if !sql_files(&folder.join(migrations)).iter().any(|file| contains(file, "-- migrate:up")) {
        return;
    }
    found.schema = Some(PathBuf::from("db/schema.sql")).filter(|file| folder.join(file).is_file());
    found.tools.push(
        "dbmate: db/schema.sql is the schema; its migrations stay its own, and dbtool's go to migrations/".to_owned(),
    );
}

fn golang_migrate(folder: &Path, found: &mut Found) {
    let places = ["migrations", "db/migrations", "db/migration", "database/migrations"];
    let ups =
        |place: &&str| sql_files(&folder.join(place)).iter().any(|file| file.to_string_lossy().ends_with(".up.sql"));
    let Some(place) = places.iter().find(|place| ups(place)).filter(|_| found.migrations.is_none()) else { return };
    found.migrations = Some(PathBuf::from(place));
    found
        .tools
        .push(format!("golang-migrate: the migrations in {place} are of the same form; dbtool goes on with them"));
}

fn rails(folder: &Path, found: &mut Found) {
    if !folder.join("db/migrate").is_dir() {
        return;
    }
    let structure = PathBuf::from("db/structure.sql");
    if folder.join(&structure).is_file() {
        found.tools.push("Rails: db/structure.sql is the schema; its migrations stay its own".to_owned());
        found.schema = Some(structure);
    } else {
        found.tools.push(
            "Rails: its migrations stay its own; pull the schema from a database that has had them (--url)".to_owned(),
        );
    }
}

fn prisma(folder: &Path, found: &mut Found) {
    if folder.join("prisma/schema.prisma").is_file() {
        let what = "Prisma: its migrations stay its own; pull the schema from a database that has had them (--url)";
        found.tools.push(what.to_owned());
    }
}

fn sql_files(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten().map(|entry| entry.path());
    entries.filter(|path| path.extension().is_some_and(|extension| extension == "sql")).collect()
}

fn contains(file: &Path, text: &str) -> bool {
    fs::read_to_string(file).is_ok_and(|content| content.contains(text))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn folder(files: &[(&str, &str)]) -> tempfile::TempDir {
        let folder = tempfile::tempdir().expect("a folder for the test");
        for (name, text) in files {
            let file = folder.path().join(name);
            fs::create_dir_all(file.parent().expect("a file is in a folder")).expect("it can be made");
            fs::write(file, text).expect("it can be written");
        }
        folder
    }

    #[test]
    fn an_empty_folder_has_nothing() {
        assert_eq!(look(folder(&[]).path()), Found::default());
    }

    #[test]
    fn each_tool_is_recognised_by_what_it_leaves() {
        let seen = |files: &[(&str, &str)]| look(folder(files).path());
        let found = seen(&[("supabase/config.toml", ""), ("supabase/seed.sql", "")]);
        assert!(found.supabase && found.seed.is_some());
        assert_eq!(found.migrations, Some(PathBuf::from("supabase/migrations")));
        let found =
            seen(&[("sqlc.yaml", "sql:\n  - engine: postgresql\n    schema: \"db/s.sql\"\n"), ("db/s.sql", "")]);
        assert_eq!(found.schema, Some(PathBuf::from("db/s.sql")));
        let found = seen(&[("db/migrations/1_a.sql", "-- migrate:up\n"), ("db/schema.sql", "")]);
        assert_eq!((found.schema, found.migrations), (Some(PathBuf::from("db/schema.sql")), None));
        assert_eq!(seen(&[("db/migrations/1_a.up.sql", "")]).migrations, Some(PathBuf::from("db/migrations")));
        let found = seen(&[("db/migrate/1_a.rb", ""), ("db/structure.sql", "")]);
        assert_eq!(found.schema, Some(PathBuf::from("db/structure.sql")));
        assert_eq!(seen(&[("prisma/schema.prisma", "")]).tools.len(), 1);
    }
}

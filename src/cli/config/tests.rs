//! Tests of the configuration.

use std::path::PathBuf;

use super::*;

fn config(text: &str, variables: &[(&str, &str)]) -> Config {
    let file = parse(FILE_NAME, text).expect("the test's file is valid");
    let (path, variables) = (Some(PathBuf::from(FILE_NAME)), Variables::given(variables));
    Config { path, file, variables, text: Secret::new(text), ..Config::default() }
}

/// Message and hint of an error, as they are shown.
fn said<T: std::fmt::Debug>(result: Result<T>) -> String {
    let error = result.expect_err("it should fail");
    let failure = error.downcast_ref::<Failure>().expect("a failure that the user can act on");
    format!("{failure}\nhint: {}", failure.hint().unwrap_or_default())
}

#[test]
fn every_key_is_read() {
    let config = config(
        r#"
schema = ["schema/*.sql", "functions"]
platform = "supabase"
default_env = "dev"

[env.dev]
url = "postgres://localhost/dev"

[env.production]
url = "${PRODUCTION_URL}"
schemas = ["auth", "app"]
protected = true
lock_timeout = "5s"
statement_timeout = "2min"

[scope]
schemas = ["public"]
exclude_schemas = ["audit"]
privileges = false
roles = true
owners = true

[shadow]
server = true
bin_dir = "/usr/lib/postgresql/15/bin"
url = "postgres://localhost"

[postgres]
version = 15
bin_dir = "/usr/lib/postgresql/15/bin"
port = 15999
"#,
        &[("PRODUCTION_URL", "postgres://u:secret@h/app")],
    );
    assert_eq!(config.schema(), [PathBuf::from("schema/*.sql"), PathBuf::from("functions")]);
    let production = config.target(None, Some("production")).expect("it is configured");
    assert_eq!(production.environment.as_ref().and_then(|environment| environment.protected), Some(true));
    assert_eq!(production.url.expose(), "postgres://u:secret@h/app");
    let settings = production.environment.as_ref().expect("it is an environment");
    assert_eq!(settings.lock_timeout, Some(std::time::Duration::from_secs(5)));
    assert_eq!(settings.statement_timeout, Some(std::time::Duration::from_secs(120)));
    let scope = config.scope(Some(settings));
    assert_eq!(scope.schemas, ["auth", "app"]);
    assert!(scope.exclude_schemas.contains(&"audit".to_owned()));
    assert!(scope.exclude_schemas.contains(&"storage".to_owned()));
    assert!(!scope.exclude_schemas.contains(&"auth".to_owned()), "what is named is managed");
    assert!(!format!("{config:?}{production:?}").contains("secret"));
    assert!(!format!("{config:?}").contains("localhost/dev"), "a URL in the file is as secret as any");
}

#[test]
fn unknown_words_are_errors_with_place_and_nearest_word() {
    let fault = |text| said(parse(FILE_NAME, text));
    assert_eq!(
        fault("schema = 'a.sql'\n\n[env.dev]\nurl = 'x'\nlock_timout = '5s'\n"),
        "dbtool.toml:5:1: unknown key `lock_timout`\nhint: Did you mean `lock_timeout`?"
    );
    assert_eq!(
        fault("[scope]\nxyz = 1\n"),
        "dbtool.toml:2:1: unknown key `xyz`\nhint: Known here: schemas, exclude_schemas, privileges, roles, owners"
    );
    assert_eq!(
        fault("platform = 'supabse'\n"),
        "dbtool.toml:1:12: unknown value `supabse`\nhint: Did you mean `supabase`?"
    );
    assert_eq!(
        fault("[env.dev]\nurl = 'x'\nstatement_timeout = 'soon'\n"),
        "dbtool.toml:3:21: \"soon\" is no duration such as \"500ms\", \"5s\" or \"2min\"\nhint: Correct dbtool.toml"
    );
    assert_eq!(fault("[env.dev]\n"), "dbtool.toml:1:1: missing field `url`\nhint: Correct dbtool.toml");
}

#[test]
fn the_target_is_the_first_that_is_named() {
    let text = "default_env = 'dev'\n[env.dev]\nurl = 'dev'\n[env.production]\nurl = 'production'\nprotected = true\n";
    let with_variable = config(text, &[("DATABASE_URL", "variable")]);
    let found = |target: Result<Target>| {
        let target = target.expect("there is one");
        let protected = target.environment.and_then(|environment| environment.protected);
        format!("{} from {}, protected: {}", target.url.expose(), target.origin, protected == Some(true))
    };
    assert_eq!(found(with_variable.target(Some(&Secret::new("u")), None)), "u from --url, protected: false");
    assert_eq!(
        found(with_variable.target(Some(&Secret::new("u")), Some("production"))),
        "u from --url, protected: true"
    );
    assert_eq!(found(with_variable.target(None, Some("dev"))), "dev from environment dev, protected: false");
    assert_eq!(found(with_variable.target(None, None)), "variable from DATABASE_URL, protected: false");
    assert_eq!(found(config(text, &[]).target(None, None)), "dev from environment dev, protected: false");
    let only = config("[env.production]\nurl = 'production'", &[("DATABASE_URL", "")]);
    assert_eq!(found(only.target(None, None)), "production from environment production, protected: false");
}

#[test]
fn with_nothing_named_it_is_the_local_postgres() {
    let origin = |config: &Config, env| config.target(None, env).expect("there is one").origin;
    assert_eq!(origin(&Config::default(), None), Origin::Local);
    let named = config("[env.local]\nurl = 'mine'\n[env.dev]\nurl = 'd'\n", &[]);
    assert_eq!(origin(&named, Some("local")), Origin::Environment("local".to_owned()), "what is named goes first");
    let two = config("[env.dev]\nurl = 'd'\n[env.production]\nurl = 'p'\n", &[]);
    assert_eq!(origin(&two, Some("local")), Origin::Local);
    assert!(matches!(two.endpoint("--from", "local"), Ok(Endpoint::Database(t)) if t.origin == Origin::Local));
}

#[test]
fn a_missing_target_says_how_to_name_one() {
    let two = config("[env.dev]\nurl = '${DEV_URL}'\n[env.production]\nurl = 'p'\n", &[]);
    assert_eq!(
        said(two.target(None, None)),
        "No database is named\nhint: Choose one with --env: dev, production, or local for the project's own Postgres"
    );
    assert_eq!(
        said(two.target(None, Some("prodution"))),
        "There is no environment \"prodution\" in dbtool.toml\nhint: Did you mean `production`?"
    );
    assert_eq!(
        said(two.target(None, Some("dev"))),
        "dbtool.toml:2:7: the variable DEV_URL is not set\nhint: Set DEV_URL in the environment or in .env"
    );
}

#[test]
fn a_broken_line_of_dotenv_is_named_and_not_shown() {
    let folder = tempfile::tempdir().expect("a folder for the test");
    std::fs::write(folder.path().join(FILE_NAME), "[env.dev]\nurl = '${DEV_URL}'\n").expect("it can be written");
    std::fs::write(folder.path().join(".env"), "DEV_URL=a b secret\n").expect("it can be written");
    let said = said(Config::read(folder.path().join(FILE_NAME), Variables::default()));
    assert!(said.contains(".env:1: this line does not set a variable"), "{said}");
    assert!(!said.contains("secret"), "{said}");
}

#[test]
fn dotenv_stands_behind_the_process() {
    let folder = tempfile::tempdir().expect("a folder for the test");
    std::fs::write(folder.path().join(FILE_NAME), "[env.dev]\nurl = '${A}/${B}'\n").expect("it can be written");
    std::fs::write(folder.path().join(".env"), "A=file\nB='file b'\n").expect("it can be written");
    let config =
        Config::read(folder.path().join(FILE_NAME), Variables::given(&[("A", "process")])).expect("it is valid");
    assert_eq!(config.target(None, None).expect("it is the only one").url.expose(), "process/file b");
    assert_eq!(config.schema(), [folder.path().join("schema.sql")]);
}

#[test]
fn an_endpoint_is_one_of_four() {
    let folder = tempfile::tempdir().expect("a folder for the test");
    let file = |name: &str| {
        let path = folder.path().join(name);
        std::fs::write(&path, "").expect("it can be written");
        path.display().to_string()
    };
    let config = config("[env.dev]\nurl = 'd'\n", &[]);
    let of = |text: &str| config.endpoint("--from", text);
    assert!(matches!(of("postgresql://h/d"), Ok(Endpoint::Database(t)) if t.origin == Origin::Argument("--from")));
    assert!(matches!(of("host=h dbname=d"), Ok(Endpoint::Database(_))));
    assert!(matches!(of("dev"), Ok(Endpoint::Database(t)) if t.origin.environment() == Some("dev")));
    assert!(matches!(of(&file("a.sql")), Ok(Endpoint::Schema(_))));
    assert!(matches!(of(&folder.path().display().to_string()), Ok(Endpoint::Schema(_))));
    assert!(matches!(of(&file("a.json")), Ok(Endpoint::Snapshot(_))));
    assert_eq!(
        said(of("no/such.sql")),
        "There is no file no/such.sql\nhint: Check the path; it is relative to the working directory"
    );
    assert!(said(of("devel")).starts_with("--from: devel is not something to compare\nhint: Name a URL"));
    assert!(!said(of("mysql://u:secret@h/d.sql")).contains("secret"));
}

//! `verify` finds each fault that is planted, nothing else, and passes when it is taken out.

use serde_json::Value;

use crate::project::{Project, told};

/// The checks that fail, each with its findings' messages.
fn failed(project: &Project) -> Vec<(String, String)> {
    let (code, said) = project.run(&["verify", "--json"]);
    let answer: Value = serde_json::from_str(&said).unwrap_or_else(|_| panic!("{said}"));
    let checks = answer["checks"].as_array().expect("there are checks").iter();
    let failed: Vec<(String, String)> = checks
        .filter(|check| check["outcome"] == "failed")
        .flat_map(|check| check["findings"].as_array().into_iter().flatten().map(move |finding| (check, finding)))
        .map(|(check, finding)| {
            let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
            assert!(!text(&finding["repair"]).is_empty(), "{finding}");
            (text(&check["check"]), text(&finding["message"]))
        })
        .collect();
    assert_eq!(code, i32::from(!failed.is_empty()), "{said}");
    failed
}

/// Wants exactly these checks to fail, with these words.
fn expect(project: &Project, fault: &str, expected: &[(&str, &str)]) {
    let found = failed(project);
    let fits = found.len() == expected.len()
        && found.iter().zip(expected).all(|(found, wanted)| found.0 == wanted.0 && found.1.contains(wanted.1));
    assert!(fits, "{fault}: {found:#?}");
}

/// A file changed for as long as a check takes.
fn with(project: &Project, file: &str, text: Option<&str>, fault: &str, expected: &[(&str, &str)]) {
    let was = project.read(file);
    match text {
        Some(text) => project.write(file, text),
        None => project.remove(file),
    }
    expect(project, fault, expected);
    project.write(file, &was);
}

/// Two generated migrations, both applied, the second with a column that its way down takes back.
fn project() -> (Project, Vec<String>) {
    let project = Project::new("CREATE TABLE t (id int PRIMARY KEY, a text);\n");
    project.done(&["sync", "--yes", "--name", "first"]);
    project.write("schema.sql", "CREATE TABLE t (id int PRIMARY KEY, a text, b text);\n");
    project.done(&["sync", "--yes", "--name", "second"]);
    let files = project.files().iter().map(|name| format!("migrations/{name}")).collect();
    (project, files)
}

#[test]
fn finds_what_is_planted_in_files_and_nothing_else() {
    let (project, files) = project();
    let [first_down, _, _, second_up, _] = files.as_slice() else { panic!("{files:?}") };
    expect(&project, "nothing", &[]);
    let changed = project.read(second_up) + "-- more\n";
    with(&project, second_up, Some(&changed), "a changed file", &[("files", "is not as dbtool.sum says")]);
    with(
        &project,
        second_up,
        None,
        "a missing way up",
        &[("files", "is a way down without a way up"), ("files", "which has no file")],
    );
    with(&project, first_down, None, "a missing way down", &[("files", "is not as dbtool.sum says")]);
    with(
        &project,
        "schema.sql",
        Some("CREATE TABEL t (id int);"),
        "invalid SQL in the schema",
        &[("schema", "syntax error")],
    );
    let undeclared = "CREATE TABLE t (id int PRIMARY KEY, a text);";
    with(
        &project,
        "schema.sql",
        Some(undeclared),
        "a column that is not declared",
        &[("replay", "COLUMN public.t.b is made by the migrations, and not declared")],
    );
    expect(&project, "nothing any more", &[]);
}

#[test]
fn finds_a_gap_a_twin_and_a_wrong_way_down() {
    let (project, files) = project();
    let [first_down, first_up, second_down, second_up, sum] = files.as_slice() else { panic!("{files:?}") };
    // A gap: the first is gone with its line, as after a merge that lost it.
    let texts = [first_down, first_up, sum].map(|file| project.read(file));
    project.remove(first_down);
    project.remove(first_up);
    project.done(&["migration", "repair", "--sum"]);
    expect(&project, "a gap", &[("replay", "does not exist"), ("target", "was applied, and its file is missing")]);
    [first_down, first_up, sum].iter().zip(&texts).for_each(|(file, text)| project.write(file, text));
    // Two branches: another migration that starts where the second starts.
    let twin = "migrations/99990102030405_twin.up.sql";
    let from_second = project.read(second_up).replace(" b text", " c text");
    project.write(twin, &from_second);
    project.done(&["migration", "repair", "--sum"]);
    expect(&project, "two branches' migrations", &[("files", "two branches were joined")]);
    project.remove(twin);
    project.done(&["migration", "repair", "--sum"]);
    // Ways down that do not lead back, or lose what was there.
    let down = project.read(second_down);
    let wrong = [
        ("SELECT 1;", "does not lead back: it leaves COLUMN public.t.b (extra)"),
        ("ALTER TABLE t DROP b; DELETE FROM t;", "does not bring back the rows of public.t"),
        ("ALTER TABLE t DROP nothing;", "does not exist"),
    ];
    for (sql, words) in wrong {
        project.write(second_down, sql);
        project.done(&["migration", "repair", "--sum"]);
        expect(&project, sql, &[("ways", words)]);
    }
    project.write(second_down, &down);
    project.done(&["migration", "repair", "--sum"]);
    expect(&project, "nothing any more", &[]);
}

#[test]
fn says_why_no_database_is_looked_at() {
    let (project, _) = project();
    project.write("dbtool.toml", "[env.production]\nurl = \"${NOT_SET_HERE}\"\n");
    let run = |more: &[&str]| {
        let mut command = project.start(&[&["verify", "--only", "target"], more].concat());
        told(&command.env_remove("DATABASE_URL").output().expect("dbtool runs"))
    };
    let (code, said) = run(&[]);
    assert!(code == 0 && said.contains("No database is looked at") && said.contains("NOT_SET_HERE"), "{said}");
    let (code, said) = run(&["--env", "production"]);
    assert!(code != 0 && said.contains("NOT_SET_HERE"), "{said}");
}

#[test]
fn finds_drift_and_what_is_pending() {
    let (project, _) = project();
    project.execute("CREATE TABLE by_hand (a int)");
    expect(&project, "drift", &[("target", "was changed by hand: TABLE public.by_hand (extra)")]);
    project.execute("DROP TABLE by_hand");
    expect(&project, "no drift", &[]);
    project.write("schema.sql", "CREATE TABLE t (id int PRIMARY KEY, a text, b text, c text);\n");
    project.done(&["generate", "third"]);
    expect(&project, "a pending migration", &[("target", "_third is pending")]);
    let status = project.done(&["status"]);
    assert!(status.contains("Pending migrations: 1\n") && status.contains("_third\n"), "{status}");
    assert_eq!(project.run(&["status", "--exit-code"]).0, 1);
    project.done(&["apply-safe", "--yes", "--no-backup"]);
    expect(&project, "nothing pending", &[]);
    let status = project.done(&["status", "--exit-code"]);
    assert!(!status.contains("Pending migrations"), "{status}");
}

#[test]
fn finds_a_table_whose_policies_are_not_enforced() {
    let project = Project::new("CREATE TABLE t (id int PRIMARY KEY);\nCREATE POLICY p ON t USING (true);\n");
    project.done(&["sync", "--yes"]);
    expect(&project, "policies without row security", &[("health", "public.t:")]);
    project.write("dbtool.toml", "[health]\nignore = ['unused_policies public.t']\n");
    expect(&project, "one that is lived with", &[]);
}

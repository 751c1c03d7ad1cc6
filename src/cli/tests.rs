//! Tests of what is typed.

use super::*;

fn read(arguments: &[&str]) -> Result<Cli, clap::Error> {
    let arguments: Vec<OsString> = std::iter::once(&"dbtool").chain(arguments).map(OsString::from).collect();
    Cli::read(&arguments)
}

fn refused(arguments: &[&str]) -> (String, i32) {
    let error = read(arguments).expect_err("it should not be understood");
    (error.render().to_string(), error.exit_code())
}

#[test]
fn the_definition_of_the_command_line_is_sound() {
    help::grouped(Cli::command()).debug_assert();
}

#[test]
fn global_flags_stand_before_or_after_the_command() {
    for arguments in [["-e", "production", "status", "--json"], ["status", "-e", "production", "--json"]] {
        let cli = read(&arguments).expect("it is valid");
        assert_eq!(cli.global.env.as_deref(), Some("production"));
        assert!(cli.global.json);
    }
}

#[test]
fn a_mistyped_command_gets_a_suggestion_and_exit_code_2() {
    let (text, exit) = refused(&["dif"]);
    assert!(text.starts_with("error: unrecognized subcommand 'dif'"), "{text}");
    assert!(text.contains("a similar subcommand exists: 'diff'"), "{text}");
    assert_eq!(exit, 2);
    let (text, exit) = refused(&["diff", "--sqk"]);
    assert!(text.contains("'--sql'"), "{text}");
    assert_eq!(exit, 2);
}

#[test]
fn arguments_that_are_not_understood_are_told_as_json() {
    let report = ErrorReport::of_arguments(&read(&["dif"]).expect_err("it is no command"));
    let json = serde_json::to_value(report).expect("plain data");
    assert_eq!(json["error"]["kind"], "usage");
    assert_eq!(json["error"]["message"], "unrecognized subcommand 'dif'");
    assert_eq!(json["error"]["hint"], "a similar subcommand exists: 'diff'");
}

#[test]
fn flags_that_contradict_each_other_are_refused() {
    assert_eq!(refused(&["diff", "--sql", "--up", "a.sql"]).1, 2);
    assert_eq!(refused(&["status", "-q", "-v"]).1, 2);
    assert!(read(&["sync", "--allow-data-loss", "--dry-run"]).is_ok());
}

#[test]
fn help_shows_the_commands_in_groups() {
    let text = refused(&["--help"]).0;
    let commands = text.split_once("COMMAND>").map_or(text.as_str(), |(_, rest)| rest);
    assert!(commands.starts_with("\n\nSee:\n  status "), "{text}");
    for group in ["\nChange:\n  plan ", "\nLocal:\n  init ", "\nGlobal options:\n  -e, --env <NAME>"] {
        assert!(commands.contains(group), "{text}");
    }
    assert!(refused(&["diff", "--help"]).0.contains("Examples:\n  dbtool diff --env staging"));
}

//! The workflow of `examples/`, line by line in a shell, in a repository with a branch that asks to be merged.

use std::process::Command;

use tempfile::TempDir;

use crate::project::{Project, told};

const WORKFLOW: &str = include_str!("../../examples/github-actions.yml");

/// What the steps run, in order, but for the installation.
fn steps() -> Vec<String> {
    let mut steps: Vec<String> = Vec::new();
    let mut block: Option<usize> = None;
    for line in WORKFLOW.lines() {
        let (depth, text) = (line.len() - line.trim_start().len(), line.trim_start());
        match (text.strip_prefix("run: "), block) {
            (Some("|"), _) => {
                steps.push(String::new());
                block = Some(depth);
            }
            (Some(command), _) => steps.push(command.to_owned()),
            (None, Some(outer)) if depth > outer => {
                steps.last_mut().expect("a block is of a step").push_str(&format!("{text}\n"));
            }
            (None, _) => block = None,
        }
    }
    assert!(steps.remove(0).starts_with("cargo install"));
    steps
}

/// Runs a step as a runner does.
fn run(project: &Project, step: &str) -> (i32, String) {
    let programs = std::path::Path::new(env!("CARGO_BIN_EXE_dbtool")).parent().expect("a program is in a folder");
    let path = format!("{}:{}", programs.display(), std::env::var("PATH").expect("there is a path"));
    let mut command = Command::new("bash");
    command.args(["--noprofile", "--norc", "-eo", "pipefail", "-c", step]).current_dir(project.folder.path());
    command.env_remove("DATABASE_URL").env("PATH", path).env("XDG_CACHE_HOME", crate::support::cache());
    command.env("RUNNER_TEMP", project.folder.path().join("temp"));
    command.env("GITHUB_STEP_SUMMARY", project.folder.path().join("temp/summary.md")).env("GITHUB_BASE_REF", "main");
    told(&command.output().expect("a shell runs"))
}

fn git(project: &Project, command: &str) {
    let who = "git -c user.name=x -c user.email=x@example.org -c init.defaultBranch=main";
    let (code, said) = run(project, &format!("{who} {command}"));
    assert_eq!(code, 0, "git {command}: {said}");
}

#[test]
fn the_workflow_passes_what_is_right_and_annotates_what_is_not() {
    let (project, origin) = (Project::new("CREATE TABLE t (a int);\n"), TempDir::new().expect("a folder can be made"));
    project.write("temp/.gitignore", "*\n");
    let (code, said) = run(&project, "dbtool init --ci --yes && dbtool generate first");
    assert_eq!(code, 0, "{said}");
    assert_eq!(project.read(".github/workflows/dbtool.yml"), WORKFLOW);
    git(&project, &format!("init --quiet --bare {}", origin.path().display()));
    git(&project, "init --quiet");
    git(&project, &format!("remote add origin {}", origin.path().display()));
    git(&project, "add .");
    git(&project, "commit --quiet --message first");
    git(&project, "push --quiet origin main");
    project.write("schema.sql", "CREATE TABLE t (a int, b int);\n");
    let all: Vec<(i32, String)> = steps().iter().map(|step| run(&project, step)).collect();
    let [(verified, annotations), (shown, _)] = all.as_slice() else { panic!("{all:?}") };
    let annotation = "::error title=dbtool replay,file=schema.sql,line=1::COLUMN public.t.b is declared";
    assert!(*verified == 1 && annotations.starts_with(annotation), "{annotations}");
    assert_eq!(*shown, 0);
    let summary = project.read("temp/summary.md");
    assert!(summary.starts_with("```sql\n") && summary.contains("ADD COLUMN b integer;"), "{summary}");
    assert_eq!(run(&project, "dbtool generate second").0, 0);
    assert_eq!(run(&project, &steps()[0]), (0, String::new()));
}

//! Tests of the conversation.

use serde::Serialize;

use super::*;
use crate::failure::Failure;

#[derive(Serialize)]
struct Answer {
    tables: u32,
}

impl Report for Answer {
    fn human(&self, style: &Style) -> String {
        format!("{} {}\n", style.heading("Tables:"), self.tables)
    }

    fn exit(&self) -> Exit {
        Exit::Difference
    }
}

#[test]
fn an_answer_goes_to_stdout_as_text_or_json() {
    let (ui, captured) = Ui::captured(&Global::default());
    assert_eq!(ui.answer(&Answer { tables: 3 }).expect("memory can be written"), Exit::Difference);
    assert_eq!((captured.out().as_str(), captured.err().as_str()), ("Tables: 3\n", ""));

    let (ui, captured) = Ui::captured(&Global { json: true, ..Global::default() });
    ui.answer(&Answer { tables: 3 }).expect("memory can be written");
    assert_eq!(captured.out(), "{\n  \"tables\": 3\n}\n");

    let (ui, captured) = Ui::captured(&Global { color: Colour::Always, ..Global::default() });
    ui.answer(&Answer { tables: 3 }).expect("memory can be written");
    assert_eq!(captured.out(), "\u{1b}[1mTables:\u{1b}[0m 3\n");
}

#[test]
fn notes_and_warnings_go_to_stderr() {
    let (ui, captured) = Ui::captured(&Global::default());
    ui.warn("w");
    ui.note("n");
    ui.detail("d");
    assert_eq!((captured.out().as_str(), captured.err().as_str()), ("", "warning: w\nn\n"));

    let (ui, captured) = Ui::captured(&Global { quiet: true, ..Global::default() });
    ui.warn("w");
    ui.note("n");
    assert_eq!(captured.err(), "warning: w\n");

    let (ui, captured) = Ui::captured(&Global { verbose: 1, ..Global::default() });
    ui.detail("d");
    assert_eq!(captured.err(), "d\n");
}

#[test]
fn without_a_terminal_a_question_names_its_flag() {
    let (ui, _) = Ui::captured(&Global::default());
    let error = ui.confirm("Apply 3 statements?", "--yes").expect_err("nobody can answer");
    let failure = error.downcast_ref::<Failure>().expect("the user can act on it");
    assert_eq!(failure.to_string(), "Cannot ask \"Apply 3 statements?\" without a terminal");
    assert_eq!(failure.hint(), Some("Answer it with --yes"));

    let (ui, _) = Ui::captured(&Global { yes: true, ..Global::default() });
    assert!(ui.confirm("Apply 3 statements?", "--yes").expect("it is answered"));
}

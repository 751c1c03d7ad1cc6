//! What `sync` decides and answers.

use jiff::Timestamp;

use super::*;
use crate::cli::compare::{Change, Difference};
use crate::cli::config::{Config, Origin, Secret};
use crate::cli::options::Global;
use crate::cli::render::{Entry, Side, Sizes};
use crate::cli::report::Report;
use crate::cli::style::Style;
use crate::cli::ui::Ui;
use crate::failure::Exit;
use crate::sql::Hazard;

fn comparison(different: bool) -> Comparison {
    let entry = Entry {
        difference: Difference {
            keyword: "TABLE".to_owned(),
            identity: "old".to_owned(),
            title: "TABLE old".to_owned(),
            parent: None,
            change: Change::Extra,
            place: None,
        },
        create: None,
    };
    Comparison {
        desired: Side::Files { name: "schema.sql".to_owned(), modified: None },
        current: Side::Database {
            name: "h/d".to_owned(),
            address: "h/d".to_owned(),
            server: "PostgreSQL 15.18".to_owned(),
        },
        entries: if different { vec![entry] } else { Vec::new() },
        suggestions: Vec::new(),
        unmodelled: Vec::new(),
        read_at: Timestamp::UNIX_EPOCH,
    }
}

fn found(up: Vec<Statement>, different: bool) -> engine::Plan {
    engine::Plan { up, down: Vec::new(), sizes: Sizes::new(), comparison: comparison(different) }
}

fn dropping() -> Vec<Statement> {
    let loss = Hazard::DataLoss { what: "table old".to_owned(), relation: Some("old".to_owned()), column: None };
    vec![Statement::new("DROP TABLE old").hazard(loss)]
}

fn decided(args: &Args, plan: &engine::Plan) -> Result<Option<Outcome>, String> {
    settled(args, plan).map_err(|error| error.to_string())
}

const ASKED: Args = Args {
    dry_run: false,
    offline: false,
    force: false,
    name: None,
    adopt_drift: false,
    plan: None,
    waiting: Waiting { wait: None },
};
const DRY: Args = Args { dry_run: true, ..ASKED };
const FORCED: Args = Args { force: true, ..ASKED };

fn report(plan: engine::Plan, outcome: Outcome, remaining: Option<Comparison>) -> SyncReport {
    let mut report = SyncReport::new("h/d".to_owned(), vec!["1_a".to_owned()], None);
    (report.migration, report.remaining) = (Some("2_b".to_owned()), remaining);
    report.with(outcome, plan)
}

#[test]
fn nothing_to_do_and_nothing_found_are_two() {
    assert_eq!(decided(&ASKED, &found(Vec::new(), false)), Ok(Some(Outcome::InSync)));
    assert_eq!(decided(&ASKED, &found(Vec::new(), true)), Err("no statement was found for: TABLE old".to_owned()));
}

#[test]
fn data_is_lost_only_by_force() {
    let refusal = "Cannot proceed: would drop data. Use --force flag\n\n  - table old".to_owned();
    assert_eq!(decided(&ASKED, &found(dropping(), true)), Err(refusal));
    assert_eq!(decided(&FORCED, &found(dropping(), true)), Ok(None));
    assert_eq!(decided(&DRY, &found(dropping(), true)), Ok(Some(Outcome::Planned)));
}

#[test]
fn the_plan_is_shown_before_the_question() {
    let (ui, captured) = Ui::captured(&Global { yes: true, ..Global::default() });
    let context =
        Context { ui: &ui, config: Config::default(), global: Global::default(), sources: Default::default() };
    let url = Secret::new("postgres://localhost/d");
    let target = Target { url, origin: Origin::DatabaseUrl, environment: None };
    assert!(is_wanted(&context, &target, &found(dropping(), true)).expect("it is answered"));
    assert_eq!(
        captured.err(),
        "Plan for h/d: 1 statement\n\nIn one transaction:\n  1. DROP TABLE old;\n     ! drops table old\n\n"
    );
}

#[test]
fn success_is_only_said_of_what_was_seen() {
    let plain = Style::plain();
    let applied = report(found(dropping(), true), Outcome::Applied, None);
    assert_eq!(
        applied.human(&plain),
        "Applied 1_a\nApplied 1 statement as 2_b; h/d was read again and is in step with the schema\n"
    );
    assert_eq!(applied.exit(), Exit::Done);
    let still = report(found(dropping(), true), Outcome::StillDifferent, Some(comparison(true)));
    assert_eq!(
        still.human(&plain),
        "Applied 1_a\nRan 1 statement as 2_b, but h/d still differs:\n\n--- h/d (PostgreSQL 15.18)\n+++ schema.sql\n\n\
         - TABLE old\n\n1 difference: 1 extra in h/d\n"
    );
    assert_eq!(still.exit(), Exit::Difference);
    assert_eq!(report(found(dropping(), true), Outcome::Declined, None).exit(), Exit::Refused);
    let json = serde_json::to_value(applied).expect("plain data");
    assert_eq!(json["outcome"], "applied");
    assert_eq!(json["statements"][0]["hazards"][0]["hazard"], "data_loss");
}

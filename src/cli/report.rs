//! What a command answers, and how an error is told.

use serde::Serialize;

use super::style::Style;
use crate::database::words;
use crate::failure::{Exit, Failure};
use crate::run::StatementFault;
use crate::sql::redacted;

/// The answer of a command, printed as text or as JSON by the one place that prints.
pub trait Report: Serialize {
    /// The answer for people, ending in a newline unless empty.
    fn human(&self, style: &Style) -> String;

    /// The exit code that the answer stands for.
    fn exit(&self) -> Exit;

    /// Whether the answer may be long, so that a terminal shows it page by page.
    fn pages(&self) -> bool {
        false
    }
}

/// An error as JSON: `{"error": {"kind", "message", "hint"?, "file"?, "line"?, "column"?}}`.
#[derive(Debug, Serialize)]
pub struct ErrorReport {
    error: ErrorBody,
    #[serde(skip)]
    exit: Exit,
}

#[derive(Debug, Serialize)]
struct ErrorBody {
    kind: &'static str,
    message: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    hint: Option<String>,
    #[serde(flatten, skip_serializing_if = "Option::is_none")]
    place: Option<ErrorPlace>,
}

#[derive(Debug, Serialize)]
struct ErrorPlace {
    file: String,
    line: usize,
    column: usize,
}

impl ErrorReport {
    /// A failure is told in its own words, anything else with all its causes.
    pub fn of(error: &anyhow::Error) -> Self {
        match error.chain().find_map(|cause| cause.downcast_ref::<Failure>()) {
            Some(failure) => Self::of_failure(failure),
            None => {
                let hint = || error.chain().find_map(|cause| cause.downcast_ref::<StatementFault>()?.hint.clone());
                Self::of_server(error)
                    .unwrap_or_else(|| Self::new("fault", format!("{error:#}"), hint(), Exit::Trouble))
            }
        }
    }

    /// What a server said, with what was tried before it.
    fn of_server(error: &anyhow::Error) -> Option<Self> {
        let of_client = |cause: &(dyn std::error::Error + 'static)| cause.is::<tokio_postgres::Error>();
        let said = error.chain().find_map(|cause| cause.downcast_ref::<tokio_postgres::Error>()?.as_db_error())?;
        let tried: String =
            error.chain().take_while(|cause| !of_client(*cause)).map(|cause| format!("{cause}: ")).collect();
        Some(Self::new("fault", tried + &words::message(said), words::advice(said), Exit::Trouble))
    }

    /// What happened, in one sentence and more.
    pub fn message(&self) -> &str {
        &self.error.message
    }

    /// What the reader of the command line could not make sense of.
    pub fn of_arguments(error: &clap::Error) -> Self {
        let rendered = error.render().to_string();
        let mut paragraphs = rendered.split("\n\n").map(str::trim);
        let message = paragraphs.next().unwrap_or_default();
        let message = message.strip_prefix("error: ").unwrap_or(message).to_owned();
        let tip = paragraphs.find_map(|paragraph| paragraph.strip_prefix("tip: "));
        Self::new("usage", message, Some(tip.unwrap_or("Try '--help'").to_owned()), Exit::Trouble)
    }

    /// What to do next.
    pub fn hint(&self) -> Option<&str> {
        self.error.hint.as_deref()
    }

    /// File and line, where there is one.
    pub fn place(&self) -> Option<(String, usize)> {
        self.error.place.as_ref().map(|place| (place.file.clone(), place.line))
    }

    fn of_failure(failure: &Failure) -> Self {
        let (kind, place) = match failure {
            Failure::InvalidSql { place, .. } => ("invalid_sql", Some(place)),
            Failure::Misplaced { place, .. } => ("misplaced", Some(place)),
            Failure::File { .. } => ("file", None),
            Failure::Connect { .. } => ("connect", None),
            Failure::Missing { .. } => ("missing", None),
            Failure::Usage { .. } => ("usage", None),
            Failure::Refused { .. } => ("refused", None),
            Failure::Interrupted => ("interrupted", None),
        };
        let mut report = Self::new(kind, failure.to_string(), failure.hint().map(str::to_owned), failure.exit());
        report.error.place =
            place.map(|place| ErrorPlace { file: place.file.clone(), line: place.line, column: place.column });
        report
    }

    fn new(kind: &'static str, message: String, hint: Option<String>, exit: Exit) -> Self {
        let hint = hint.map(|hint| redacted(&hint));
        Self { error: ErrorBody { kind, message: redacted(&message), hint, place: None }, exit }
    }
}

impl Report for ErrorReport {
    fn human(&self, style: &Style) -> String {
        let hint = self.error.hint.as_ref().map(|hint| format!("{} {hint}\n", style.heading("hint:")));
        format!("{} {}\n{}", style.error("error:"), self.error.message, hint.unwrap_or_default())
    }

    fn exit(&self) -> Exit {
        self.exit
    }
}

#[cfg(test)]
mod tests {
    use anyhow::Context;

    use super::*;
    use crate::failure::Place;

    fn told(error: anyhow::Error) -> (String, String, Exit) {
        let report = ErrorReport::of(&error);
        (report.human(&Style::plain()), serde_json::to_string(&report).expect("plain data"), report.exit())
    }

    #[test]
    fn a_failure_is_told_with_its_hint_even_under_a_context() {
        let failure = Failure::Refused { message: "It is protected".to_owned(), hint: "Ask".to_owned() };
        let (human, json, exit) = told(anyhow::Error::from(failure).context("while applying"));
        assert_eq!(human, "error: It is protected\nhint: Ask\n");
        assert_eq!(json, r#"{"error":{"kind":"refused","message":"It is protected","hint":"Ask"}}"#);
        assert_eq!(exit, Exit::Refused);
    }

    #[test]
    fn a_fault_is_told_with_its_causes() {
        let fault = Err::<(), _>(anyhow::anyhow!("broken pipe")).context("reading the catalog");
        let (human, json, exit) = told(fault.expect_err("it is an error"));
        assert_eq!(human, "error: reading the catalog: broken pipe\n");
        assert_eq!(json, r#"{"error":{"kind":"fault","message":"reading the catalog: broken pipe"}}"#);
        assert_eq!(exit, Exit::Trouble);
    }

    #[test]
    fn invalid_sql_names_its_place() {
        let place = Place { file: "schema.sql".to_owned(), line: 3, column: 8, text: "CREATE TABL a ();".to_owned() };
        let message = "syntax error at or near \"TABL\"".to_owned();
        let (human, json, _) = told(Failure::InvalidSql { place, message, hint: None }.into());
        assert_eq!(
            human,
            "error: Invalid SQL in schema.sql at line 3, column 8: syntax error at or near \"TABL\"\n\n\
             3 | CREATE TABL a ();\n  |        ^\n"
        );
        assert!(json.ends_with(r#""file":"schema.sql","line":3,"column":8}}"#), "{json}");
    }
}

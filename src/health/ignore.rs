//! What a project has decided to live with.

use anyhow::Result;
use glob::Pattern;

use super::{Finding, names};
use crate::failure::Failure;

/// The findings that are not told: a check's name, or that and a pattern of objects.
pub struct Ignored(Vec<(String, Option<Pattern>)>);

impl Ignored {
    /// Reads entries such as `unused_index` and `primary_key app.log_*`.
    ///
    /// # Errors
    /// An entry that names no check, or whose pattern is none.
    pub fn read(entries: &[String]) -> Result<Self> {
        let entry = |entry: &String| {
            let (check, pattern) = entry.split_once(' ').map_or((&**entry, None), |(check, rest)| (check, Some(rest)));
            if !names().any(|name| name == check) {
                let hint = format!("The checks are: {}", names().collect::<Vec<_>>().join(", "));
                let message = format!("ignore in [health] names \"{check}\", which is no check");
                return Err(Failure::Usage { message, hint }.into());
            }
            let pattern = pattern.map(|pattern| Pattern::new(pattern.trim())).transpose();
            let pattern = pattern.map_err(|fault| Failure::Usage {
                message: format!("ignore in [health]: \"{entry}\": {fault}"),
                hint: "Write a check, a space, and an object with * for any text: \"primary_key app.log_*\"".to_owned(),
            })?;
            Ok((check.to_owned(), pattern))
        };
        entries.iter().map(entry).collect::<Result<_>>().map(Self)
    }

    /// Whether a finding is among them.
    pub fn covers(&self, finding: &Finding) -> bool {
        let of_object = |pattern: &Option<Pattern>| pattern.as_ref().is_none_or(|p| p.matches(&finding.object));
        self.0.iter().any(|(check, pattern)| check == finding.check && of_object(pattern))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::health::Severity;

    #[test]
    fn covers_a_check_or_some_of_its_objects() {
        let entries = ["primary_key app.log_*", "duplicate_index"].map(str::to_owned);
        let ignored = Ignored::read(&entries).expect("they are checks");
        let covers = |check, object: &str| {
            let (object, message) = (object.to_owned(), String::new());
            ignored.covers(&Finding { check, severity: Severity::Note, object, message, repair: None })
        };
        assert!(covers("primary_key", "app.log_2024") && !covers("primary_key", "app.users"));
        assert!(covers("duplicate_index", "app.anything") && !covers("invalid_index", "app.anything"));
        assert!(Ignored::read(&["primry_key".to_owned()]).is_err());
    }
}

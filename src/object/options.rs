//! Lists of `name=value`: storage parameters, attribute options and the options of foreign objects.

use super::ObjectId;
use crate::sql::{Statement, ident, literal};

/// The name and the value of an option as the catalogs keep it.
fn parts(option: &str) -> (&str, &str) {
    option.split_once('=').unwrap_or((option, ""))
}

/// Options as `WITH (…)` and `SET (…)` take them.
pub fn list(options: &[String]) -> String {
    let one = |option: &String| {
        let (name, value) = parts(option);
        let name = name.split('.').map(ident).collect::<Vec<_>>().join(".");
        format!("{name}={}", literal(value).trim_start())
    };
    options.iter().map(one).collect::<Vec<_>>().join(", ")
}

/// What `SET (…)` and `RESET (…)` must name to lead from `old` to `new`.
pub fn change(old: &[String], new: &[String]) -> (String, String) {
    let added: Vec<String> = new.iter().filter(|o| !old.contains(o)).cloned().collect();
    let names: Vec<&str> = new.iter().map(|o| parts(o).0).collect();
    let removed: Vec<&str> = old.iter().map(|o| parts(o).0).filter(|name| !names.contains(name)).collect();
    (list(&added), removed.join(", "))
}

/// The statements that lead from `old` to `new`: `ALTER keyword id SET (…)` and `RESET (…)`.
pub fn alter(keyword: &str, id: &ObjectId, old: &[String], new: &[String]) -> Vec<Statement> {
    let (added, removed) = change(old, new);
    let actions = [("SET", added), ("RESET", removed)].into_iter().filter(|(_, options)| !options.is_empty());
    actions
        .map(|(verb, options)| Statement::new(format!("ALTER {keyword} {} {verb} ({options})", id.identity)))
        .collect()
}

/// Options as `OPTIONS (…)` of a foreign object takes them.
pub fn foreign(options: &[String]) -> String {
    let one = |option: &String| {
        let (name, value) = parts(option);
        format!("{} {}", ident(name), literal(value).trim_start())
    };
    options.iter().map(one).collect::<Vec<_>>().join(", ")
}

/// `OPTIONS (…)` with a space before, if there is anything to say.
pub fn foreign_clause(options: &str) -> String {
    if options.is_empty() { String::new() } else { format!(" OPTIONS ({options})") }
}

/// What `OPTIONS (…)` must say to lead from `old` to `new`.
pub fn foreign_change(old: &[String], new: &[String]) -> String {
    let name_of = |option: &String| parts(option).0.to_owned();
    let old_names: Vec<String> = old.iter().map(name_of).collect();
    let new_names: Vec<String> = new.iter().map(name_of).collect();
    let changed = new.iter().filter(|o| !old.contains(o)).map(|option| {
        let verb = if old_names.contains(&name_of(option)) { "SET" } else { "ADD" };
        format!("{verb} {}", foreign(std::slice::from_ref(option)))
    });
    let dropped = old_names.iter().filter(|name| !new_names.contains(name)).map(|name| format!("DROP {}", ident(name)));
    changed.chain(dropped).collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn options(texts: &[&str]) -> Vec<String> {
        texts.iter().map(|t| (*t).to_owned()).collect()
    }

    #[test]
    fn sets_what_changed_and_resets_what_went() {
        let (set, reset) = change(&options(&["fillfactor=70", "a=1"]), &options(&["fillfactor=80"]));
        assert_eq!((&*set, &*reset), ("fillfactor='80'", "a"));
    }

    #[test]
    fn adds_sets_and_drops_foreign_options() {
        let text = foreign_change(&options(&["host=a", "port=1"]), &options(&["host=b", "dbname=x"]));
        assert_eq!(text, "SET host 'b', ADD dbname 'x', DROP port");
    }
}

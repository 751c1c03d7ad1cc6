//! What a statement does and what it declares, read from its first words.

use super::class::{self, Class};
use super::cursor::Cursor;
use super::keyword::{BEFORE_NAME, KEYWORDS, MODIFIERS};
use super::statement::Transaction;

/// The head of a statement.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Head {
    /// Its first word, in capitals.
    pub verb: String,
    /// The object that it makes, changes or speaks of; for SET, the setting.
    pub object: Named,
    /// What sort of statement it is.
    pub class: Class,
    /// Its place in a transaction.
    pub transaction: Transaction,
}

/// An object as a statement names it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Named {
    /// The kind's keyword (`TABLE`); empty where none is named.
    pub keyword: &'static str,
    /// The name's parts, folded and unquoted; empty where there is none.
    pub name: Vec<String>,
    /// The relation or type that it is part of: an index's, a trigger's, a column's, …
    pub on: Vec<String>,
}

impl Head {
    /// Reads the head of `text`, one statement.
    pub fn read(text: &str) -> Self {
        let mut cursor = Cursor::new(text, 0);
        let verb = cursor.identifier().unwrap_or_default().to_ascii_uppercase();
        let object = object(&verb, &mut cursor);
        let class = class::of(&verb, object.keyword, text);
        let transaction = class::transaction(&verb, object.keyword, text);
        Self { verb, object, class, transaction }
    }

    /// Whether the statement makes the object that it names.
    pub fn declares(&self) -> bool {
        self.verb == "CREATE" && !self.object.name.is_empty()
    }
}

impl Named {
    /// The last part of the name.
    pub fn own_name(&self) -> &str {
        self.name.last().map_or("", String::as_str)
    }
}

fn object(verb: &str, cursor: &mut Cursor) -> Named {
    match verb {
        "CREATE" => {
            while cursor.take_any(MODIFIERS).is_some() {}
            named(cursor)
        }
        "ALTER" | "DROP" => {
            cursor.take("PROCEDURAL");
            named(cursor)
        }
        "COMMENT" if cursor.take("ON") => {
            cursor.take("PROCEDURAL");
            named(cursor)
        }
        "SET" | "RESET" => {
            cursor.take_any(&["SESSION AUTHORIZATION", "SESSION", "LOCAL"]);
            Named { name: cursor.name(), ..Named::default() }
        }
        "INSERT" => target(cursor, &["INTO"]),
        "COPY" | "UPDATE" | "TRUNCATE" => target(cursor, &["TABLE", "ONLY"]),
        "DELETE" | "MERGE" => target(cursor, &["FROM", "INTO", "ONLY"]),
        _ => Named::default(),
    }
}

fn target(cursor: &mut Cursor, before: &[&str]) -> Named {
    while cursor.take_any(before).is_some() {}
    Named { keyword: "TABLE", name: cursor.name(), on: vec![] }
}

fn named(cursor: &mut Cursor) -> Named {
    let Some(keyword) = cursor.take_any(KEYWORDS) else { return Named::default() };
    while cursor.take_any(BEFORE_NAME).is_some() {}
    let keyword = match keyword {
        "USER" | "GROUP" => "ROLE",
        keyword => keyword,
    };
    let name = name(keyword, cursor);
    let on = on(keyword, cursor);
    Named { keyword, name, on }
}

fn name(keyword: &str, cursor: &mut Cursor) -> Vec<String> {
    match keyword {
        "OPERATOR" => cursor.operator(),
        "USER MAPPING" | "TRANSFORM" if cursor.take("FOR") => cursor.name(),
        "SCHEMA" if cursor.take("AUTHORIZATION") => cursor.name(),
        "INDEX" | "STATISTICS" if cursor.peek_text().eq_ignore_ascii_case("on") => vec![],
        "DEFAULT PRIVILEGES" | "CAST" | "SYSTEM" | "OWNED" => vec![],
        _ => cursor.name(),
    }
}

fn on(keyword: &str, cursor: &mut Cursor) -> Vec<String> {
    let behind: &[&str] = match keyword {
        "INDEX" | "TRIGGER" | "POLICY" | "CONSTRAINT" => &["ON"],
        "RULE" => &["ON", "TO"],
        "STATISTICS" => &["FROM"],
        "USER MAPPING" => &["SERVER"],
        "TRANSFORM" => &["LANGUAGE"],
        "OPERATOR CLASS" | "OPERATOR FAMILY" => &["USING"],
        _ => return vec![],
    };
    // COMMENT ON RULE r ON t has no TO, CREATE RULE r AS ON INSERT TO t has both.
    let mut found = false;
    for word in behind {
        let mut ahead = *cursor;
        if ahead.skip_behind(word) {
            (*cursor, found) = (ahead, true);
        }
    }
    if !found {
        return vec![];
    }
    cursor.take_any(&["ONLY", "DOMAIN"]);
    cursor.name()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> (String, &'static str, String, String) {
        let Head { verb, object, .. } = Head::read(text);
        (verb, object.keyword, object.name.join("."), object.on.join("."))
    }

    #[test]
    fn names_what_a_statement_declares() {
        for (text, keyword, name, on) in [
            ("create table if not exists App.\"T\" (a int)", "TABLE", "app.T", ""),
            ("CREATE UNLOGGED TABLE t()", "TABLE", "t", ""),
            ("create unique index concurrently if not exists i on only a.t (x)", "INDEX", "i", "a.t"),
            ("create index on t (x)", "INDEX", "", "t"),
            ("create or replace function f(a int) returns int", "FUNCTION", "f", ""),
            ("create constraint trigger tr after update of a on s.t from b", "TRIGGER", "tr", "s.t"),
            ("create policy p on t using (true)", "POLICY", "p", "t"),
            ("create rule r as on insert to v do instead nothing", "RULE", "r", "v"),
            ("create text search configuration c (parser = p)", "TEXT SEARCH CONFIGURATION", "c", ""),
            ("create operator app.=== (leftarg = int)", "OPERATOR", "app.===", ""),
            ("create user u", "ROLE", "u", ""),
            ("create user mapping for u server s", "USER MAPPING", "u", "s"),
            ("create schema authorization joe", "SCHEMA", "joe", ""),
            ("create default conversion c for 'a' to 'b' from f", "CONVERSION", "c", ""),
            ("create /* x */ temp -- y\n view v as select 1", "VIEW", "v", ""),
            ("create trusted procedural language l", "LANGUAGE", "l", ""),
            ("create event trigger e on ddl_command_end execute function f()", "EVENT TRIGGER", "e", ""),
        ] {
            assert_eq!(read(text), ("CREATE".to_owned(), keyword, name.to_owned(), on.to_owned()), "{text}");
        }
    }

    #[test]
    fn names_what_other_statements_speak_of() {
        for (text, verb, keyword, name, on) in [
            ("alter table if exists only s.t add x int", "ALTER", "TABLE", "s.t", ""),
            ("alter default privileges grant select on tables to x", "ALTER", "DEFAULT PRIVILEGES", "", ""),
            ("comment on constraint c on domain d is 'x'", "COMMENT", "CONSTRAINT", "c", "d"),
            ("comment on rule r on t is 'x'", "COMMENT", "RULE", "r", "t"),
            ("comment on index i is 'on t'", "COMMENT", "INDEX", "i", ""),
            ("drop materialized view if exists m", "DROP", "MATERIALIZED VIEW", "m", ""),
            ("set session search_path to a", "SET", "", "search_path", ""),
            ("insert into s.t values (1)", "INSERT", "TABLE", "s.t", ""),
        ] {
            assert_eq!(read(text), (verb.to_owned(), keyword, name.to_owned(), on.to_owned()), "{text}");
        }
    }
}

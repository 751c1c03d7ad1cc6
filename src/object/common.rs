//! What every kind has alike: owner, privileges and comment.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use super::{Context, ObjectId};
use crate::sql::{Statement, ident, literal};

/// Owner, privileges and comment of an object.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Common {
    /// The owner's name; none for what has no owner, or when owners are not in scope.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub owner: Option<String>,
    /// The privileges in force, the built-in defaults filled in; none when they are the built-in defaults.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub privileges: Option<BTreeSet<Privilege>>,
    /// The text of `COMMENT ON`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub comment: Option<String>,
}

/// One privilege that a role has on an object.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Privilege {
    /// Who has it.
    pub grantee: Grantee,
    /// Its letter in an ACL item ("Privileges", table 5.1).
    pub letter: char,
    /// Whether it may be granted on.
    pub grantable: bool,
}

/// The holder of a privilege.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Grantee {
    /// Whoever owns the object.
    Owner,
    /// Every role.
    Public,
    /// The role of this name.
    Role(String),
}

/// How privileges on a kind are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Grantable {
    /// The words after `ON` in `GRANT`.
    pub keyword: &'static str,
    /// The letters of all privileges that the kind has.
    pub letters: &'static str,
    /// The letters that `PUBLIC` has when nothing was granted.
    pub public: &'static str,
    /// The letter for the kind in `pg_default_acl`, if default privileges can be set for it.
    pub default_acl: Option<char>,
    /// Whether they are privileges on columns of the parent.
    pub columns: bool,
}

impl Grantable {
    /// The privileges in force on an object to which nothing was granted or revoked.
    pub fn built_in(&self, version: u32) -> BTreeSet<Privilege> {
        if self.columns {
            return BTreeSet::new();
        }
        let owner = self.letters(version).map(|letter| Privilege { grantee: Grantee::Owner, letter, grantable: false });
        let public = self.public.chars().map(|letter| Privilege { grantee: Grantee::Public, letter, grantable: false });
        owner.chain(public).collect()
    }

    /// The letters of all privileges that the version knows: `MAINTAIN` came with 17.
    fn letters(&self, version: u32) -> impl Iterator<Item = char> {
        self.letters.chars().filter(move |&letter| letter != 'm' || version >= 170_000)
    }

    /// The statements that turn one set of privileges into another.
    pub fn change(
        &self,
        version: u32,
        target: &str,
        columns: Option<&str>,
        owner: &str,
        old: &BTreeSet<Privilege>,
        new: &BTreeSet<Privilege>,
    ) -> Vec<Statement> {
        let grantees: BTreeSet<&Grantee> = old.iter().chain(new).map(|p| &p.grantee).collect();
        let mut statements = Vec::new();
        for grantee in grantees {
            let of = |set: &BTreeSet<Privilege>, grantable: Option<bool>| -> String {
                set.iter()
                    .filter(|p| p.grantee == *grantee && grantable.is_none_or(|g| p.grantable == g))
                    .map(|p| p.letter)
                    .collect()
            };
            let lost = minus(&of(old, None), &of(new, None));
            let options_lost = minus(&minus(&of(old, Some(true)), &of(new, Some(true))), &lost);
            let gained = minus(&of(new, Some(false)), &of(old, None));
            let gained_grantable = minus(&of(new, Some(true)), &of(old, Some(true)));
            let on = format!("ON {} {target}", self.keyword);
            let on = on.trim_end();
            let who = grantee.sql(owner);
            let all: String = self.letters(version).collect();
            let words = |letters: &str| {
                let whole = columns.is_none() && letters.len() == all.len() && all.len() > 1;
                if whole { "ALL".to_owned() } else { privilege_words(letters, columns) }
            };
            if !lost.is_empty() {
                statements.push(format!("REVOKE {} {on} FROM {who}", words(&lost)));
            }
            if !options_lost.is_empty() {
                statements.push(format!("REVOKE GRANT OPTION FOR {} {on} FROM {who}", words(&options_lost)));
            }
            if !gained.is_empty() {
                statements.push(format!("GRANT {} {on} TO {who}", words(&gained)));
            }
            if !gained_grantable.is_empty() {
                statements.push(format!("GRANT {} {on} TO {who} WITH GRANT OPTION", words(&gained_grantable)));
            }
        }
        statements.into_iter().map(Statement::new).collect()
    }
}

impl Grantee {
    /// The grantee as `GRANT` takes it.
    fn sql(&self, owner: &str) -> String {
        match self {
            Grantee::Owner => ident(owner),
            Grantee::Public => "PUBLIC".to_owned(),
            Grantee::Role(name) => ident(name),
        }
    }
}

/// Privileges for people: a line for each grantee, `PUBLIC: SELECT, UPDATE (may grant on)`.
pub fn in_words(privileges: &BTreeSet<Privilege>) -> Vec<String> {
    let mut by_grantee: BTreeMap<(&Grantee, bool), String> = BTreeMap::new();
    for privilege in privileges {
        by_grantee.entry((&privilege.grantee, privilege.grantable)).or_default().push(privilege.letter);
    }
    let usual = |letters: &str| "rawdDxtmUCXcTsA".chars().filter(|l| letters.contains(*l)).collect::<String>();
    let line = |((grantee, grantable), letters): (&(&Grantee, bool), &String)| {
        let who = match grantee {
            Grantee::Owner => "owner",
            Grantee::Public => "PUBLIC",
            Grantee::Role(name) => name,
        };
        let option = if *grantable { " (may grant on)" } else { "" };
        format!("{who}: {}{option}", privilege_words(&usual(letters), None))
    };
    by_grantee.iter().map(line).collect()
}

/// Privileges after a change of owner: what the new owner had been granted has become the owner's.
fn given_to(privileges: BTreeSet<Privilege>, owner: Option<&str>) -> BTreeSet<Privilege> {
    let of_owner = |p: Privilege| match &p.grantee {
        Grantee::Role(name) if Some(name.as_str()) == owner => {
            Privilege { grantee: Grantee::Owner, grantable: false, ..p }
        }
        _ => p,
    };
    privileges.into_iter().map(of_owner).collect()
}

/// The letters of `a` that are not in `b`.
fn minus(a: &str, b: &str) -> String {
    a.chars().filter(|c| !b.contains(*c)).collect()
}

/// A privilege's letter as the word of `GRANT` ("Privileges", table 5.1).
pub fn privilege_word(letter: char) -> &'static str {
    match letter {
        'r' => "SELECT",
        'a' => "INSERT",
        'w' => "UPDATE",
        'd' => "DELETE",
        'D' => "TRUNCATE",
        'x' => "REFERENCES",
        't' => "TRIGGER",
        'm' => "MAINTAIN",
        'U' => "USAGE",
        'C' => "CREATE",
        'X' => "EXECUTE",
        'c' => "CONNECT",
        'T' => "TEMPORARY",
        's' => "SET",
        'A' => "ALTER SYSTEM",
        _ => "ALL",
    }
}

/// Privilege letters as words, each with the columns that it is limited to.
fn privilege_words(letters: &str, columns: Option<&str>) -> String {
    letters
        .chars()
        .map(privilege_word)
        .map(|word| columns.map_or_else(|| word.to_owned(), |columns| format!("{word} ({columns})")))
        .collect::<Vec<_>>()
        .join(", ")
}

/// Privileges from ACL items as Postgres prints them (`grantee=letters/grantor`, `*` after a letter that may be granted on).
pub fn parse_acl(items: &[String], owner: &str) -> BTreeSet<Privilege> {
    items.iter().flat_map(|item| parse_acl_item(item, owner)).collect()
}

/// The privileges of one ACL item.
fn parse_acl_item(item: &str, owner: &str) -> Vec<Privilege> {
    let (name, rest) = acl_name(item);
    let letters = rest.strip_prefix('=').unwrap_or(rest).split('/').next().unwrap_or_default();
    let grantee = match name {
        name if name.is_empty() => Grantee::Public,
        name if name == owner => Grantee::Owner,
        name => Grantee::Role(name),
    };
    let chars: Vec<char> = letters.chars().collect();
    let is_owner = grantee == Grantee::Owner;
    chars
        .iter()
        .enumerate()
        .filter(|(_, c)| **c != '*')
        .map(|(i, &letter)| Privilege {
            grantee: grantee.clone(),
            letter,
            grantable: chars.get(i + 1) == Some(&'*') && !is_owner,
        })
        .collect()
}

/// The role's name at the start of an ACL item, unquoted, and what follows it.
fn acl_name(item: &str) -> (String, &str) {
    let Some(quoted) = item.strip_prefix('"') else {
        let end = item.find('=').unwrap_or(item.len());
        return (item[..end].to_owned(), &item[end..]);
    };
    let mut name = String::new();
    let mut chars = quoted.char_indices().peekable();
    while let Some((i, c)) = chars.next() {
        if c != '"' {
            name.push(c);
        } else if chars.next_if(|(_, next)| *next == '"').is_some() {
            name.push('"');
        } else {
            return (name, &quoted[i + 1..]);
        }
    }
    (name, "")
}

impl Common {
    /// The statements that turn `old` into this, for an object that is there.
    pub fn alter(&self, old: &Common, id: &ObjectId, context: &Context) -> Vec<Statement> {
        let mut statements = Vec::new();
        if let (Some(owner), true) = (&self.owner, self.owner != old.owner) {
            let keyword = id.kind.keyword();
            statements.push(Statement::new(format!("ALTER {keyword} {} OWNER TO {}", id.identity, ident(owner))));
        }
        if let (Some(grantable), true) = (id.kind.grantable(), self.privileges != old.privileges) {
            let built_in = grantable.built_in(context.version());
            let from = old.privileges.clone().unwrap_or_else(|| built_in.clone());
            let from = if self.owner == old.owner { from } else { given_to(from, self.owner.as_deref()) };
            let to = self.privileges.as_ref().unwrap_or(&built_in);
            let entry = context.catalog.entry(id);
            let (target, columns) = match entry.and_then(|e| e.parent.as_ref()) {
                Some(parent) if grantable.columns => (parent.identity.to_string(), Some(id.name_in(parent))),
                _ => (entry.map(|e| e.object.granted(id)).unwrap_or_default(), None),
            };
            statements.extend(grantable.change(context.version(), &target, columns, context.owner(id), &from, to));
        }
        if self.comment != old.comment {
            let text = self.comment.as_ref().map_or_else(|| "NULL".to_owned(), |text| literal(text));
            statements.push(Statement::new(format!("COMMENT ON {} {} IS {text}", id.kind.keyword(), id.identity)));
        }
        statements
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_acl_items_with_quoted_names_and_grant_options() {
        let items = ["bob=r*w/alice", "\"a \"\"b\"\" =\"=X/alice", "=U/alice", "alice=arw/alice"].map(str::to_owned);
        let found = parse_acl(&items, "alice");
        let role = |name: &str, letter, grantable| Privilege { grantee: Grantee::Role(name.into()), letter, grantable };
        assert!(found.contains(&role("bob", 'r', true)));
        assert!(found.contains(&role("bob", 'w', false)));
        assert!(found.contains(&role("a \"b\" =", 'X', false)));
        assert!(found.contains(&Privilege { grantee: Grantee::Public, letter: 'U', grantable: false }));
        assert!(found.contains(&Privilege { grantee: Grantee::Owner, letter: 'a', grantable: false }));
        assert_eq!(found.len(), 7);
    }

    #[test]
    fn grants_and_revokes_only_what_changed() {
        let table =
            Grantable { keyword: "TABLE", letters: "arwdDxtm", public: "", default_acl: Some('r'), columns: false };
        let old = parse_acl(&["bob=rw/x".to_owned()], "x");
        let new = parse_acl(&["bob=r*/x".to_owned(), "=r/x".to_owned()], "x");
        let texts: Vec<_> = table.change(150_000, "app.t", None, "x", &old, &new).into_iter().map(|s| s.text).collect();
        assert_eq!(
            texts,
            [
                "GRANT SELECT ON TABLE app.t TO PUBLIC",
                "REVOKE UPDATE ON TABLE app.t FROM bob",
                "GRANT SELECT ON TABLE app.t TO bob WITH GRANT OPTION",
            ]
        );
    }
}

//! Enumerated types.

use anyhow::Result;
use tokio_postgres::Row;

use super::containers;
use super::record::record;
use super::{Alter, Context, Grantable, ObjectId, ObjectKind, WhenNeedReplaced};
use crate::sql::{Statement, Transaction, literal};

record! {
    /// An enumerated type.
    pub struct EnumType {
        /// The labels, in order.
        pub labels: Vec<String>,
    }
}

impl EnumType {
    /// Whether the old labels are all there, in the same order.
    fn extends(&self, old: &Self) -> bool {
        let mut labels = self.labels.iter();
        old.labels.iter().all(|label| labels.any(|new| new == label))
    }

    /// The statements that add the labels that `old` has not, each next to one that is there by then.
    fn additions(&self, old: &Self, id: &ObjectId) -> Vec<Statement> {
        let mut last = old.labels.last();
        let mut statements = Vec::new();
        for (i, label) in self.labels.iter().enumerate().filter(|(_, label)| !old.labels.contains(label)) {
            let place = match (i.checked_sub(1).map(|before| &self.labels[before]), old.labels.first()) {
                (None, Some(first)) => format!(" BEFORE {}", literal(first).trim_start()),
                (before, _) if before == last => String::new(),
                (Some(before), _) => format!(" AFTER {}", literal(before).trim_start()),
                (None, None) => String::new(),
            };
            if place.is_empty() {
                last = Some(label);
            }
            let text = format!("ALTER TYPE {} ADD VALUE {}{place}", id.identity, literal(label).trim_start());
            statements.push(Statement::new(text).transaction(Transaction::CommitAfter));
        }
        statements
    }
}

impl ObjectKind for EnumType {
    const KEYWORD: &'static str = "TYPE";
    const OWNED: bool = true;
    const PRIVILEGES: Option<Grantable> = Some(containers::PRIVILEGES);
    const QUERY: &'static str = "
        SELECT 'pg_type'::regclass::oid AS classid, t.oid AS objid, 0 AS objsubid, format('%I.%I', nspname, typname) AS identity,
            0::oid AS parent_classid, 0::oid AS parent_objid, 0 AS parent_objsubid, typacl::text[] AS acl,
            ARRAY(SELECT enumlabel::text FROM pg_enum WHERE enumtypid = t.oid ORDER BY enumsortorder) AS labels
        FROM pg_type t
            JOIN pg_namespace n ON n.oid = typnamespace
        WHERE typtype = 'e' AND nspname !~ '^pg_' AND nspname <> 'information_schema'";

    fn read(row: &Row) -> Result<Self> {
        Self::from_row(row)
    }

    fn create(&self, id: &ObjectId, _context: &Context) -> Vec<Statement> {
        let labels: Vec<_> = self.labels.iter().map(|label| literal(label).trim_start().to_owned()).collect();
        vec![Statement::new(format!("CREATE TYPE {} AS ENUM ({})", id.identity, labels.join(", ")))]
    }

    fn alter(&self, old: &Self, id: &ObjectId, context: &Context) -> Alter {
        if self.extends(old) { Alter::InPlace(self.additions(old, id)) } else { self.replace(old, id, context) }
    }

    fn when_need_replaced(&self) -> WhenNeedReplaced {
        WhenNeedReplaced::Replace
    }

    fn replace(&self, _old: &Self, id: &ObjectId, context: &Context) -> Alter {
        let (full, own) = id.aside();
        let mut begin = vec![Statement::new(format!("ALTER TYPE {} RENAME TO {own}", id.identity))];
        begin.extend(self.create(id, context));
        Alter::Replace { begin, finish: vec![Statement::new(format!("DROP TYPE {full}"))] }
    }

    fn occupies(&self, id: &ObjectId) -> Option<String> {
        Some(id.identity.to_string())
    }

    fn title(&self, id: &ObjectId) -> String {
        format!("{} AS ENUM ({})", id.identity, self.labels.join(", "))
    }
}

#[cfg(test)]
mod tests {
    use super::super::Kind;
    use super::*;

    fn labels(text: &str) -> EnumType {
        EnumType { labels: text.chars().map(String::from).collect() }
    }

    fn additions(old: &str, new: &str) -> Vec<String> {
        let id = ObjectId::new(Kind::EnumType, "e");
        let statements = labels(new).additions(&labels(old), &id);
        statements.into_iter().map(|s| s.text.replace("ALTER TYPE e ADD VALUE ", "")).collect()
    }

    #[test]
    fn adds_labels_where_they_belong() {
        assert_eq!(additions("bd", "abcde"), ["'a' BEFORE 'b'", "'c' AFTER 'b'", "'e'"]);
        assert_eq!(additions("a", "abc"), ["'b'", "'c'"]);
        assert_eq!(additions("c", "abc"), ["'a' BEFORE 'c'", "'b' AFTER 'a'"]);
        assert_eq!(additions("", "ab"), ["'a'", "'b'"]);
    }

    #[test]
    fn only_additions_keep_the_type() {
        assert!(labels("abc").extends(&labels("ac")));
        assert!(!labels("ca").extends(&labels("ac")));
        assert!(!labels("a").extends(&labels("ac")));
    }
}

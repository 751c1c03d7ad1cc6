//! The columns by which the rows of a table are known again.

use super::rest::Rest;
use super::{Archive, has_step};
use crate::object::{Kind, Object, ObjectId};
use crate::plan::Phase;

/// What a row is known by.
pub enum Key {
    /// Its primary key.
    Columns(Vec<KeyColumn>),
    /// What else is in it.
    Rest(Rest),
}

/// A column of a primary key.
pub struct KeyColumn {
    /// Its name, quoted.
    pub name: String,
    /// Whether its type is the system's own, which cannot go.
    pub plain: bool,
}

impl Archive<'_> {
    /// The primary key of a table that stays, if it is the same before and after and tells all rows apart.
    pub(super) fn key(&self, table: &ObjectId) -> Option<Vec<KeyColumn>> {
        if !self.keeps_rows(table) {
            return None;
        }
        let (id, entry) = self
            .current
            .children(table)
            .find(|(_, entry)| matches!(&entry.object, Object::Constraint(constraint) if constraint.contype == "p"))?;
        if self.desired.entry(id)?.object != entry.object {
            return None;
        }
        let columns = entry.needs.iter().filter(|need| need.kind == Kind::Column);
        columns.map(|column| self.key_column(table, column)).collect()
    }

    /// Whether a table stays, and its rows are in no other.
    pub(super) fn keeps_rows(&self, table: &ObjectId) -> bool {
        let replaced = has_step(&self.up, Phase::Finish, table);
        let heirs = self.current.entries.values().any(|entry| {
            matches!(&entry.object, Object::Inheritance(inheritance) if *inheritance.ancestor == *table.identity)
        });
        !replaced && !heirs && self.desired.entry(table).is_some()
    }

    fn key_column(&self, table: &ObjectId, column: &ObjectId) -> Option<KeyColumn> {
        let (Object::Column(old), Object::Column(new)) =
            (&self.current.entry(column)?.object, &self.desired.entry(column)?.object)
        else {
            return None;
        };
        let same = old.data_type == new.data_type && !has_step(&self.up, Phase::Drop, column);
        same.then(|| KeyColumn { name: column.name_in(table).to_owned(), plain: is_plain(&old.data_type) })
    }
}

/// Whether a type is the system's own: of others, which may go, the text is kept.
pub fn is_plain(data_type: &str) -> bool {
    !data_type.contains('.')
}

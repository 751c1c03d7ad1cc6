//! Rows without a primary key, known again by what else is in them.

use super::{Archive, has_step};
use crate::object::{Column, Kind, Object, ObjectId};
use crate::plan::Phase;

/// The columns of a copy by which its rows are known.
pub const KEY: &str = "dbtool_digest, dbtool_number";

/// The column of a copy with the value; its name tells that the column itself counts as lost.
pub const VALUE: &str = "dbtool_value";

/// The columns that a row has before and after.
pub struct Rest {
    columns: Vec<String>,
    /// Whether rows that are alike in these may differ in more than the value: then nobody can tell which is whose.
    differs: bool,
}

impl Archive<'_> {
    /// The columns of a table that stay as they are, beside one that is dropped.
    pub(super) fn rest(&self, table: &ObjectId, dropped: &ObjectId) -> Option<Rest> {
        if table.kind != Kind::Table || !self.keeps_rows(table) {
            return None;
        }
        let column = |id: &ObjectId| match self.current.entry(id).map(|entry| &entry.object) {
            Some(Object::Column(column)) if column.generated.is_empty() => Some(column),
            _ => None,
        };
        let all = self.current.children(table).map(|(id, _)| id);
        let all: Vec<_> = all.filter_map(|id| Some((id, column(id)?)).filter(|(id, _)| *id != dropped)).collect();
        let stays = |(id, old): &&(&ObjectId, &Column)| {
            let new = self.desired.entry(id).map(|entry| &entry.object);
            let same = matches!(new, Some(Object::Column(new)) if new.data_type == old.data_type);
            same && !has_step(&self.up, Phase::Drop, id)
        };
        let columns: Vec<String> = all.iter().filter(stays).map(|(id, _)| id.name_in(table).to_owned()).collect();
        let differs = columns.len() < all.len();
        Some(Rest { columns, differs })
    }
}

impl Rest {
    /// The query of a copy: a digest of the rest, the number among rows that are alike, and the value.
    pub fn copied(&self, table: &str, value: &str, condition: &str) -> String {
        let only = if self.differs { " WHERE dbtool_alike = 1" } else { "" };
        let rows = format!("SELECT {}, {value} FROM {table} AS t{condition}", self.numbered());
        format!("SELECT {KEY}, {VALUE} FROM ({rows}) AS r{only}")
    }

    /// The rows of the table with their digests and where they are, as `r`.
    pub fn found(&self, table: &str) -> String {
        format!("(SELECT tableoid AS dbtool_table, ctid AS dbtool_row, {} FROM {table} AS t) AS r", self.numbered())
    }

    /// The condition that ties `t`, `r` and the copy `a`.
    pub fn matches(&self) -> String {
        let only = if self.differs { " AND r.dbtool_alike = 1" } else { "" };
        format!(
            "t.tableoid = r.dbtool_table AND t.ctid = r.dbtool_row AND a.dbtool_digest = r.dbtool_digest AND \
             a.dbtool_number = r.dbtool_number{only}"
        )
    }

    fn numbered(&self) -> String {
        let columns: Vec<String> = self.columns.iter().map(|column| format!("t.{column}")).collect();
        let row = format!("ROW({})::text", columns.join(", "));
        let digest = format!("pg_catalog.sha256(pg_catalog.convert_to({row}, 'UTF8'))");
        let alike = if self.differs {
            format!(", pg_catalog.count(*) OVER (PARTITION BY {digest}) AS dbtool_alike")
        } else {
            String::new()
        };
        format!(
            "{digest} AS dbtool_digest, pg_catalog.row_number() OVER (PARTITION BY {digest}) AS dbtool_number{alike}"
        )
    }
}

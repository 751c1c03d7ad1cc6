//! A table or view with all that belongs to it.

use super::{privileges, prose, rows, section, sql};
use crate::cli::render::grid::{Cell, Grid, one_line};
use crate::cli::render::measure::{bytes, counted};
use crate::cli::style::Style;
use crate::inspect::model::{Column, ForeignKey, Relation, RowSecurity};

/// A table or view; `definition` is the SQL that makes it.
pub fn relation(relation: &Relation, definition: &str, style: &Style) -> String {
    let title = format!("{} {}", relation.kind.words().to_uppercase(), relation.identity);
    let mut text = format!(
        "{}\n{}{}\n",
        style.heading(&one_line(&title)),
        prose(relation.comment.as_ref()),
        facts(relation, style)
    );
    text += &columns(relation, style);
    text += &section("References", &foreign_keys(&relation.foreign_keys, false), style);
    text += &section("Referenced by", &foreign_keys(&relation.referenced_by, true), style);
    text += &indexes(relation, style);
    text += &constraints(relation, style);
    text += &triggers(relation, style);
    text += &policies(relation, style);
    text += &partitions(relation, style);
    text += &privileges(&relation.privileges, style);
    text + &format!("\n{}\n{}", style.heading("Definition"), sql(definition))
}

/// Size, owner and what is special about it, on one line.
fn facts(relation: &Relation, style: &Style) -> String {
    let mut facts = Vec::new();
    if let Some(size) = &relation.size {
        let rows = rows(Some(size));
        facts.extend((!rows.is_empty()).then(|| format!("about {rows} rows")));
        let (table, index) = (size.table_bytes.unsigned_abs(), size.index_bytes.unsigned_abs());
        facts.push(format!("{} (table {}, indexes {})", bytes(size.bytes()), bytes(table), bytes(index)));
    }
    facts.extend(relation.owner.iter().map(|owner| format!("owner {owner}")));
    facts.extend(match relation.row_security {
        RowSecurity::Off => None,
        RowSecurity::On => Some("row security on".to_owned()),
        RowSecurity::Forced => Some("row security forced".to_owned()),
    });
    facts.extend(relation.partition_key.iter().map(|key| format!("partitioned by {key}")));
    facts.extend(relation.partition_of.iter().map(|of| format!("partition of {} {}", of.identity, of.bound)));
    facts.extend(relation.inherits.iter().map(|of| format!("inherits {of}")));
    style.faint(&one_line(&facts.join(" · ")))
}

fn columns(relation: &Relation, style: &Style) -> String {
    let mut grid = Grid::new(&["COLUMN", "TYPE", "NULL", "DEFAULT", "KEY", "COMMENT"]);
    for column in &relation.columns {
        let null = match (relation.kind.is_view(), column.not_null) {
            (true, _) => "",
            (false, true) => "not null",
            (false, false) => "null",
        };
        let data_type = match &column.collation {
            Some(collation) => format!("{} collate {collation}", column.data_type),
            None => column.data_type.clone(),
        };
        grid.row([
            column.name.clone().into(),
            data_type.into(),
            if null == "null" { Cell::painted(null, |style, text| style.faint(text)) } else { null.into() },
            value(column).into(),
            key(column).into(),
            Cell::painted(column.comment.clone().unwrap_or_default(), |style, text| style.faint(text)),
        ]);
    }
    section("Columns", &grid, style)
}

/// The default, or what stands in its place.
fn value(column: &Column) -> String {
    match (column.identity, &column.generated, &column.default) {
        (Some(identity), ..) => format!("identity {identity}"),
        (None, Some(expression), _) => format!("generated: {expression}"),
        (None, None, default) => default.clone().unwrap_or_default(),
    }
}

/// What keys the column is in.
fn key(column: &Column) -> String {
    let mut words = Vec::new();
    if column.primary_key {
        words.push("primary".to_owned());
    } else if column.unique {
        words.push("unique".to_owned());
    }
    words.extend(column.references.iter().map(|of| format!("→ {of}")));
    words.extend(column.origin.iter().map(|of| format!("= {of}")));
    words.join(" ")
}

/// Foreign keys as their table has them, or as the table that they reference sees them.
fn foreign_keys(keys: &[ForeignKey], seen_from_target: bool) -> Grid {
    let mut grid = Grid::new(&["FOREIGN KEY", "COLUMNS", "", "ACTIONS", ""]);
    for key in keys {
        let list = |columns: &[String]| format!("({})", columns.join(", "));
        let (near, far) = if seen_from_target {
            (list(&key.referenced_columns), format!("← {} {}", key.table, list(&key.columns)))
        } else {
            (list(&key.columns), format!("→ {} {}", key.references, list(&key.referenced_columns)))
        };
        let mut notes = Vec::new();
        notes.extend(key.one_to_one.then_some("one to one"));
        notes.extend((!key.validated).then_some("not valid"));
        notes.extend((!seen_from_target && !key.indexed).then_some("no index"));
        let note = Cell::painted(notes.join(", "), |style, text| style.faint(text));
        grid.row([key.name.clone().into(), near.into(), far.into(), key.actions.clone().into(), note]);
    }
    grid
}

fn indexes(relation: &Relation, style: &Style) -> String {
    let mut grid = Grid::new(&["INDEX", "ON", ">SIZE", ">SCANS", ""]);
    for index in &relation.indexes {
        let mut notes = Vec::new();
        notes.extend(index.unique.then_some("unique"));
        notes.extend(index.constraint.then_some("constraint"));
        notes.extend((!index.valid).then_some("INVALID"));
        grid.row([
            index.name.clone().into(),
            index.on.clone().into(),
            index.bytes.map(|size| bytes(size.unsigned_abs())).unwrap_or_default().into(),
            index.scans.map(|scans| indicatif::HumanCount(scans.unsigned_abs()).to_string()).unwrap_or_default().into(),
            Cell::painted(notes.join(", "), |style, text| style.faint(text)),
        ]);
    }
    section("Indexes", &grid, style)
}

fn constraints(relation: &Relation, style: &Style) -> String {
    let mut grid = Grid::new(&["CONSTRAINT", "DEFINITION", ""]);
    let keys = relation.primary_key.iter().map(|key| ("PRIMARY KEY", key));
    for (word, key) in keys.chain(relation.unique.iter().map(|key| ("UNIQUE", key))) {
        grid.row([key.name.clone().into(), format!("{word} ({})", key.columns.join(", ")).into(), "".into()]);
    }
    for check in relation.checks.iter().chain(&relation.rules) {
        let note = if check.validated { "" } else { "not valid" };
        grid.row([check.name.clone().into(), check.definition.clone().into(), note.into()]);
    }
    section("Constraints", &grid, style)
}

fn triggers(relation: &Relation, style: &Style) -> String {
    let mut grid = Grid::new(&["TRIGGER", "ACTION", "STATE"]);
    for trigger in &relation.triggers {
        let state = if trigger.enabled == "enabled" { "" } else { trigger.enabled };
        grid.row([trigger.name.clone().into(), trigger.action.clone().into(), state.into()]);
    }
    section("Triggers", &grid, style)
}

fn policies(relation: &Relation, style: &Style) -> String {
    let mut text = String::new();
    for policy in &relation.policies {
        let kind = if policy.permissive { "" } else { ", restrictive" };
        text += &one_line(&format!("{} for {} to {}{kind}", policy.name, policy.command, policy.roles.join(", ")));
        text = text.trim_end().to_owned() + "\n";
        for (word, expression) in [("using", &policy.using), ("check", &policy.check)] {
            if let Some(expression) = expression {
                text += &format!("  {} {}\n", style.faint(word), one_line(expression));
            }
        }
    }
    if text.is_empty() {
        return text;
    }
    let lines: String = text.lines().map(|line| format!("  {line}\n")).collect();
    format!("\n{}\n{lines}", style.heading("Policies"))
}

fn partitions(relation: &Relation, style: &Style) -> String {
    let mut grid = Grid::new(&["PARTITION", "BOUND"]);
    for partition in &relation.partitions {
        grid.row([partition.identity.clone().into(), partition.bound.clone().into()]);
    }
    let title = format!("Partitions ({})", counted(relation.partitions.len() as u64, "table"));
    section(&title, &grid, style)
}

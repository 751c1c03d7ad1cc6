//! A whole database on one screen.

use super::{prose, rows, section, size};
use crate::cli::render::grid::{Cell, Grid, one_line};
use crate::cli::render::listing::unmodelled;
use crate::cli::render::measure::{bytes, counted};
use crate::cli::style::Style;
use crate::inspect::Model;
use crate::inspect::model::{Relation, RelationKind, RowSecurity};

/// A list of labels or keys that is longer than this is cut.
const LONGEST: usize = 60;

/// The whole database; `name` is what it is called.
pub fn overview(model: &Model, name: &str, style: &Style) -> String {
    let mut text = format!(
        "{}\n{}\n",
        style.heading(&one_line(&format!("{name} (PostgreSQL {})", model.server_version))),
        style.faint(&counts(model))
    );
    for schema in &model.schemas {
        let plain = crate::inspect::plain(&schema.identity);
        text += &format!("\n{}\n", style.heading(&format!("Schema {}", one_line(&plain))));
        text += &prose(schema.comment.as_ref());
        text += &tables(model, &plain, style);
        text += &views(model, &plain, style);
        text += &routines(model, &plain, style);
        text += &types(model, &plain, style);
    }
    text += &triggers(model, style);
    text += &policies(model, style);
    text += &extensions(model, style);
    text += &others(model, style);
    text + &unmodelled(&model.not_handled)
}

/// "12 tables, 3 views, 5 functions, 41 MB".
fn counts(model: &Model) -> String {
    let relations = |wanted: fn(RelationKind) -> bool| model.relations.iter().filter(|r| wanted(r.kind)).count() as u64;
    let own = |r: &&Relation| r.kind != RelationKind::PartitionedTable;
    let total: Option<u64> =
        model.relations.iter().filter(own).filter_map(|r| r.size).map(|size| size.bytes()).reduce(|a, b| a + b);
    let mut counts = vec![
        counted(relations(|kind| !kind.is_view() && kind != RelationKind::Partition), "table"),
        counted(relations(RelationKind::is_view), "view"),
        counted(model.routines.len() as u64, "function"),
        counted(model.types.len() as u64, "type"),
    ];
    counts.extend(total.map(bytes));
    counts.join(", ")
}

fn tables(model: &Model, schema: &str, style: &Style) -> String {
    let mut grid = Grid::new(&["TABLE", ">ROWS", ">SIZE", ">COLUMNS", "PRIMARY KEY", "REFERENCES", "ROW SECURITY"]);
    let listed = |r: &&Relation| r.schema == schema && !r.kind.is_view() && r.kind != RelationKind::Partition;
    for table in model.relations.iter().filter(listed) {
        let key = table.primary_key.as_ref().map(|key| key.columns.join(", "));
        let no_key = || if table.kind == RelationKind::ForeignTable { String::new() } else { "none".to_owned() };
        grid.row([
            kind_of(table).into(),
            rows(table.size.as_ref()).into(),
            size(table.size.as_ref()).into(),
            table.columns.len().to_string().into(),
            key.map_or_else(|| Cell::painted(no_key(), |style, text| style.warning(text)), Cell::from),
            shortened(&targets(table)).into(),
            row_security(table).into(),
        ]);
    }
    grid_or_nothing(&grid, style)
}

/// The name, with what is special about it.
fn kind_of(table: &Relation) -> String {
    match table.kind {
        RelationKind::PartitionedTable => {
            format!("{} ({})", table.name, counted(table.partitions.len() as u64, "partition"))
        }
        RelationKind::ForeignTable => format!("{} (foreign)", table.name),
        _ => table.name.clone(),
    }
}

/// The tables that it references, each once, without its own schema.
fn targets(table: &Relation) -> Vec<String> {
    let mut names = Vec::new();
    for key in &table.foreign_keys {
        let name = crate::inspect::without_schema(&key.references, &table.schema);
        if !names.contains(&name) {
            names.push(name);
        }
    }
    names
}

fn row_security(table: &Relation) -> String {
    let policies = counted(table.policies.len() as u64, "policy");
    match table.row_security {
        RowSecurity::Off if table.policies.is_empty() => String::new(),
        RowSecurity::Off => format!("off, {policies}"),
        RowSecurity::On => format!("on, {policies}"),
        RowSecurity::Forced => format!("forced, {policies}"),
    }
}

fn views(model: &Model, schema: &str, style: &Style) -> String {
    let mut grid = Grid::new(&["VIEW", ">ROWS", ">SIZE", ">COLUMNS", "COMMENT"]);
    for view in model.relations.iter().filter(|r| r.schema == schema && r.kind.is_view()) {
        let name = if view.kind == RelationKind::MaterializedView {
            format!("{} (materialized)", view.name)
        } else {
            view.name.clone()
        };
        grid.row([
            name.into(),
            rows(view.size.as_ref()).into(),
            size(view.size.as_ref()).into(),
            view.columns.len().to_string().into(),
            view.comment.clone().unwrap_or_default().into(),
        ]);
    }
    grid_or_nothing(&grid, style)
}

fn routines(model: &Model, schema: &str, style: &Style) -> String {
    let mut grid = Grid::new(&["FUNCTION", "RETURNS", "COMMENT"]);
    for routine in model.routines.iter().filter(|r| r.schema == schema) {
        let name = format!("{}({})", routine.name, routine.arguments);
        let result = routine.result.clone().unwrap_or_else(|| routine.kind.clone());
        grid.row([name.into(), result.into(), routine.comment.clone().unwrap_or_default().into()]);
    }
    grid_or_nothing(&grid, style)
}

fn types(model: &Model, schema: &str, style: &Style) -> String {
    let mut grid = Grid::new(&["TYPE", "KIND", "VALUES"]);
    for of in model.types.iter().filter(|of| of.schema == schema) {
        grid.row([of.name.clone().into(), of.kind.into(), shortened(&of.members).into()]);
    }
    grid_or_nothing(&grid, style)
}

fn triggers(model: &Model, style: &Style) -> String {
    let mut grid = Grid::new(&["TRIGGER", "TABLE", "CALLS", "STATE"]);
    for table in &model.relations {
        for trigger in &table.triggers {
            let (when, calls) = trigger.action.split_once(" ON ").map_or(("", &*trigger.action), |(when, rest)| {
                (when, rest.rsplit_once(" EXECUTE ").map_or(rest, |(_, call)| call))
            });
            let state = if trigger.enabled == "enabled" { "" } else { trigger.enabled };
            let calls = calls.trim_start_matches("FUNCTION ").trim_start_matches("PROCEDURE ");
            grid.row([
                trigger.name.clone().into(),
                table.identity.clone().into(),
                format!("{when}: {calls}").into(),
                state.into(),
            ]);
        }
    }
    section("Triggers", &grid, style)
}

fn policies(model: &Model, style: &Style) -> String {
    let mut grid = Grid::new(&["POLICY", "TABLE", "FOR", "TO", ""]);
    for table in &model.relations {
        for policy in &table.policies {
            let kind = if policy.permissive { "" } else { "restrictive" };
            grid.row([
                policy.name.clone().into(),
                table.identity.clone().into(),
                policy.command.clone().into(),
                policy.roles.join(", ").into(),
                kind.into(),
            ]);
        }
    }
    section("Policies", &grid, style)
}

fn extensions(model: &Model, style: &Style) -> String {
    let mut grid = Grid::new(&["EXTENSION", "VERSION", "SCHEMA", "COMMENT"]);
    for extension in &model.extensions {
        let version = extension.version.clone().unwrap_or_default();
        let comment = extension.comment.clone().unwrap_or_default();
        grid.row([extension.name.clone().into(), version.into(), extension.schema.clone().into(), comment.into()]);
    }
    section("Extensions", &grid, style)
}

fn others(model: &Model, style: &Style) -> String {
    let mut grid = Grid::new(&["", "", ""]);
    for other in &model.others {
        grid.row([
            other.kind.clone().into(),
            other.identity.clone().into(),
            other.comment.clone().unwrap_or_default().into(),
        ]);
    }
    section("Other objects", &grid, style)
}

fn grid_or_nothing(grid: &Grid, style: &Style) -> String {
    if grid.is_empty() { String::new() } else { format!("\n{}", grid.lines(style)) }
}

/// The first of a list, and how many more there are.
fn shortened(list: &[String]) -> String {
    let mut text = String::new();
    for (number, one) in list.iter().enumerate() {
        if number > 0 && text.chars().count() + one.chars().count() > LONGEST {
            return format!("{text}, … {} more", list.len() - number);
        }
        text += &if number == 0 { one.clone() } else { format!(", {one}") };
    }
    text
}

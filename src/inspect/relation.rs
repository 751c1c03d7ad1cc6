//! A table or view with all that belongs to it, gathered from its parts.

use super::build::{Around, columns};
use super::grant::grants;
use super::model::{Check, Column, ForeignKey, Index, Key, Policy, Relation, RelationKind, RowSecurity, Size, Trigger};
use super::name::{all_plain, plain, split};
use crate::catalog::{Catalog, Entry};
use crate::object::{self, Kind, Object, ObjectId};

/// The relation, if `id` is one.
pub(super) fn relation(id: &ObjectId, entry: &Entry, around: &Around) -> Option<Relation> {
    let (schema, name) = split(&id.identity);
    let mut relation = Relation {
        kind: kind(&entry.object, around.partition_of.contains_key(&*id.identity))?,
        schema,
        name,
        identity: id.identity.to_string(),
        owner: entry.common.owner.clone(),
        comment: entry.common.comment.clone(),
        size: None,
        row_security: RowSecurity::Off,
        partition_key: None,
        partition_of: around.partition_of.get(&*id.identity).cloned(),
        partitions: around.partitions.get(&*id.identity).cloned().unwrap_or_default(),
        inherits: Vec::new(),
        columns: Vec::new(),
        primary_key: None,
        unique: Vec::new(),
        foreign_keys: Vec::new(),
        referenced_by: around.referenced_by.get(&*id.identity).cloned().unwrap_or_default(),
        indexes: Vec::new(),
        checks: Vec::new(),
        triggers: Vec::new(),
        policies: Vec::new(),
        rules: Vec::new(),
        privileges: grants(id, entry, around.catalog),
        query: None,
    };
    relation.take(&entry.object);
    for (part, belonging) in around.catalog.children(id) {
        relation.gather(part, belonging, id, around);
    }
    relation.connect(&entry.object);
    relation.measure(around);
    Some(relation)
}

fn kind(object: &Object, partition: bool) -> Option<RelationKind> {
    Some(match object {
        Object::Table(table) if table.partition_key.is_some() => RelationKind::PartitionedTable,
        Object::Table(_) if partition => RelationKind::Partition,
        Object::Table(_) => RelationKind::Table,
        Object::ForeignTable(_) => RelationKind::ForeignTable,
        Object::View(_) => RelationKind::View,
        Object::MaterializedView(_) => RelationKind::MaterializedView,
        _ => return None,
    })
}

impl Relation {
    /// What the relation's own object says.
    fn take(&mut self, object: &Object) {
        match object {
            Object::Table(table) => {
                self.partition_key.clone_from(&table.partition_key);
                self.row_security = match (table.row_security, table.force_row_security) {
                    (false, _) => RowSecurity::Off,
                    (true, false) => RowSecurity::On,
                    (true, true) => RowSecurity::Forced,
                };
            }
            Object::View(view) => self.query = Some(view.definition.clone()),
            Object::MaterializedView(view) => self.query = Some(view.definition.clone()),
            _ => {}
        }
    }

    /// Puts a part or belonging where it belongs.
    fn gather(&mut self, id: &ObjectId, entry: &Entry, table: &ObjectId, around: &Around) {
        let name = || plain(id.name_in(table));
        let comment = || entry.common.comment.clone();
        match &entry.object {
            Object::Column(of) => self.columns.push(column(name(), id, entry, of, around)),
            Object::Constraint(of) => self.gather_constraint(name(), id, entry, of, around),
            Object::Index(of) => self.indexes.push(index(id, entry, of)),
            Object::Trigger(of) => self.triggers.push(Trigger {
                name: name(),
                action: action(&of.definition, id.name_in(table)),
                enabled: enabled(&of.enabled),
                comment: comment(),
            }),
            Object::Policy(of) => self.policies.push(Policy {
                name: name(),
                command: of.command.clone(),
                permissive: of.permissive,
                roles: all_plain(&of.roles),
                using: of.using.clone(),
                check: of.check.clone(),
                comment: comment(),
            }),
            Object::Rule(of) => self.rules.push(Check {
                name: name(),
                definition: of.definition.clone(),
                validated: true,
                comment: comment(),
            }),
            Object::Inheritance(of) => self.inherits.push(of.ancestor.clone()),
            _ => {}
        }
    }

    fn gather_constraint(
        &mut self,
        name: String,
        id: &ObjectId,
        entry: &Entry,
        of: &object::Constraint,
        around: &Around,
    ) {
        let key = || Key { name: name.clone(), columns: columns(of) };
        match &*of.contype {
            "p" => self.primary_key = Some(key()),
            "u" => self.unique.push(key()),
            "f" => self.foreign_keys.extend(foreign_key(id, of, around.catalog)),
            _ => self.checks.push(Check {
                name: name.clone(),
                definition: of.definition.clone(),
                validated: of.validated,
                comment: entry.common.comment.clone(),
            }),
        }
        if matches!(&*of.contype, "p" | "u" | "x") {
            self.indexes.push(Index {
                on: if of.contype == "x" {
                    of.definition.clone()
                } else {
                    format!("btree ({})", of.columns.0.join(", "))
                },
                name,
                unique: of.contype != "x",
                constraint: true,
                columns: columns(of),
                valid: true,
                bytes: None,
                scans: None,
                comment: of.index_comment.clone(),
            });
        }
    }

    /// What columns, keys and indexes are to each other.
    fn connect(&mut self, object: &Object) {
        let origins = match object {
            Object::View(view) => view.origins.0.0.clone(),
            Object::MaterializedView(view) => view.origins.0.0.clone(),
            _ => Vec::new(),
        };
        for (column, origin) in self.columns.iter_mut().zip(origins) {
            column.origin = origin;
        }
        for column in &mut self.columns {
            let alone = |key: &Key| key.columns == [column.name.clone()];
            column.primary_key = self.primary_key.as_ref().is_some_and(|key| key.columns.contains(&column.name));
            column.unique = self.primary_key.iter().chain(&self.unique).any(alone)
                || self
                    .indexes
                    .iter()
                    .any(|i| i.unique && i.columns == [column.name.clone()] && !i.on.contains("WHERE"));
            let targets = self.foreign_keys.iter().flat_map(|key| {
                let pairs = key.columns.iter().zip(&key.referenced_columns);
                pairs.filter(|(own, _)| **own == column.name).map(|(_, other)| format!("{}.{other}", key.references))
            });
            column.references = targets.collect();
        }
        for key in &mut self.foreign_keys {
            let begins = |index: &Index| {
                let first = index.columns.iter().take(key.columns.len());
                first.clone().count() == key.columns.len()
                    && first.into_iter().all(|column| key.columns.contains(column))
            };
            key.indexed = self.indexes.iter().any(begins);
        }
    }

    /// Sizes and use; a partitioned table's size is that of its partitions.
    fn measure(&mut self, around: &Around) {
        let Some(activity) = around.activity.filter(|_| self.kind != RelationKind::View) else { return };
        for index in &mut self.indexes {
            let measure = activity.of((self.schema.clone(), index.name.clone()));
            (index.bytes, index.scans) = (Some(measure.bytes), Some(measure.scans));
        }
        let own = activity.of((self.schema.clone(), self.name.clone()));
        let mut size = Size {
            rows: own.rows,
            table_bytes: own.bytes,
            index_bytes: self.indexes.iter().filter_map(|index| index.bytes).sum(),
        };
        for partition in &self.partitions {
            let id = ObjectId::new(Kind::Table, partition.identity.as_str());
            if let Some(size_of) = around
                .catalog
                .entry(&id)
                .and_then(|entry| relation(&id, entry, around))
                .and_then(|relation| relation.size)
            {
                size.table_bytes += size_of.table_bytes;
                size.index_bytes += size_of.index_bytes;
                size.rows = own.rows.or_else(|| Some(size.rows.unwrap_or_default() + size_of.rows?));
            }
        }
        self.size = Some(size);
    }
}

fn column(name: String, id: &ObjectId, entry: &Entry, of: &object::Column, around: &Around) -> Column {
    let default = around.catalog.children(id).find_map(|(_, entry)| match &entry.object {
        Object::Default(default) => Some(default.expression.clone()),
        _ => None,
    });
    Column {
        name,
        data_type: if of.shown_type.0.is_empty() { of.data_type.clone() } else { of.shown_type.0.clone() },
        not_null: of.not_null,
        default,
        identity: of.generator.as_ref().map(|identity| if identity.always { "always" } else { "by default" }),
        generated: of.expression.clone(),
        collation: of.collation.clone(),
        comment: entry.common.comment.clone(),
        primary_key: false,
        unique: false,
        references: Vec::new(),
        origin: None,
    }
}

fn index(id: &ObjectId, entry: &Entry, of: &object::Index) -> Index {
    let on = of.definition.split_once(" USING ").map_or(&*of.definition, |(_, on)| on);
    Index {
        name: split(&id.identity).1,
        unique: of.unique.0,
        constraint: false,
        on: on.to_owned(),
        columns: all_plain(&of.columns.0),
        valid: of.valid,
        bytes: None,
        scans: None,
        comment: entry.common.comment.clone(),
    }
}

/// A constraint as the foreign key that it is, if it is one.
pub(super) fn foreign_key(id: &ObjectId, of: &object::Constraint, catalog: &Catalog) -> Option<ForeignKey> {
    let references = of.references.0.clone()?;
    let table = id_of_table(&of.table, catalog);
    let own = columns(of);
    let quoted = format!(
        "FOREIGN KEY ({}) REFERENCES {references}({})",
        of.columns.0.join(", "),
        of.referenced_columns.0.join(", ")
    );
    let keys = catalog.children(&table).filter_map(|(_, entry)| match &entry.object {
        Object::Constraint(key) if matches!(&*key.contype, "p" | "u") => Some(columns(key)),
        _ => None,
    });
    let sorted = |mut columns: Vec<String>| {
        columns.sort();
        columns
    };
    let one_to_one = keys.map(sorted).any(|key| key == sorted(own.clone()));
    Some(ForeignKey {
        name: plain(id.name_in(&table)),
        table: of.table.clone(),
        columns: own,
        references,
        referenced_columns: all_plain(&of.referenced_columns.0),
        actions: of.definition.strip_prefix(&quoted).unwrap_or_default().trim().to_owned(),
        validated: of.validated,
        one_to_one,
        indexed: false,
    })
}

fn id_of_table(identity: &str, catalog: &Catalog) -> ObjectId {
    let foreign = ObjectId::new(Kind::ForeignTable, identity);
    if catalog.entry(&foreign).is_some() { foreign } else { ObjectId::new(Kind::Table, identity) }
}

/// What follows the name in `CREATE TRIGGER`.
fn action(definition: &str, name: &str) -> String {
    definition.split_once(&format!("TRIGGER {name} ")).map_or(definition, |(_, action)| action).to_owned()
}

fn enabled(state: &str) -> &'static str {
    match state {
        "D" => "disabled",
        "R" => "replica",
        "A" => "always",
        _ => "enabled",
    }
}

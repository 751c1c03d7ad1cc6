//! From a catalog to the model.

use std::collections::HashMap;

use super::activity::Activity;
use super::model::{Extension, ForeignKey, Item, Model, Partition, Routine, Type};
use super::name::{all_plain, plain, split};
use super::relation;
use crate::catalog::{Catalog, Entry};
use crate::object::{Kind, Object, ObjectId};

/// A catalog with what relations are to each other, found in one pass.
pub(super) struct Around<'a> {
    pub(super) catalog: &'a Catalog,
    pub(super) activity: Option<&'a Activity>,
    /// The foreign keys that reference a relation.
    pub(super) referenced_by: HashMap<&'a str, Vec<ForeignKey>>,
    /// The partitions of a table.
    pub(super) partitions: HashMap<&'a str, Vec<Partition>>,
    /// The table that a table is a partition of.
    pub(super) partition_of: HashMap<&'a str, Partition>,
}

/// The model of a catalog; without activity it knows no sizes.
pub fn model(catalog: &Catalog, activity: Option<&Activity>) -> Model {
    let around = Around::new(catalog, activity);
    let mut model =
        Model { server_version: version(catalog.version), not_handled: catalog.unmodelled.clone(), ..Model::default() };
    for (id, entry) in &catalog.entries {
        match &entry.object {
            Object::Schema(_) => model.schemas.push(item(id, entry)),
            Object::Table(_) | Object::ForeignTable(_) | Object::View(_) | Object::MaterializedView(_) => {
                model.relations.extend(relation::relation(id, entry, &around));
            }
            Object::Function(of) => model.routines.push(routine(id, entry, &of.0)),
            Object::Procedure(of) => model.routines.push(routine(id, entry, &of.0)),
            Object::EnumType(of) => model.types.push(type_of("enum", id, entry, of.labels.clone())),
            Object::Composite(of) => {
                let attributes = of.attributes.iter().map(|a| format!("{} {}", a.name, a.data_type)).collect();
                model.types.push(type_of("composite", id, entry, attributes));
            }
            Object::Domain(of) => model.types.push(type_of("domain", id, entry, domain(id, &of.base_type, &around))),
            Object::Range(of) => model.types.push(type_of("range", id, entry, vec![of.subtype.clone()])),
            Object::Extension(of) => model.extensions.push(Extension {
                name: plain(&id.identity),
                version: of.version.clone(),
                schema: plain(&of.schema),
                comment: entry.common.comment.clone(),
            }),
            _ if stands_alone(id, entry) => model.others.push(item(id, entry)),
            _ => {}
        }
    }
    model
        .schemas
        .retain(|schema| schema.identity != "public" || model_has(&model.relations, &model.routines, "public"));
    model.relations.sort_by(|a, b| (&a.schema, &a.name).cmp(&(&b.schema, &b.name)));
    model
}

fn model_has(relations: &[super::model::Relation], routines: &[Routine], schema: &str) -> bool {
    relations.iter().any(|r| r.schema == schema) || routines.iter().any(|r| r.schema == schema)
}

impl<'a> Around<'a> {
    fn new(catalog: &'a Catalog, activity: Option<&'a Activity>) -> Self {
        let (mut referenced_by, mut partitions): (HashMap<_, Vec<_>>, HashMap<_, Vec<_>>) = Default::default();
        let mut partition_of = HashMap::new();
        for (id, entry) in &catalog.entries {
            match &entry.object {
                Object::Constraint(of) => {
                    if let (Some(references), Some(key)) = (&of.references.0, relation::foreign_key(id, of, catalog)) {
                        referenced_by.entry(references.as_str()).or_default().push(key);
                    }
                }
                Object::Partition(of) => {
                    let place = |identity: &str| Partition { identity: identity.to_owned(), bound: of.bound.clone() };
                    partitions.entry(of.of.as_str()).or_default().push(place(&id.identity));
                    partition_of.insert(&*id.identity, place(&of.of));
                }
                _ => {}
            }
        }
        Self { catalog, activity, referenced_by, partitions, partition_of }
    }
}

/// Whether an object is neither part nor belonging of another, nor only a tie between others.
fn stands_alone(id: &ObjectId, entry: &Entry) -> bool {
    let tie = matches!(
        id.kind,
        Kind::SequenceOwner
            | Kind::IndexAttachment
            | Kind::MemberPrivileges
            | Kind::DefaultPrivileges
            | Kind::OperatorFamilyMember
    );
    entry.parent.is_none() && !id.kind.is_part() && !tie
}

fn item(id: &ObjectId, entry: &Entry) -> Item {
    Item {
        kind: id.kind.keyword().to_lowercase(),
        identity: id.identity.to_string(),
        owner: entry.common.owner.clone(),
        comment: entry.common.comment.clone(),
    }
}

fn routine(id: &ObjectId, entry: &Entry, of: &crate::object::Routine) -> Routine {
    let (schema, name) = split(&id.identity);
    Routine {
        kind: id.kind.keyword().to_lowercase(),
        schema,
        name,
        identity: id.identity.to_string(),
        arguments: of.arguments.0.clone(),
        result: of.result.clone(),
        single_row: of.single_row.0,
        owner: entry.common.owner.clone(),
        comment: entry.common.comment.clone(),
        definition: of.definition.clone(),
    }
}

fn type_of(kind: &'static str, id: &ObjectId, entry: &Entry, members: Vec<String>) -> Type {
    let (schema, name) = split(&id.identity);
    Type { kind, schema, name, identity: id.identity.to_string(), members, comment: entry.common.comment.clone() }
}

/// What a domain is of, and its checks.
fn domain(id: &ObjectId, base_type: &str, around: &Around) -> Vec<String> {
    let check = |(_, entry): (&ObjectId, &Entry)| match &entry.object {
        Object::DomainConstraint(check) => Some(check.definition.clone()),
        _ => None,
    };
    let checks = around.catalog.children(id).filter_map(check);
    std::iter::once(base_type.to_owned()).chain(checks).collect()
}

/// `150018` as "15.18".
fn version(number: u32) -> String {
    format!("{}.{}", number / 10_000, number % 10_000)
}

/// The columns of a foreign key or other constraint, plain.
pub(super) fn columns(of: &crate::object::Constraint) -> Vec<String> {
    all_plain(&of.columns.0)
}

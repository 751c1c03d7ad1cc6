//! Functions as PostgREST calls them.

use std::collections::HashMap;

use super::model::{Property, SetOptions, Signature, Ts};
use super::types::Types;
use super::{Compat, by_schema_and_name};
use crate::surface::{Column, Function, Relation};
use crate::types::{Selection, by_name};

/// The types that a parameter without a name may have: `json`, `jsonb`, `text`.
const UNNAMED: [u32; 3] = [114, 3802, 25];

/// What functions are made from.
pub struct Functions<'a> {
    /// What is asked for.
    pub selection: &'a Selection<'a>,
    /// What types mean.
    pub types: &'a Types<'a>,
    /// Whose rules.
    pub compat: Compat,
    /// The relations that the file has.
    pub relations: HashMap<u32, &'a Relation>,
    /// The columns of a row, for those who return rows.
    pub row: &'a dyn Fn(&Relation, &Column) -> Property,
}

/// A function that PostgREST knows.
pub struct Known<'a> {
    /// The function.
    pub function: &'a Function,
    /// Its parameters by name.
    parameters: Vec<Parameter<'a>>,
}

/// A parameter.
#[derive(Clone, Copy)]
struct Parameter<'a> {
    mode: &'a str,
    name: &'a str,
    of: u32,
    has_default: bool,
}

impl Parameter<'_> {
    fn takes_input(&self) -> bool {
        matches!(self.mode, "i" | "b" | "v")
    }
}

impl<'a> Known<'a> {
    fn new(function: &'a Function) -> Self {
        let (inputs, defaults) = (i32::from(function.inputs), i32::from(function.defaults));
        let parameter = |(place, of): (usize, &u32)| Parameter {
            mode: function.modes.get(place).map_or("i", String::as_str),
            name: function.names.get(place).map_or("", String::as_str),
            of: *of,
            // The generators count the last of those that take input among all.
            has_default: (inputs - defaults..inputs).contains(&(i32::try_from(place).unwrap_or(i32::MAX))),
        };
        let mut parameters: Vec<_> = function.of.iter().enumerate().map(parameter).collect();
        parameters.sort_by(|a, b| by_name(a.name, b.name));
        Self { function, parameters }
    }

    fn inputs(&self) -> impl Iterator<Item = &Parameter<'a>> {
        self.parameters.iter().filter(|parameter| parameter.takes_input())
    }

    /// The one parameter that takes input, if there is only one.
    fn only_input(&self) -> Option<&Parameter<'a>> {
        let mut inputs = self.inputs();
        inputs.next().filter(|_| inputs.next().is_none())
    }

    /// How many rows, when a set says so.
    fn returns_many(&self) -> bool {
        self.function.set && self.function.rows > 1.0
    }
}

impl<'a> Functions<'a> {
    /// The functions of a schema that PostgREST can call, by name.
    pub fn of_schema(&self, schema: &str) -> Vec<Known<'a>> {
        let mut functions: Vec<&Function> = self.selection.functions().filter(|f| f.schema == schema).collect();
        if self.compat != Compat::Hosted {
            functions.sort_by(|a, b| by_name(&a.identity_arguments, &b.identity_arguments));
        }
        functions.sort_by(|a, b| by_schema_and_name((&a.schema, &a.name), (&b.schema, &b.name)));
        functions.into_iter().map(Known::new).filter(|known| self.is_callable(known)).collect()
    }

    /// Whether PostgREST can call it: by names, or with one unnamed parameter of a type that a body can be.
    fn is_callable(&self, known: &Known) -> bool {
        let by_body = |of: u32| UNNAMED.contains(&of);
        known.inputs().all(|input| !input.name.is_empty())
            || known.inputs().all(|input| !input.name.is_empty() || (input.has_default && by_body(input.of)))
            || known.only_input().is_some_and(|only| by_body(only.of) || self.types.row_type(only.of).is_some())
    }

    /// The overloads under each name; names that are numbers go first, as in objects of JavaScript.
    pub fn grouped<'k>(&self, all: &'k [Known<'a>]) -> Vec<(String, Vec<&'k Known<'a>>)> {
        let mut groups: Vec<(String, Vec<&Known>)> = Vec::new();
        for known in all {
            match groups.last_mut().filter(|(name, _)| *name == known.function.name) {
                Some((_, group)) => group.push(known),
                None => groups.push((known.function.name.clone(), vec![known])),
            }
        }
        for (_, group) in &mut groups {
            group.sort_by(|a, b| {
                by_name(&a.function.arguments, &b.function.arguments)
                    .then_with(|| by_name(&a.function.result, &b.function.result))
            });
        }
        if self.compat != Compat::Cli3 {
            groups.sort_by_key(|(name, _)| array_index(name).map_or((1, 0), |index| (0, index)));
        }
        groups
    }

    /// The functions of a schema that are computed columns of a relation there.
    pub fn computed<'k>(&self, all: &'k [Known<'a>], relation: &Relation) -> Vec<&'k Known<'a>> {
        let of_row = |known: &Known| known.only_input().and_then(|only| self.types.row_type(only.of));
        let as_text = |known: &Known| known.function.arguments == relation.name;
        let mut found: Vec<&Known> = all
            .iter()
            .filter(|known| match (self.compat, of_row(known)) {
                (Compat::Hosted, _) => as_text(known),
                (_, Some(of)) => of.relation == Some(relation.oid),
                (Compat::Meta099, None) => as_text(known),
                (Compat::Cli3, None) => false,
            })
            .collect();
        if self.compat == Compat::Cli3 {
            let columns = self.selection.columns(relation.oid);
            found.retain(|known| columns.iter().all(|column| column.name != known.function.name || !column.visible));
            found.dedup_by(|a, b| a.function.name == b.function.name);
        }
        found
    }

    /// The signatures of the overloads of one name.
    pub fn signatures(&self, schema: &str, group: &[&Known<'a>]) -> Vec<Signature> {
        group.iter().map(|known| self.signature(schema, group, known)).collect()
    }

    fn signature(&self, schema: &str, group: &[&Known<'a>], known: &Known<'a>) -> Signature {
        let args = known.inputs().map(|input| Property {
            name: input.name.to_owned(),
            optional: input.has_default,
            of: self.argument(schema, input),
        });
        let (error, set) = (self.error(schema, group, known), self.set_options(known));
        let one = match self.compat {
            Compat::Cli3 => error.is_some() || set.as_ref().is_some_and(|set| set.one_to_one),
            Compat::Hosted | Compat::Meta099 => !known.returns_many() && self.returned_relation(known).is_some(),
        };
        let returns = error.map_or_else(|| self.returned(schema, known), Ts::Error);
        let returns = if known.function.set && !one { Ts::Set(Box::new(returns)) } else { returns };
        Signature { args: args.collect(), returns, set }
    }

    fn argument(&self, schema: &str, input: &Parameter) -> Ts {
        let of = self.types.of_oid(schema, input.of);
        let whole_row = matches!(of, Ts::Member { row: true, .. });
        if self.compat == Compat::Cli3 && whole_row && !input.name.is_empty() {
            return Ts::WithoutComputed(Box::new(of));
        }
        of
    }

    /// What it returns, one of them if a set: the columns of a table, the row of a relation in the same schema, or a type.
    pub fn returned(&self, schema: &str, known: &Known<'a>) -> Ts {
        let columns: Vec<_> = known.parameters.iter().filter(|parameter| parameter.mode == "t").collect();
        if !columns.is_empty() {
            let property = |column: &&Parameter| Property {
                name: column.name.to_owned(),
                optional: false,
                of: self.types.of_oid(schema, column.of),
            };
            return Ts::Object { properties: columns.iter().map(property).collect(), lines: false };
        }
        let relation = self.row_relation(known).and_then(|oid| self.relations.get(&oid));
        match relation.filter(|relation| relation.schema == schema) {
            Some(relation) => {
                let columns = self.selection.columns_by_name(relation.oid);
                let properties = columns.into_iter().map(|column| (self.row)(relation, column)).collect();
                Ts::Object { properties, lines: true }
            }
            None => self.types.of_oid(schema, known.function.returns),
        }
    }

    /// The oid of the relation, or composite type's relation, whose rows it returns.
    fn row_relation(&self, known: &Known) -> Option<u32> {
        self.selection.type_of(known.function.returns)?.relation
    }

    /// The name of the relation or composite type whose rows it returns.
    fn returned_relation(&self, known: &Known) -> Option<String> {
        let relation = self.relations.get(&self.row_relation(known)?);
        let of = || self.types.row_type(known.function.returns);
        relation.map(|relation| relation.name.clone()).or_else(|| Some(of()?.name.clone()))
    }

    fn set_options(&self, known: &Known) -> Option<SetOptions> {
        let to = self.returned_relation(known)?;
        let only = match known.parameters.as_slice() {
            [only] => self.types.row_type(only.of),
            _ => None,
        };
        Some(SetOptions {
            from: only.and_then(|of| of.format.clone()).unwrap_or_else(|| "*".to_owned()),
            to,
            one_to_one: (only.is_some() && !known.function.set) || !known.returns_many(),
            set: known.function.set,
        })
    }

    /// Why PostgREST cannot call it.
    fn error(&self, schema: &str, group: &[&Known<'a>], known: &Known<'a>) -> Option<String> {
        let name = &known.function.name;
        if let Some(between) = self.conflict(schema, group, known) {
            return Some(format!(
                "Could not choose the best candidate function between: {between}. Try renaming the parameters or the \
                 function itself in the database so function overloading can be resolved"
            ));
        }
        let of_row = known.only_input().filter(|only| only.name.is_empty() && self.types.row_type(only.of).is_some());
        let uncallable = of_row.is_some() && (self.compat == Compat::Cli3 || self.returned_relation(known).is_none());
        uncallable.then(|| {
            format!(
                "the function {schema}.{name} with parameter or with a single unnamed json/jsonb parameter, but no \
                 matches were found in the schema cache"
            )
        })
    }

    /// The overloads that it cannot be told from.
    fn conflict(&self, schema: &str, group: &[&Known<'a>], known: &Known<'a>) -> Option<String> {
        let name = &known.function.name;
        let others = || group.iter().filter(|other| other.function.oid != known.function.oid);
        if known.inputs().next().is_none() {
            let other =
                others().find(|o| o.only_input().is_some_and(|only| only.name.is_empty() && only.has_default))?;
            let returned = self.type_name(other.function.returns);
            return Some(format!("{schema}.{name}(), {schema}.{name}( => {returned})"));
        }
        let only = known.only_input().filter(|only| !only.name.is_empty())?;
        let same = |other: &&&Known| other.only_input().is_some_and(|o| o.name == only.name && o.of != only.of);
        let mut types: Vec<u32> = others().filter(same).filter_map(|o| o.only_input().map(|only| only.of)).collect();
        if types.is_empty() {
            return None;
        }
        types.insert(0, only.of);
        types.sort_unstable();
        let call = |of: &u32| format!("{schema}.{name}({} => {})", only.name, self.type_name(*of));
        Some(types.iter().map(call).collect::<Vec<_>>().join(", "))
    }

    fn type_name(&self, oid: u32) -> &'a str {
        let known = self.selection.type_of(oid).filter(|of| self.types.is_known(of));
        known.map_or("unknown", |of| of.name.as_str())
    }
}

/// The number that a name is to an object of JavaScript.
fn array_index(name: &str) -> Option<u32> {
    name.parse::<u32>().ok().filter(|index| index.to_string() == name && *index < u32::MAX)
}

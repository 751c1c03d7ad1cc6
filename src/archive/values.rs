//! Values of columns that go or are converted, copied by primary key.

use super::key::{Key, KeyColumn, is_plain};
use super::rest;
use super::{Archive, entry, has_step, kept, say, script, step};
use crate::catalog::{ARCHIVE, Catalog};
use crate::object::{Alter, Column, Kind, Object, ObjectId, ObjectKind, conversion, keeps};
use crate::plan::Phase;
use crate::sql::{Hazard, Statement};

/// A column whose values are copied.
pub struct Copied<'a> {
    pub table: &'a ObjectId,
    pub column: &'a str,
    pub data_type: &'a str,
    pub key: Key,
}

impl Copied<'_> {
    /// The statements that copy the values, for the rows that a condition speaks of, to a table of the archive.
    pub fn copy(&self, name: &str, condition: &str, catalog: &Catalog) -> Vec<Statement> {
        let table = &self.table.identity;
        let value = pick(self.column, is_plain(self.data_type));
        let (source, keys) = match &self.key {
            Key::Columns(key) => {
                let keys: Vec<String> = key.iter().map(|key| pick(&key.name, key.plain)).collect();
                let names: Vec<&str> = key.iter().map(|key| key.name.as_str()).collect();
                (format!("SELECT {}, {value} FROM {table}{condition}", keys.join(", ")), names.join(", "))
            }
            Key::Rest(rest) => (rest.copied(table, &self.kept(), condition), rest::KEY.to_owned()),
        };
        let copy = vec![
            say(format!("LOCK TABLE {table} IN SHARE ROW EXCLUSIVE MODE")),
            say(format!("CREATE TABLE {ARCHIVE}.{name} AS {source}")),
            say(format!("ALTER TABLE {ARCHIVE}.{name} ADD PRIMARY KEY ({keys})")),
        ];
        with_all_rows(self.table, catalog, copy)
    }

    /// The statements that put the values back, into the rows that a condition speaks of, past the triggers that are there.
    pub fn put_back(
        &self,
        name: &str,
        condition: &str,
        catalog: &Catalog,
        is_there: &dyn Fn(&ObjectId) -> bool,
    ) -> Vec<Statement> {
        let Self { table, column, data_type, key } = self;
        let on = |key: &KeyColumn| match key.plain {
            true => format!("t.{0} = a.{0}", key.name),
            false => format!("t.{0}::text = a.{0}", key.name),
        };
        let (value, from, matches) = match key {
            Key::Columns(key) => (*column, String::new(), key.iter().map(on).collect::<Vec<_>>().join(" AND ")),
            Key::Rest(rest) => (rest::VALUE, format!("{}, ", rest.found(&table.identity)), rest.matches()),
        };
        let cast = if is_plain(data_type) { String::new() } else { format!("::{data_type}") };
        let update = say(format!(
            "UPDATE {} AS t SET {column} = a.{value}{cast} FROM {from}{ARCHIVE}.{name} AS a WHERE {matches}{condition}",
            table.identity
        ));
        let at_once = is_deferred(table, catalog).then(|| say("SET CONSTRAINTS ALL IMMEDIATE"));
        let update = past_triggers(table, catalog, is_there, vec![update]);
        with_all_rows(table, catalog, at_once.into_iter().chain(update).collect())
    }

    /// The value as it is kept beside a digest of its row.
    fn kept(&self) -> String {
        let cast = if is_plain(self.data_type) { "" } else { "::text" };
        format!("{}{cast} AS {}", self.column, rest::VALUE)
    }
}

/// A column as it is kept: as text if its type may go.
fn pick(name: &str, plain: bool) -> String {
    if plain { name.to_owned() } else { format!("{name}::text AS {name}") }
}

impl Archive<'_> {
    /// Keeps the values of columns that are dropped, or changed to a type that does not hold them all.
    pub(super) fn keep_columns(&mut self) {
        let columns: Vec<(Phase, ObjectId)> = self
            .up
            .steps
            .iter()
            .filter(|step| step.id.kind == Kind::Column)
            .map(|step| (step.phase, step.id.clone()))
            .collect();
        for (phase, column) in columns {
            match phase {
                Phase::Drop => self.keep_dropped(&column),
                Phase::Make if !has_step(&self.up, Phase::Drop, &column) => self.keep_converted(&column),
                Phase::Prepare | Phase::Make | Phase::Finish | Phase::Validate => None,
            };
        }
    }

    /// The column as it is before, with its table.
    fn before(&self, id: &ObjectId) -> Option<(ObjectId, Column)> {
        let entry = self.current.entry(id)?;
        match &entry.object {
            Object::Column(column) if column.has_data() && column.generated.is_empty() => {
                Some((entry.parent.clone()?, column.clone()))
            }
            _ => None,
        }
    }

    fn keep_dropped(&mut self, id: &ObjectId) -> Option<()> {
        let (table, column) = self.before(id)?;
        let Some(key) = self.key(&table).map(Key::Columns).or_else(|| self.rest(&table, id).map(Key::Rest)) else {
            return self.say_without_key(Phase::Drop, id);
        };
        let named = id.name_in(&table);
        let copied = Copied { table: &table, column: named, data_type: &column.data_type, key };
        let name = self.name(&format!("{}_{}", plain_name(&table), plain(named)));
        let restore = copied.put_back(&name, "", self.desired, &|_| true);
        let put_back = copied.put_back(&name, "", self.desired, &|trigger| self.is_there(trigger, id));
        let up = step(&mut self.up, Phase::Drop, id)?;
        match copied.key {
            Key::Columns(_) => kept(&mut up.statements, &name),
            Key::Rest(_) => {
                say_of_loss(&mut up.statements, ", kept only by the rest of its row for want of a primary key")
            }
        }
        let what = format!("column {}", id.identity);
        let mut copy = copied.copy(&name, "", self.current);
        copy.push(entry::enter(&name, self.version, &what, &script(&restore)));
        up.statements.splice(0..0, copy);
        if self.desired.entry(id).is_some() && !has_step(&self.down, Phase::Drop, id) {
            // The way back changes the column in place: a generated one becomes a plain one.
            let down = step(&mut self.down, Phase::Make, id)?;
            down.statements.extend(put_back);
            down.statements.extend(dropped(&name));
            return Some(());
        }
        let back = self.column_back(id, &column, put_back, &name);
        let down = step(&mut self.down, Phase::Make, id)?;
        // The first statement is the one that adds the column.
        down.statements.splice(0..1, back);
        Some(())
    }

    /// Adds a column again with its values; NOT NULL comes when they are there.
    fn column_back(&self, id: &ObjectId, column: &Column, put_back: Vec<Statement>, name: &str) -> Vec<Statement> {
        let brought = |_: &ObjectId| true;
        let context = crate::object::Context {
            brought: &brought,
            catalog: self.current,
            current: self.desired,
            desired: self.current,
        };
        let mut open = column.clone();
        open.not_null &= column.generator.is_some();
        if let Some(generator) = &mut open.generator {
            generator.always = false;
        }
        let mut back = open.create(id, &context);
        back.extend(put_back);
        if let Some(generator) = &column.generator {
            let table = context.parent(id);
            back.push(generator.pass(&table.identity, id.name_in(table)));
        }
        if let Alter::InPlace(closed) = column.alter(&open, id, &context) {
            back.extend(closed);
        }
        back.extend(dropped(name));
        back
    }

    fn keep_converted(&mut self, id: &ObjectId) -> Option<()> {
        let (table, old) = self.before(id)?;
        let Object::Column(new) = &self.desired.entry(id)?.object else { return None };
        if old.data_type == new.data_type || keeps(&old.data_type, &new.data_type) {
            return None;
        }
        let Some(key) = self.key(&table).map(Key::Columns) else { return self.say_without_key(Phase::Make, id) };
        let named = id.name_in(&table);
        let copied = Copied { table: &table, column: named, data_type: &old.data_type, key };
        let name = self.name(&format!("{}_{}", plain_name(&table), plain(named)));
        let kept_value =
            if is_plain(&old.data_type) { format!("a.{named}") } else { format!("a.{named}::{}", old.data_type) };
        let there = conversion(&kept_value, &old.data_type, &new.data_type);
        let back = conversion(&format!("({there})"), &new.data_type, &old.data_type);
        let unchanged = format!(
            " AND t.{named}::text IS NOT DISTINCT FROM ({back})::text AND t.{named}::text IS DISTINCT FROM ({kept_value})::text"
        );
        let restore = copied.put_back(&name, &unchanged, self.desired, &|_| true);
        let mut put_back = copied.put_back(&name, &unchanged, self.desired, &|trigger| self.is_there(trigger, id));
        let mut copy = copied.copy(&name, &format!(" WHERE {named} IS NOT NULL"), self.current);
        let what = format!("the values of column {} as {}", id.identity, old.data_type);
        copy.push(entry::enter(&name, self.version, &what, &script(&restore)));
        let up = step(&mut self.up, Phase::Make, id)?;
        kept(&mut up.statements, &name);
        let says = up.statements.iter().flat_map(|s| &s.hazards).any(|hazard| matches!(hazard, Hazard::Kept { .. }));
        if let Some(statement) = up.statements.first_mut().filter(|_| !says) {
            let (relation, column) = (Some(table.identity.to_string()), Some(named.to_owned()));
            statement.hazards.push(Hazard::Kept { what, relation, column, place: format!("{ARCHIVE}.{name}") });
        }
        up.statements.splice(0..0, copy);
        put_back.extend(dropped(&name));
        step(&mut self.down, Phase::Make, id)?.statements.extend(put_back);
        Some(())
    }

    /// Whether a trigger of the state after is there when the way back makes or changes an object.
    pub(super) fn is_there(&self, trigger: &ObjectId, made: &ObjectId) -> bool {
        let before = self.down.steps.iter().take_while(|step| step.phase != Phase::Make || step.id != *made);
        let has = |phase| before.clone().any(|step| step.phase == phase && step.id == *trigger);
        !has(Phase::Drop) || has(Phase::Make)
    }

    /// Says of what is lost that it could be kept if the table had a primary key.
    fn say_without_key(&mut self, phase: Phase, id: &ObjectId) -> Option<()> {
        say_of_loss(&mut step(&mut self.up, phase, id)?.statements, ", not kept for want of a primary key");
        None
    }
}

/// Says more of what is lost.
fn say_of_loss(statements: &mut [Statement], more: &str) {
    for hazard in statements.iter_mut().flat_map(|statement| &mut statement.hazards) {
        if let Hazard::DataLoss { what, .. } = hazard {
            what.push_str(more);
        }
    }
}

/// The statements after which a copy is there no more.
pub fn dropped(name: &str) -> Vec<Statement> {
    vec![say(format!("DROP TABLE {ARCHIVE}.{name}")), entry::leave(name)]
}

/// The last part of a name, unquoted.
pub fn plain_name(table: &ObjectId) -> String {
    plain(crate::object::split_last(&table.identity).map_or(&*table.identity, |(_, name)| name))
}

/// A name without its quotes.
pub fn plain(name: &str) -> String {
    crate::sql::unquoted(name)
}

/// Statements around which the owner sees all rows as well.
fn with_all_rows(table: &ObjectId, catalog: &Catalog, statements: Vec<Statement>) -> Vec<Statement> {
    let forced = matches!(catalog.entry(table).map(|entry| &entry.object), Some(Object::Table(table)) if table.force_row_security);
    if !forced {
        return statements;
    }
    let set = |what: &str| vec![say(format!("ALTER TABLE {} {what} ROW LEVEL SECURITY", table.identity))];
    [set("NO FORCE"), statements, set("FORCE")].concat()
}

/// Statements during which the triggers of a table and of its partitions are quiet.
fn past_triggers(
    table: &ObjectId,
    catalog: &Catalog,
    is_there: &dyn Fn(&ObjectId) -> bool,
    statements: Vec<Statement>,
) -> Vec<Statement> {
    let (mut before, mut after) = (Vec::new(), Vec::new());
    for table in with_partitions(table, catalog) {
        for (id, entry) in catalog.children(&table).filter(|(id, _)| is_there(id)) {
            let Object::Trigger(trigger) = &entry.object else { continue };
            let again = match &*trigger.enabled {
                "O" => "ENABLE",
                "A" => "ENABLE ALWAYS",
                _ => continue,
            };
            let set = |what: &str| say(format!("ALTER TABLE {} {what} TRIGGER {}", table.identity, id.name_in(&table)));
            before.push(set("DISABLE"));
            after.push(set(again));
        }
    }
    [before, statements, after].concat()
}

/// Whether a row of the table, changed twice in a transaction, waits for the check of a constraint, so that nothing else of the table can change.
fn is_deferred(table: &ObjectId, catalog: &Catalog) -> bool {
    with_partitions(table, catalog)
        .iter()
        .flat_map(|table| catalog.children(table))
        .any(|(_, entry)| matches!(&entry.object, Object::Constraint(constraint) if constraint.deferred))
}

/// A table and its partitions, theirs as well.
fn with_partitions(table: &ObjectId, catalog: &Catalog) -> Vec<ObjectId> {
    let mut all = vec![table.clone()];
    let mut at = 0;
    while let Some(whole) = all.get(at).cloned() {
        let of_whole = |(id, entry): (&ObjectId, &crate::catalog::Entry)| match &entry.object {
            Object::Partition(partition) if *partition.of == *whole.identity && !partition.foreign => {
                Some(ObjectId::new(Kind::Table, id.identity.clone()))
            }
            _ => None,
        };
        all.extend(catalog.entries.iter().filter_map(of_whole));
        at += 1;
    }
    all
}

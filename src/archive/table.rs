//! Tables that go, with their rows, indexes and sequences: moved into the archive, and back.

use std::collections::BTreeSet;

use super::values::plain_name;
use super::{Archive, entry, has_step, kept, say, script, step};
use crate::catalog::{ARCHIVE, Entry};
use crate::object::{Column, Inheritance, Kind, Object, ObjectId, inherited_keys, split_last};
use crate::plan::Phase;
use crate::sql::{Hazard, Statement};

/// A relation that moves along under another name.
struct Renamed {
    keyword: &'static str,
    /// Its name in full.
    old: String,
    /// Its name in the archive, alone.
    new: String,
}

/// What moves with a table, and what is done to it before and after.
#[derive(Default)]
struct Move {
    /// The indexes, constraints and sequences that stay with it.
    carried: BTreeSet<ObjectId>,
    renamed: Vec<Renamed>,
    /// Takes away what ties it to others.
    sever: Vec<Statement>,
    /// Gives back what no step of its own gives back.
    mend: Vec<Statement>,
    /// Parts it from what stands in the archive for the tables that it inherits from.
    part: Vec<Statement>,
}

impl Archive<'_> {
    /// Moves the tables that are dropped, and the sequences that belong to none.
    pub(super) fn keep_tables(&mut self) {
        let desired = self.desired;
        let dropped = |kind: Kind, plan: &crate::plan::Plan| -> Vec<ObjectId> {
            let drops = plan.steps.iter().filter(|step| step.phase == Phase::Drop && step.id.kind == kind);
            let drops = drops.filter(|step| desired.entry(&step.id).is_none());
            drops.map(|step| step.id.clone()).collect()
        };
        for table in dropped(Kind::Table, &self.up) {
            self.keep_table(&table);
        }
        for sequence in dropped(Kind::Sequence, &self.up) {
            self.keep_sequence(&sequence);
        }
    }

    fn keep_table(&mut self, table: &ObjectId) -> Option<()> {
        let mut moved = Move::default();
        self.carry_sequences(table, &mut moved);
        self.carry_parts(table, &mut moved);
        self.sever_columns(table, &mut moved);
        let (schema, own) = split_last(&table.identity)?;
        let name = self.name(&plain_name(table));
        for id in moved.carried.clone() {
            let Some(full) = self.current.entry(&id).and_then(|entry| entry.object.occupies(&id)) else { continue };
            let keyword = if id.kind == Kind::Sequence { "SEQUENCE" } else { "INDEX" };
            self.rename(keyword, full, &mut moved);
        }

        let mut out = moved.sever;
        out.extend(moved.renamed.iter().map(|r| say(format!("ALTER {} {} RENAME TO {}", r.keyword, r.old, r.new))));
        out.push(say(format!("ALTER TABLE {} RENAME TO {name}", table.identity)));
        let loss = Hazard::DataLoss {
            what: format!("table {}", table.identity),
            relation: Some(table.identity.to_string()),
            column: None,
        };
        out.push(say(format!("ALTER TABLE {schema}.{name} SET SCHEMA {ARCHIVE}")).hazard(loss));
        kept(&mut out, &name);

        let mut back = vec![
            say(format!("ALTER TABLE {ARCHIVE}.{name} SET SCHEMA {schema}")),
            say(format!("ALTER TABLE {schema}.{name} RENAME TO {own}")),
        ];
        back.extend(moved.renamed.iter().map(|r| {
            let old = split_last(&r.old).map_or(r.old.as_str(), |(_, name)| name);
            say(format!("ALTER {} {schema}.{} RENAME TO {old}", r.keyword, r.new))
        }));
        let restore = script(&[back.clone(), moved.part].concat());
        out.push(entry::enter(&name, self.version, &format!("table {}", table.identity), &restore));
        back.extend(moved.mend);
        back.push(entry::leave(&name));

        self.forget(&moved.carried);
        step(&mut self.up, Phase::Drop, table)?.statements = out;
        step(&mut self.down, Phase::Make, table)?.statements = back;
        Some(())
    }

    fn rename(&mut self, keyword: &'static str, old: String, moved: &mut Move) {
        let plain = crate::sql::unquoted(split_last(&old).map_or(old.as_str(), |(_, name)| name));
        let new = self.name(&plain);
        moved.renamed.push(Renamed { keyword, old, new });
    }

    /// Takes the steps away that would drop and make again what moves along.
    fn forget(&mut self, carried: &BTreeSet<ObjectId>) {
        self.up.steps.retain(|step| step.phase != Phase::Drop || !carried.contains(&step.id));
        self.down.steps.retain(|step| step.phase != Phase::Make || !carried.contains(&step.id));
    }

    /// Whether an object is there before and after, the same one.
    fn stays(&self, id: &ObjectId) -> bool {
        let goes = [Phase::Drop, Phase::Finish].iter().any(|phase| has_step(&self.up, *phase, id));
        id.kind == Kind::Schema || (self.desired.entry(id).is_some() && !goes)
    }

    /// Whether an object is a table, or belongs to it.
    fn is_of(&self, id: &ObjectId, table: &ObjectId) -> bool {
        let mut whole = Some(id);
        while let Some(id) = whole.filter(|id| *id != table) {
            whole = self.current.entry(id).and_then(|entry| entry.parent.as_ref());
        }
        whole.is_some()
    }

    /// Whether all that an object needs is its table's own, moves with it, or stays.
    fn is_free(&self, entry: &Entry, id: &ObjectId, table: &ObjectId, moved: &Move) -> bool {
        let apart: Vec<ObjectId> = entry.object.follows(id).into_iter().map(|follows| follows.object).collect();
        let mut needs = entry.needs.iter().filter(|need| !apart.contains(need));
        needs.all(|need| self.is_of(need, table) || moved.carried.contains(need) || self.stays(need))
    }

    /// Sequences that a column of the table owns, that go with it and that nothing else needs.
    fn carry_sequences(&mut self, table: &ObjectId, moved: &mut Move) {
        for (id, entry) in &self.current.entries {
            let Object::SequenceOwner(owner) = &entry.object else { continue };
            let of_table = ObjectId::new(Kind::Column, owner.column.as_str());
            let sequence = ObjectId::new(Kind::Sequence, id.identity.clone());
            let needed = self
                .current
                .entries
                .iter()
                .any(|(other, entry)| other != id && entry.needs.contains(&sequence) && !self.is_of(other, table));
            if self.is_of(&of_table, table) && has_step(&self.up, Phase::Drop, &sequence) && !needed {
                moved.carried.extend([id.clone(), sequence]);
            }
        }
        for (_, entry) in self.current.children(table) {
            if let Object::Column(Column { generator: Some(generator), .. }) = &entry.object {
                self.rename("SEQUENCE", generator.name.clone(), moved);
            }
        }
    }

    /// Indexes and constraints that concern the table alone move along; what else belongs to it is taken away.
    fn carry_parts(&mut self, table: &ObjectId, moved: &mut Move) {
        let current = self.current;
        let mut severed: Vec<(&ObjectId, &Entry)> = Vec::new();
        for (id, entry) in current.children(table) {
            let columns = entry.needs.iter().filter(|need| need.kind == Kind::Column && self.is_of(need, table));
            let alone = self.is_free(entry, id, table, moved)
                && columns.into_iter().all(|column| self.column_stays(column, table, moved));
            let foreign = entry.object.ties() && entry.needs.iter().any(|need| !self.is_of(need, table));
            match id.kind {
                Kind::Column | Kind::Default => {}
                Kind::Index | Kind::Constraint if !foreign && alone => drop(moved.carried.insert(id.clone())),
                _ => severed.push((id, entry)),
            }
        }
        // What joins it to other tables goes first, and foreign keys go before the keys that they may refer to.
        severed.sort_by_key(|(id, entry)| match id.kind {
            Kind::Partition | Kind::Inheritance => 0,
            Kind::Constraint if entry.object.ties() => 1,
            _ => 2,
        });
        let context = self.context();
        let is_heir = self.stays_an_heir(table, &severed, moved);
        for (id, entry) in severed {
            if let (Object::Inheritance(inheritance), true) = (&entry.object, is_heir) {
                self.inherit_in_archive(inheritance, moved);
                continue;
            }
            if !has_step(&self.up, Phase::Drop, id) {
                moved.sever.extend(entry.object.drop(id, &context));
            }
            match &entry.object {
                Object::Partition(partition) => moved.sever.extend(self.inherited_foreign_keys(table, &partition.of)),
                object if id.kind.is_part() => moved.mend.extend(object.create(id, &context)),
                _ => {}
            }
        }
    }

    /// Whether a table has columns that it only inherits, and inherits them unchanged while it is in the archive.
    fn stays_an_heir(&self, table: &ObjectId, severed: &[(&ObjectId, &Entry)], moved: &Move) -> bool {
        let columns: Vec<_> = self.current.children(table).filter(|(id, _)| id.kind == Kind::Column).collect();
        let inherits = |entry: &Entry| match &entry.object {
            Object::Column(column) => !column.local.0,
            Object::Constraint(constraint) => !constraint.ancestors.0.is_empty(),
            _ => false,
        };
        let is_apart = |id: &ObjectId| id.kind == Kind::Inheritance && has_step(&self.up, Phase::Drop, id);
        !severed.iter().any(|(id, entry)| inherits(entry) || is_apart(id))
            && columns.iter().any(|(_, entry)| inherits(entry))
            && columns.iter().all(|(id, _)| self.column_stays(id, table, moved))
    }

    /// Lets a table inherit from a likeness of its ancestor, for what is inherited from nowhere becomes the table's own for good.
    fn inherit_in_archive(&mut self, inheritance: &Inheritance, moved: &mut Move) {
        let Inheritance { child, ancestor } = inheritance;
        let name = self.name(&plain_name(&ObjectId::new(Kind::Table, ancestor.as_str())));
        let alike = format!("{ARCHIVE}.{name}");
        let alter = |what: &str, of: &str| say(format!("ALTER TABLE {child} {what} {of}"));
        moved.sever.extend([
            say(format!("CREATE TABLE {alike} (LIKE {ancestor} INCLUDING CONSTRAINTS INCLUDING GENERATED)")),
            alter("INHERIT", &alike),
            alter("NO INHERIT", ancestor),
        ]);
        let part = [alter("NO INHERIT", &alike), say(format!("DROP TABLE {alike}"))];
        moved.mend.push(alter("INHERIT", ancestor));
        moved.mend.extend(part.clone());
        moved.part.extend(part);
    }

    /// Drops the foreign keys that a partition keeps of its own when it is detached.
    fn inherited_foreign_keys(&self, table: &ObjectId, whole: &str) -> Vec<Statement> {
        let keys = inherited_keys(&table.identity, whole, self.current).into_iter();
        keys.map(|(key, _)| say(format!("ALTER TABLE {} DROP CONSTRAINT {}", table.identity, key.name_in(table))))
            .collect()
    }

    /// Whether all that a column needs stays, so that it can be left as it is.
    fn column_stays(&self, id: &ObjectId, table: &ObjectId, moved: &Move) -> bool {
        self.current.entry(id).is_some_and(|entry| self.is_free(entry, id, table, moved))
    }

    /// Columns of types that go keep the text of their values; defaults that need what goes are set again afterwards.
    fn sever_columns(&self, table: &ObjectId, moved: &mut Move) {
        let context = self.context();
        for (id, entry) in self.current.children(table) {
            let Object::Column(column) = &entry.object else { continue };
            let stays = self.column_stays(id, table, moved);
            for (default, of) in self.current.children(id).filter(|(default, _)| default.kind == Kind::Default) {
                if !stays || !self.is_free(of, default, table, moved) {
                    moved.sever.extend(of.object.drop(default, &context));
                    moved.mend.splice(0..0, of.object.create(default, &context));
                }
            }
            if stays {
                continue;
            }
            let alter =
                |what: String| say(format!("ALTER TABLE {} ALTER COLUMN {} {what}", table.identity, id.name_in(table)));
            if column.generated.is_empty() {
                let name = id.name_in(table);
                let collation = column.collation.as_ref().map(|c| format!(" COLLATE {c}")).unwrap_or_default();
                moved.sever.push(alter(format!("TYPE text COLLATE \"default\" USING {name}::text")));
                moved.mend.insert(0, alter(format!("TYPE {0}{collation} USING {name}::{0}", column.data_type)));
            } else {
                let context = crate::object::Context { brought: &|_| true, ..context };
                moved.sever.extend(entry.object.drop(id, &context));
                moved.mend.extend(entry.object.create(id, &context));
                moved.mend.extend(entry.object.settle(id, &context));
                moved.mend.extend(entry.common.alter(&crate::object::Common::default(), id, &context));
            }
        }
    }

    /// A sequence that belongs to no table moves with its position.
    fn keep_sequence(&mut self, id: &ObjectId) -> Option<()> {
        let (schema, own) = split_last(&id.identity)?;
        let name = self.name(&plain_name(id));
        let owner = ObjectId::new(Kind::SequenceOwner, id.identity.clone());
        let is_owned = self.current.entry(&owner).is_some() && !has_step(&self.up, Phase::Drop, &owner);
        let up = step(&mut self.up, Phase::Drop, id)?;
        let release = is_owned.then(|| say(format!("ALTER SEQUENCE {} OWNED BY NONE", id.identity)));
        let mut out: Vec<Statement> = release.into_iter().collect();
        out.push(say(format!("ALTER SEQUENCE {} RENAME TO {name}", id.identity)));
        let mut moves = say(format!("ALTER SEQUENCE {schema}.{name} SET SCHEMA {ARCHIVE}"));
        moves.hazards = up.statements.iter().flat_map(|statement| statement.hazards.clone()).collect();
        out.push(moves);
        kept(&mut out, &name);
        let back = vec![
            say(format!("ALTER SEQUENCE {ARCHIVE}.{name} SET SCHEMA {schema}")),
            say(format!("ALTER SEQUENCE {schema}.{name} RENAME TO {own}")),
        ];
        out.push(entry::enter(&name, self.version, &format!("sequence {}", id.identity), &script(&back)));
        up.statements = out;
        step(&mut self.down, Phase::Make, id)?.statements = [back, vec![entry::leave(&name)]].concat();
        Some(())
    }
}

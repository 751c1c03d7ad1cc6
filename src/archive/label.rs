//! Values whose label an enumerated type loses.

use super::key::Key;
use super::values::{Copied, dropped, plain, plain_name};
use super::{Archive, entry, has_step, script, step};
use crate::catalog::ARCHIVE;
use crate::object::{EnumType, Kind, Object, ObjectId};
use crate::plan::Phase;
use crate::sql::{Hazard, literal};

impl Archive<'_> {
    /// Keeps the values with labels that go; they become NULL, or the default where NULL is not allowed.
    pub(super) fn keep_labels(&mut self) {
        let replaced: Vec<ObjectId> = self
            .up
            .steps
            .iter()
            .filter(|step| step.id.kind == Kind::EnumType && step.phase == Phase::Finish)
            .map(|step| step.id.clone())
            .collect();
        for id in replaced {
            let labels = |object: Option<&Object>| match object {
                Some(Object::EnumType(EnumType { labels })) => labels.clone(),
                _ => Vec::new(),
            };
            let new = labels(self.desired.entry(&id).map(|entry| &entry.object));
            let mut gone = labels(self.current.entry(&id).map(|entry| &entry.object));
            gone.retain(|label| !new.contains(label));
            for column in self.columns_of(&id).into_iter().filter(|_| !gone.is_empty()) {
                self.keep_labels_of(&column, &id, &gone);
            }
        }
    }

    /// The columns, before and after, that are of a type itself.
    fn columns_of(&self, id: &ObjectId) -> Vec<ObjectId> {
        let is = |object: &Object| matches!(object, Object::Column(column) if column.has_data() && *column.data_type == *id.identity);
        let both = self.current.entries.iter().filter(|(column, entry)| {
            is(&entry.object) && self.desired.entry(column).is_some_and(|entry| is(&entry.object))
        });
        both.map(|(column, _)| column.clone()).collect()
    }

    fn keep_labels_of(&mut self, id: &ObjectId, of: &ObjectId, gone: &[String]) -> Option<()> {
        let table = self.current.entry(id)?.parent.clone()?;
        let key = Key::Columns(self.key(&table)?);
        let instead = self.instead(id)?;
        let named = id.name_in(&table);
        let gone = gone.iter().map(|label| literal(label).trim_start().to_owned()).collect::<Vec<_>>().join(", ");
        let name = self.name(&format!("{}_{}", plain_name(&table), plain(named)));
        let copied = Copied { table: &table, column: named, data_type: &of.identity, key };
        let unchanged = format!(" AND t.{named}::text IS NOT DISTINCT FROM ({instead})::text");
        let restore = copied.put_back(&name, &unchanged, self.desired, &|_| true);
        let changed = if has_step(&self.down, Phase::Make, id) { id } else { of };
        let mut put_back = copied.put_back(&name, &unchanged, self.desired, &|trigger| self.is_there(trigger, changed));
        let what = format!("the values of column {} that were {gone}", id.identity);
        let mut copy = copied.copy(&name, &format!(" WHERE {named}::text IN ({gone})"), self.current);
        copy.push(entry::enter(&name, self.version, &what, &script(&restore)));

        let up = step(&mut self.up, Phase::Make, id)?;
        let plain = format!(" USING {named}::text::{}", of.identity);
        let statement = up.statements.iter_mut().find(|statement| statement.text.ends_with(&plain))?;
        let rest = statement.text.strip_suffix(&plain)?;
        statement.text = format!(
            "{rest} USING CASE WHEN {named}::text IN ({gone}) THEN {instead} ELSE {named}::text::{} END",
            of.identity
        );
        let (relation, column) = (Some(table.identity.to_string()), Some(named.to_owned()));
        let what = format!("{what}, which become {instead}");
        statement.hazards.push(Hazard::Kept { what, relation, column, place: format!("{ARCHIVE}.{name}") });
        up.statements.splice(0..0, copy);

        put_back.extend(dropped(&name));
        step(&mut self.down, Phase::Make, changed)?.statements.extend(put_back);
        Some(())
    }

    /// What a column holds instead of a value that goes: NULL where it may, else its default, if it has one.
    fn instead(&self, id: &ObjectId) -> Option<String> {
        let Object::Column(column) = &self.desired.entry(id)?.object else { return None };
        if !column.not_null {
            return Some("NULL".to_owned());
        }
        self.desired.children(id).find_map(|(_, entry)| match &entry.object {
            Object::Default(default) => Some(default.expression.clone()),
            _ => None,
        })
    }
}

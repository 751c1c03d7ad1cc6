//! What differs between two sides, as the commands show it.

use anyhow::Result;
use jiff::Timestamp;

use super::side::Sides;
use crate::cli::compare::Difference;
use crate::cli::render::{Comparison, Entry};
use crate::plan::{self, Change};
use crate::source::Source;
use crate::sql::Statement;

/// The differences with their places and the SQL that makes each object.
pub fn comparison(sides: &Sides) -> Result<Comparison> {
    let Sides { current, desired, .. } = sides;
    let differences = plan::compare(&current.managed, &desired.managed);
    let entries = differences.into_iter().map(|difference| {
        let (catalog, create) = match difference.change {
            Change::Extra => (&current.managed, true),
            Change::Missing => (&desired.managed, true),
            Change::Different(_) => (&desired.managed, false),
        };
        let entry = catalog.entry(&difference.id);
        let keyword = difference.id.kind.keyword();
        let locate = |source: &Source| source.locate(keyword, &difference.id.identity);
        let place = desired.source.as_ref().filter(|_| difference.change != Change::Extra).and_then(locate);
        Entry {
            create: create.then(|| plan::create(catalog, &difference.id)).flatten(),
            difference: Difference {
                keyword: keyword.to_owned(),
                identity: difference.id.identity.to_string(),
                title: difference.title,
                parent: entry.and_then(|e| e.parent.as_ref()).map(|parent| parent.identity.to_string()),
                change: difference.change,
                place,
            },
        }
    });
    let renames = sides.renames.iter().map(|rename| Entry { create: None, difference: renamed(rename) });
    let entries = renames.chain(entries).collect();
    Ok(Comparison {
        desired: desired.side.clone(),
        current: current.side.clone(),
        entries,
        unmodelled: current.managed.unmodelled.clone(),
        read_at: Timestamp::now(),
    })
}

/// A rename that is still to be done.
fn renamed(statement: &Statement) -> Difference {
    Difference {
        keyword: "RENAME".to_owned(),
        identity: statement.text.clone(),
        title: format!("RENAME {}", statement.text),
        parent: None,
        change: Change::Missing,
        place: None,
    }
}

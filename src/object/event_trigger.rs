//! Event triggers.

use anyhow::Result;
use tokio_postgres::Row;

use super::record::record;
use super::trigger::state;
use super::{Alter, Context, ObjectId, ObjectKind};
use crate::sql::{Statement, literal};

record! {
    /// An event trigger.
    pub struct EventTrigger {
        /// The event that it is for.
        pub event: String,
        /// The commands that it is limited to.
        pub tags: Vec<String>,
        /// The function that it calls.
        pub function: String,
        /// When it fires (`pg_event_trigger.evtenabled`): `O`, `D`, `R` or `A`.
        pub enabled: String,
    }
}

impl ObjectKind for EventTrigger {
    const KEYWORD: &'static str = "EVENT TRIGGER";
    const OWNED: bool = true;
    const QUERY: &'static str = "
        SELECT 'pg_event_trigger'::regclass::oid AS classid, e.oid AS objid, 0 AS objsubid, quote_ident(evtname) AS identity,
            0::oid AS parent_classid, 0::oid AS parent_objid, 0 AS parent_objsubid, NULL::text[] AS acl,
            evtevent::text AS event, coalesce(evttags, '{}') AS tags, format('%I.%I', nspname, proname) AS function,
            evtenabled::text AS enabled
        FROM pg_event_trigger e
            JOIN pg_proc p ON p.oid = evtfoid
            JOIN pg_namespace n ON n.oid = pronamespace";

    fn read(row: &Row) -> Result<Self> {
        Self::from_row(row)
    }

    fn create(&self, id: &ObjectId, _context: &Context) -> Vec<Statement> {
        let tags: Vec<String> = self.tags.iter().map(|tag| literal(tag)).collect();
        let when = if tags.is_empty() { String::new() } else { format!(" WHEN TAG IN ({})", tags.join(", ")) };
        let text = format!("CREATE EVENT TRIGGER {} ON {}{when} EXECUTE FUNCTION {}()", id.identity, self.event, self.function);
        vec![Statement::new(text)]
    }

    fn settle(&self, id: &ObjectId, _context: &Context) -> Vec<Statement> {
        let set = Statement::new(format!("ALTER EVENT TRIGGER {} {}", id.identity, state(&self.enabled)));
        if self.enabled == "O" { Vec::new() } else { vec![set] }
    }

    fn alter(&self, old: &Self, id: &ObjectId, _context: &Context) -> Alter {
        let moved = Self { enabled: old.enabled.clone(), ..self.clone() };
        if moved != *old {
            return Alter::Rebuild;
        }
        Alter::InPlace(vec![Statement::new(format!("ALTER EVENT TRIGGER {} {}", id.identity, state(&self.enabled)))])
    }
}

//! Subscriptions; making one never connects to the publisher.

use anyhow::Result;
use tokio_postgres::Row;

use super::record::record;
use super::{Alter, Context, ObjectId, ObjectKind};
use crate::sql::{Statement, literal};

record! {
    /// A subscription.
    pub struct Subscription {
        /// How the publisher is reached.
        pub connection: String,
        /// The publications, quoted.
        pub publications: Vec<String>,
        /// Whether it is running.
        pub enabled: bool,
        /// The replication slot at the publisher; none for `NONE`.
        pub slot: Option<String>,
        /// What `WITH (…)` and `SET (…)` take, as `name=value`.
        pub options: Vec<String>,
        /// `two_phase`, which versions before 18 cannot alter.
        pub two_phase: bool,
    }
}

impl Subscription {
    /// `ALTER SUBSCRIPTION id …`
    fn change(id: &ObjectId, what: &str) -> Statement {
        Statement::new(format!("ALTER SUBSCRIPTION {} {what}", id.identity))
    }

    /// The connection as a string constant.
    fn connection(&self) -> String {
        literal(&self.connection).trim_start().to_owned()
    }

    /// The slot as the option takes it.
    fn slot(&self) -> String {
        self.slot.as_ref().map_or_else(|| "NONE".to_owned(), |slot| literal(slot).trim_start().to_owned())
    }

    /// Its option `failover`, from version 17 on.
    fn failover(&self) -> Option<&String> {
        self.options.iter().find(|option| option.starts_with("failover="))
    }
}

impl ObjectKind for Subscription {
    const KEYWORD: &'static str = "SUBSCRIPTION";
    const SECRETS: &'static [&'static str] = &["connection"];
    const OWNED: bool = true;
    /// Only who may see connections sees subscriptions; the row's JSON has the same shape in all versions.
    const QUERY: &'static str = "
        SELECT 'pg_subscription'::regclass::oid AS classid, subid AS objid, 0 AS objsubid, quote_ident(s->>'subname') AS identity,
            0::oid AS parent_classid, 0::oid AS parent_objid, 0 AS parent_objsubid, NULL::text[] AS acl,
            s->>'subconninfo' AS connection,
            ARRAY(SELECT quote_ident(p) FROM jsonb_array_elements_text(s->'subpublications') p ORDER BY p) AS publications,
            (s->>'subenabled')::bool AS enabled, s->>'subslotname' AS slot, coalesce(s->>'subtwophasestate', 'd') <> 'd' AS two_phase,
            array_remove(ARRAY[
                'synchronous_commit=' || (s->>'subsynccommit'), 'binary=' || (s->>'subbinary'),
                'streaming=' || CASE s->>'substream' WHEN 'true' THEN 'on' WHEN 't' THEN 'on' WHEN 'p' THEN 'parallel'
                    WHEN 'false' THEN 'off' WHEN 'f' THEN 'off' END,
                'disable_on_error=' || (s->>'subdisableonerr'), 'password_required=' || (s->>'subpasswordrequired'),
                'run_as_owner=' || (s->>'subrunasowner'), 'origin=' || (s->>'suborigin'), 'failover=' || (s->>'subfailover')
            ], NULL) AS options
        FROM (SELECT DISTINCT subid FROM pg_stat_subscription WHERE has_table_privilege('pg_subscription', 'SELECT')) v,
            XMLTABLE('/table/row' PASSING query_to_xml(format(
                'SELECT to_jsonb(s) AS j FROM pg_catalog.pg_subscription s WHERE oid = %s AND subdbid =
                    (SELECT oid FROM pg_catalog.pg_database WHERE datname = current_database())', subid), true, false, '')
                COLUMNS j text PATH 'j') x,
            CAST(j AS jsonb) s";

    fn read(row: &Row) -> Result<Self> {
        Self::from_row(row)
    }

    fn create(&self, id: &ObjectId, _context: &Context) -> Vec<Statement> {
        let Self { connection: _, publications, enabled, slot: _, options, two_phase } = self;
        let mut with = vec!["connect = false".to_owned(), format!("slot_name = {}", self.slot())];
        with.extend(two_phase.then(|| "two_phase = true".to_owned()));
        with.push(super::options::list(options));
        let text = format!(
            "CREATE SUBSCRIPTION {} CONNECTION {} PUBLICATION {} WITH ({})",
            id.identity,
            self.connection(),
            publications.join(", "),
            with.join(", "),
        );
        let enable = enabled.then(|| Self::change(id, "ENABLE"));
        std::iter::once(Statement::new(text)).chain(enable).collect()
    }

    fn alter(&self, old: &Self, id: &ObjectId, context: &Context) -> Alter {
        let Self { connection, publications, enabled, slot, options, two_phase } = self;
        let of_slot = *two_phase != old.two_phase || self.failover() != old.failover();
        // Without a slot nothing was received that a new subscription would have to go on from.
        let slotless = of_slot && (slot.is_none() || old.slot.is_none());
        if slotless || (*two_phase != old.two_phase && context.version() < 180_000) {
            return Alter::Rebuild;
        }
        let (added, _) = super::options::change(&old.options, options);
        let pauses = old.enabled && (!enabled || of_slot);
        let mut statements = Vec::new();
        let mut change = |differs: bool, what: String| {
            if differs {
                statements.push(Self::change(id, &what));
            }
        };
        change(pauses, "DISABLE".to_owned());
        change(*connection != old.connection, format!("CONNECTION {}", self.connection()));
        let list = publications.join(", ");
        change(*publications != old.publications, format!("SET PUBLICATION {list} WITH (refresh = false)"));
        change(*slot != old.slot, format!("SET (slot_name = {})", self.slot()));
        change(*two_phase != old.two_phase, format!("SET (two_phase = {two_phase})"));
        change(!added.is_empty(), format!("SET ({added})"));
        change(*enabled && (!old.enabled || pauses), "ENABLE".to_owned());
        Alter::InPlace(statements)
    }

    /// Its slot stays at the publisher, which is not asked.
    fn drop(&self, id: &ObjectId, _context: &Context) -> Vec<Statement> {
        let disable = self.enabled.then(|| Self::change(id, "DISABLE"));
        let leave = self.slot.is_some().then(|| Self::change(id, "SET (slot_name = NONE)"));
        let drop = Statement::new(format!("DROP SUBSCRIPTION {}", id.identity));
        disable.into_iter().chain(leave).chain([drop]).collect()
    }
}

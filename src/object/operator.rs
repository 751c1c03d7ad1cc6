//! Operators.

use anyhow::Result;
use tokio_postgres::Row;

use super::record::record;
use super::{Alter, Context, Kind, ObjectId, ObjectKind};
use crate::sql::Statement;

record! {
    /// An operator.
    pub struct Operator {
        /// The function that computes it.
        pub function: String,
        /// The type of its left operand; none for a prefix operator.
        pub left: Option<String>,
        /// The type of its right operand.
        pub right: Option<String>,
        /// The name of its commutator, whose operands are its own exchanged.
        pub commutator: Option<String>,
        /// The name of its negator, whose operands are like its own.
        pub negator: Option<String>,
        /// Whether the commutator or the negator is only a [shell](super::ShellOperator), which this operator makes.
        #[serde(default)]
        pub makes_shell: bool,
        /// The function that estimates its selectivity in a restriction.
        pub restrict: Option<String>,
        /// The function that estimates its selectivity in a join.
        pub join: Option<String>,
        /// Whether it can be used in a hash join.
        pub hashes: bool,
        /// Whether it can be used in a merge join.
        pub merges: bool,
    }
}

impl Operator {
    /// What `ALTER OPERATOR … SET` cannot change in any version.
    fn fixed(&self) -> (&str, &Option<String>, &Option<String>) {
        (&self.function, &self.left, &self.right)
    }

    /// `(left,right)` or, for the commutator, `(right,left)`, as identities end.
    fn operands(&self, exchanged: bool) -> String {
        let none = || "NONE".to_owned();
        let (left, right) = (self.left.clone().unwrap_or_else(none), self.right.clone().unwrap_or_else(none));
        if exchanged { format!("({right},{left})") } else { format!("({left},{right})") }
    }

    /// How the tie to another operator is changed; none where only a new operator does.
    ///
    /// Dropping the other one unties it, and creating the other one ties it, with nothing to be done here.
    fn tie(&self, word: &str, names: [&Option<String>; 2], context: &Context) -> Option<Option<String>> {
        let other = |name: &String| ObjectId::new(Kind::Operator, format!("{name}{}", self.operands(word == "COMMUTATOR")));
        let [old, new] = names;
        if old == new || new.as_ref().is_some_and(|name| old.is_none() && !context.existed(&other(name))) {
            return Some(None);
        }
        let untied = old.as_ref().is_none_or(|name| context.catalog.entry(&other(name)).is_none());
        match new {
            None => untied.then_some(None),
            Some(name) => (untied && context.version() >= 170_000).then(|| Some(format!("{word} = OPERATOR({name})"))),
        }
    }

    /// The properties to be set to lead from `old` to this; none where only a new operator does.
    fn changes(&self, old: &Self, context: &Context) -> Option<Vec<String>> {
        let gained = [(self.hashes, old.hashes), (self.merges, old.merges)];
        let may_gain = context.version() >= 170_000;
        if self.makes_shell && !old.makes_shell {
            return None;
        }
        if self.fixed() != old.fixed() || gained.iter().any(|(new, old)| new != old && !(*new && may_gain)) {
            return None;
        }
        let estimator = |word: &str, old: &Option<String>, new: &Option<String>| {
            (old != new).then(|| format!("{word} = {}", new.as_deref().unwrap_or("NONE")))
        };
        let mut changes = Vec::new();
        changes.extend(estimator("RESTRICT", &old.restrict, &self.restrict));
        changes.extend(estimator("JOIN", &old.join, &self.join));
        changes.extend(self.tie("COMMUTATOR", [&old.commutator, &self.commutator], context)?);
        changes.extend(self.tie("NEGATOR", [&old.negator, &self.negator], context)?);
        changes.extend((self.hashes && !old.hashes).then(|| "HASHES".to_owned()));
        changes.extend((self.merges && !old.merges).then(|| "MERGES".to_owned()));
        Some(changes)
    }
}

impl ObjectKind for Operator {
    const KEYWORD: &'static str = "OPERATOR";
    const OWNED: bool = true;
    const QUERY: &'static str = "
        SELECT 'pg_operator'::regclass::oid AS classid, o.oid AS objid, 0 AS objsubid, o.oid::regoperator::text AS identity,
            0::oid AS parent_classid, 0::oid AS parent_objid, 0 AS parent_objsubid, NULL::text[] AS acl,
            o.oprcode::text AS function, format_type(nullif(o.oprleft, 0), NULL) AS left,
            format_type(nullif(o.oprright, 0), NULL) AS right,
            (SELECT format('%I.%s', nspname, c.oprname) FROM pg_operator c JOIN pg_namespace n ON n.oid = c.oprnamespace
                WHERE c.oid = o.oprcom) AS commutator,
            (SELECT format('%I.%s', nspname, c.oprname) FROM pg_operator c JOIN pg_namespace n ON n.oid = c.oprnamespace
                WHERE c.oid = o.oprnegate) AS negator,
            EXISTS (SELECT FROM pg_operator c WHERE c.oid IN (o.oprcom, o.oprnegate) AND c.oprcode = 0) AS makes_shell,
            CASE WHEN o.oprrest <> 0 THEN o.oprrest::text END AS restrict,
            CASE WHEN o.oprjoin <> 0 THEN o.oprjoin::text END AS join,
            o.oprcanhash AS hashes, o.oprcanmerge AS merges
        FROM pg_operator o
            JOIN pg_namespace n ON n.oid = o.oprnamespace
        WHERE o.oprcode <> 0 AND nspname !~ '^pg_' AND nspname <> 'information_schema'";

    fn read(row: &Row) -> Result<Self> {
        Self::from_row(row)
    }

    fn create(&self, id: &ObjectId, _context: &Context) -> Vec<Statement> {
        let name = id.identity.strip_suffix(&self.operands(false)).unwrap_or(&id.identity);
        let mut options = vec![format!("FUNCTION = {}", self.function)];
        let mut option = |word: &str, value: Option<String>| options.extend(value.map(|v| format!("{word} = {v}")));
        option("LEFTARG", self.left.clone());
        option("RIGHTARG", self.right.clone());
        option("COMMUTATOR", self.commutator.as_ref().map(|name| format!("OPERATOR({name})")));
        option("NEGATOR", self.negator.as_ref().map(|name| format!("OPERATOR({name})")));
        option("RESTRICT", self.restrict.clone());
        option("JOIN", self.join.clone());
        options.extend(self.hashes.then(|| "HASHES".to_owned()));
        options.extend(self.merges.then(|| "MERGES".to_owned()));
        vec![Statement::new(format!("CREATE OPERATOR {name} (\n    {}\n)", options.join(",\n    ")))]
    }

    fn alter(&self, old: &Self, id: &ObjectId, context: &Context) -> Alter {
        let Some(changes) = self.changes(old, context) else { return Alter::Rebuild };
        if changes.is_empty() {
            return Alter::InPlace(Vec::new());
        }
        Alter::InPlace(vec![Statement::new(format!("ALTER OPERATOR {} SET ({})", id.identity, changes.join(", ")))])
    }
}

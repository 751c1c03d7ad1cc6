//! Functions and procedures: one definition, two keywords.

use anyhow::Result;
use tokio_postgres::Row;

use super::record::{Soft, record};
use super::{Alter, Context, ExtensionDependency, Grantable, ObjectId, ObjectKind};
use crate::sql::Statement;

record! {
    /// What a function or procedure is.
    pub struct Routine {
        /// The whole of `CREATE OR REPLACE …`, as Postgres prints it.
        pub definition: String,
        /// The result type; none for a procedure without output.
        pub result: Option<String>,
        /// The names of all parameters, which `CREATE OR REPLACE` cannot change.
        pub parameters: Vec<String>,
        /// How many parameters have a default, which `CREATE OR REPLACE` cannot take away.
        pub defaults: i16,
        /// Whether a call gives at most one row (`ROWS 1`, or no set at all).
        #[serde(default)]
        pub single_row: Soft<bool>,
        /// The parameters with their defaults, as `CREATE FUNCTION` takes them.
        #[serde(default)]
        pub arguments: Soft<String>,
    }
}

impl Routine {
    /// The definition as the one statement that creates it.
    fn statement(&self) -> Statement {
        Statement::new(self.definition.trim_end().to_owned())
    }

    /// Whether it may give another value each time that it is called.
    pub(super) fn is_volatile(&self) -> bool {
        let mut head = self.definition.lines().take_while(|line| !line.starts_with("AS "));
        !head.any(|line| line.starts_with(' ') && (line.contains(" IMMUTABLE") || line.contains(" STABLE")))
    }

    /// In place where `CREATE OR REPLACE` may ("CREATE FUNCTION", notes), by rebuilding elsewhere.
    fn alter_from(&self, old: &Self) -> Alter {
        let renamed = old.parameters.iter().enumerate().any(|(i, old)| !old.is_empty() && self.parameters.get(i) != Some(old));
        if self.result != old.result || renamed || self.defaults < old.defaults {
            return Alter::Rebuild;
        }
        Alter::InPlace(vec![self.statement()])
    }
}

/// The query for the routines of one `prokind` condition.
macro_rules! routines {
    ($condition:literal) => {
        concat!(
            "
        SELECT 'pg_proc'::regclass::oid AS classid, p.oid AS objid, 0 AS objsubid,
            format('%I.%I', nspname, proname) || '('
                || array_to_string(ARRAY(SELECT format_type(t, NULL) FROM unnest(proargtypes) WITH ORDINALITY a (t, i) ORDER BY i), ',')
                || ')' AS identity,
            0::oid AS parent_classid, 0::oid AS parent_objid, 0 AS parent_objsubid, proacl::text[] AS acl,
            pg_get_functiondef(p.oid) AS definition, pg_get_function_result(p.oid) AS result,
            coalesce(proargnames, '{}') AS parameters, pronargdefaults AS defaults,
            NOT proretset OR prorows = 1 AS single_row, pg_get_function_arguments(p.oid) AS arguments
        FROM pg_proc p
            JOIN pg_namespace n ON n.oid = pronamespace
        WHERE nspname !~ '^pg_' AND nspname <> 'information_schema' AND ",
            $condition,
            "
            AND NOT EXISTS (
                SELECT FROM pg_depend d WHERE d.classid = 'pg_proc'::regclass AND d.objid = p.oid AND d.deptype IN ('e', 'i')
            )"
        )
    };
}

macro_rules! routine_kind {
    ($(#[$meta:meta])* $name:ident, $keyword:literal, $condition:literal) => {
        $(#[$meta])*
        #[derive(Clone, Debug, PartialEq, serde::Serialize, serde::Deserialize)]
        #[serde(transparent)]
        pub struct $name(pub Routine);

        impl ObjectKind for $name {
            const KEYWORD: &'static str = $keyword;
            const SOFT: &'static [&'static str] = &["single_row", "arguments"];
            const OWNED: bool = true;
            const PRIVILEGES: Option<Grantable> =
                Some(Grantable { keyword: $keyword, letters: "X", public: "X", default_acl: Some('f'), columns: false });
            const QUERY: &'static str = routines!($condition);

            fn read(row: &Row) -> Result<Self> {
                Routine::from_row(row).map(Self)
            }

            fn create(&self, _id: &ObjectId, _context: &Context) -> Vec<Statement> {
                vec![self.0.statement()]
            }

            fn alter(&self, old: &Self, id: &ObjectId, context: &Context) -> Alter {
                match self.0.alter_from(&old.0) {
                    Alter::InPlace(replace) => Alter::InPlace([replace, ExtensionDependency::of(id, context)].concat()),
                    other => other,
                }
            }

            fn drop(&self, id: &ObjectId, context: &Context) -> Vec<Statement> {
                // The functions of a base type go with it.
                let needs = context.catalog.entry(id).map(|entry| &entry.needs).into_iter().flatten();
                let made_type = needs.into_iter().any(|need| need.kind == super::Kind::ShellType);
                let if_exists = if made_type { "IF EXISTS " } else { "" };
                vec![Statement::new(format!("DROP {} {if_exists}{}", Self::KEYWORD, id.identity))]
            }

            fn occupies(&self, id: &ObjectId) -> Option<String> {
                Some(format!("routine {}", id.identity))
            }
        }
    };
}

routine_kind! {
    /// A function, window functions among them.
    Function, "FUNCTION", "prokind IN ('f', 'w')"
}
routine_kind! {
    /// A procedure.
    Procedure, "PROCEDURE", "prokind = 'p'"
}

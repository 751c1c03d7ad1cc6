//! Aggregates: plain, ordered-set and hypothetical-set.

use anyhow::Result;
use tokio_postgres::Row;

use super::record::record;
use super::{Alter, Context, Grantable, ObjectId, ObjectKind};
use crate::sql::Statement;

record! {
    /// An aggregate.
    pub struct Aggregate {
        /// Its name without the argument types.
        pub name: String,
        /// Its arguments with their names, `ORDER BY` before the aggregated ones of an ordered-set aggregate.
        pub arguments: String,
        /// The type of its result.
        pub result: String,
        /// Whether the direct arguments describe a hypothetical row.
        pub hypothetical: bool,
        /// How it computes, as `CREATE AGGREGATE` takes it: `SFUNC = …`, `STYPE = …` and so on.
        pub definition: Vec<String>,
    }
}

impl Aggregate {
    fn statement(&self, verb: &str) -> Statement {
        let Self { name, arguments, result: _, hypothetical, definition } = self;
        let hypothetical = if *hypothetical { ",\n    HYPOTHETICAL" } else { "" };
        let definition = definition.join(",\n    ");
        Statement::new(format!("{verb} AGGREGATE {name}({arguments}) (\n    {definition}{hypothetical}\n)"))
    }
}

impl ObjectKind for Aggregate {
    const KEYWORD: &'static str = "AGGREGATE";
    const OWNED: bool = true;
    const PRIVILEGES: Option<Grantable> =
        Some(Grantable { keyword: "FUNCTION", letters: "X", public: "X", default_acl: Some('f'), columns: false });
    const QUERY: &'static str = "
        SELECT 'pg_proc'::regclass::oid AS classid, p.oid AS objid, 0 AS objsubid,
            format('%I.%I(%s)', nspname, proname, CASE
                WHEN pronargs = 0 THEN '*'
                WHEN aggkind = 'n' THEN all_types
                WHEN aggnumdirectargs = pronargs THEN format('VARIADIC %1$s ORDER BY VARIADIC %1$s', all_types)
                ELSE format('%s ORDER BY %s', direct_types, ordered_types)
            END) AS identity,
            0::oid AS parent_classid, 0::oid AS parent_objid, 0 AS parent_objsubid, proacl::text[] AS acl,
            format('%I.%I', nspname, proname) AS name, coalesce(nullif(pg_get_function_arguments(p.oid), ''), '*') AS arguments,
            format_type(prorettype, NULL) AS result, aggkind = 'h' AS hypothetical,
            array_remove(ARRAY[
                'SFUNC = ' || aggtransfn,
                'STYPE = ' || format_type(aggtranstype, NULL),
                'SSPACE = ' || nullif(aggtransspace, 0),
                'FINALFUNC = ' || nullif(aggfinalfn::oid, 0)::regproc,
                CASE WHEN aggfinalextra THEN 'FINALFUNC_EXTRA' END,
                'FINALFUNC_MODIFY = ' || CASE aggfinalmodify WHEN 'r' THEN 'READ_ONLY' WHEN 's' THEN 'SHAREABLE' ELSE 'READ_WRITE' END,
                'COMBINEFUNC = ' || nullif(aggcombinefn::oid, 0)::regproc,
                'SERIALFUNC = ' || nullif(aggserialfn::oid, 0)::regproc,
                'DESERIALFUNC = ' || nullif(aggdeserialfn::oid, 0)::regproc,
                'INITCOND = ' || quote_literal(agginitval),
                'MSFUNC = ' || nullif(aggmtransfn::oid, 0)::regproc,
                'MINVFUNC = ' || nullif(aggminvtransfn::oid, 0)::regproc,
                'MSTYPE = ' || format_type(nullif(aggmtranstype, 0), NULL),
                'MSSPACE = ' || nullif(aggmtransspace, 0),
                'MFINALFUNC = ' || nullif(aggmfinalfn::oid, 0)::regproc,
                CASE WHEN aggmfinalextra THEN 'MFINALFUNC_EXTRA' END,
                'MFINALFUNC_MODIFY = ' || CASE WHEN aggmtransfn <> 0 THEN
                    CASE aggmfinalmodify WHEN 'r' THEN 'READ_ONLY' WHEN 's' THEN 'SHAREABLE' ELSE 'READ_WRITE' END END,
                'MINITCOND = ' || quote_literal(aggminitval),
                (SELECT format('SORTOP = OPERATOR(%I.%s)', l.nspname, oprname)
                    FROM pg_operator o JOIN pg_namespace l ON l.oid = oprnamespace WHERE o.oid = aggsortop),
                CASE proparallel WHEN 's' THEN 'PARALLEL = SAFE' WHEN 'r' THEN 'PARALLEL = RESTRICTED' END
            ], NULL) AS definition
        FROM pg_aggregate
            JOIN pg_proc p ON p.oid = aggfnoid
            JOIN pg_namespace n ON n.oid = pronamespace
            CROSS JOIN LATERAL (
                SELECT coalesce(string_agg(format_type(t, NULL), ',' ORDER BY i), '') AS all_types,
                    coalesce(string_agg(format_type(t, NULL), ',' ORDER BY i) FILTER (WHERE i <= aggnumdirectargs), '') AS direct_types,
                    string_agg(format_type(t, NULL), ',' ORDER BY i) FILTER (WHERE i > aggnumdirectargs) AS ordered_types
                FROM unnest(proargtypes) WITH ORDINALITY a (t, i)
            ) types
        WHERE nspname !~ '^pg_' AND nspname <> 'information_schema'";

    fn read(row: &Row) -> Result<Self> {
        Self::from_row(row)
    }

    fn create(&self, _id: &ObjectId, _context: &Context) -> Vec<Statement> {
        vec![self.statement("CREATE")]
    }

    fn alter(&self, old: &Self, _id: &ObjectId, _context: &Context) -> Alter {
        let lasting = |one: &Self| (one.arguments.clone(), one.result.clone(), one.hypothetical);
        if lasting(self) != lasting(old) {
            return Alter::Rebuild;
        }
        Alter::InPlace(vec![self.statement("CREATE OR REPLACE")])
    }

    /// `GRANT` takes it for a function: the argument types alone.
    fn granted(&self, id: &ObjectId) -> String {
        let types = id.identity.strip_prefix(&*self.name).unwrap_or_default();
        let types = match types.split_once(" ORDER BY ") {
            Some((direct, ordered)) if ordered.starts_with("VARIADIC") => format!("{direct})"),
            Some(("(", ordered)) => format!("({ordered}"),
            Some((direct, ordered)) => format!("{direct},{ordered}"),
            None => types.replace('*', ""),
        };
        format!("{}{types}", self.name)
    }

    fn occupies(&self, id: &ObjectId) -> Option<String> {
        Some(format!("routine {}", self.granted(id)))
    }
}

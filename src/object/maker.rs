//! The functions that make a type what it is, which need the type in their turn.

use super::{Context, Kind, ObjectId};
use crate::sql::{Statement, dollar, literal};

/// Drops a type together with its makers, if nothing else needs any of them.
///
/// Each needs the other, and no statement drops functions and types together: only `CASCADE` ends such a cycle
/// ("DROP TYPE", "Dependency Tracking"). The server looks first whether it would take anything else with it.
pub fn drop_with_makers(id: &ObjectId, context: &Context) -> Statement {
    let makers = makers(id, context);
    if makers.is_empty() {
        return Statement::new(format!("DROP TYPE {}", id.identity));
    }
    let of_type = literal(&id.identity);
    let functions: Vec<String> = makers
        .iter()
        .map(|maker| format!("('pg_catalog.pg_proc'::regclass::oid, {}::regprocedure::oid)", literal(&maker.identity)))
        .collect();
    let body = format!(
        "BEGIN
    -- The type and the functions that make it need each other, so that only CASCADE drops them; nothing else may go with them.
    IF EXISTS (
        WITH RECURSIVE own (class, object) AS (
            VALUES ('pg_catalog.pg_type'::regclass::oid, {of_type}::regtype::oid), {}
            UNION
            SELECT classid, objid FROM pg_catalog.pg_depend
                JOIN own ON refclassid = class AND refobjid = object
            WHERE deptype = 'i'
        )
        SELECT FROM pg_catalog.pg_depend
            JOIN own ON refclassid = class AND refobjid = object
        WHERE (classid, objid) NOT IN (SELECT class, object FROM own)
    ) THEN
        RAISE dependent_objects_still_exist USING MESSAGE = {};
    END IF;
    DROP TYPE {} CASCADE;
END",
        functions.join(", "),
        literal(&format!("other objects depend on type {}", id.identity)),
        id.identity
    );
    Statement::new(format!("DO {}", dollar(&body)))
}

/// The functions that a type needs and that know it by its shell.
fn makers<'a>(id: &ObjectId, context: &Context<'a>) -> Vec<&'a ObjectId> {
    let shell = ObjectId::new(Kind::ShellType, id.identity.clone());
    let needs = context.catalog.entry(id).map(|entry| &entry.needs).into_iter().flatten();
    let knows_shell = |need: &&ObjectId| context.catalog.entry(need).is_some_and(|entry| entry.needs.contains(&shell));
    needs.filter(|need| need.kind == Kind::Function).filter(knows_shell).collect()
}

//! Checks the bodies of routines when everything that they name is there.

use anyhow::Result;
use futures_util::future::join_all;
use tokio_postgres::Client;
use tokio_postgres::error::{DbError, ErrorPosition};

use super::session;
use crate::failure::{Failure, Place};
use crate::source::Source;
use crate::sql::literal;

/// A routine whose body the server finds fault with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BodyFault {
    /// The routine, as the server identifies it.
    pub routine: String,
    /// Where it is declared, if that was found.
    pub place: Option<Place>,
    /// The server's own words.
    pub message: String,
}

/// The routines with a body in text, the call that checks each, and the search path that each sets for itself.
const ROUTINES: &str = "
    SELECT i.identity, format('%s(%s)', l.lanvalidator::regproc, p.oid),
           (SELECT substr(c, 13) FROM unnest(p.proconfig) AS c WHERE c LIKE 'search\\_path=%')
      FROM pg_proc AS p
      JOIN pg_namespace AS n ON n.oid = p.pronamespace
      JOIN pg_language AS l ON l.oid = p.prolang,
   LATERAL pg_identify_object('pg_proc'::regclass, p.oid, 0) AS i
     WHERE l.lanname IN ('sql', 'plpgsql') AND l.lanvalidator <> 0 AND p.prokind <> 'a'
       AND n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'
       AND NOT EXISTS (SELECT FROM pg_depend AS d
                        WHERE d.classid = 'pg_proc'::regclass AND d.objid = p.oid AND d.deptype = 'e')
     ORDER BY p.oid";

struct Routine {
    identity: String,
    check: String,
    search_path: Option<String>,
}

/// Checks all routines; faults fail the load unless the source itself turned the checks off.
pub(super) async fn check(client: &Client, source: &Source) -> Result<Vec<BodyFault>> {
    client.batch_execute(session::RESET).await?;
    let rows = client.query(ROUTINES, &[]).await?;
    let routines: Vec<_> =
        rows.iter().map(|row| Routine { identity: row.get(0), check: row.get(1), search_path: row.get(2) }).collect();
    let mut faulty = faults(client, routines, None).await?;
    // A body may rely on a search path that the source had set where the routine stands.
    if !faulty.is_empty() {
        for path in search_paths(client, source).await? {
            let routines = faulty.into_iter().map(|(routine, _)| routine).collect();
            faulty = faults(client, routines, Some(&path)).await?;
        }
    }
    let faults = faulty.into_iter().map(|(routine, error)| describe(source, routine, &error)).collect();
    judge(source, faults)
}

fn judge(source: &Source, faults: Vec<BodyFault>) -> Result<Vec<BodyFault>> {
    if session::leaves_bodies_unchecked(source) {
        return Ok(faults);
    }
    match faults.iter().find_map(|fault| fault.place.clone().map(|place| (fault, place))) {
        Some((fault, place)) => {
            let message = format!("{}\nin the body of {}", fault.message, fault.routine);
            Err(Failure::InvalidSql { place, message, hint: None }.into())
        }
        None => Ok(faults),
    }
}

/// The routines among these that have a fault, with it; all are checked in one round trip.
async fn faults(client: &Client, routines: Vec<Routine>, path: Option<&str>) -> Result<Vec<(Routine, DbError)>> {
    let answers = join_all(routines.iter().map(|routine| {
        let path = routine.search_path.as_deref().or(path);
        let path = path.map_or("current_setting('search_path')".to_owned(), literal);
        let check = format!(
            "SELECT pg_catalog.set_config('check_function_bodies', 'on', true), \
                    pg_catalog.set_config('search_path', {path}, true); SELECT {}",
            routine.check
        );
        async move { client.simple_query(&check).await }
    }))
    .await;
    let mut faulty = Vec::new();
    for (routine, answer) in routines.into_iter().zip(answers) {
        let Err(error) = answer else { continue };
        match error.as_db_error() {
            Some(fault) => faulty.push((routine, fault.clone())),
            None => return Err(error.into()),
        }
    }
    Ok(faulty)
}

/// The search paths that the source sets, as the server prints them.
async fn search_paths(client: &Client, source: &Source) -> Result<Vec<String>> {
    let mut paths = Vec::new();
    for &index in &session::positions(source) {
        let statement = &source.statements[index];
        if !["search_path", ""].contains(&statement.head.object.own_name()) {
            continue;
        }
        let set = format!("{}; SELECT current_setting('search_path')", source.text(statement));
        for message in client.simple_query(&set).await? {
            if let tokio_postgres::SimpleQueryMessage::Row(row) = message {
                paths.extend(row.get(0).map(str::to_owned).filter(|path| !paths.contains(path)));
            }
        }
    }
    client.batch_execute("RESET ALL").await?;
    Ok(paths)
}

fn describe(source: &Source, routine: Routine, error: &DbError) -> BodyFault {
    let declared = source.declaration_of("FUNCTION", &routine.identity);
    let place = declared.map(|index| {
        let statement = &source.statements[index];
        source.place_of_byte(statement, offset_in_body(source.text(statement), error).unwrap_or(0))
    });
    BodyFault { routine: routine.identity, place, message: error.message().to_owned() }
}

/// The byte of a statement that an error in the body quoted there points at.
fn offset_in_body(statement: &str, error: &DbError) -> Option<usize> {
    match error.position()? {
        ErrorPosition::Internal { position, query } => {
            let body = statement.find(query.as_str())?;
            Some(body + crate::sql::byte_of_char(query, (*position as usize).checked_sub(1)?))
        }
        ErrorPosition::Original(_) => None,
    }
}

//! Which commands will work with this role.

use super::{Facts, Said, good, warning};
use crate::cli::render::counted;
use crate::sql::ident;

/// What the role may do, command by command.
pub fn check(facts: &Facts<'_>) -> Vec<Said> {
    let (Some(session), Some(server)) = (facts.session(), &facts.server) else { return Vec::new() };
    let (user, database) = (ident(session.user()), ident(session.database()));
    let mut said = vec![good("status, diff, inspect: may read the catalogs")];
    said.push(match (server.not_owned, server.makes_schemas) {
        (0, true) => good("sync, apply: owns what is there, and may make schemas"),
        (0, false) => warning(
            "sync, apply: owns what is there, but may not make schemas",
            format!("GRANT CREATE ON DATABASE {database} TO {user}"),
        ),
        (others, _) => warning(
            format!("sync, apply: {} others' relations cannot be changed", others),
            format!("Use the role that owns them, or make {user} a member of it: GRANT owner TO {user}"),
        ),
    });
    said.push(match server.unreadable {
        0 => good("backup: may read every table"),
        tables => warning(
            format!("backup: {} cannot be read", counted(tables.unsigned_abs(), "table")),
            format!("GRANT pg_read_all_data TO {user}"),
        ),
    });
    said.push(match (server.makes_databases, server.owns_database) {
        (true, true) => good("restore: may make a database beside this one, and exchange them"),
        (false, _) => {
            warning("restore: may not make databases; only --in-place works", format!("ALTER ROLE {user} CREATEDB"))
        }
        (true, false) => warning(
            format!("restore: {} owns the database; only --in-place works", server.owner),
            format!("GRANT {} TO {user}", ident(&server.owner)),
        ),
    });
    if server.superuser && !session.url().is_local() {
        said.push(warning(
            format!("{} is a superuser, which no command needs", session.user()),
            "Use a role that owns the database and no more",
        ));
    }
    said
}

//! Settings of roles, everywhere or in this database; managed only when the scope says so.

use anyhow::Result;
use tokio_postgres::Row;

use super::record::record;
use super::{Alter, Context, ObjectId, ObjectKind};
use crate::sql::{Statement, dollar, ident, literal};

record! {
    /// A setting that a role begins its sessions with.
    pub struct RoleSetting {
        /// The role, quoted.
        pub role: String,
        /// Whether it holds in this database only.
        pub here: bool,
        /// The setting.
        pub name: String,
        /// Its value.
        pub value: String,
    }
}

/// The settings whose values are lists of names, which Postgres keeps quoted ("GUC_LIST_QUOTE").
const LISTS: [&str; 6] = [
    "local_preload_libraries",
    "search_path",
    "session_preload_libraries",
    "shared_preload_libraries",
    "temp_tablespaces",
    "unix_socket_directories",
];

impl RoleSetting {
    /// `ALTER ROLE …`; the name of this database is known where the statement runs.
    fn statement(&self, what: &str) -> Vec<Statement> {
        if !self.here {
            return vec![Statement::new(format!("ALTER ROLE {} {what}", self.role))];
        }
        let (before, after) = (format!("ALTER ROLE {} IN DATABASE ", self.role), format!(" {what}"));
        let text = format!("{} || quote_ident(current_database()) || {}", literal(&before).trim_start(), literal(&after));
        vec![Statement::new(format!("DO {}", dollar(&format!("BEGIN EXECUTE {text}; END"))))]
    }

    /// The setting's name, each part of it quoted.
    fn name(&self) -> String {
        self.name.split('.').map(ident).collect::<Vec<_>>().join(".")
    }

    fn set(&self) -> Vec<Statement> {
        let quoted = |value: &String| literal(value).trim_start().to_owned();
        let value = if LISTS.contains(&&*self.name.to_ascii_lowercase()) {
            elements(&self.value).iter().map(quoted).collect::<Vec<_>>().join(", ")
        } else {
            quoted(&self.value)
        };
        self.statement(&format!("SET {} TO {}", self.name(), if value.is_empty() { "''" } else { &value }))
    }
}

/// The elements of a list of names, as a setting keeps it.
fn elements(list: &str) -> Vec<String> {
    let (mut found, mut quoted) = (vec![String::new()], false);
    let mut chars = list.chars().peekable();
    while let Some(c) = chars.next() {
        let last = found.last_mut().expect("it began with one");
        match c {
            '"' if quoted && chars.next_if_eq(&'"').is_some() => last.push('"'),
            '"' => quoted = !quoted,
            ',' if !quoted => found.push(String::new()),
            c if c.is_whitespace() && !quoted => {}
            c => last.push(c),
        }
    }
    found.retain(|element| !element.is_empty());
    found
}

impl ObjectKind for RoleSetting {
    const KEYWORD: &'static str = "ROLE SETTING";
    const QUERY: &'static str = "
        SELECT 'pg_db_role_setting'::regclass::oid AS classid, r.oid AS objid, hashtext(setdatabase || name) AS objsubid,
            format('%s of %I%s', name, rolname, CASE WHEN setdatabase <> 0 THEN ' here' END) AS identity,
            'pg_authid'::regclass::oid AS parent_classid, r.oid AS parent_objid, 0 AS parent_objsubid, NULL::text[] AS acl,
            quote_ident(rolname) AS role, setdatabase <> 0 AS here, name, substr(setting, strpos(setting, '=') + 1) AS value
        FROM pg_db_role_setting
            JOIN pg_roles r ON r.oid = setrole
            CROSS JOIN unnest(setconfig) setting
            CROSS JOIN LATERAL split_part(setting, '=', 1) name
        WHERE setdatabase IN (0, (SELECT oid FROM pg_database WHERE datname = current_database()))
            AND r.oid >= 16384 AND rolname !~ '^pg_' AND rolname <> current_user";

    fn read(row: &Row) -> Result<Self> {
        Self::from_row(row)
    }

    fn create(&self, _id: &ObjectId, _context: &Context) -> Vec<Statement> {
        self.set()
    }

    fn alter(&self, _old: &Self, _id: &ObjectId, _context: &Context) -> Alter {
        Alter::InPlace(self.set())
    }

    fn drop(&self, _id: &ObjectId, _context: &Context) -> Vec<Statement> {
        self.statement(&format!("RESET {}", self.name()))
    }
}

#[cfg(test)]
mod tests {
    use super::elements;

    #[test]
    fn takes_lists_of_names_apart() {
        assert_eq!(elements("\"$user\", app,\"A, \"\"b\"\"\""), ["$user", "app", "A, \"b\""]);
        assert!(elements("\"\"").is_empty());
    }
}

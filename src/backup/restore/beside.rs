//! A new database beside the one that it is to replace.

use anyhow::{Context, Result};
use jiff::Timestamp;
use jiff::tz::TimeZone;
use tokio_postgres::Row;

use super::exchange;
use crate::catalog::Catalog;
use crate::database::{Session, Timeouts, Url, connect, remove_blocking};
use crate::object::{Grantable, Kind, ObjectId, parse_acl};
use crate::sql::{ident, literal};

/// What stands between the old name and the time in the name of a database that is being restored.
const RESTORING: &str = "_restoring_";

/// How `CREATE DATABASE` would make the connected database again, and who owns it.
const LIKE: &str = "
    SELECT concat_ws(' ',
            'OWNER', quote_ident(pg_get_userbyid(datdba)),
            'ENCODING', quote_literal(pg_encoding_to_char(encoding)),
            'LC_COLLATE', quote_literal(datcollate), 'LC_CTYPE', quote_literal(datctype),
            {locale}
            'TABLESPACE', quote_ident(spcname), 'CONNECTION LIMIT', datconnlimit)
    FROM pg_catalog.pg_database d
        JOIN pg_catalog.pg_tablespace t ON t.oid = dattablespace
    WHERE datname = current_database()";

/// The template with nothing in it; servers for development may have lost it, and then `template1` is all there is.
const EMPTIEST: &str =
    "SELECT min(datname::text) FROM pg_catalog.pg_database WHERE datname IN ('template0', 'template1')";

/// The locale's provider as `CREATE DATABASE` takes it: from 15 on, and under another name from 17 on.
fn locale(major: u32) -> &'static str {
    match major {
        ..15 => "",
        15 | 16 => {
            "CASE WHEN datlocprovider = 'i' THEN 'LOCALE_PROVIDER icu ICU_LOCALE ' || quote_literal(daticulocale) END,"
        }
        _ => {
            "CASE datlocprovider WHEN 'i' THEN 'LOCALE_PROVIDER icu ICU_LOCALE ' || quote_literal(datlocale)
                WHEN 'b' THEN 'LOCALE_PROVIDER builtin BUILTIN_LOCALE ' || quote_literal(datlocale) END,"
        }
    }
}

/// Whether the connected role may make and rename databases, and owns this one.
const RIGHTS: &str = "
    SELECT (rolcreatedb OR rolsuper), pg_has_role(datdba, 'USAGE') OR rolsuper
    FROM pg_catalog.pg_roles, pg_catalog.pg_database
    WHERE rolname = current_user AND datname = current_database()";

/// The settings of the connected database, for all roles (none named) and for each.
const SETTINGS: &str = "
    SELECT rolname::text, split_part(s, '=', 1), substr(s, strpos(s, '=') + 1)
    FROM pg_catalog.pg_db_role_setting
        JOIN pg_catalog.pg_database d ON d.oid = setdatabase AND datname = current_database()
        LEFT JOIN pg_catalog.pg_roles r ON r.oid = setrole,
        unnest(setconfig) s";

/// What else belongs to the database itself.
const OTHER: &str = "
    SELECT pg_get_userbyid(datdba)::text, datacl::text[], shobj_description(oid, 'pg_database')
    FROM pg_catalog.pg_database WHERE datname = current_database()";

/// The new database; dropped with it unless it has been exchanged.
pub struct Beside {
    admin: Session,
    old: String,
    name: String,
    /// Whether the database is still to be removed when this is dropped.
    temporary: bool,
}

impl Beside {
    /// Makes an empty database like the one of `old`.
    pub async fn create(old: &Session) -> Result<Self> {
        let admin = exchange::administer(old.url(), old.database()).await?;
        sweep(&admin, old.database()).await?;
        let like: String = old.query_one(&LIKE.replace("{locale}", locale(old.major())), &[]).await?.try_get(0)?;
        let name = dated(old.database(), RESTORING);
        let beside = Self { admin, old: old.database().to_owned(), name, temporary: true };
        let template: String = beside.admin.query_one(EMPTIEST, &[]).await?.try_get(0)?;
        let sql = format!("CREATE DATABASE {} TEMPLATE {} {like}", ident(&beside.name), ident(&template));
        beside.admin.batch_execute(&sql).await.with_context(|| format!("cannot make the database {}", beside.name))?;
        Ok(beside)
    }

    /// Its address.
    pub fn url(&self) -> Url {
        self.admin.url().with_database(&self.name)
    }

    /// A session on it.
    pub async fn session(&self) -> Result<Session> {
        connect(&self.url(), &self.name, &Timeouts::default()).await
    }

    /// Drops the schema `public` if the backup is of a database that has none, of which no backup speaks.
    pub async fn make_public_missing(&self, session: &Session, backup: Option<&Catalog>) -> Result<()> {
        if backup.is_some_and(|catalog| catalog.entry(&ObjectId::new(Kind::Schema, "public")).is_none()) {
            session.batch_execute("DROP SCHEMA public").await?;
        }
        Ok(())
    }

    /// Gives it what belongs to the old database itself: settings, privileges, comment.
    pub async fn take_settings(&self, old: &Session) -> Result<()> {
        let session = self.session().await?;
        for row in old.query(SETTINGS, &[]).await? {
            self.set(&session, row).await?;
        }
        let row = old.query_one(OTHER, &[]).await?;
        let owner: String = row.try_get(0)?;
        let name = ident(&self.name);
        if let Some(acl) = row.try_get::<_, Option<Vec<String>>>(1)? {
            let database =
                Grantable { keyword: "DATABASE", letters: "CTc", public: "Tc", default_acl: None, columns: false };
            let (from, to) = (database.built_in(session.version()), parse_acl(&acl, &owner));
            for grant in database.change(session.version(), &name, None, &owner, &from, &to) {
                session.batch_execute(&grant.text).await.with_context(|| grant.text.clone())?;
            }
        }
        if let Some(comment) = row.try_get::<_, Option<String>>(2)? {
            session.batch_execute(&format!("COMMENT ON DATABASE {name} IS {}", literal(&comment))).await?;
        }
        session.close().await;
        Ok(())
    }

    /// One setting, by way of the session's own, for only the server knows which values are lists.
    async fn set(&self, session: &Session, row: Row) -> Result<()> {
        let (role, setting, value): (Option<String>, String, String) =
            (row.try_get(0)?, row.try_get(1)?, row.try_get(2)?);
        let database = ident(&self.name);
        let of = match role {
            Some(role) => format!("ALTER ROLE {} IN DATABASE {database}", ident(&role)),
            None => format!("ALTER DATABASE {database}"),
        };
        let setting_ident: Vec<String> = setting.split('.').map(ident).collect();
        let setting_ident = setting_ident.join(".");
        let from_current = match session.execute("SELECT set_config($1, $2, false)", &[&setting, &value]).await {
            Ok(_) => format!("{of} SET {setting_ident} FROM CURRENT"),
            // A setting that no session may change by itself.
            Err(_) => format!("{of} SET {setting_ident} TO {}", literal(&value)),
        };
        session
            .batch_execute(&from_current)
            .await
            .with_context(|| format!("cannot carry the setting {setting} over"))?;
        session.batch_execute(&format!("RESET {setting_ident}")).await.or(Ok(()))
    }

    /// Renames both, all or nothing; says under which name the old one is kept.
    pub async fn exchange(mut self) -> Result<String> {
        let kept = dated(&self.old, exchange::BEFORE);
        exchange::exchange(&self.admin, &self.old, &self.name, &kept).await?;
        self.temporary = false;
        Ok(kept)
    }
}

impl Drop for Beside {
    fn drop(&mut self) {
        if self.temporary {
            remove_blocking(&self.admin, vec![self.name.clone()]);
        }
    }
}

/// Why a new database beside the old one cannot be had, if so.
pub async fn obstacle(session: &Session) -> Result<Option<String>> {
    let row = session.query_one(RIGHTS, &[]).await?;
    let user = ident(session.user());
    Ok(match (row.try_get(0)?, row.try_get(1)?) {
        (true, true) => None,
        (false, _) => Some(format!("{} may not make databases (ALTER ROLE {user} CREATEDB)", session.user())),
        (true, false) => Some(format!("{} does not own the database {}", session.user(), session.database())),
    })
}

/// What belongs to the old database and does not come along.
pub async fn notices(old: &Session) -> Result<Vec<String>> {
    let sql = "SELECT slot_name::text FROM pg_catalog.pg_replication_slots WHERE database = current_database()
        UNION ALL SELECT subname::text FROM pg_catalog.pg_subscription
        WHERE subdbid = (SELECT oid FROM pg_catalog.pg_database WHERE datname = current_database())";
    // Who may not read subscriptions has none of his own.
    let rows = old.query(sql, &[]).await.unwrap_or_default();
    let slot = |row: &Row| {
        format!("{} stays with the old database: a replication slot or subscription", row.get::<_, String>(0))
    };
    Ok(rows.iter().map(slot).collect())
}

/// `name_restoring_20260131_120000`, no longer than Postgres' names may be.
fn dated(name: &str, between: &str) -> String {
    let tail = format!("{between}{}", Timestamp::now().to_zoned(TimeZone::UTC).strftime("%Y%m%d_%H%M%S"));
    let mut head = name.to_owned();
    while head.len() + tail.len() > 63 {
        head.pop();
    }
    head + &tail
}

/// Removes the databases that interrupted restores of the same database left and nobody is connected to.
async fn sweep(admin: &Session, old: &str) -> Result<()> {
    let sql = "SELECT datname::text FROM pg_catalog.pg_database d
        WHERE starts_with(datname::text, $1) AND substr(datname::text, length($1) + 1) ~ '^\\d{8}_\\d{6}$'
            AND pg_has_role(datdba, 'USAGE')
            AND NOT EXISTS (SELECT FROM pg_catalog.pg_stat_activity a WHERE a.datid = d.oid)";
    let prefix = format!("{old}{RESTORING}");
    for row in admin.query(sql, &[&prefix]).await.context("cannot look for what interrupted restores left")? {
        // Whoever has connected meanwhile keeps it.
        drop(admin.batch_execute(&format!("DROP DATABASE IF EXISTS {}", ident(row.get(0)))).await);
    }
    Ok(())
}

//! Temporary databases on somebody's server: names that can be recognised, and the removal of what a crash left.

use std::fmt;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use anyhow::{Context, Result};

use crate::database::session::Session;
use crate::sql::ident;

/// No run lasts longer than this with nobody connected.
const AGE: Duration = Duration::from_secs(60 * 60);

/// Databases that nobody is connected to and that we may drop.
const CANDIDATES: &str = r"
    SELECT datname::text
    FROM pg_catalog.pg_database d
    WHERE datname LIKE 'dbtool\_shadow\_%'
      AND pg_has_role(datdba, 'USAGE')
      AND NOT EXISTS (SELECT FROM pg_catalog.pg_stat_activity a WHERE a.datid = d.oid)";

/// The name of a temporary database: `dbtool_shadow_<pid>_<time>_<number>`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Name {
    pid: u32,
    time: u64,
    number: u32,
}

impl Name {
    /// A name that no other run and no other shadow of this run has.
    pub fn next() -> Self {
        static NUMBER: AtomicU32 = AtomicU32::new(1);
        Self { pid: std::process::id(), time: now(), number: NUMBER.fetch_add(1, Ordering::Relaxed) }
    }

    fn read(text: &str) -> Option<Self> {
        let mut parts = text.strip_prefix("dbtool_shadow_")?.splitn(3, '_');
        Some(Self {
            pid: parts.next()?.parse().ok()?,
            time: parts.next()?.parse().ok()?,
            number: parts.next()?.parse().ok()?,
        })
    }

    fn is_old(&self) -> bool {
        now().saturating_sub(self.time) > AGE.as_secs()
    }
}

impl fmt::Display for Name {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "dbtool_shadow_{}_{}_{}", self.pid, self.time, self.number)
    }
}

/// Removes the databases that crashed runs left an hour ago or more.
pub async fn sweep(admin: &Session) -> Result<()> {
    let rows = admin.query(CANDIDATES, &[]).await.context("cannot look for databases that earlier runs left")?;
    for row in rows {
        let name: String = row.try_get(0)?;
        if Name::read(&name).is_some_and(|name| name.is_old()) {
            // Another run may be quicker, or somebody has just connected; then it is theirs.
            drop(admin.batch_execute(&format!("DROP DATABASE IF EXISTS {}", ident(&name))).await);
        }
    }
    Ok(())
}

/// Removes databases of ours, whoever is connected to them.
pub async fn remove(admin: &Session, names: &[Name]) -> Result<()> {
    for name in names {
        let sql = format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)");
        admin.batch_execute(&sql).await.with_context(|| format!("cannot remove the temporary database {name}"))?;
    }
    Ok(())
}

fn now() -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |time| time.as_secs())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_recognised_and_have_an_age() {
        let name = Name::next();
        assert_eq!(Name::read(&name.to_string()), Some(name.clone()));
        assert!(!name.is_old());
        assert!(Name { time: now() - 2 * AGE.as_secs(), ..name }.is_old());
        assert_eq!(Name::read("dbtool_shadow_of_my_own"), None);
    }
}

//! Reads a whole catalog: one snapshot, all queries pipelined on one connection.

use std::borrow::Cow;
use std::collections::BTreeSet;

use anyhow::{Context as _, Result};
use futures_util::future::try_join_all;
use rustc_hash::FxHashMap;
use tokio_postgres::{Client, Row};

use super::link::{Address, Dependencies, Dependency};
use super::{Catalog, Entries, Entry, unmodelled};
use crate::object::{Common, Kind, Object, ObjectId, parse_acl};
use crate::sql::literal;

/// Begins the snapshot; identities must be printed in full, and compilation costs more than it saves here.
const BEGIN: &str = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY;
    SET LOCAL search_path = ''; SET LOCAL jit = off; SET LOCAL client_min_messages = error";

/// Reads all objects of the database that `client` is connected to.
///
/// # Errors
/// Whatever the server says, named by the kind that was being read.
pub async fn read(client: &Client) -> Result<Catalog> {
    read_as_of(client, BEGIN).await
}

/// The same as another session sees it, whose snapshot `pg_export_snapshot()` named.
pub async fn read_in_snapshot(client: &Client, snapshot: &str) -> Result<Catalog> {
    let begin = BEGIN.replacen(';', &format!("; SET TRANSACTION SNAPSHOT {};", literal(snapshot)), 1);
    read_as_of(client, &begin).await
}

async fn read_as_of(client: &Client, begin: &str) -> Result<Catalog> {
    let (version, user, bootstrap) = server(client).await?;
    let begin = client.batch_execute(begin);
    let kinds = try_join_all(Kind::ALL.iter().map(|kind| found(client, *kind, version)));
    let around = [OWNERS, COMMENTS, DEPENDENCIES, unmodelled::APART].map(|sql| plain(client, sql));
    let around = try_join_all(around);
    let end = client.batch_execute("COMMIT");
    let (_, kinds, around, _) = tokio::try_join!(
        async { begin.await.context("cannot begin a snapshot") },
        kinds,
        async { around.await.context("cannot read dependencies") },
        async { end.await.context("cannot end the snapshot") },
    )?;
    let [owners, comments, dependencies, apart] = <[_; 4]>::try_from(around).expect("four were asked");
    let around = Around {
        owners: owners.iter().map(|r| (address(r, 0), r.get(3))).collect(),
        bootstrap,
        comments: comments.iter().map(|r| (address(r, 0), r.get(3))).collect(),
        dependencies: Dependencies::new(dependencies.iter().map(dependency)),
        version,
    };
    let (entries, unknown) = around.entries(kinds.into_iter().flatten().collect());
    Ok(Catalog::new(version, user, entries, unmodelled::name(client, &apart, &unknown).await?))
}

/// What a catalog's objects have around them, by address.
struct Around {
    owners: FxHashMap<Address, String>,
    comments: FxHashMap<Address, String>,
    dependencies: Dependencies,
    /// The owner of what has no owner in `pg_shdepend`, which leaves out the superuser made by `initdb`.
    bootstrap: String,
    version: u32,
}

/// One object as its row gave it.
struct Found {
    address: Address,
    parent: Address,
    id: ObjectId,
    object: Object,
    acl: Option<Vec<String>>,
}

impl Around {
    /// Joins rows, owners, comments and dependencies to entries; members of extensions are left out.
    ///
    /// The second value holds the addresses that no kind knows.
    fn entries(&self, mut found: Vec<Found>) -> (Entries, BTreeSet<Address>) {
        found.retain(|f| !self.dependencies.of_extension(f.address) && !self.dependencies.of_extension(f.parent));
        let ids: FxHashMap<Address, ObjectId> = found.iter().map(|f| (f.address, f.id.clone())).collect();
        let mut needs = self.dependencies.needs(&ids);
        let unknown = self.dependencies.unknown(&ids);
        let entries = found
            .into_iter()
            .map(|f| {
                let parent = ids.get(&f.parent).cloned();
                let mut needs = needs.remove(&f.id).unwrap_or_default();
                needs.extend(parent.iter().cloned());
                needs.extend(f.object.also_needs(&f.id));
                let common = self.common(&f, parent.is_some().then_some(f.parent));
                (f.id, Entry { position: f.address.sub, object: f.object, common, parent, needs })
            })
            .collect();
        (entries, unknown)
    }

    /// Owner, privileges and comment of an object; a part's owner is its parent's.
    fn common(&self, found: &Found, parent: Option<Address>) -> Common {
        let whole = Address { sub: 0, ..found.address };
        let owner = self.owners.get(&whole).or_else(|| self.owners.get(&parent?));
        let owner = owner.unwrap_or(&self.bootstrap);
        let kind = found.id.kind;
        let granted = kind.grantable().zip(found.acl.as_ref());
        let privileges = granted.and_then(|(grantable, acl)| {
            Some(parse_acl(acl, owner)).filter(|privileges| *privileges != grantable.built_in(self.version))
        });
        Common {
            owner: kind.is_owned().then(|| owner.clone()),
            privileges,
            comment: self.comments.get(&found.address).cloned(),
        }
    }
}

impl Found {
    /// The columns that every kind's query begins with, and the object.
    fn read(kind: Kind, row: &Row) -> Result<Self> {
        Ok(Self {
            address: address(row, 0),
            id: ObjectId::new(kind, row.try_get::<_, &str>(3)?),
            parent: address(row, 4),
            acl: row.try_get(7)?,
            object: kind.read(row)?,
        })
    }
}

/// The owners that are not the bootstrap superuser (`pg_shdepend`, deptype `o`); that of `public` is a role which is not noted there.
const OWNERS: &str = "
    SELECT d.classid, d.objid, d.objsubid, r.rolname::text
    FROM pg_catalog.pg_shdepend d
        JOIN pg_catalog.pg_roles r ON r.oid = d.refobjid
    WHERE d.deptype = 'o' AND d.refclassid = 'pg_catalog.pg_authid'::regclass
        AND d.dbid = (SELECT oid FROM pg_catalog.pg_database WHERE datname = current_database())
    UNION ALL
    SELECT 'pg_catalog.pg_namespace'::regclass, oid, 0, pg_catalog.pg_get_userbyid(nspowner)::text
    FROM pg_catalog.pg_namespace";

/// The comments on what is not the system's own.
const COMMENTS: &str = "
    SELECT classoid, objoid, objsubid, description FROM pg_catalog.pg_description
    WHERE objoid >= 16384 OR (classoid = 'pg_catalog.pg_namespace'::regclass AND objoid = 'public'::regnamespace)
    UNION ALL
    SELECT classoid, objoid, 0, description FROM pg_catalog.pg_shdescription WHERE classoid = 'pg_catalog.pg_authid'::regclass";

/// All dependencies, those on roles with them, but for those of the system on itself (objects made by `initdb` have oids below 16384).
const DEPENDENCIES: &str = "
    SELECT classid, objid, objsubid, refclassid, refobjid, refobjsubid, deptype::text
    FROM pg_catalog.pg_depend
    WHERE objid >= 16384
    UNION ALL
    SELECT classid, objid, objsubid, refclassid, refobjid, 0, 'n'
    FROM pg_catalog.pg_shdepend
    WHERE refclassid = 'pg_catalog.pg_authid'::regclass AND objid >= 16384
        AND dbid = (SELECT oid FROM pg_catalog.pg_database WHERE datname = current_database())";

/// Version, connected role and bootstrap superuser.
async fn server(client: &Client) -> Result<(u32, String, String)> {
    let sql = "SELECT current_setting('server_version_num')::int4, current_user::text,
        (SELECT rolname::text FROM pg_catalog.pg_roles WHERE oid = 10)";
    let rows = plain(client, sql).await?;
    let row = rows.first().context("the server did not say its version")?;
    Ok((row.get::<_, i32>(0).unsigned_abs(), row.get(1), row.get(2)))
}

/// The rows of a query without parameters, in one round trip.
async fn plain(client: &Client, sql: &str) -> Result<Vec<Row>> {
    Ok(client.query_typed(sql, &[]).await?)
}

/// What a kind's query finds, made into objects while the server is at the next kind's.
async fn found(client: &Client, kind: Kind, version: u32) -> Result<Vec<Found>> {
    let sql = for_version(kind.query(), version);
    let rows = plain(client, &sql).await.with_context(|| format!("cannot read every {}", kind.keyword()))?;
    let found = rows.iter().map(|row| Found::read(kind, row));
    found.collect::<Result<_>>().with_context(|| format!("cannot read a {}", kind.keyword()))
}

/// The address that stands in three columns from `first` on.
fn address(row: &Row, first: usize) -> Address {
    Address { class: row.get(first), object: row.get(first + 1), sub: row.get(first + 2) }
}

/// One row of `pg_depend`.
fn dependency(row: &Row) -> Dependency {
    let kind: &str = row.get(6);
    Dependency { of: address(row, 0), on: address(row, 3), kind: kind.chars().next().unwrap_or('n') }
}

/// Resolves each `{{15: x | y}}` of a query: `x` from version 15 on, `y` before.
fn for_version(sql: &str, version: u32) -> Cow<'_, str> {
    let Some((before, rest)) = sql.split_once("{{") else { return Cow::Borrowed(sql) };
    let (choice, after) = rest.split_once("}}").expect("a kind's query closes what it opens");
    let (since, both) = choice.split_once(':').expect("a choice names a version");
    let (new, old) = both.split_once(" | ").expect("a choice has two sides");
    let since: u32 = since.trim().parse().expect("a version is a number");
    let chosen = if version >= since * 10_000 { new } else { old };
    Cow::Owned(format!("{before}{}{}", chosen.trim(), for_version(after, version)))
}

#[cfg(test)]
mod tests {
    use super::for_version;

    #[test]
    fn chooses_by_version() {
        let sql = "SELECT {{14: a.x | ''::text}}, {{18: b | c}} FROM a";
        assert_eq!(for_version(sql, 150_004), "SELECT a.x, c FROM a");
        assert_eq!(for_version(sql, 130_020), "SELECT ''::text, c FROM a");
    }
}

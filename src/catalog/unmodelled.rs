//! What a database has and no kind knows: named, never passed over.

use std::collections::BTreeSet;

use anyhow::{Context, Result};
use tokio_postgres::{Client, Row};

use super::link::Address;

/// What stands in no `pg_depend`: security labels, large objects, what is set for the database as a whole (values may be
/// secrets), and foreign keys whose triggers are disabled, which therefore do not hold.
pub const APART: &str = "
    SELECT format('SECURITY LABEL (%s) ON %s %s', provider, upper(objtype), objname)
    FROM pg_catalog.pg_seclabels
    WHERE objtype NOT IN ('role', 'tablespace', 'database') OR (objtype = 'database' AND objname = quote_ident(current_database()))
    UNION ALL
    SELECT format('LARGE OBJECTS (%s)', count(*)) FROM pg_catalog.pg_largeobject_metadata HAVING count(*) > 0
    UNION ALL
    SELECT format('SETTING %s OF THE DATABASE', split_part(setting, '=', 1))
    FROM pg_catalog.pg_db_role_setting
        JOIN pg_catalog.pg_database d ON d.oid = setdatabase
        CROSS JOIN unnest(setconfig) setting
    WHERE setrole = 0 AND datname = current_database()
    UNION ALL
    SELECT 'PRIVILEGES ON THE DATABASE' FROM pg_catalog.pg_database WHERE datname = current_database() AND datacl IS NOT NULL
    UNION ALL
    SELECT 'COMMENT ON THE DATABASE' FROM pg_catalog.pg_database
    WHERE datname = current_database() AND pg_catalog.shobj_description(oid, 'pg_database') NOT IN
        ('default administrative connection database', 'default template for new databases') -- those of initdb
    UNION ALL
    SELECT DISTINCT format('DISABLED TRIGGERS OF FOREIGN KEY %I ON %s', conname, conrelid::regclass)
    FROM pg_catalog.pg_trigger
        JOIN pg_catalog.pg_constraint k ON k.oid = tgconstraint
    WHERE tgisinternal AND contype = 'f' AND tgenabled = 'D'
    UNION ALL
    SELECT format('PRIVILEGES ON %s %s, A MEMBER OF AN EXTENSION', upper(type), identity)
    FROM pg_catalog.pg_depend
        JOIN (
            SELECT 'pg_catalog.pg_type'::regclass::oid AS class, oid, typacl AS acl FROM pg_catalog.pg_type
            UNION ALL SELECT 'pg_catalog.pg_namespace'::regclass, oid, nspacl FROM pg_catalog.pg_namespace
            UNION ALL SELECT 'pg_catalog.pg_language'::regclass, oid, lanacl FROM pg_catalog.pg_language
            UNION ALL SELECT 'pg_catalog.pg_foreign_data_wrapper'::regclass, oid, fdwacl FROM pg_catalog.pg_foreign_data_wrapper
            UNION ALL SELECT 'pg_catalog.pg_foreign_server'::regclass, oid, srvacl FROM pg_catalog.pg_foreign_server
        ) m ON m.class = classid AND m.oid = objid
        LEFT JOIN pg_catalog.pg_init_privs i ON i.classoid = classid AND i.objoid = objid AND i.objsubid = 0
        CROSS JOIN LATERAL pg_catalog.pg_identify_object(classid, objid, 0)
    WHERE deptype = 'e' AND acl IS NOT NULL AND acl::text IS DISTINCT FROM initprivs::text
    ORDER BY 1";

/// Names what is of no kind: what [`APART`] found, and the addresses that led to no object, named as `pg_identify_object` does.
///
/// Objects of the system's own schemas (TOAST tables, temporary tables of other sessions) are left out.
pub async fn name(client: &Client, apart: &[Row], addresses: &BTreeSet<Address>) -> Result<Vec<String>> {
    let mut names: Vec<String> = apart.iter().map(|row| row.get(0)).collect();
    if addresses.is_empty() {
        return Ok(names);
    }
    let (classes, objects): (Vec<u32>, Vec<u32>) = addresses.iter().map(|a| (a.class, a.object)).unzip();
    let sql = "SELECT upper(type) || ' ' || identity
        FROM unnest($1::oid[], $2::oid[]) a (class, object), pg_identify_object(class, object, 0)
        WHERE identity IS NOT NULL AND coalesce(schema, '') !~ '^pg_' AND identity !~ '^pg_(toast|temp)' AND type <> 'large object'
        ORDER BY 1";
    let rows = client.query(sql, &[&classes, &objects]).await.context("cannot name what dbtool does not handle")?;
    names.extend(rows.iter().map(|row| row.get::<_, String>(0)));
    Ok(names)
}

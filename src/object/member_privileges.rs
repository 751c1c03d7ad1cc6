//! Privileges on members of extensions, where they are not those that the extension gave them.

use std::collections::BTreeSet;

use anyhow::Result;
use serde::{Deserialize, Serialize};
use tokio_postgres::Row;

use super::{Alter, Context, Grantable, ObjectId, ObjectKind, Privilege, parse_acl};
use crate::sql::Statement;

/// The privileges on a relation or routine that belongs to an extension.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct MemberPrivileges {
    /// `r` for a relation, `S` for a sequence, `f` for a routine.
    pub letter: char,
    /// The owner, by its plain name.
    pub owner: String,
    /// The privileges in force.
    pub privileges: BTreeSet<Privilege>,
    /// What the extension gave.
    pub initial: BTreeSet<Privilege>,
}

impl MemberPrivileges {
    /// The statements that lead from some privileges to others.
    fn change(
        &self,
        from: &BTreeSet<Privilege>,
        to: &BTreeSet<Privilege>,
        id: &ObjectId,
        context: &Context,
    ) -> Vec<Statement> {
        let (keyword, letters) = match self.letter {
            'f' => ("ROUTINE", "X"),
            'S' => ("SEQUENCE", "rwU"),
            _ => ("TABLE", "arwdDxtm"),
        };
        let grantable = Grantable { keyword, letters, public: "", default_acl: None, columns: false };
        grantable.change(context.version(), &id.identity, None, &self.owner, from, to)
    }
}

impl ObjectKind for MemberPrivileges {
    const KEYWORD: &'static str = "PRIVILEGES ON";
    const QUERY: &'static str = "
        SELECT 'pg_init_privs'::regclass::oid AS classid, m.oid AS objid, 0 AS objsubid, i.identity,
            'pg_extension'::regclass::oid AS parent_classid, refobjid AS parent_objid, 0 AS parent_objsubid, NULL::text[] AS acl,
            letter, pg_get_userbyid(owner)::text AS owner, acl_now AS privileges, acl_given AS initial
        FROM (
                SELECT 'pg_class'::regclass::oid AS class, oid, CASE relkind WHEN 'S' THEN 'S' ELSE 'r' END AS letter,
                    relowner AS owner, relacl AS own, relnamespace AS namespace
                FROM pg_class WHERE relkind IN ('r', 'p', 'f', 'v', 'm', 'S')
                UNION ALL
                SELECT 'pg_proc'::regclass::oid, oid, 'f', proowner, proacl, pronamespace FROM pg_proc
            ) m
            JOIN pg_depend d ON d.classid = class AND d.objid = m.oid AND d.deptype = 'e'
            LEFT JOIN pg_init_privs p ON p.classoid = class AND p.objoid = m.oid AND p.objsubid = 0
            CROSS JOIN LATERAL acldefault(CASE letter WHEN 'S' THEN 's' ELSE letter END::\"char\", owner) built_in
            CROSS JOIN LATERAL (SELECT
                ARRAY(SELECT a::text FROM unnest(coalesce(own, built_in)) a ORDER BY 1) AS acl_now,
                ARRAY(SELECT a::text FROM unnest(coalesce(initprivs, built_in)) a ORDER BY 1) AS acl_given) acls
            -- What default privileges give to a member that is made under them is nobody's grant.
            CROSS JOIN LATERAL (SELECT ARRAY(
                SELECT unnest(coalesce(
                    (SELECT defaclacl FROM pg_default_acl WHERE defaclrole = owner AND defaclnamespace = 0 AND defaclobjtype = letter::\"char\"),
                    built_in
                ))::text
                UNION
                SELECT unnest(defaclacl)::text FROM pg_default_acl
                WHERE defaclrole = owner AND defaclnamespace = namespace AND defaclobjtype = letter::\"char\"
                ORDER BY 1
            ) AS acl_by_default) by_default
            CROSS JOIN LATERAL pg_identify_object(class, m.oid, 0) i
        WHERE own IS NOT NULL AND acl_now <> acl_given AND (initprivs IS NOT NULL OR acl_now <> acl_by_default)";

    fn read(row: &Row) -> Result<Self> {
        let owner: String = row.try_get("owner")?;
        let letter: &str = row.try_get("letter")?;
        let acl = |name| anyhow::Ok(parse_acl(&row.try_get::<_, Vec<String>>(name)?, &owner));
        Ok(Self {
            letter: letter.chars().next().unwrap_or_default(),
            privileges: acl("privileges")?,
            initial: acl("initial")?,
            owner: owner.clone(),
        })
    }

    fn create(&self, id: &ObjectId, context: &Context) -> Vec<Statement> {
        self.change(&self.initial, &self.privileges, id, context)
    }

    fn alter(&self, old: &Self, id: &ObjectId, context: &Context) -> Alter {
        Alter::InPlace(self.change(&old.privileges, &self.privileges, id, context))
    }

    fn drop(&self, id: &ObjectId, context: &Context) -> Vec<Statement> {
        self.change(&self.privileges, &self.initial, id, context)
    }
}

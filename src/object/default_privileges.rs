//! Default privileges: what is granted on objects that a role makes from then on.

use std::collections::BTreeSet;

use anyhow::Result;
use serde::{Deserialize, Serialize};
use tokio_postgres::Row;

use super::{Alter, Context, Grantable, ObjectId, ObjectKind, Privilege, WhenNeedReplaced, parse_acl};
use crate::sql::Statement;

/// The default privileges of one role for one sort of object, everywhere or in one schema.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct DefaultPrivileges {
    /// The role that makes the objects, by its plain name.
    pub role: String,
    /// The role, quoted.
    pub role_ident: String,
    /// The schema, quoted; everywhere if there is none.
    pub schema: Option<String>,
    /// `pg_default_acl.defaclobjtype`; see [`Grantable::default_acl`].
    pub letter: char,
    /// Everywhere: what is in force instead of the built-in defaults. In a schema: what is added.
    pub privileges: BTreeSet<Privilege>,
}

impl DefaultPrivileges {
    /// What the privileges are when nothing was said.
    fn nothing(&self, grantable: Grantable, version: u32) -> BTreeSet<Privilege> {
        if self.schema.is_some() { BTreeSet::new() } else { grantable.built_in(version) }
    }

    /// The statements that lead from `old` to `new`; `None` stands for nothing having been said.
    fn change(&self, old: Option<&Self>, new: Option<&Self>, context: &Context) -> Vec<Statement> {
        let Some(grantable) = grantable(self.letter) else { return Vec::new() };
        let nothing = self.nothing(grantable, context.version());
        let of = |object: Option<&Self>| object.map_or_else(|| nothing.clone(), |object| object.privileges.clone());
        let schema = self.schema.as_ref().map(|schema| format!(" IN SCHEMA {schema}")).unwrap_or_default();
        let grants = grantable.change(context.version(), "", None, &self.role, &of(old), &of(new));
        let alter = |grant: Statement| {
            Statement::new(format!(
                "ALTER DEFAULT PRIVILEGES FOR ROLE {}{schema} {}",
                self.role_ident, grant.text
            ))
        };
        grants.into_iter().map(alter).collect()
    }
}

/// How `ALTER DEFAULT PRIVILEGES` names a sort of object, and the privileges that it has.
fn grantable(letter: char) -> Option<Grantable> {
    let (keyword, letters, public) = match letter {
        'r' => ("TABLES", "arwdDxtm", ""),
        'S' => ("SEQUENCES", "rwU", ""),
        'f' => ("FUNCTIONS", "X", "X"),
        'T' => ("TYPES", "U", "U"),
        'n' => ("SCHEMAS", "UC", ""),
        'L' => ("LARGE OBJECTS", "rw", ""),
        _ => return None,
    };
    Some(Grantable { keyword, letters, public, default_acl: Some(letter), columns: false })
}

impl ObjectKind for DefaultPrivileges {
    const KEYWORD: &'static str = "DEFAULT PRIVILEGES";
    const QUERY: &'static str = "
        SELECT 'pg_default_acl'::regclass::oid AS classid, d.oid AS objid, 0 AS objsubid,
            concat('for role ', quote_ident(rolname), ' in schema ' || quote_ident(nspname), ' on ',
                CASE defaclobjtype WHEN 'r' THEN 'tables' WHEN 'S' THEN 'sequences' WHEN 'f' THEN 'functions'
                    WHEN 'T' THEN 'types' WHEN 'n' THEN 'schemas' ELSE 'large objects' END) AS identity,
            0::oid AS parent_classid, 0::oid AS parent_objid, 0 AS parent_objsubid, NULL::text[] AS acl,
            rolname::text AS role, quote_ident(rolname) AS role_ident, quote_ident(nspname) AS schema,
            defaclobjtype::text AS letter, defaclacl::text[] AS privileges
        FROM pg_default_acl d
            JOIN pg_roles r ON r.oid = defaclrole
            LEFT JOIN pg_namespace n ON n.oid = defaclnamespace
        WHERE defaclnamespace = 0 OR (nspname !~ '^pg_' AND nspname <> 'information_schema')";

    fn read(row: &Row) -> Result<Self> {
        let role: String = row.try_get("role")?;
        let letter: &str = row.try_get("letter")?;
        Ok(Self {
            privileges: parse_acl(&row.try_get::<_, Vec<String>>("privileges")?, &role),
            role,
            role_ident: row.try_get("role_ident")?,
            schema: row.try_get("schema")?,
            letter: letter.chars().next().unwrap_or_default(),
        })
    }

    fn create(&self, _id: &ObjectId, context: &Context) -> Vec<Statement> {
        self.change(None, Some(self), context)
    }

    fn alter(&self, old: &Self, _id: &ObjectId, context: &Context) -> Alter {
        Alter::InPlace(self.change(Some(old), Some(self), context))
    }

    fn drop(&self, _id: &ObjectId, context: &Context) -> Vec<Statement> {
        self.change(Some(self), None, context)
    }

    fn when_need_replaced(&self) -> WhenNeedReplaced {
        WhenNeedReplaced::Keep
    }
}

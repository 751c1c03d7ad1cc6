//! Memberships of roles in roles; managed only when the scope says so.

use anyhow::Result;
use tokio_postgres::Row;

use super::record::record;
use super::{Alter, Context, Kind, ObjectId, ObjectKind};
use crate::sql::Statement;

record! {
    /// That a role is a member of another, whoever granted it.
    pub struct RoleMembership {
        /// The role that is granted, quoted.
        pub role: String,
        /// The role that it is granted to, quoted.
        pub member: String,
        /// `ADMIN`.
        pub admin: bool,
        /// `INHERIT` (from version 16 on).
        pub inherit: Option<bool>,
        /// `SET` (from version 16 on).
        pub set: Option<bool>,
    }
}

impl RoleMembership {
    fn grant(&self) -> Statement {
        let Self { role, member, admin, inherit, set } = self;
        let options = match (inherit, set) {
            (Some(inherit), Some(set)) => format!(" WITH ADMIN {admin}, INHERIT {inherit}, SET {set}"),
            _ if *admin => " WITH ADMIN OPTION".to_owned(),
            _ => String::new(),
        };
        Statement::new(format!("GRANT {role} TO {member}{options}"))
    }
}

impl ObjectKind for RoleMembership {
    const KEYWORD: &'static str = "ROLE MEMBERSHIP";
    const QUERY: &'static str = "
        SELECT 'pg_auth_members'::regclass::oid AS classid, m.oid AS objid, r.oid::int4 AS objsubid,
            format('of %I in %I', m.rolname, r.rolname) AS identity,
            'pg_authid'::regclass::oid AS parent_classid, m.oid AS parent_objid, 0 AS parent_objsubid, NULL::text[] AS acl,
            quote_ident(r.rolname) AS role, quote_ident(m.rolname) AS member, bool_or(admin_option) AS admin,
            {{16: bool_or(inherit_option) | NULL::bool}} AS inherit, {{16: bool_or(set_option) | NULL::bool}} AS set
        FROM pg_auth_members
            JOIN pg_roles r ON r.oid = roleid
            JOIN pg_roles m ON m.oid = member
        WHERE m.oid >= 16384 AND m.rolname !~ '^pg_' AND m.rolname <> current_user
        GROUP BY m.oid, m.rolname, r.oid, r.rolname";

    fn read(row: &Row) -> Result<Self> {
        Self::from_row(row)
    }

    fn create(&self, _id: &ObjectId, _context: &Context) -> Vec<Statement> {
        vec![self.grant()]
    }

    fn alter(&self, old: &Self, _id: &ObjectId, _context: &Context) -> Alter {
        let Self { role, member, admin, inherit, set: _ } = self;
        if inherit.is_none() && old.admin && !admin {
            return Alter::InPlace(vec![Statement::new(format!("REVOKE ADMIN OPTION FOR {role} FROM {member}"))]);
        }
        Alter::InPlace(vec![self.grant()])
    }

    fn drop(&self, _id: &ObjectId, _context: &Context) -> Vec<Statement> {
        vec![Statement::new(format!("REVOKE {} FROM {}", self.role, self.member))]
    }

    fn also_needs(&self, _id: &ObjectId) -> Vec<ObjectId> {
        vec![ObjectId::new(Kind::Role, self.role.as_str())]
    }

    fn ties(&self) -> bool {
        true
    }
}

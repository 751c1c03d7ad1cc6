//! What a kind of object can do.

use anyhow::Result;
use serde::{Serialize, de::DeserializeOwned};
use tokio_postgres::Row;

use super::{Alter, Context, Follows, Grantable, ObjectId, Online, WhenNeedReplaced};
use crate::sql::Statement;

/// What a kind of object can do; everything about the kind is in the file that implements this.
pub trait ObjectKind: Sized + Clone + PartialEq + Serialize + DeserializeOwned {
    /// The words that name the kind in `DROP`, `COMMENT ON` and `ALTER … OWNER TO`.
    const KEYWORD: &'static str;

    /// The query that reads all objects of the kind.
    ///
    /// Its first columns are the same for every kind: `classid`, `objid`, `objsubid` (the object's address in
    /// `pg_depend`), `identity`, `parent_classid`, `parent_objid`, `parent_objsubid` (0 for none) and `acl` (text[]);
    /// after them come the kind's own. `{{15: x | y}}` stands for `x` from version 15 on and for `y` before.
    const QUERY: &'static str;

    /// Whether creating the parent brings it (a table's columns).
    const PART_OF_PARENT: bool = false;

    /// How privileges on it are written, if it has any.
    const PRIVILEGES: Option<Grantable> = None;

    /// Whether it has an owner that `ALTER … OWNER TO` sets.
    const OWNED: bool = false;

    /// The dependency types ("pg_depend") that are no needs of it, since they are objects of their own or none at all.
    const APART: &'static str = "";

    /// Whether what needs it stays as it is when it goes (what was granted to a role).
    const OUTLIVED: bool = false;

    /// The fields that may hold passwords, which no comparison shows.
    const SECRETS: &'static [&'static str] = &[];

    /// The fields that are no part of what it is (of type [`Soft`]), which no comparison shows.
    const SOFT: &'static [&'static str] = &[];

    /// One object from one row of [`Self::QUERY`].
    fn read(row: &Row) -> Result<Self>;

    /// The statements that create it, without owner, privileges and comment.
    fn create(&self, id: &ObjectId, context: &Context) -> Vec<Statement>;

    /// How `old` becomes this.
    fn alter(&self, old: &Self, id: &ObjectId, context: &Context) -> Alter;

    /// How it is made, or changed from `old`, on a table that is in use; none where the plain way spares the table as well.
    fn online(&self, _old: Option<&Self>, _id: &ObjectId, _context: &Context) -> Option<Online> {
        None
    }

    /// How it is dropped from a table that is in use; none where the plain way spares the table as well.
    fn drop_online(&self, _id: &ObjectId) -> Option<Vec<Statement>> {
        None
    }

    /// The statements that drop it.
    fn drop(&self, id: &ObjectId, _context: &Context) -> Vec<Statement> {
        vec![Statement::new(format!("DROP {} {}", Self::KEYWORD, id.identity))]
    }

    /// What is set after creation, for there is no place for it in `create`; also for a part that its parent brought.
    fn settle(&self, _id: &ObjectId, _context: &Context) -> Vec<Statement> {
        Vec::new()
    }

    /// What becomes of it when something that it needs is dropped and created, or replaced by a new one.
    fn when_need_replaced(&self) -> WhenNeedReplaced {
        WhenNeedReplaced::Rebuild
    }

    /// The statements that carry its data over to a replaced type; see [`WhenNeedReplaced::Convert`].
    fn convert(&self, _id: &ObjectId, _context: &Context) -> Vec<Statement> {
        Vec::new()
    }

    /// How it is replaced when what it needs is; see [`WhenNeedReplaced::Replace`].
    fn replace(&self, _old: &Self, _id: &ObjectId, _context: &Context) -> Alter {
        Alter::Rebuild
    }

    /// The name that it occupies among relations, types or routines, if another kind could occupy it as well.
    fn occupies(&self, _id: &ObjectId) -> Option<String> {
        None
    }

    /// What it needs although `pg_depend` does not say so.
    fn also_needs(&self, _id: &ObjectId) -> Vec<ObjectId> {
        Vec::new()
    }

    /// The tables whose parts and other belongings are all made before it, and go after it.
    fn stands_on(&self, _id: &ObjectId) -> Vec<ObjectId> {
        Vec::new()
    }

    /// Whether dropping the parent does not suffice, since it ties the parent to another object that goes too.
    fn ties(&self) -> bool {
        false
    }

    /// Whether Postgres itself carries it through a change of a column's type (`ALTER TABLE`, notes: indexes, constraints).
    fn follows_column(&self) -> bool {
        false
    }

    /// The objects of other tables with which it goes, or also comes, as long as its table is joined to theirs.
    fn follows(&self, _id: &ObjectId) -> Vec<Follows> {
        Vec::new()
    }

    /// The object that does not serve others before this is made (an index of a partitioned table, and the attachments to it).
    fn completes(&self) -> Option<ObjectId> {
        None
    }

    /// Its counterparts in the tables that its table is joined to, also where it is declared of itself (`attislocal`).
    fn ancestry(&self, id: &ObjectId) -> Vec<Follows> {
        self.follows(id)
    }

    /// What is done to it where its table is parted from those that it follows in the meantime, and that a change of the followed
    /// object brings otherwise.
    fn apart(&self, _old: &Self, _id: &ObjectId, _context: &Context) -> Vec<Statement> {
        Vec::new()
    }

    /// Whether its parent must be made anew around it where it is made, rebuilt or changed around its dependents (a partition
    /// key's column).
    fn holds_parent(&self, _context: &Context) -> bool {
        false
    }

    /// The objects, present or to come, that its own change drops or creates (the sequence of a column that becomes an identity).
    fn adopts(&self, _old: &Self, _id: &ObjectId, _context: &Context) -> Vec<ObjectId> {
        Vec::new()
    }

    /// Whether a replaced table's rows can only be moved once it is there (a partition's attachment).
    fn receives_rows(&self) -> bool {
        false
    }

    /// Whether it must not see a replaced table's rows being moved (a trigger, a foreign key).
    fn minds_rows(&self) -> bool {
        false
    }

    /// Whether its parent's definition makes it, so that it is missing or extra only as far as the parent differs.
    fn is_derived(&self) -> bool {
        false
    }

    /// What a list shows it with, where that is not its parent.
    fn shown_with(&self, _id: &ObjectId) -> Option<ObjectId> {
        None
    }

    /// Its name in `GRANT` and `REVOKE`: by default its identity.
    fn granted(&self, id: &ObjectId) -> String {
        id.identity.to_string()
    }

    /// One line that says what it is, after the keyword: by default its identity.
    fn title(&self, id: &ObjectId) -> String {
        id.identity.to_string()
    }
}

//! The kinds of objects: one file each, and a registry that is the only place that knows them all.

mod change;
mod common;
mod containers;
mod context;
mod heritage;
mod id;
mod identity;
mod maker;
mod narrowing;
mod not_null;
mod options;
mod origin;
mod record;
mod secret;
mod using;

use anyhow::Result;
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use tokio_postgres::Row;

use crate::sql::Statement;

pub use change::{Alter, Follows, Online, WhenNeedReplaced};
pub use common::{Common, Grantable, Grantee, Privilege, in_words, parse_acl, privilege_word};
pub use context::Context;
pub use function::Routine;
pub use id::{NAME_MAX, ObjectId, derived, split_last};
pub use identity::Identity;
pub use narrowing::keeps;
pub use origin::Origins;
pub(crate) use record::record;
pub use record::{Soft, without_soft};
pub use secret::hidden;
pub use using::conversion;

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

    /// Whether its parent must be made anew around it where it is rebuilt or changed around its dependents (a partition key's column).
    fn holds_parent(&self) -> bool {
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

macro_rules! kinds {
    ($($module:ident::$name:ident),* $(,)?) => {
        $(mod $module;)*
        $(pub use $module::$name;)*

        /// The kinds of objects, in the order in which they are created when nothing else decides.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(rename_all = "snake_case")]
        pub enum Kind {
            $(
                #[doc = concat!("See [`", stringify!($name), "`].")]
                $name,
            )*
        }

        /// An object of any kind.
        #[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
        #[serde(rename_all = "snake_case")]
        pub enum Object {
            $(
                #[doc = concat!("See [`", stringify!($name), "`].")]
                $name($name),
            )*
        }

        impl Kind {
            /// Every kind, in creation order.
            pub const ALL: &'static [Kind] = &[$(Kind::$name),*];

            /// See [`ObjectKind::KEYWORD`].
            pub fn keyword(self) -> &'static str {
                match self { $(Kind::$name => $name::KEYWORD,)* }
            }

            /// See [`ObjectKind::QUERY`].
            pub fn query(self) -> &'static str {
                match self { $(Kind::$name => $name::QUERY,)* }
            }

            /// See [`ObjectKind::PART_OF_PARENT`].
            pub fn is_part(self) -> bool {
                match self { $(Kind::$name => $name::PART_OF_PARENT,)* }
            }

            /// See [`ObjectKind::PRIVILEGES`].
            pub fn grantable(self) -> Option<Grantable> {
                match self { $(Kind::$name => $name::PRIVILEGES,)* }
            }

            /// See [`ObjectKind::OWNED`].
            pub fn is_owned(self) -> bool {
                match self { $(Kind::$name => $name::OWNED,)* }
            }

            /// See [`ObjectKind::APART`].
            pub fn apart(self) -> &'static str {
                match self { $(Kind::$name => $name::APART,)* }
            }

            /// See [`ObjectKind::OUTLIVED`].
            pub fn is_outlived(self) -> bool {
                match self { $(Kind::$name => $name::OUTLIVED,)* }
            }

            /// See [`ObjectKind::SECRETS`].
            pub fn secrets(self) -> &'static [&'static str] {
                match self { $(Kind::$name => $name::SECRETS,)* }
            }

            /// See [`ObjectKind::SOFT`].
            pub fn soft(self) -> &'static [&'static str] {
                match self { $(Kind::$name => $name::SOFT,)* }
            }

            /// See [`ObjectKind::read`].
            pub fn read(self, row: &Row) -> Result<Object> {
                Ok(match self { $(Kind::$name => Object::$name($name::read(row)?),)* })
            }
        }

        impl Object {
            /// The kind that it is of.
            pub fn kind(&self) -> Kind {
                match self { $(Object::$name(_) => Kind::$name,)* }
            }

            /// See [`ObjectKind::create`].
            pub fn create(&self, id: &ObjectId, context: &Context) -> Vec<Statement> {
                match self { $(Object::$name(object) => object.create(id, context),)* }
            }

            /// See [`ObjectKind::alter`].
            pub fn alter(&self, old: &Object, id: &ObjectId, context: &Context) -> Alter {
                match (self, old) {
                    $((Object::$name(new), Object::$name(old)) => new.alter(old, id, context),)*
                    _ => Alter::Rebuild,
                }
            }

            /// See [`ObjectKind::online`].
            pub fn online(&self, old: Option<&Object>, id: &ObjectId, context: &Context) -> Option<Online> {
                match (self, old) {
                    $((Object::$name(new), None) => new.online(None, id, context),)*
                    $((Object::$name(new), Some(Object::$name(old))) => new.online(Some(old), id, context),)*
                    _ => None,
                }
            }

            /// See [`ObjectKind::drop_online`].
            pub fn drop_online(&self, id: &ObjectId) -> Option<Vec<Statement>> {
                match self { $(Object::$name(object) => object.drop_online(id),)* }
            }

            /// See [`ObjectKind::drop`].
            pub fn drop(&self, id: &ObjectId, context: &Context) -> Vec<Statement> {
                match self { $(Object::$name(object) => object.drop(id, context),)* }
            }

            /// See [`ObjectKind::settle`].
            pub fn settle(&self, id: &ObjectId, context: &Context) -> Vec<Statement> {
                match self { $(Object::$name(object) => object.settle(id, context),)* }
            }

            /// See [`ObjectKind::when_need_replaced`].
            pub fn when_need_replaced(&self) -> WhenNeedReplaced {
                match self { $(Object::$name(object) => object.when_need_replaced(),)* }
            }

            /// See [`ObjectKind::replace`].
            pub fn replace(&self, old: &Object, id: &ObjectId, context: &Context) -> Alter {
                match (self, old) {
                    $((Object::$name(new), Object::$name(old)) => new.replace(old, id, context),)*
                    _ => Alter::Rebuild,
                }
            }

            /// See [`ObjectKind::convert`].
            pub fn convert(&self, id: &ObjectId, context: &Context) -> Vec<Statement> {
                match self { $(Object::$name(object) => object.convert(id, context),)* }
            }

            /// See [`ObjectKind::occupies`].
            pub fn occupies(&self, id: &ObjectId) -> Option<String> {
                match self { $(Object::$name(object) => object.occupies(id),)* }
            }

            /// See [`ObjectKind::also_needs`].
            pub fn also_needs(&self, id: &ObjectId) -> Vec<ObjectId> {
                match self { $(Object::$name(object) => object.also_needs(id),)* }
            }

            /// See [`ObjectKind::stands_on`].
            pub fn stands_on(&self, id: &ObjectId) -> Vec<ObjectId> {
                match self { $(Object::$name(object) => object.stands_on(id),)* }
            }

            /// See [`ObjectKind::ties`].
            pub fn ties(&self) -> bool {
                match self { $(Object::$name(object) => object.ties(),)* }
            }

            /// See [`ObjectKind::follows_column`].
            pub fn follows_column(&self) -> bool {
                match self { $(Object::$name(object) => object.follows_column(),)* }
            }

            /// See [`ObjectKind::follows`].
            pub fn follows(&self, id: &ObjectId) -> Vec<Follows> {
                match self { $(Object::$name(object) => object.follows(id),)* }
            }

            /// See [`ObjectKind::completes`].
            pub fn completes(&self) -> Option<ObjectId> {
                match self { $(Object::$name(object) => object.completes(),)* }
            }

            /// See [`ObjectKind::ancestry`].
            pub fn ancestry(&self, id: &ObjectId) -> Vec<Follows> {
                match self { $(Object::$name(object) => object.ancestry(id),)* }
            }

            /// See [`ObjectKind::apart`].
            pub fn apart(&self, old: &Object, id: &ObjectId, context: &Context) -> Vec<Statement> {
                match (self, old) {
                    $((Object::$name(new), Object::$name(old)) => new.apart(old, id, context),)*
                    _ => Vec::new(),
                }
            }

            /// See [`ObjectKind::holds_parent`].
            pub fn holds_parent(&self) -> bool {
                match self { $(Object::$name(object) => object.holds_parent(),)* }
            }

            /// See [`ObjectKind::adopts`].
            pub fn adopts(&self, old: &Object, id: &ObjectId, context: &Context) -> Vec<ObjectId> {
                match (self, old) {
                    $((Object::$name(new), Object::$name(old)) => new.adopts(old, id, context),)*
                    _ => Vec::new(),
                }
            }

            /// See [`ObjectKind::receives_rows`].
            pub fn receives_rows(&self) -> bool {
                match self { $(Object::$name(object) => object.receives_rows(),)* }
            }

            /// See [`ObjectKind::minds_rows`].
            pub fn minds_rows(&self) -> bool {
                match self { $(Object::$name(object) => object.minds_rows(),)* }
            }

            /// See [`ObjectKind::is_derived`].
            pub fn is_derived(&self) -> bool {
                match self { $(Object::$name(object) => object.is_derived(),)* }
            }

            /// See [`ObjectKind::shown_with`].
            pub fn shown_with(&self, id: &ObjectId) -> Option<ObjectId> {
                match self { $(Object::$name(object) => object.shown_with(id),)* }
            }

            /// See [`ObjectKind::granted`].
            pub fn granted(&self, id: &ObjectId) -> String {
                match self { $(Object::$name(object) => object.granted(id),)* }
            }

            /// See [`ObjectKind::title`].
            pub fn title(&self, id: &ObjectId) -> String {
                match self { $(Object::$name(object) => object.title(id),)* }
            }
        }
    };
}

kinds! {
    role::Role,
    role_membership::RoleMembership,
    role_setting::RoleSetting,
    schema::Schema,
    extension::Extension,
    collation::Collation,
    shell_type::ShellType,
    enum_type::EnumType,
    domain::Domain,
    domain_constraint::DomainConstraint,
    composite::Composite,
    range::Range,
    base_type::BaseType,
    function::Function,
    procedure::Procedure,
    aggregate::Aggregate,
    conversion::Conversion,
    access_method::AccessMethod,
    language::Language,
    operator::Operator,
    shell_operator::ShellOperator,
    operator_family::OperatorFamily,
    operator_family_member::OperatorFamilyMember,
    operator_class::OperatorClass,
    cast::Cast,
    transform::Transform,
    text_search_parser::TextSearchParser,
    text_search_template::TextSearchTemplate,
    text_search_dictionary::TextSearchDictionary,
    text_search_configuration::TextSearchConfiguration,
    foreign_data_wrapper::ForeignDataWrapper,
    server::Server,
    user_mapping::UserMapping,
    sequence::Sequence,
    table::Table,
    foreign_table::ForeignTable,
    inheritance::Inheritance,
    column::Column,
    default::Default,
    sequence_owner::SequenceOwner,
    index::Index,
    constraint::Constraint,
    partition::Partition,
    index_attachment::IndexAttachment,
    view::View,
    materialized_view::MaterializedView,
    statistics::Statistics,
    rule::Rule,
    trigger::Trigger,
    partition_trigger::PartitionTrigger,
    policy::Policy,
    event_trigger::EventTrigger,
    publication::Publication,
    publication_table::PublicationTable,
    publication_schema::PublicationSchema,
    subscription::Subscription,
    extension_dependency::ExtensionDependency,
    member_privileges::MemberPrivileges,
    default_privileges::DefaultPrivileges,
}

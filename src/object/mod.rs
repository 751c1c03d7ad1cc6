//! The kinds of objects: one file each, and a registry that is the only place that knows them all.

mod change;
mod common;
mod containers;
mod context;
mod exclusion;
mod heritage;
mod id;
mod identity;
mod inherited_key;
mod maker;
mod narrowing;
mod not_null;
mod object_kind;
mod options;
mod origin;
mod record;
mod remade;
mod secret;
mod using;

use anyhow::Result;
use serde::{Deserialize, Serialize};
use tokio_postgres::Row;

use crate::sql::Statement;

pub use change::{Alter, Follows, Online, WhenNeedReplaced};
pub use common::{Common, Grantable, Grantee, Privilege, in_words, parse_acl, privilege_word};
pub use context::Context;
pub use function::Routine;
pub use id::{NAME_MAX, ObjectId, derived, split_last};
pub use identity::Identity;
pub use inherited_key::inherited_keys;
pub use narrowing::keeps;
pub use object_kind::ObjectKind;
pub use origin::Origins;
pub use record::{Soft, without_soft};
pub(crate) use record::{record, settled};
pub use secret::hidden;
pub use using::conversion;

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
            pub fn holds_parent(&self, context: &Context) -> bool {
                match self { $(Object::$name(object) => object.holds_parent(context),)* }
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
    table_type::TableType,
    column::Column,
    default::Default,
    identity_sequence::IdentitySequence,
    sequence_owner::SequenceOwner,
    constraint::Constraint,
    index::Index,
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

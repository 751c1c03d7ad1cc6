//! Structs whose fields are the columns of the query that reads them.

use std::any::Any;
use std::borrow::Cow;

use crate::sql::reread;

/// Defines a struct and its `from_row`, which takes each field from the row's column of the same name.
macro_rules! record {
    ($(#[$meta:meta])* pub struct $name:ident { $($(#[$field_meta:meta])* pub $field:ident: $type:ty,)* }) => {
        $(#[$meta])*
        #[derive(Clone, Debug, PartialEq, serde::Serialize, serde::Deserialize)]
        pub struct $name {
            $($(#[$field_meta])* pub $field: $type,)*
        }

        impl $name {
            /// Takes each field from the row's column of the same name.
            #[allow(unused_variables, reason = "a kind may have nothing of its own")]
            pub(crate) fn from_row(row: &tokio_postgres::Row) -> anyhow::Result<Self> {
                Ok(Self { $($field: crate::object::settled(row.try_get(stringify!($field))?),)* })
            }
        }
    };
}

pub(crate) use record;

/// A value of a row; of text, what the server prints of it once it has read it again.
pub(crate) fn settled<T: 'static>(mut value: T) -> T {
    let any: &mut dyn Any = &mut value;
    let text = match any.downcast_mut::<Option<String>>() {
        Some(text) => text.as_mut(),
        None => any.downcast_mut::<String>(),
    };
    if let Some(text) = text
        && let Cow::Owned(again) = reread(text)
    {
        *text = again;
    }
    value
}

/// A value that is read and shown but is no part of what the object is: two objects that differ only in it are the same.
#[derive(Clone, Debug, Default, serde::Deserialize)]
#[serde(transparent)]
pub struct Soft<T>(pub T);

thread_local! {
    /// Whether soft values are left out of what is serialized.
    static HARD: std::cell::Cell<bool> = const { std::cell::Cell::new(false) };
}

/// Does `work`, which serializes, with soft values left out, so that what is equal is written alike.
pub fn without_soft<R>(work: impl FnOnce() -> R) -> R {
    struct Restore(bool);
    impl Drop for Restore {
        fn drop(&mut self) {
            HARD.set(self.0);
        }
    }
    let _restore = Restore(HARD.replace(true));
    work()
}

impl<T: serde::Serialize> serde::Serialize for Soft<T> {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if HARD.get() { serializer.serialize_unit() } else { self.0.serialize(serializer) }
    }
}

impl<T> PartialEq for Soft<T> {
    fn eq(&self, _other: &Self) -> bool {
        true
    }
}

impl<'a, T: tokio_postgres::types::FromSql<'a>> tokio_postgres::types::FromSql<'a> for Soft<T> {
    fn from_sql(
        of: &tokio_postgres::types::Type,
        raw: &'a [u8],
    ) -> Result<Self, Box<dyn std::error::Error + Sync + Send>> {
        T::from_sql(of, raw).map(Soft)
    }

    fn from_sql_null(of: &tokio_postgres::types::Type) -> Result<Self, Box<dyn std::error::Error + Sync + Send>> {
        T::from_sql_null(of).map(Soft)
    }

    fn accepts(of: &tokio_postgres::types::Type) -> bool {
        T::accepts(of)
    }
}

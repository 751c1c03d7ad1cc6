//! What of a database is managed.

use serde::{Deserialize, Serialize};

/// Which schemas and which attributes are compared.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Scope {
    /// The schemas in scope; all when empty.
    pub schemas: Vec<String>,
    /// The schemas out of scope although named or covered above.
    pub exclude_schemas: Vec<String>,
    /// Whether privileges are managed.
    pub privileges: bool,
    /// Whether roles are managed.
    pub roles: bool,
    /// Whether owners are managed.
    pub owners: bool,
}

impl Default for Scope {
    fn default() -> Self {
        Self { schemas: Vec::new(), exclude_schemas: Vec::new(), privileges: true, roles: false, owners: false }
    }
}

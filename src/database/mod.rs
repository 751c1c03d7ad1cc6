//! Connections: URLs and TLS, sessions, and servers of dbtool's own.

mod absent;
mod cancel;
mod connect;
mod conninfo;
mod lock;
mod packages;
mod passfile;
mod pooler;
mod refusal;
mod removal;
pub mod server;
mod session;
mod shadow;
pub mod supabase;
mod tls;
mod url;
pub mod words;

pub use absent::Absent;
pub use cancel::{Canceller, interruption};
pub use connect::{Timeouts, connect};
pub use lock::Holder;
pub use removal::remove_blocking;
pub use session::Session;
pub use shadow::{Shadow, ShadowOptions};
pub use tls::TlsMode;
pub use url::Url;
pub mod load;

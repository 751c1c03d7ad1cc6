//! Connections, sessions, scratch servers and shadows, on servers that the tests start themselves.

mod support;

#[path = "database/catalog.rs"]
mod catalog;
#[path = "database/connect.rs"]
mod connect;
#[path = "database/pooler.rs"]
mod pooler;
#[path = "database/scratch.rs"]
mod scratch;
#[path = "database/session.rs"]
mod session;
#[path = "database/shadow.rs"]
mod shadow;

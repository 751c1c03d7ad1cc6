//! The project's own Postgres, and what is done on it.

mod support;

#[path = "local/bare.rs"]
mod bare;
#[path = "local/project.rs"]
mod project;
#[path = "local/pulled.rs"]
mod pulled;
#[path = "local/server.rs"]
mod server;
#[path = "local/whole.rs"]
mod whole;

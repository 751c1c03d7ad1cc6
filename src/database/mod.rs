//! Connections: URLs and TLS, sessions, and servers of dbtool's own.

pub mod load;

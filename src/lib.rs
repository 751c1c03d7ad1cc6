//! dbtool keeps a PostgreSQL schema in `schema.sql` and every database in step with it.
//!
//! The modules stand in the order of the data's way: text, objects, a catalog of them, a plan between two
//! catalogs, the files that declare one, the databases that hold one, and the command line at the edge.

pub mod archive;
pub mod backup;
pub mod catalog;
pub mod cli;
pub mod database;
pub mod desired;
pub mod docs;
pub mod failure;
pub mod health;
pub mod inspect;
pub mod migration;
pub mod object;
pub mod plan;
pub mod proof;
pub mod pull;
pub mod rename;
pub mod run;
pub mod source;
pub mod sql;
pub mod surface;
pub mod types;
pub mod whole;

//! Migrations through the real commands: faults, rivals, locks, ways back, and the gate.

mod support;

#[path = "migrations/faults.rs"]
mod faults;
#[path = "migrations/flow.rs"]
mod flow;
#[path = "migrations/gate.rs"]
mod gate;
#[path = "migrations/project.rs"]
mod project;
#[path = "migrations/proxy.rs"]
mod proxy;
#[path = "migrations/record.rs"]
mod record;
#[path = "migrations/secrets.rs"]
mod secrets;
#[path = "migrations/workflow.rs"]
mod workflow;

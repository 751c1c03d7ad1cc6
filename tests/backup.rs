//! Backups and restores: equal to the byte, whole or not at all, whoever is killed on the way.

mod support;

#[path = "backup/killed.rs"]
mod killed;
#[path = "backup/project.rs"]
mod project;
#[path = "backup/restored.rs"]
mod restored;
#[path = "backup/taken.rs"]
mod taken;

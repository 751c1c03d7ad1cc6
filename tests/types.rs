//! Types for application programs: byte-equal to the generators' where those set the standard, and accepted by the languages' own tools.

#[path = "types/files.rs"]
mod files;
#[path = "types/goldens.rs"]
mod goldens;
#[path = "types/languages.rs"]
mod languages;
mod support;

use dbtool::surface::{self, Surface};
use support::{Database, session, wait};

/// What programs see of a database.
fn surface(database: &Database) -> Surface {
    wait(async {
        let session = session(&database.url()).await;
        let surface = surface::read(&session).await.unwrap_or_else(|error| panic!("{error:#}"));
        session.close().await;
        surface
    })
}

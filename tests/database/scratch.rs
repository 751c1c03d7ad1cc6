//! Scratch servers: quick, private, and gone afterwards.

use std::time::Instant;

use dbtool::database::server::Scratch;

use crate::support::{binaries, options, session, wait};

#[test]
fn starts_quickly_and_leaves_nothing() {
    drop(Scratch::start(&binaries(), &options(&[])).unwrap());
    for _ in 0..5 {
        let begin = Instant::now();
        let scratch = Scratch::start(&binaries(), &options(&[])).unwrap();
        let ready = begin.elapsed();
        wait(async { session(&scratch.url("postgres")).await });
        let answered = begin.elapsed();
        let folder = scratch.data().parent().unwrap().to_owned();
        assert!(folder.exists());
        drop(scratch);
        assert!(!folder.exists());
        eprintln!("ready {ready:?}, answered {answered:?}, gone {:?}", begin.elapsed());
    }
}

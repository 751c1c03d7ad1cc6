//! Scratch servers: quick, private, and gone afterwards, even when their owner was killed.

use std::fs::{self, File};
use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant, SystemTime};

use dbtool::database::server::{Scratch, ScratchOptions, all, find};
use dbtool::failure::Failure;
use rustix::process::{Pid, test_kill_process};

use crate::support::{binaries, session, wait};

fn start() -> Scratch {
    Scratch::start(&binaries(), &ScratchOptions::default()).unwrap()
}

#[test]
fn starts_answers_and_leaves_nothing() {
    let scratch = start();
    wait(async { session(&scratch.url("postgres")).await.batch_execute("CREATE TABLE t ()").await.unwrap() });
    let folder = scratch.data().parent().unwrap().to_owned();
    drop(scratch);
    assert!(!folder.exists());
}

#[test]
fn a_server_that_cannot_start_says_why() {
    let settings = vec![("shared_buffers".to_owned(), "plenty".to_owned())];
    let error =
        Scratch::start(&binaries(), &ScratchOptions { settings, ..ScratchOptions::default() }).unwrap_err().to_string();
    assert!(error.starts_with("the scratch server did not start (exit status: 1):\n"), "{error}");
    assert!(error.contains("invalid value for parameter \"shared_buffers\": \"plenty\""), "{error}");
}

#[test]
fn many_at_once_make_one_template() {
    let cache = tempfile::tempdir().unwrap();
    let options = ScratchOptions { cache: Some(cache.path().to_owned()), ..ScratchOptions::default() };
    let binaries = binaries();
    std::thread::scope(|scope| {
        for _ in 0..3 {
            scope.spawn(|| Scratch::start(&binaries, &options).unwrap());
        }
    });
    assert_eq!(fs::read_dir(cache.path()).unwrap().count(), 1);
}

#[test]
fn without_a_cache_it_starts_all_the_same() {
    let options = ScratchOptions { cache: Some(PathBuf::from("/proc/nowhere")), ..ScratchOptions::default() };
    Scratch::start(&binaries(), &options).unwrap();
}

/// The owner in the next test, in a process of its own.
#[test]
#[ignore = "waits to be killed"]
fn starts_and_waits() {
    let scratch = start();
    writeln!(std::io::stdout(), "\nscratch {} {}", scratch.pid(), scratch.data().display()).unwrap();
    std::thread::sleep(Duration::from_secs(60));
}

#[test]
fn a_killed_owner_leaves_no_server_and_no_folder() {
    let mut owner = Command::new(std::env::current_exe().unwrap())
        .args(["--ignored", "--exact", "scratch::starts_and_waits", "--nocapture"])
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let lines = BufReader::new(owner.stdout.take().unwrap()).lines();
    let line = lines.map(Result::unwrap).find(|line| line.starts_with("scratch ")).unwrap();
    let words: Vec<_> = line.split(' ').collect();
    let (pid, folder) = (Pid::from_raw(words[1].parse().unwrap()).unwrap(), Path::new(words[2]).parent().unwrap());
    make_old(folder);
    drop(start());
    assert!(folder.join("data/postmaster.pid").exists(), "the folder of a living owner is not touched");
    owner.kill().unwrap();
    owner.wait().unwrap();
    let deadline = Instant::now() + Duration::from_secs(5);
    while test_kill_process(pid).is_ok() && Instant::now() < deadline {
        std::thread::sleep(Duration::from_millis(5));
    }
    assert!(test_kill_process(pid).is_err(), "the server ends with its owner");
    assert!(folder.exists());
    make_old(folder);
    drop(start());
    assert!(!folder.exists(), "the next run sweeps");
}

/// A folder that is only just made is left alone, for it may not have its lock yet.
fn make_old(folder: &Path) {
    File::open(folder).unwrap().set_modified(SystemTime::now() - Duration::from_secs(60)).unwrap();
}

#[test]
fn finds_programs_by_version() {
    let newest = find(None, None).unwrap();
    assert_eq!(find(Some(newest.major), None).unwrap().major, newest.major);
    assert_eq!(find(None, Some(&newest.folder)).unwrap(), newest);
    assert!(all(None).contains(&newest));
    let error = find(Some(99), None).unwrap_err();
    let failure = error.downcast_ref::<Failure>().unwrap();
    assert_eq!(failure.to_string(), "The server programs of PostgreSQL 99 are not on this machine");
    assert!(failure.hint().unwrap().contains("dbtool start --download"));
    let error = find(None, Some(Path::new("/nowhere"))).unwrap_err();
    assert_eq!(error.to_string(), "There is no Postgres server in /nowhere");
}

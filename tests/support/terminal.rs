//! A terminal, for what asks.

use std::fs::{File, OpenOptions};
use std::io::{Read, Write};
use std::os::unix::ffi::OsStrExt;
use std::path::Path;
use std::process::Command;

use rustix::pty::{OpenptFlags, grantpt, openpt, ptsname, unlockpt};

/// What every question of dbtool's ends in.
const QUESTION: &str = "[y/N]";

/// Runs a command at a terminal and answers each question in its turn; all that was shown, and the exit code.
///
/// A question that is not the one expected is answered by Ctrl-C, so that the command ends and the test fails.
pub fn at_a_terminal(mut command: Command, answers: &[(&str, &str)]) -> (String, Option<i32>) {
    let master = openpt(OpenptFlags::RDWR | OpenptFlags::NOCTTY).expect("a terminal can be had");
    grantpt(&master).expect("it is ours");
    unlockpt(&master).expect("it can be opened");
    let name = ptsname(&master, Vec::new()).expect("it has a name");
    let name = Path::new(std::ffi::OsStr::from_bytes(name.as_bytes()));
    let end = || OpenOptions::new().read(true).write(true).open(name).expect("its other end can be opened");
    let mut child = command.stdin(end()).stdout(end()).stderr(end()).env("TERM", "xterm").spawn().expect("it runs");
    // Otherwise the ends that it keeps would hold the terminal open.
    drop(command);
    let (mut master, mut shown, mut seen) = (File::from(master), String::new(), 0);
    let mut answers = answers.iter();
    let mut bytes = [0; 4096];
    // Reading fails when the last process has closed its end.
    while let Ok(count @ 1..) = master.read(&mut bytes) {
        shown += &String::from_utf8_lossy(&bytes[..count]);
        if shown[seen..].contains(QUESTION) {
            let expected = answers.next().filter(|(question, _)| shown[seen..].contains(question));
            let answer = expected.map_or("\u{3}", |(_, answer)| answer);
            master.write_all(answer.as_bytes()).expect("it can be typed");
            seen = shown.len();
        }
    }
    (shown, child.wait().expect("it ends").code())
}

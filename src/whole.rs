//! Files that are written whole or not at all.

use std::fs::{self, OpenOptions, Permissions};
use std::io::{self, BufWriter, Write};
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use anyhow::{Context as _, Result};
use serde::Serialize;

/// Who may read a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Readers {
    /// Its owner alone.
    Owner,
    /// Whoever could read it before, or, of a new one, whoever may read the user's other files.
    Usual,
}

/// Writes a file through another one beside it, which takes its place when it is complete.
///
/// A link is followed: what it points to is what changes. What is no file, such as a device or a pipe, is written to as it is.
///
/// # Errors
/// When the folder cannot be made or written to; the file is then what it was.
pub fn write(file: &Path, readers: Readers, fill: impl FnOnce(&mut dyn Write) -> io::Result<()>) -> Result<()> {
    let cannot = || format!("Cannot write {}", file.display());
    let target = fs::canonicalize(file).unwrap_or_else(|_| file.to_owned());
    let there = fs::metadata(&target).ok();
    if there.as_ref().is_some_and(|there| !there.is_file() && !there.is_dir()) {
        let device = OpenOptions::new().write(true).open(&target).with_context(cannot)?;
        return filled(device, fill).with_context(cannot);
    }
    let folder = target.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    fs::create_dir_all(folder).with_context(|| format!("Cannot make {}", folder.display()))?;
    let permissions = match (readers, there) {
        (Readers::Owner, _) => Permissions::from_mode(0o600),
        (Readers::Usual, Some(there)) => there.permissions(),
        (Readers::Usual, None) => Permissions::from_mode(0o666),
    };
    let mut beside = tempfile::Builder::new();
    let mut whole = beside.prefix(".dbtool").permissions(permissions).tempfile_in(folder).with_context(cannot)?;
    filled(whole.as_file_mut(), fill).with_context(cannot)?;
    if readers == Readers::Usual {
        whole.as_file().sync_all().with_context(cannot)?;
    }
    whole.persist(&target).with_context(cannot)?;
    Ok(())
}

/// Writes a text that the user keeps.
///
/// # Errors
/// As [`write`].
pub fn write_text(file: &Path, text: &str) -> Result<()> {
    write(file, Readers::Usual, |out| out.write_all(text.as_bytes()))
}

/// Writes a value as JSON, for its owner only.
///
/// # Errors
/// As [`write`].
pub fn write_json(value: &impl Serialize, file: &Path) -> Result<()> {
    write(file, Readers::Owner, |out| Ok(serde_json::to_writer(out, value)?))
}

fn filled(file: impl Write, fill: impl FnOnce(&mut dyn Write) -> io::Result<()>) -> io::Result<()> {
    let mut out = BufWriter::new(file);
    fill(&mut out)?;
    out.flush()
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::symlink;

    use super::*;

    #[test]
    fn a_file_is_what_it_was_or_what_it_is_to_be() {
        let folder = tempfile::tempdir().expect("a folder for the test");
        let (file, link) = (folder.path().join("new/a"), folder.path().join("link"));
        write_text(&file, "one").expect("it can be written");
        symlink(&file, &link).expect("a link can be made");
        fs::set_permissions(&file, Permissions::from_mode(0o640)).expect("it is ours");
        write_text(&link, "two").expect("it can be written");
        assert!(link.is_symlink() && fs::read_to_string(&file).expect("it is there") == "two");
        assert_eq!(fs::metadata(&file).expect("it is there").permissions().mode() & 0o777, 0o640);
        let fails = |out: &mut dyn Write| out.write_all(b"half").and(Err(io::Error::other("no more")));
        assert!(write(&file, Readers::Usual, fails).is_err());
        assert_eq!(fs::read_to_string(&file).expect("it is there"), "two");
        assert_eq!(
            fs::read_dir(folder.path().join("new")).expect("it is there").count(),
            1,
            "nothing is left beside it"
        );
        write_json(&3, &file).expect("it can be written");
        assert_eq!(fs::metadata(&file).expect("it is there").permissions().mode() & 0o777, 0o600);
    }

    #[test]
    fn what_is_no_file_stays_what_it_is() {
        use std::os::unix::fs::FileTypeExt;
        let folder = tempfile::tempdir().expect("a folder for the test");
        let pipe = folder.path().join("pipe");
        rustix::fs::mknodat(rustix::fs::CWD, &pipe, rustix::fs::FileType::Fifo, 0o600.into(), 0)
            .expect("a pipe can be made");
        let reader = std::thread::spawn({
            let pipe = pipe.clone();
            move || fs::read_to_string(pipe).expect("it can be read")
        });
        write_text(&pipe, "through").expect("it can be written");
        assert_eq!(reader.join().expect("it ends"), "through");
        assert!(fs::metadata(&pipe).expect("it is there").file_type().is_fifo());
    }
}

//! A cluster that `initdb` made once for each server version, ready to be copied.

use std::fs;
use std::path::{Path, PathBuf};
use std::thread;

use anyhow::{Context, Result};
use sha2::{Digest, Sha256};

use super::account::Account;
use super::binaries::Binaries;
use super::folder::Folder;
use super::process::{command, run};

/// `template1` is copied for each database; `postgres` is as empty and waits to be renamed; nobody needs `template0`.
const TRIM: &str =
    "UPDATE pg_database SET datistemplate = false WHERE datname = 'template0'\nDROP DATABASE template0\n";

const INITDB: [&str; 9] = ["--no-sync", "-A", "trust", "--locale=C", "-E", "UTF8", "--wal-segsize=1", "-U", "postgres"];

/// Makes `data` a cluster, from the template in `cache` if there is one or one can be put there.
pub fn copy_to(data: &Path, binaries: &Binaries, cache: Option<&Path>, account: Option<Account>) -> Result<()> {
    let Some(cache) = cache else { return make(data, binaries, account) };
    let template = cache.join(key(binaries));
    if !template.is_dir() && store(&template, binaries, account).is_err() {
        return make(data, binaries, account);
    }
    copy(&template, data, account)
}

/// Names the template of one program in one version.
fn key(binaries: &Binaries) -> String {
    let path = binaries.program("postgres");
    let path = path.canonicalize().unwrap_or(path);
    let mut hash = Sha256::new();
    for part in [path.as_os_str().as_encoded_bytes(), binaries.version.as_bytes(), TRIM.as_bytes()] {
        hash.update(part);
        hash.update([0]);
    }
    let hash: String = hash.finalize().iter().take(8).map(|byte| format!("{byte:02x}")).collect();
    format!("postgres-{}-{hash}", binaries.major)
}

/// Puts a new template into the cache: under another name first, so that nobody sees half of one.
fn store(template: &Path, binaries: &Binaries, account: Option<Account>) -> Result<()> {
    let folder = Folder::create(account, false)?;
    let data = folder.path().join("data");
    make(&data, binaries, account)?;
    let cache = template.parent().context("the cache has no folder")?;
    fs::create_dir_all(cache)?;
    let unfinished = tempfile::Builder::new().prefix("unfinished-").tempdir_in(cache)?;
    copy(&data, &unfinished.path().join("data"), None)?;
    match fs::rename(unfinished.path().join("data"), template) {
        Err(error) if !template.is_dir() => Err(error.into()),
        _ => Ok(()),
    }
}

/// Runs `initdb` and removes what no scratch server needs.
fn make(data: &Path, binaries: &Binaries, account: Option<Account>) -> Result<()> {
    run(command(binaries, "initdb", account).args(INITDB).arg("-D").arg(data), "")?;
    run(command(binaries, "postgres", account).arg("--single").arg("-D").arg(data).arg("template1"), TRIM)?;
    Ok(())
}

/// Copies a cluster with two threads; the server's user owns the copy.
fn copy(from: &Path, to: &Path, account: Option<Account>) -> Result<()> {
    let mut files = Vec::new();
    copy_folders(from, to, account, &mut files)?;
    let copy_files = |files: &[(PathBuf, PathBuf)]| -> Result<()> {
        for (from, to) in files {
            fs::copy(from, to).and_then(|_| account.map_or(Ok(()), |account| account.own(to)))?;
        }
        Ok(())
    };
    let (left, right) = files.split_at(files.len() / 2);
    thread::scope(|scope| {
        let other = scope.spawn(|| copy_files(left));
        copy_files(right)?;
        other.join().expect("copying does not panic")
    })
    .with_context(|| format!("cannot copy {}", from.display()))
}

/// Makes the folders of the copy and collects the files.
fn copy_folders(from: &Path, to: &Path, account: Option<Account>, files: &mut Vec<(PathBuf, PathBuf)>) -> Result<()> {
    fs::create_dir(to).with_context(|| format!("cannot make {}", to.display()))?;
    fs::set_permissions(to, fs::metadata(from)?.permissions())?;
    account.map_or(Ok(()), |account| account.own(to))?;
    for entry in fs::read_dir(from)? {
        let entry = entry?;
        let (from, to) = (entry.path(), to.join(entry.file_name()));
        if entry.file_type()?.is_dir() {
            copy_folders(&from, &to, account, files)?;
        } else {
            files.push((from, to));
        }
    }
    Ok(())
}

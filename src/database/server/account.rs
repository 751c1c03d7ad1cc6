//! The user that a scratch server runs as, for a server refuses to run as root.

use std::os::unix::fs::{MetadataExt, chown};
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result};

use crate::failure::Failure;

/// A user of this machine other than root.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Account {
    uid: u32,
    gid: u32,
}

impl Account {
    /// Nothing when we are not root; else `postgres`, or `nobody` if there is no such user.
    pub fn for_server() -> Result<Option<Self>> {
        if !rustix::process::geteuid().is_root() {
            return Ok(None);
        }
        let users = std::fs::read_to_string("/etc/passwd").context("cannot read /etc/passwd")?;
        let found = ["postgres", "nobody"].iter().find_map(|name| Self::named(name, &users));
        found.map(Some).ok_or_else(|| {
            let message = "A Postgres server cannot run as root, and there is no user postgres or nobody".to_owned();
            Failure::Missing { message, hint: "Run dbtool as an ordinary user".to_owned() }.into()
        })
    }

    fn named(name: &str, users: &str) -> Option<Self> {
        let fields = users.lines().map(|line| line.split(':').collect::<Vec<_>>()).find(|fields| fields[0] == name)?;
        Some(Self { uid: fields.get(2)?.parse().ok()?, gid: fields.get(3)?.parse().ok()? })
    }

    /// Gives a file or folder to this user.
    pub fn own(self, path: &Path) -> std::io::Result<()> {
        chown(path, Some(self.uid), Some(self.gid))
    }

    /// The number of this user.
    pub fn uid(self) -> u32 {
        self.uid
    }

    /// Whether this user can enter a folder, or the nearest one above it that is there.
    pub fn can_reach(self, folder: &Path) -> bool {
        let enters = |data: std::fs::Metadata| {
            let bit = match (data.uid() == self.uid, data.gid() == self.gid) {
                (true, _) => 0o100,
                (false, true) => 0o010,
                (false, false) => 0o001,
            };
            data.mode() & bit != 0
        };
        folder.ancestors().filter_map(|above| std::fs::metadata(above).ok()).all(enters)
    }

    /// Makes a command run as this user.
    pub fn run(self, command: &mut Command) {
        command.uid(self.uid).gid(self.gid);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_private_folder_of_another_is_out_of_reach() {
        use std::os::unix::fs::PermissionsExt;
        let folder = tempfile::tempdir().expect("a folder for the test");
        let stranger = Account { uid: 64_321, gid: 64_321 };
        let reached = |mode| {
            std::fs::set_permissions(folder.path(), std::fs::Permissions::from_mode(mode)).expect("it is ours");
            stranger.can_reach(&folder.path().join("not/there/yet"))
        };
        assert!(!reached(0o700));
        assert!(reached(0o711));
    }

    #[test]
    fn reads_the_numbers_of_a_user() {
        let users = "root:x:0:0::/root:/bin/sh\npostgres:x:101:104:,,,:/var/lib/postgresql:/bin/bash\n";
        assert_eq!(Account::named("postgres", users), Some(Account { uid: 101, gid: 104 }));
        assert_eq!(Account::named("nobody", users), None);
    }
}

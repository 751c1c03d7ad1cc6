//! Files that the user keeps: written whole, or not at all.

use std::fs;
use std::io::Write as _;
use std::path::Path;

use anyhow::{Context as _, Result};

/// Writes a text to a file through another one beside it; a file that is there keeps its permissions.
pub fn whole(file: &Path, text: &str) -> Result<()> {
    let cannot = || format!("Cannot write {}", file.display());
    let folder = file.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    fs::create_dir_all(folder).with_context(cannot)?;
    // A link is followed: what it points to is what changes.
    let file = fs::canonicalize(file).unwrap_or_else(|_| file.to_owned());
    let mut whole =
        tempfile::Builder::new().permissions(permissions(&file)).tempfile_in(folder).with_context(cannot)?;
    whole.write_all(text.as_bytes()).with_context(cannot)?;
    whole.persist(&file).with_context(cannot)?;
    Ok(())
}

/// Those of the file that is there, or the usual ones.
fn permissions(file: &Path) -> fs::Permissions {
    use std::os::unix::fs::PermissionsExt;
    fs::metadata(file).map_or_else(|_| fs::Permissions::from_mode(0o666), |data| data.permissions())
}

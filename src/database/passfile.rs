//! The password file, `~/.pgpass`.

use std::path::Path;

/// The password for a server, from the first line of the file that fits.
pub fn password(file: &Path, host: &str, port: &str, database: &str, user: &str) -> Option<String> {
    if !is_private(file) {
        return None;
    }
    let text = std::fs::read_to_string(file).ok()?;
    find(&text, [host, port, database, user])
}

/// Postgres' own clients ignore a password file that others can read, and so does dbtool.
#[cfg(unix)]
fn is_private(file: &Path) -> bool {
    use std::os::unix::fs::PermissionsExt;
    std::fs::metadata(file).is_ok_and(|data| data.is_file() && data.permissions().mode() & 0o077 == 0)
}

#[cfg(not(unix))]
fn is_private(file: &Path) -> bool {
    file.is_file()
}

fn find(text: &str, wanted: [&str; 4]) -> Option<String> {
    text.lines().filter(|line| !line.starts_with('#')).find_map(|line| {
        let fields = fields(line);
        let fits = fields.len() == 5 && wanted.iter().zip(&fields).all(|(want, field)| field == "*" || field == want);
        fits.then(|| fields[4].clone())
    })
}

/// The fields of a line, which colons part; a backslash takes the next character as it is.
fn fields(line: &str) -> Vec<String> {
    let mut fields = vec![String::new()];
    let mut chars = line.chars();
    while let Some(c) = chars.next() {
        let c = match c {
            ':' if fields.len() < 5 => {
                fields.push(String::new());
                continue;
            }
            '\\' => chars.next(),
            c => Some(c),
        };
        fields.last_mut().expect("there is a first field").extend(c);
    }
    fields
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_line_that_fits_gives_the_password() {
        let text = "# comment\nother:*:*:*:no\ndb:5432:app:ann:a\\:b\\\\c\n*:*:*:ann:last\n";
        assert_eq!(find(text, ["db", "5432", "app", "ann"]).as_deref(), Some("a:b\\c"));
        assert_eq!(find(text, ["db", "5433", "app", "ann"]).as_deref(), Some("last"));
        assert_eq!(find(text, ["db", "5433", "app", "bob"]), None);
    }
}

//! Passwords in connection strings and options, taken out of what is shown.

/// The text with every password of a URL or connection string in it replaced: the last guard of what is said of errors.
pub fn redacted(text: &str) -> String {
    text.split_inclusive(char::is_whitespace).map(|word| without_keyword(&without_userinfo(word))).collect()
}

/// An option `name=value`, or a connection string, as it may be shown.
pub fn redacted_option(option: &str) -> String {
    match option.split_once('=') {
        Some((name, _)) if name.ends_with("password") => format!("{name}=***"),
        _ => redacted(option),
    }
}

/// A word without the password of `scheme://user:password@host`.
fn without_userinfo(word: &str) -> String {
    let parts = word.split_once("://").and_then(|(scheme, rest)| {
        let (userinfo, host) = rest.rsplit_once('@')?;
        let (user, _password) = userinfo.split_once(':')?;
        Some(format!("{scheme}://{user}:***@{host}"))
    });
    parts.unwrap_or_else(|| word.to_owned())
}

/// A word without the value of `password=…`, up to what may follow it in a URL's query.
fn without_keyword(word: &str) -> String {
    let Some((before, rest)) = word.split_once("password=") else { return word.to_owned() };
    let end = rest.find(|c: char| c == '&' || c.is_whitespace()).unwrap_or(rest.len());
    format!("{before}password=***{}", &rest[end..])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn passwords_are_redacted_wherever_they_stand() {
        assert_eq!(redacted("no 'postgres://u:s@cret/@h/d' here\n"), "no 'postgres://u:***@h/d' here\n");
        assert_eq!(redacted("postgres://u@h/d?password=x&sslmode=y z"), "postgres://u@h/d?password=***&sslmode=y z");
        assert_eq!(redacted("host=h password=secret dbname=d"), "host=h password=*** dbname=d");
        assert_eq!(redacted_option("password=a b"), "password=***");
        assert_eq!(redacted_option("user=a"), "user=a");
        assert_eq!(redacted("a b\n  c://d"), "a b\n  c://d");
    }
}

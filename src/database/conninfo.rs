//! The two forms of a connection string, read into keywords and values as libpq reads them.

use std::collections::BTreeMap;

use percent_encoding::percent_decode_str;

/// The keywords of libpq with what was given for each.
pub type Keywords = BTreeMap<String, String>;

/// Reads `postgresql://…` or `host=… dbname=…`; a fault is told in words that repeat nothing of the text, for it may hold a password.
pub fn parse(text: &str) -> Result<Keywords, String> {
    let text = text.trim();
    match ["postgresql://", "postgres://"].iter().find_map(|scheme| text.strip_prefix(scheme)) {
        Some(rest) => parse_url(rest),
        None if text.contains("://") => Err("it does not begin with postgresql://".to_owned()),
        None => parse_pairs(text),
    }
}

/// `user:password@host:port,host:port/database?keyword=value&…`
fn parse_url(text: &str) -> Result<Keywords, String> {
    let mut keywords = Keywords::new();
    let end = text.find(['/', '?']).unwrap_or(text.len());
    let (authority, rest) = text.split_at(end);
    let hosts = match authority.rsplit_once('@') {
        Some((login, hosts)) => {
            let (user, password) =
                login.split_once(':').map_or((login, None), |(user, password)| (user, Some(password)));
            put(&mut keywords, "user", user)?;
            put(&mut keywords, "password", password.unwrap_or_default())?;
            hosts
        }
        None => authority,
    };
    put_hosts(&mut keywords, hosts, rest)?;
    let (path, query) = rest.split_once('?').unwrap_or((rest, ""));
    put(&mut keywords, "dbname", path.strip_prefix('/').unwrap_or(path))?;
    for pair in query.split('&').filter(|pair| !pair.is_empty()) {
        let (keyword, value) = pair.split_once('=').ok_or("a parameter after ? has no value")?;
        match (decode(keyword)?.as_str(), value) {
            ("ssl", "true") => put(&mut keywords, "sslmode", "require")?,
            (keyword, value) => put(&mut keywords, keyword, value)?,
        }
    }
    Ok(keywords)
}

/// The hosts and ports, which stand before `rest` of the URL.
fn put_hosts(keywords: &mut Keywords, hosts: &str, rest: &str) -> Result<(), String> {
    let (names, ports): (Vec<_>, Vec<_>) = hosts.split(',').map(host_and_port).unzip();
    if ports.iter().any(|port| !port.bytes().all(|b| b.is_ascii_digit())) {
        return Err(match rest.contains('@') {
            true => "the characters @ : / ? # % in a password must be percent-encoded (/ is %2F)".to_owned(),
            false => "the port is not a number".to_owned(),
        });
    }
    put(keywords, "host", &names.join(","))?;
    if ports.iter().any(|port| !port.is_empty()) {
        let ports: Vec<_> = ports.into_iter().map(|port| if port.is_empty() { "5432" } else { port }).collect();
        put(keywords, "port", &ports.join(","))?;
    }
    Ok(())
}

/// `host:port`, `[::1]:port`, or either without a port.
fn host_and_port(text: &str) -> (&str, &str) {
    match text.strip_prefix('[').and_then(|rest| rest.split_once(']')) {
        Some((address, port)) => (address, port.strip_prefix(':').unwrap_or(port)),
        None => text.split_once(':').unwrap_or((text, "")),
    }
}

/// Notes a value unless it is empty, which for libpq is the same as none.
fn put(keywords: &mut Keywords, keyword: &str, value: &str) -> Result<(), String> {
    if !value.is_empty() {
        keywords.insert(keyword.to_owned(), decode(value)?);
    }
    Ok(())
}

fn decode(text: &str) -> Result<String, String> {
    let decoded = percent_decode_str(text).decode_utf8().map_err(|_| "a percent-encoded part is not UTF-8")?;
    match decoded.contains('\0') {
        true => Err("%00 is not allowed".to_owned()),
        false => Ok(decoded.into_owned()),
    }
}

/// `keyword = value` pairs; a value may stand in single quotes, with `\` before `'` and `\`.
fn parse_pairs(text: &str) -> Result<Keywords, String> {
    let mut keywords = Keywords::new();
    let mut rest = text.trim_start();
    while !rest.is_empty() {
        let (keyword, after) = rest.split_once('=').ok_or("it is neither a URL nor a list of keyword=value")?;
        let (value, after) = value(after.trim_start())?;
        if !value.is_empty() {
            keywords.insert(keyword.trim_end().to_owned(), value);
        }
        rest = after.trim_start();
    }
    Ok(keywords)
}

/// The value at the beginning of `text`, and what follows it.
fn value(text: &str) -> Result<(String, &str), String> {
    let quoted = text.starts_with('\'');
    let mut value = String::new();
    let mut chars = text.char_indices().skip(usize::from(quoted));
    while let Some((at, c)) = chars.next() {
        match c {
            '\\' => value.extend(chars.next().map(|(_, escaped)| escaped)),
            '\'' if quoted => return Ok((value, &text[at + 1..])),
            c if !quoted && c.is_whitespace() => return Ok((value, &text[at..])),
            c => value.push(c),
        }
    }
    if quoted { Err("a quoted value does not end".to_owned()) } else { Ok((value, "")) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(text: &str) -> Result<String, String> {
        Ok(parse(text)?.into_iter().map(|(k, v)| format!("{k}={v}")).collect::<Vec<_>>().join(" "))
    }

    #[test]
    fn reads_urls() {
        assert_eq!(
            shown("postgresql://ann:s%40c@db.example.com:5433/app?sslmode=verify-full").unwrap(),
            "dbname=app host=db.example.com password=s@c port=5433 sslmode=verify-full user=ann"
        );
        assert_eq!(shown("postgres://%2Frun%2Fpg/app").unwrap(), "dbname=app host=/run/pg");
        assert_eq!(shown("postgres:///app?host=/run/pg&ssl=true").unwrap(), "dbname=app host=/run/pg sslmode=require");
        assert_eq!(shown("postgres://[::1]:6000,b/app").unwrap(), "dbname=app host=::1,b port=6000,5432");
        assert_eq!(shown("postgres://u:p@ss@h/d").unwrap(), "dbname=d host=h password=p@ss user=u");
    }

    #[test]
    fn reads_pairs() {
        assert_eq!(shown(r"host = db password='a \'b\\ c' user=ann").unwrap(), r"host=db password=a 'b\ c user=ann");
    }

    #[test]
    fn faults_repeat_nothing_of_the_text() {
        for text in
            ["postgres://u:se/cret@h/d", "mysql://u:secret@h/d", "password='secret", "secret", "postgres://h:secret/d"]
        {
            let fault = parse(text).unwrap_err();
            assert!(!fault.contains("secret") && !fault.contains("cret@"), "{fault}");
        }
    }
}

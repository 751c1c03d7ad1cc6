//! Faults of `dbtool.toml`, with the place and the nearest word that is known.

use crate::failure::Failure;

/// The failure for a file that is no valid configuration.
pub fn invalid(name: &str, text: &str, error: &toml::de::Error) -> Failure {
    let place = error.span().map_or_else(|| name.to_owned(), |span| place(name, text, span.start));
    let message = error.message().lines().collect::<Vec<_>>().join(": ");
    match unknown(&message) {
        Some((what, word, known)) => Failure::Usage {
            message: format!("{place}: unknown {what} `{word}`"),
            hint: suggestion(word, &known).unwrap_or_else(|| format!("Known here: {}", known.join(", "))),
        },
        None => Failure::Usage { message: format!("{place}: {message}"), hint: format!("Correct {name}") },
    }
}

/// `file:line:column` of a byte in a text.
pub fn place(name: &str, text: &str, offset: usize) -> String {
    let before = text.get(..offset).unwrap_or(text);
    let line = before.matches('\n').count() + 1;
    let column = before.rsplit('\n').next().unwrap_or("").chars().count() + 1;
    format!("{name}:{line}:{column}")
}

/// "Did you mean …?" for the word of `known` that is nearest to `word`, if one is near.
pub fn suggestion<S: AsRef<str>>(word: &str, known: &[S]) -> Option<String> {
    let near = |candidate: &&str| strsim::jaro(word, candidate) > 0.7;
    let nearness = |a: &&str, b: &&str| strsim::jaro(word, a).total_cmp(&strsim::jaro(word, b));
    let nearest = known.iter().map(AsRef::as_ref).filter(near).max_by(nearness)?;
    Some(format!("Did you mean `{nearest}`?"))
}

/// What serde says of an unknown word, taken apart: field or variant, the word, and the known ones.
fn unknown(message: &str) -> Option<(&'static str, &str, Vec<&str>)> {
    let (what, rest) = [("key", "unknown field "), ("value", "unknown variant ")]
        .into_iter()
        .find_map(|(what, prefix)| message.strip_prefix(prefix).map(|rest| (what, rest)))?;
    let mut quoted = rest.split('`').skip(1).step_by(2);
    Some((what, quoted.next()?, quoted.collect()))
}

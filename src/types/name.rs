//! Names for what is generated: words of any kind made into identifiers, each used once.

use std::collections::HashSet;

/// The words of a name that identifiers may hold: parts between other characters, and at humps where `humps` says so.
fn words(name: &str, humps: bool) -> Vec<String> {
    let mut words: Vec<String> = Vec::new();
    let mut last: Option<char> = None;
    for c in name.chars() {
        if !is_letter_or_digit(c) {
            last = None;
            continue;
        }
        let begins = match last {
            None => true,
            Some(last) => humps && c.is_uppercase() && !last.is_uppercase(),
        };
        match words.last_mut() {
            Some(word) if !begins => word.push(c),
            _ => words.push(c.to_string()),
        }
        last = Some(c);
    }
    words
}

/// Whether every language at hand takes the character in an identifier: ASCII, or a letter that is no number.
fn is_letter_or_digit(c: char) -> bool {
    let numeral = matches!(c, '\u{2160}'..='\u{2188}' | '\u{3007}' | '\u{3021}'..='\u{3029}' | '\u{3038}'..='\u{303a}');
    let odd = matches!(c, '\u{2118}' | '\u{212e}' | '\u{309b}' | '\u{309c}' | '\u{a6e6}'..='\u{a6ef}' | '\u{10000}'..);
    c.is_ascii_alphanumeric() || (!c.is_ascii() && unicode_ident::is_xid_start(c) && !numeral && !odd)
}

/// `OddName` of `odd name`; `before` stands before what would begin with no capital.
pub fn pascal(name: &str, before: &str) -> String {
    let text: String = words(name, false).iter().map(|word| capital(word)).collect();
    if text.chars().next().is_some_and(char::is_uppercase) { text } else { format!("{before}{text}") }
}

/// `odd_name` of `Odd Name` and of `oddName`; `before` stands before what would begin with a digit.
pub fn snake(name: &str, before: &str) -> String {
    let text = words(name, true).iter().map(|word| word.to_lowercase()).collect::<Vec<_>>().join("_");
    match text.chars().next() {
        Some(first) if !first.is_ascii_digit() => text,
        _ => format!("{before}{text}"),
    }
}

fn capital(word: &str) -> String {
    let mut characters = word.chars();
    characters.next().map(|first| first.to_uppercase().chain(characters).collect()).unwrap_or_default()
}

/// The names that are taken within a scope.
#[derive(Default)]
pub struct Taken(HashSet<String>);

impl Taken {
    /// Takes the words that mean something else there.
    pub fn new(words: &[&str]) -> Self {
        Self(words.iter().map(|&word| word.to_owned()).collect())
    }

    /// The name, or with the first number after it that no one has.
    pub fn take(&mut self, name: String) -> String {
        let numbered = std::iter::once(name.clone()).chain((2..).map(|number| format!("{name}_{number}")));
        let free = numbered.into_iter().find(|name| !self.0.contains(name)).expect("numbers do not end");
        self.0.insert(free.clone());
        free
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn makes_identifiers_of_any_name() {
        assert_eq!(pascal("odd name_x", "X"), "OddNameX");
        assert_eq!(pascal("1table", "X"), "X1table");
        assert_eq!(pascal("日本", "X"), "X日本");
        assert_eq!(pascal("ünï", "X"), "Ünï");
        assert_eq!(pascal("😀", "X"), "X");
        assert_eq!(snake("camelCase ID", "n"), "camel_case_id");
        assert_eq!(snake("a.b-c\"d\\e", "n"), "a_b_c_d_e");
        assert_eq!(snake("1.5", "n"), "n1_5");
    }

    #[test]
    fn numbers_what_is_taken() {
        let mut taken = Taken::new(&["type"]);
        assert_eq!(taken.take("type".to_owned()), "type_2");
        assert_eq!(taken.take("a".to_owned()), "a");
        assert_eq!(taken.take("a".to_owned()), "a_2");
    }
}

//! The order of names: that of English, whatever the machine's language.

use std::cmp::Ordering;
use std::sync::LazyLock;

use icu_collator::options::CollatorOptions;
use icu_collator::{Collator, CollatorBorrowed};
use icu_locale_core::locale;

static ENGLISH: LazyLock<CollatorBorrowed<'static>> = LazyLock::new(|| {
    Collator::try_new(locale!("en").into(), CollatorOptions::default()).expect("English is compiled in")
});

/// Compares names as `Intl.Collator("en")` and Postgres's `"en-x-icu"` do.
pub fn by_name(a: &str, b: &str) -> Ordering {
    ENGLISH.compare(a, b)
}

#[cfg(test)]
mod tests {
    use super::by_name;

    #[test]
    fn punctuation_goes_before_digits_and_case_decides_last() {
        let mut names = ["b", "B", "a1", "a_b", "ä", "z", "_a", "10", "a"];
        names.sort_by(|a, b| by_name(a, b));
        assert_eq!(names, ["_a", "10", "a", "ä", "a_b", "a1", "b", "B", "z"]);
    }
}

//! What the server prints once in a way that it prints in another after reading it: the cast of an array, a number negated.

use std::borrow::Cow;

use super::cursor::Cursor;
use super::lex::{Kind, Token};

const CAST_ARRAY: &str = "(ARRAY[";
const NEGATED: &str = "(- ";

/// Text of the server as it prints it again after reading it: `(ARRAY[a, b])::t[]` as `ARRAY[(a)::t, (b)::t]`, and
/// `(- 1)`, which is what is left of `-1::int`, as `'-1'::integer`.
///
/// Without this, an index `WHERE status IN ('a', 'b')` on a varchar would differ from its own dump. Of some ten thousand
/// expressions that were tried, nothing else was not printed alike at once but the collation of a domain over an array.
pub fn reread(text: &str) -> Cow<'_, str> {
    let spread = replaced(text, CAST_ARRAY, |at| Cast::read(text, at).map(|cast| (cast.spread(), cast.end)));
    match replaced(&spread, NEGATED, |at| negative(&spread, at)) {
        Cow::Owned(negated) => Cow::Owned(negated),
        Cow::Borrowed(_) => spread,
    }
}

/// Text in which what begins with `mark`, and is not inside a string, stands as `read` says: the new text, and the byte behind the old.
fn replaced<'a>(text: &'a str, mark: &str, read: impl Fn(usize) -> Option<(String, usize)>) -> Cow<'a, str> {
    let (mut new, mut kept, mut from) = (String::new(), 0, 0);
    while let Some(at) = text[from..].find(mark).map(|at| from + at) {
        from = match read(at).filter(|_| is_code(text, at)) {
            Some((other, end)) => {
                new += &text[kept..at];
                new += &other;
                kept = end;
                end
            }
            None => at + 1,
        };
    }
    if kept == 0 { Cow::Borrowed(text) } else { Cow::Owned(new + &text[kept..]) }
}

/// A number that is negated at byte `at`, as one constant.
fn negative(text: &str, at: usize) -> Option<(String, usize)> {
    let number = text[at..].strip_prefix(NEGATED)?.split_once(')')?.0;
    let digits = number.replacen('.', "", 1);
    if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let to = if number.contains('.') { "numeric" } else { "integer" };
    Some((format!("'-{number}'::{to}"), at + NEGATED.len() + number.len() + 1))
}

/// An array whose elements are cast together.
struct Cast<'a> {
    elements: Vec<&'a str>,
    /// The type of the elements.
    to: &'a str,
    /// The byte behind it.
    end: usize,
}

impl<'a> Cast<'a> {
    /// The one that begins at byte `at`, if it is one.
    fn read(text: &'a str, at: usize) -> Option<Self> {
        let mut cursor = Cursor::new(text, at);
        if !(cursor.take_symbol(b'(') && cursor.take("ARRAY") && cursor.take_symbol(b'[')) {
            return None;
        }
        let elements = list(&mut cursor)?;
        if !(cursor.take_symbol(b')') && cursor.take_symbol(b':') && cursor.take_symbol(b':')) {
            return None;
        }
        let start = cursor.peek()?.start;
        let mut depth = 0usize;
        loop {
            let token = cursor.advance()?;
            match text.as_bytes()[token.start] {
                b'(' => depth += 1,
                b')' => depth = depth.checked_sub(1)?,
                b'[' => {
                    let close = cursor.advance().filter(|close| close.is_symbol(text, b']'))?;
                    return Some(Self { elements, to: &text[start..token.start], end: close.end });
                }
                b'.' => {}
                _ if depth > 0 || matches!(token.kind, Kind::Word | Kind::Quoted) => {}
                _ => return None,
            }
        }
    }

    fn spread(&self) -> String {
        spread(&self.elements, self.to)
    }
}

/// Casts each of the elements, those of arrays in them too.
fn spread(elements: &[&str], to: &str) -> String {
    let cast = |element: &&str| {
        let mut inside = Cursor::new(element, 0);
        let nested = (inside.take("ARRAY") && inside.take_symbol(b'[')).then(|| list(&mut inside)).flatten();
        match nested.filter(|_| inside.peek().is_none()) {
            Some(nested) => spread(&nested, to),
            None => format!("({})::{to}", reread(element)),
        }
    };
    format!("ARRAY[{}]", elements.iter().map(cast).collect::<Vec<_>>().join(", "))
}

/// The elements up to the bracket that closes the array, which is taken.
fn list<'a>(cursor: &mut Cursor<'a>) -> Option<Vec<&'a str>> {
    let text = cursor.text();
    let (mut elements, mut depth, mut start) = (Vec::new(), 0usize, cursor.peek()?.start);
    loop {
        let token: Token = cursor.advance()?;
        match text.as_bytes()[token.start] {
            b',' if depth == 0 => {
                elements.push(text[start..token.start].trim());
                start = token.end;
            }
            b']' if depth == 0 => {
                elements.push(text[start..token.start].trim());
                return Some(elements);
            }
            b'(' | b'[' => depth += 1,
            b')' | b']' => depth = depth.checked_sub(1)?,
            _ => {}
        }
    }
}

/// Whether a token begins at byte `at`: it is not inside a string.
fn is_code(text: &str, at: usize) -> bool {
    Cursor::new(text, 0).rest().take_while(|token| token.start <= at).any(|token| token.start == at)
}

#[cfg(test)]
mod tests {
    use super::reread;

    #[test]
    fn a_negated_number_is_a_constant() {
        for (text, wanted) in [
            ("CHECK ((n > (- 1)))", "CHECK ((n > '-1'::integer))"),
            ("ARRAY[(- 1), (- 1.5)]", "ARRAY['-1'::integer, '-1.5'::numeric]"),
            ("'(- 1)' (- 1) (- (1)::numeric) (- a) (3 - 1)", "'(- 1)' '-1'::integer (- (1)::numeric) (- a) (3 - 1)"),
        ] {
            assert_eq!(reread(text), wanted);
        }
    }

    #[test]
    fn the_cast_of_an_array_goes_to_its_elements() {
        for (text, wanted) in [
            (
                "CHECK (((s)::text = ANY ((ARRAY['a,]'::character varying, NULL::character varying])::text[])))",
                "CHECK (((s)::text = ANY (ARRAY[('a,]'::character varying)::text, (NULL::character varying)::text])))",
            ),
            ("(ARRAY[1, f(2, 3)])::numeric(10,2)[]", "ARRAY[(1)::numeric(10,2), (f(2, 3))::numeric(10,2)]"),
            ("(ARRAY[ARRAY[1], ARRAY[2]])::bigint[]", "ARRAY[ARRAY[(1)::bigint], ARRAY[(2)::bigint]]"),
            ("a (ARRAY[1])::s.\"T\"[] b (ARRAY[2])::s.t[]", "a ARRAY[(1)::s.\"T\"] b ARRAY[(2)::s.t]"),
            ("(ARRAY[((ARRAY[1])::bigint[])[1]])::numeric[]", "ARRAY[((ARRAY[(1)::bigint])[1])::numeric]"),
        ] {
            assert_eq!(reread(text), wanted);
            assert_eq!(reread(wanted), wanted);
        }
    }

    #[test]
    fn what_is_no_cast_of_an_array_stays() {
        for text in [
            "'(ARRAY[1])::bigint[]'::text",
            "AS $$ SELECT (ARRAY[1])::bigint[] $$",
            "(ARRAY[]::character varying[])::text[]",
            "(ARRAY[1, 2])[1]",
            "(ARRAY['a'])::text",
            "(ARRAY[1",
        ] {
            assert_eq!(reread(text), text);
        }
    }
}

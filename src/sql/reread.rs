//! What the server prints once in a way that it prints in another after reading it: the cast of an array.

use std::borrow::Cow;

use super::cursor::Cursor;
use super::lex::{Kind, Token};

/// Text of the server as it prints it again after reading it: `(ARRAY[a, b])::t[]` as `ARRAY[(a)::t, (b)::t]`.
///
/// Nothing else is known that is not printed alike at once. Without this, an index `WHERE status IN ('a', 'b')` on a
/// varchar would differ from its own dump.
pub fn reread(text: &str) -> Cow<'_, str> {
    let mut from = 0;
    while let Some(at) = text[from..].find("(ARRAY[").map(|at| from + at) {
        match Cast::read(text, at).filter(|_| is_code(text, at)) {
            Some(cast) => {
                let head = format!("{}{}", &text[..at], cast.spread());
                let tail = reread(&text[cast.end..]).into_owned();
                return Cow::Owned(head + &tail);
            }
            None => from = at + 1,
        }
    }
    Cow::Borrowed(text)
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

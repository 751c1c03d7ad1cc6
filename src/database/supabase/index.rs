//! Indexes by access methods that are stood in for: their storage parameters are kept, although the method knows none.

use std::borrow::Cow;

use tokio_postgres::Client;
use tokio_postgres::types::Type;

use crate::sql::{Cursor, ident, literal};

/// The access methods that a stand-in makes of the one for hashes.
const METHODS: [&str; 3] = ["hnsw", "ivfflat", "pgroonga"];

/// A statement as it can be run here: the same, unless it makes an index by a method that is stood in for.
pub async fn indexed<'a>(client: &Client, text: &'a str) -> Cow<'a, str> {
    let Some(index) = Index::read(text) else { return Cow::Borrowed(text) };
    let sql = "SELECT FROM pg_catalog.pg_am WHERE amname = $1 AND amhandler = 'pg_catalog.hashhandler'::regproc";
    match client.query_typed(sql, &[(&index.method, Type::TEXT)]).await {
        Ok(rows) if !rows.is_empty() => tolerated(text),
        // What is wrong with the connection is told by the statement itself.
        Ok(_) | Err(_) => Cow::Borrowed(text),
    }
}

/// A statement that makes an index with storage parameters, in a form that works whether its method is stood in for or not.
///
/// It makes the index in a transaction, whatever the original says.
fn tolerant(text: &str) -> Option<String> {
    let index = Index::read(text)?;
    let Index { method, plain, options, table } = &index;
    let method = literal(method);
    let find = format!("SELECT max(indexrelid) FROM pg_catalog.pg_index WHERE indrelid = {}::regclass", literal(table));
    let body = format!(
        "DECLARE before oid := ({find});
        BEGIN
            IF (SELECT amhandler = 'hashhandler'::regproc FROM pg_catalog.pg_am WHERE amname = {method}) THEN
                EXECUTE {plain};
                UPDATE pg_catalog.pg_class SET reloptions = {options}
                WHERE oid = ({find}) AND oid IS DISTINCT FROM before;
            ELSE
                EXECUTE {original};
            END IF;
        END",
        plain = literal(plain),
        original = literal(&index.original(text)),
        options =
            format_args!("ARRAY[{}]", options.iter().map(|option| literal(option)).collect::<Vec<_>>().join(", ")),
    );
    Some(format!("DO {}", literal(&body)))
}

/// The same, or the statement itself where that is no such statement.
pub fn tolerated(text: &str) -> Cow<'_, str> {
    tolerant(text).map_or(Cow::Borrowed(text), Cow::Owned)
}

/// `CREATE INDEX … USING hnsw (…) WITH (…)`.
struct Index {
    method: String,
    /// The statement without its parameters, and without `CONCURRENTLY`.
    plain: String,
    /// The parameters as the catalog keeps them: `m=16`.
    options: Vec<String>,
    table: String,
}

impl Index {
    fn read(text: &str) -> Option<Self> {
        let mut cursor = Cursor::new(text, 0);
        if !cursor.take("CREATE") {
            return None;
        }
        cursor.take("UNIQUE");
        if !cursor.take("INDEX") || !cursor.skip_behind("ON") {
            return None;
        }
        cursor.take("ONLY");
        let table: Vec<String> = cursor.name().iter().map(|part| ident(part)).collect();
        if !cursor.take("USING") {
            return None;
        }
        let method = cursor.identifier().filter(|method| METHODS.contains(&method.as_str()))?;
        if !cursor.skip_behind("WITH") {
            return None;
        }
        let end = cursor;
        let begin = text[..end.peek()?.start].to_ascii_uppercase().rfind("WITH")?;
        cursor.take_symbol(b'(').then_some(())?;
        let mut options = Vec::new();
        while let Some(name) = cursor.label() {
            cursor.take_symbol(b'=');
            let value = cursor.peek_text().trim_matches('\'').to_owned();
            cursor.advance()?;
            options.push(format!("{name}={value}"));
            cursor.take_symbol(b',');
        }
        let close = cursor.peek()?.end;
        let plain = without_concurrently(&format!("{}{}", &text[..begin], &text[close..]));
        Some(Self { method, plain, options, table: table.join(".") })
    }

    fn original(&self, text: &str) -> String {
        without_concurrently(text)
    }
}

fn without_concurrently(text: &str) -> String {
    let mut cursor = Cursor::new(text, 0);
    cursor.take("CREATE");
    cursor.take("UNIQUE");
    cursor.take("INDEX");
    match cursor.peek().filter(|token| token.is(text, "CONCURRENTLY")) {
        Some(token) => format!("{}{}", &text[..token.start], &text[token.end..]),
        None => text.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parameters_are_taken_out_and_kept() {
        let text = "create index concurrently if not exists i on \"T\".docs using hnsw (e vector_l2_ops) with (m = 16, ef_construction='64') where a";
        let index = Index::read(text).expect("it is one");
        assert_eq!(index.plain, "create index  if not exists i on \"T\".docs using hnsw (e vector_l2_ops)  where a");
        assert_eq!(index.options, ["m=16", "ef_construction=64"]);
        assert_eq!((&*index.method, &*index.table), ("hnsw", "\"T\".docs"));
    }

    #[test]
    fn other_statements_are_left_alone() {
        for text in [
            "CREATE INDEX i ON t USING gin (a) WITH (fastupdate = off)",
            "CREATE INDEX i ON t USING hnsw (a vector_l2_ops)",
            "CREATE TABLE hnsw (a int) WITH (fillfactor = 70)",
            "SELECT 'create index on t using hnsw (a) with (m = 1)'",
        ] {
            assert!(tolerant(text).is_none(), "{text}");
        }
    }
}

//! The text of a migration to its statements, each with its place and its stand to transactions.

use super::file::Script;
use crate::failure::{Failure, Place};
use crate::sql::{Class, Head, Lines, Piece, Statement, Transaction, split};

/// A comment before the first statement that keeps every statement out of transactions.
const NO_TRANSACTION: [&str; 2] = ["dbtool: no transaction", "transaction:false"];

/// A script's statements.
#[derive(Clone, Debug, Default)]
pub struct Parsed {
    /// The statements; those after which a transaction of the script ends say `CommitAfter`.
    pub statements: Vec<Statement>,
    /// Their places.
    pub places: Vec<Place>,
    /// What each is.
    pub heads: Vec<Head>,
}

impl Script {
    /// The statements.
    ///
    /// # Errors
    /// `Failure::InvalidSql` or `Failure::Misplaced` for what is no SQL or cannot be sent.
    pub fn parse(&self) -> Result<Parsed, Failure> {
        let lines = Lines::new(&self.text);
        let place = |offset| lines.place(&self.shown(), &self.text, offset);
        let split = split(&self.text).map_err(|unclosed| Failure::InvalidSql {
            place: place(unclosed.start),
            message: format!("this {} is never closed", unclosed.what),
            hint: None,
        })?;
        let first = split.pieces.first().map_or(self.text.len(), |piece| match piece {
            Piece::Statement(range) | Piece::Meta(range) => range.start,
        });
        let says = |word: &str| self.text[..first].lines().any(|line| line.starts_with("--") && line.contains(word));
        let apart = NO_TRANSACTION.iter().any(|word| says(word));
        let mut parsed = Parsed::default();
        for piece in split.pieces {
            match piece {
                Piece::Statement(range) => parsed.add(&self.text[range.clone()], place(range.start), apart)?,
                Piece::Meta(range) => {
                    return Err(misplaced(place(range.start), "a line for psql", "Write SQL in its place"));
                }
            }
        }
        Ok(parsed)
    }
}

impl Parsed {
    fn add(&mut self, text: &str, place: Place, apart: bool) -> Result<(), Failure> {
        let head = Head::read(text);
        let to_savepoint = text.split_whitespace().any(|word| word.eq_ignore_ascii_case("to"));
        match head.verb.as_str() {
            "BEGIN" | "START" if self.only_sets() => return Ok(()),
            "BEGIN" | "START" | "COMMIT" | "END" => {
                if let Some(last) = self.statements.last_mut().filter(|last| last.transaction == Transaction::Inside) {
                    last.transaction = Transaction::CommitAfter;
                }
                return Ok(());
            }
            // It holds for every migration, and stands in the file for psql.
            "SET" if text == "SET check_function_bodies = false" => return Ok(()),
            "ROLLBACK" | "ABORT" if !to_savepoint => {
                return Err(misplaced(place, "ROLLBACK", "Leave it out: what fails is rolled back by itself"));
            }
            "COPY" if Class::Data == head.class && reads_stdin(text) => {
                return Err(misplaced(place, "COPY with rows in the file", "Write the rows as INSERT"));
            }
            _ => {}
        }
        let transaction = if apart { Transaction::Outside } else { head.transaction };
        self.statements.push(Statement::new(text).transaction(transaction));
        self.places.push(place);
        self.heads.push(head);
        Ok(())
    }

    /// Whether all since the last commit only sets something for the session, which the next transaction can do as well.
    fn only_sets(&self) -> bool {
        let open = self.statements.iter().zip(&self.heads).rev();
        let mut open = open.take_while(|(statement, _)| statement.transaction == Transaction::Inside);
        open.all(|(_, head)| head.class == Class::Session)
    }
}

fn reads_stdin(text: &str) -> bool {
    let words: Vec<String> = text.split_whitespace().map(str::to_ascii_lowercase).collect();
    words.windows(2).any(|pair| pair[0] == "from" && pair[1].starts_with("stdin"))
}

fn misplaced(place: Place, what: &str, hint: &str) -> Failure {
    Failure::Misplaced { place, message: format!("{what} cannot be part of a migration"), hint: hint.to_owned() }
}

#[cfg(test)]
mod tests {
    use std::path::PathBuf;

    use super::*;
    use crate::sql::batches;

    fn parsed(text: &str) -> Result<Parsed, Failure> {
        Script::new(PathBuf::from("m.sql"), text).parse()
    }

    /// The numbers of statements that run together.
    fn cut(text: &str) -> Vec<usize> {
        let parsed = parsed(text).expect("it is SQL");
        batches(&parsed.statements).iter().map(|batch| batch.statements().len()).collect()
    }

    #[test]
    fn is_cut_where_its_transactions_end_and_where_statements_demand_it() {
        assert_eq!(cut("select 1; select 2;"), [2]);
        assert_eq!(cut("begin; select 1; commit; begin; select 2; select 3; commit;"), [1, 2]);
        assert_eq!(cut("set a = b; begin; select 1; commit; set c = d; begin; select 2; commit;"), [2, 2]);
        assert_eq!(cut("select 1; create index concurrently i on t (a); select 2; select 3"), [1, 1, 2]);
        assert_eq!(cut("-- dbtool: no transaction\nvacuum t; call p()"), [1, 1]);
        assert_eq!(cut("select 1; vacuum t; reindex table concurrently t; alter system set a = b"), [1, 1, 1, 1]);
    }

    #[test]
    fn every_statement_has_its_place() {
        let parsed = parsed("select 1;\n\n  select 2;\n").expect("it is SQL");
        let places: Vec<String> = parsed.places.iter().map(ToString::to_string).collect();
        assert_eq!(places, ["m.sql:1:1", "m.sql:3:3"]);
    }

    #[test]
    fn what_cannot_be_sent_is_refused_where_it_stands() {
        let refused = |text| parsed(text).expect_err("it is refused").to_string();
        assert!(refused("select 1;\nrollback;").starts_with("m.sql:2:1: ROLLBACK cannot be part of a migration"));
        assert!(refused("\\connect x\n").starts_with("m.sql:1:1: a line for psql"));
        assert!(refused("copy t from stdin;\n1\n\\.\n").starts_with("m.sql:1:1: COPY with rows"));
        assert!(refused("select 'a").starts_with("Invalid SQL in m.sql at line 1, column 8"));
    }
}

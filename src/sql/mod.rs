//! SQL as text, with no database: quoting, statements, splitting, heads and positions.

mod batch;
mod class;
mod cursor;
mod elements;
mod head;
mod keyword;
mod lex;
mod position;
mod quote;
mod redact;
mod reread;
mod split;
mod statement;

pub use batch::{Batch, batches};
pub use class::Class;
pub use cursor::Cursor;
pub use elements::elements;
pub use head::{Head, Named};
pub use keyword::keyword;
pub use lex::{Kind, Lexer, Token, Unclosed};
pub use position::{Lines, byte_of_char};
pub use quote::{dollar, ident, literal, unquoted};
pub use redact::{redacted, redacted_option};
pub use reread::reread;
pub use split::{Piece, Split, split};
pub use statement::{Hazard, Statement, Transaction};

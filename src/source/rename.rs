//! Renames, declared in comments: `-- dbtool: renamed from old_name` before what bears the new name.

use std::ops::Range;

use super::SourceStatement;
use super::file::SourceFile;
use crate::failure::{Failure, Place};
use crate::sql::{Cursor, Named, Split, elements};

/// A declared rename.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rename {
    /// What it was called: the parts that were written, mostly one.
    pub old: Vec<String>,
    /// What it is called now, and what that is.
    pub new: Named,
    /// The schema that an unqualified name belongs to here; empty where the files do not say.
    pub schema: String,
    /// Where it is declared.
    pub place: Place,
}

/// The annotations among a file's comments, each with what it is written before.
pub(super) fn read(
    index: usize,
    file: &SourceFile,
    split: &Split,
    statements: &[SourceStatement],
) -> Result<Vec<Rename>, Failure> {
    let mut renames = Vec::new();
    for comment in &split.comments {
        let Some(old) = annotation(&file.text[comment.clone()]) else { continue };
        let place = file.place(comment.start);
        let mut cursor = Cursor::new(old, 0);
        let old = cursor.label().map(|first| {
            let rest = if cursor.take_symbol(b'.') { cursor.name() } else { vec![] };
            std::iter::once(first).chain(rest).collect()
        });
        let target = target(index, file, comment, statements);
        let (Some(old), Some((new, schema))) = (old, target) else { return Err(stray(place)) };
        renames.push(Rename { old, new, schema, place });
    }
    Ok(renames)
}

fn annotation(comment: &str) -> Option<&str> {
    let words = comment.trim_start_matches(['-', '/', '*']).trim_end_matches('/').trim_end_matches('*').trim();
    Some(words.strip_prefix("dbtool:")?.trim_start().strip_prefix("renamed from")?.trim())
}

/// What is declared directly behind a comment: a statement's object, or a part of one.
fn target(
    index: usize,
    file: &SourceFile,
    comment: &Range<usize>,
    statements: &[SourceStatement],
) -> Option<(Named, String)> {
    let statement = statements.iter().find(|s| s.file == index && s.range.end > comment.end)?;
    let text = &file.text[statement.range.clone()];
    let inside = comment.start.checked_sub(statement.range.start);
    let parts = || elements(text, &statement.head).into_iter();
    let named = match inside {
        Some(at) => parts().find(|(start, _)| *start > at)?.1,
        None if statement.head.declares() => statement.head.object.clone(),
        None => parts().next()?.1,
    };
    Some((named, statement.schema.to_string()))
}

fn stray(place: Place) -> Failure {
    Failure::Misplaced {
        place,
        message: "this annotation stands before nothing that can be renamed".to_owned(),
        hint: "Write '-- dbtool: renamed from old_name' on the line before what bears the new name.".to_owned(),
    }
}

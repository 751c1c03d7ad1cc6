//! The folders stand in the order of the data's way, and each uses only what stands to its left.

use std::path::{Path, PathBuf};

/// The layers from left to right; a file at the top of `src` is a layer by its own name.
const LAYERS: &[&[&str]] = &[
    &["failure", "whole"],
    &["sql"],
    &["object"],
    &["catalog"],
    &["surface"],
    &["types"],
    &["plan"],
    &["archive"],
    &["source"],
    &["database"],
    &["migration"],
    &["rename"],
    &["run"],
    &["desired"],
    &["proof"],
    &["backup", "health"],
    &["pull"],
    &["verify"],
    &["inspect"],
    &["docs"],
    &["cli"],
    &["main"],
];

/// What may look to the right all the same: a kind is shown the catalogs around it through this one file.
const EXCEPTIONS: &[(&str, &str)] = &[("object/context.rs", "catalog")];

#[test]
fn folders_use_only_what_stands_to_their_left() {
    let src = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut faults = Vec::new();
    for file in rust_files(&src) {
        let path = file.strip_prefix(&src).expect("it was found there").display().to_string();
        if path == "lib.rs" {
            continue;
        }
        let own = path.split('/').next().expect("a path has a first part").trim_end_matches(".rs").to_owned();
        let text = std::fs::read_to_string(&file).expect("a source file is readable");
        for used in used(&text).into_iter().filter(|used| *used != own) {
            let excepted = EXCEPTIONS.contains(&(path.as_str(), used.as_str()));
            if !excepted && layer(&used) >= layer(&own) {
                faults.push(format!("{path} uses {used}"));
            }
        }
    }
    assert!(faults.is_empty(), "{faults:#?}");
}

/// The place of a folder or top-level file among the layers.
fn layer(name: &str) -> usize {
    LAYERS.iter().position(|layer| layer.contains(&name)).unwrap_or_else(|| panic!("{name} is in no layer"))
}

/// The names that follow `crate::`, in `use` and elsewhere; `crate::{a, b}` counts for each.
fn used(text: &str) -> Vec<String> {
    let code = text.lines().filter(|line| !line.trim_start().starts_with("//")).collect::<Vec<_>>().join("\n");
    let mut used = Vec::new();
    for rest in code.split("crate::").skip(1) {
        let list = rest.strip_prefix('{').and_then(|rest| rest.split_once('}')).map_or("", |(list, _)| list);
        let paths = if list.is_empty() { vec![rest] } else { list.split(',').collect() };
        used.extend(paths.into_iter().map(first_word).filter(|word| !word.is_empty()));
    }
    used
}

fn first_word(path: &str) -> String {
    path.trim().chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect()
}

fn rust_files(folder: &Path) -> Vec<PathBuf> {
    let entries =
        std::fs::read_dir(folder).expect("src is readable").map(|entry| entry.expect("src is readable").path());
    entries
        .flat_map(|path| if path.is_dir() { rust_files(&path) } else { vec![path] })
        .filter(|path| path.extension().is_some_and(|extension| extension == "rs"))
        .collect()
}

//! Sources made of texts and of files in a folder.

use std::fs;
use std::path::Path;

use super::reading::Reading;
use super::*;
use crate::failure::Failure;

fn source(text: &str) -> Result<Source> {
    let mut reading = Reading::new(Path::new("."));
    reading.text(SourceFile::new("schema.sql".into(), text.into()), Path::new("schema.sql"))?;
    Ok(reading.finish())
}

fn refusal(text: &str) -> String {
    source(text).unwrap_err().downcast::<Failure>().unwrap().to_string()
}

#[test]
fn locates_objects_columns_and_constraints() {
    let text = "create schema app;\nset search_path to app;\ncreate table t (\n  a int unique,\n  \"B\" text\n);\n\
                alter table t\n  add constraint c check (a > 0);\ncreate index i on t (a);\n\
                create function f(x int4) returns int language sql as 'select 1';\n\
                create function f(x text, out y int) language sql as 'select 1';\n\
                create trigger tr before insert on t execute function g();\ncreate table public.t (a int);\n";
    let source = source(text).unwrap();
    let line = |keyword, identity| source.locate(keyword, identity).map(|place| place.line);
    assert_eq!(line("SCHEMA", "app"), Some(1));
    assert_eq!(line("TABLE", "app.t"), Some(3));
    assert_eq!(line("TABLE", "public.t"), Some(13));
    assert_eq!(line("COLUMN", "app.t.\"B\""), Some(5));
    assert_eq!(line("CONSTRAINT", "c on app.t"), Some(8));
    assert_eq!(line("CONSTRAINT", "t_a_key on app.t"), Some(4));
    assert_eq!(line("INDEX", "app.i"), Some(9));
    assert_eq!(line("FUNCTION", "app.f(integer)"), Some(10));
    assert_eq!(line("FUNCTION", "app.f(text)"), Some(11));
    assert_eq!(line("TRIGGER", "tr on app.t"), Some(12));
    assert_eq!(line("VIEW", "app.v"), None);
}

#[test]
fn reads_renames_of_objects_and_of_their_parts() {
    let text = "-- dbtool: renamed from old_t\ncreate table app.t (\n  a int, -- unrelated\n  \
                -- dbtool: renamed from \"Old\"\n  b int\n);\ncreate type e as enum (\n  -- dbtool: renamed from 'x y'\n  'z');\n\
                -- dbtool: renamed from k\nalter table app.t add constraint c check (true);\n";
    let renames = source(text).unwrap().renames;
    let read: Vec<_> = renames
        .iter()
        .map(|r| format!("{} {}.{} {}", r.new.keyword, r.new.on.join("."), r.new.name.join("."), r.old.join(".")))
        .collect();
    assert_eq!(read, ["TABLE .app.t old_t", "COLUMN app.t.b Old", "VALUE e.z x y", "CONSTRAINT app.t.c k"]);
    assert!(refusal("create table t ();\n-- dbtool: renamed from x\n").contains("stands before nothing"));
}

#[test]
fn refuses_what_declares_no_schema() {
    assert!(refusal("create table t (a int);\ninsert into t values (1);").starts_with("schema.sql:2:1: INSERT"));
    assert!(refusal("copy t from stdin;\n1\n\\.\n").contains("COPY changes data"));
    assert!(refusal("create database d").contains("CREATE DATABASE acts on the server"));
    assert!(refusal("drop table t").contains("DROP TABLE takes away"));
    assert!(refusal("create table t (\n a int").contains("at line 1, column 16: the parenthesis"));
    assert!(refusal("\\gexec").contains("\\gexec"));
}

#[test]
fn skips_the_record_of_migrations_that_frameworks_append() {
    let source = source("create table t ();\nINSERT INTO \"schema_migrations\" (version) VALUES\n('1');\n").unwrap();
    assert_eq!(source.statements.len(), 1);
    assert_eq!(source.notices[0].place.line, 2);
    assert!(source.notices[0].message.starts_with("INSERT INTO schema_migrations is skipped"));
}

#[test]
fn skips_what_is_meant_for_psql_with_one_notice_each() {
    let source = source("\\restrict a\nbegin;\ncreate table t ();\ncommit;\n\\unrestrict a\n\\restrict b\n").unwrap();
    let messages: Vec<_> = source.notices.iter().map(|notice| notice.message.split(' ').next().unwrap()).collect();
    assert_eq!(messages, ["\\restrict", "BEGIN", "COMMIT", "\\unrestrict"]);
    assert_eq!(source.statements.len(), 1);
}

#[test]
fn reads_files_folders_globs_and_includes() {
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, content: &[u8]| fs::write(folder.path().join(name), content).unwrap();
    let read = |pattern: &str| Source::read(&[pattern.to_owned()], folder.path());
    let message = |pattern: &str| read(pattern).unwrap_err().to_string();
    assert_eq!(message("none.sql"), "none.sql does not exist");
    assert!(message(".").contains("contains no .sql file"));
    fs::create_dir(folder.path().join("more")).unwrap();
    write("b.sql", b"\xef\xbb\xbfcreate table b ();\\ir more/c.sql\n");
    write("more/c.sql", b"create table c ();");
    write("a.sql", b"create table a ();");
    let names = |pattern: &str| -> Vec<String> {
        let source = read(pattern).unwrap();
        source.statements.iter().map(|s| s.head.object.own_name().to_owned()).collect()
    };
    assert_eq!(names("."), ["a", "b", "c"]);
    assert_eq!(names("b*.sql"), ["b", "c"]);
    assert_eq!(read("a.sql").unwrap().files[0].path, "a.sql");
    write("a.sql", b" \n");
    assert_eq!(message("a.sql"), "a.sql is empty");
    write("a.sql", b"ok\n\xff");
    assert!(message("a.sql").contains("not UTF-8 text: line 2"));
    write("a.sql", b"\\i b.sql\n");
    write("b.sql", b"\\ir a.sql\n");
    assert!(message("a.sql").contains("included while it is being read"));
}

//! The text as formatters lay it out: 80 columns, no semicolons.
//!
//! An object whose properties stand on lines of their own keeps them so; what stands on one line is broken when it does not fit.

use super::Compat;
use super::model::{Database, Property, Relationship, Schema, SetOptions, Signature, Table, Ts};
use super::text::{json, key, quoted, width};

/// How wide a line may be.
const WIDTH: usize = 80;

/// Prints the whole.
pub fn print(database: &Database, compat: Compat) -> String {
    let no_args = if compat == Compat::Hosted { "never" } else { "Record<PropertyKey, never>" };
    let mut page = Page { text: String::new(), indent: 0, no_args };
    page.text.push_str(
        "export type Json =
  | string
  | number
  | boolean
  | null
  | { [key: string]: Json | undefined }
  | Json[]

",
    );
    page.block("export type Database = {", "}", |page| {
        if let Some(version) = &database.postgrest_version {
            page.line("// Allows to automatically instantiate createClient with right options");
            page.line("// instead of createClient<Database, { PostgrestVersion: 'XX' }>(URL, KEY)");
            page.block("__InternalSupabase: {", "}", |page| {
                page.line(&format!("PostgrestVersion: {}", quoted(version)));
            });
        }
        database.schemas.iter().for_each(|schema| page.schema(schema));
    });
    page.text.push_str(if compat == Compat::Hosted {
        include_str!("helpers.hosted.ts")
    } else {
        include_str!("helpers.meta-0.99.ts")
    });
    page.block("export const Constants = {", "} as const", |page| {
        database.schemas.iter().for_each(|schema| page.constants(schema));
    });
    // The generators' command prints a line end after the text, which has one.
    page.text + "\n"
}

/// What has been printed, and how far the next line is set in.
struct Page {
    text: String,
    indent: usize,
    /// What stands for no arguments.
    no_args: &'static str,
}

impl Page {
    fn line(&mut self, line: &str) {
        self.text.extend(std::iter::repeat_n(' ', self.indent));
        self.text.push_str(line);
        self.text.push('\n');
    }

    fn block(&mut self, open: &str, close: &str, inner: impl FnOnce(&mut Self)) {
        self.line(open);
        self.inside(inner);
        self.line(close);
    }

    fn inside(&mut self, inner: impl FnOnce(&mut Self)) {
        self.indent += 2;
        inner(self);
        self.indent -= 2;
    }

    /// Whether a line fits here.
    fn fits(&self, line: &str) -> bool {
        self.indent + width(line) <= WIDTH
    }

    fn schema(&mut self, schema: &Schema) {
        self.block(&format!("{}: {{", key(&schema.name)), "}", |page| {
            page.section("Tables", &schema.tables, Self::table);
            page.section("Views", &schema.views, Self::table);
            page.section("Functions", &schema.functions, |page, (name, of)| page.function(name, of));
            page.section("Enums", &schema.enums, |page, (name, labels)| {
                page.property(&key(name), &Ts::Literals(labels.clone()));
            });
            page.section("CompositeTypes", &schema.composites, |page, (name, of)| page.object(&key(name), of, ""));
        });
    }

    fn section<T>(&mut self, name: &str, items: &[T], print: impl Fn(&mut Self, &T)) {
        self.block(&format!("{name}: {{"), "}", |page| {
            items.iter().for_each(|item| print(page, item));
            if items.is_empty() {
                page.line("[_ in never]: never");
            }
        });
    }

    fn table(&mut self, table: &Table) {
        self.block(&format!("{}: {{", key(&table.name)), "}", |page| {
            page.object("Row", &table.row, "");
            for (name, of) in [("Insert", &table.insert), ("Update", &table.update)] {
                if let Some(of) = of {
                    page.object(name, of, "");
                }
            }
            if table.relationships.is_empty() {
                page.line("Relationships: []");
            } else {
                page.block("Relationships: [", "]", |page| {
                    table.relationships.iter().for_each(|r| page.relationship(r))
                });
            }
        });
    }

    fn relationship(&mut self, of: &Relationship) {
        self.block("{", "},", |page| {
            page.line(&format!("foreignKeyName: {}", quoted(&of.key)));
            page.columns("columns", &of.columns);
            page.line(&format!("isOneToOne: {}", of.one_to_one));
            page.line(&format!("referencedRelation: {}", quoted(&of.referenced)));
            page.columns("referencedColumns", &of.referenced_columns);
        });
    }

    fn columns(&mut self, name: &str, columns: &[String]) {
        match columns {
            [] => self.line(&format!("{name}: null")),
            columns => self.list(name, columns, ""),
        }
    }

    /// A list of strings on one line, or one to a line.
    fn list(&mut self, name: &str, strings: &[String], end: &str) {
        let items: Vec<String> = strings.iter().map(|s| quoted(s)).collect();
        let line = format!("{name}: [{}]{end}", items.join(", "));
        if self.fits(&line) {
            return self.line(&line);
        }
        self.block(&format!("{name}: ["), &format!("]{end}"), |page| {
            items.iter().for_each(|item| page.line(&format!("{item},")));
        });
    }

    /// An object with a line for each property, and what stands after it.
    fn object(&mut self, name: &str, properties: &[Property], after: &str) {
        if properties.is_empty() {
            return self.line(&format!("{name}: {{}}{after}"));
        }
        self.block(&format!("{name}: {{"), &format!("}}{after}"), |page| page.properties(properties));
    }

    fn properties(&mut self, properties: &[Property]) {
        for Property { name, optional, of } in properties {
            self.property(&(key(name) + if *optional { "?" } else { "" }), of);
        }
    }

    /// A property, whose name is printed already.
    fn property(&mut self, name: &str, of: &Ts) {
        if let Some((properties, after)) = hugged(of) {
            return self.object(name, properties, &after);
        }
        if let Some((message, after)) = error(of) {
            return self.block(&format!("{name}: {{"), &format!("}} & {}{after}", quoted(message)), |page| {
                page.line("error: true");
            });
        }
        let line = format!("{name}: {}", flat(of));
        if self.fits(&line) {
            return self.line(&line);
        }
        if let Some((labels, after)) = list_of_literals(of) {
            return self.block(&format!("{name}: ("), &format!("){after}"), |page| {
                labels.iter().for_each(|label| page.line(&format!("| {}", quoted(label))));
            });
        }
        let members = members(of);
        if members.len() == 1 {
            return self.line(&line);
        }
        self.line(&format!("{name}:"));
        self.inside(|page| members.iter().for_each(|member| page.member(member)));
    }

    /// A member of a union, on a line of its own.
    fn member(&mut self, member: &Member) {
        let line = format!("| {}", member.flat());
        match member {
            Member::Type(of) if !self.fits(&line) && list_of_literals(of).is_some() => {
                let (labels, after) = list_of_literals(of).expect("it was there just now");
                self.line("| (");
                self.inside(|page| {
                    page.inside(|page| labels.iter().for_each(|label| page.line(&format!("| {}", quoted(label)))));
                    page.line(&format!("){after}"));
                });
            }
            _ => self.line(&line),
        }
    }

    fn flat_args(&self, args: &[Property]) -> String {
        if args.is_empty() { self.no_args.to_owned() } else { flat_object(args) }
    }

    /// A signature on one line, if nothing in it has lines of its own.
    fn flat_signature(&self, Signature { args, returns, set }: &Signature) -> Option<String> {
        let object = hugged(returns).is_some_and(|(of, _)| !of.is_empty());
        let with_lines = set.is_some() || object || error(returns).is_some();
        (!with_lines).then(|| format!("{{ Args: {}; Returns: {} }}", self.flat_args(args), flat(returns)))
    }

    fn function(&mut self, name: &str, signatures: &[Signature]) {
        let name = key(name);
        let flat: Option<Vec<String>> = signatures.iter().map(|of| self.flat_signature(of)).collect();
        let line = flat.map(|flat| format!("{name}: {}", flat.join(" | "))).filter(|line| self.fits(line));
        match (line, signatures) {
            (Some(line), _) => self.line(&line),
            (None, [only]) => self.signature(&format!("{name}: "), only),
            (None, overloads) => {
                self.line(&format!("{name}:"));
                self.inside(|page| overloads.iter().for_each(|overload| page.overload(overload)));
            }
        }
    }

    /// An overload: its lines are set in behind the bar.
    fn overload(&mut self, signature: &Signature) {
        let line = self.flat_signature(signature).map(|flat| format!("| {flat}")).filter(|line| self.fits(line));
        match line {
            Some(line) => self.line(&line),
            None => {
                self.line("| {");
                self.inside(|page| {
                    page.inside(|page| page.parts(signature));
                    page.line("}");
                });
            }
        }
    }

    fn signature(&mut self, before: &str, signature: &Signature) {
        self.block(&format!("{before}{{"), "}", |page| page.parts(signature));
    }

    fn parts(&mut self, Signature { args, returns, set }: &Signature) {
        let line = format!("Args: {}", self.flat_args(args));
        match args.as_slice() {
            [] => self.line(&line),
            _ if self.fits(&line) => self.line(&line),
            args => self.object("Args", args, ""),
        }
        self.property("Returns", returns);
        if let Some(SetOptions { from, to, one_to_one, set }) = set {
            self.block("SetofOptions: {", "}", |page| {
                page.line(&format!("from: {}", quoted(from)));
                page.line(&format!("to: {}", quoted(to)));
                page.line(&format!("isOneToOne: {one_to_one}"));
                page.line(&format!("isSetofReturn: {set}"));
            });
        }
    }

    fn constants(&mut self, schema: &Schema) {
        self.block(&format!("{}: {{", key(&schema.name)), "},", |page| {
            if schema.enums.is_empty() {
                return page.line("Enums: {},");
            }
            page.block("Enums: {", "},", |page| {
                schema.enums.iter().for_each(|(name, labels)| page.list(&key(name), labels, ","));
            });
        });
    }
}

/// A member of a union.
enum Member<'a> {
    Type(&'a Ts),
    Text(String),
}

impl Member<'_> {
    fn flat(&self) -> String {
        match self {
            Member::Type(of) => flat(of),
            Member::Text(text) => text.clone(),
        }
    }
}

/// The members of a union; the type itself if it is none.
fn members(of: &Ts) -> Vec<Member<'_>> {
    match of {
        Ts::Literals(labels) => labels.iter().map(|label| Member::Text(quoted(label))).collect(),
        Ts::Nullable(of) => members(of).into_iter().chain([Member::Text("null".to_owned())]).collect(),
        Ts::Set(of) if matches!(**of, Ts::Literals(_)) => {
            let mut members = members(of);
            if let Some(Member::Text(last)) = members.last_mut() {
                last.push_str("[]");
            }
            members
        }
        of => vec![Member::Type(of)],
    }
}

/// A type on one line.
fn flat(of: &Ts) -> String {
    match of {
        Ts::Word(word) => (*word).to_owned(),
        Ts::Member { schema, section, name, row } => {
            let row = if *row { "[\"Row\"]" } else { "" };
            format!("Database[{}][\"{section}\"][{}]{row}", quoted(schema), quoted(name))
        }
        Ts::WithoutComputed(row) => flat(row),
        Ts::List(of) if members(of).len() > 1 => format!("({})[]", flat(of)),
        Ts::List(of) => format!("{}[]", flat(of)),
        Ts::Set(inner) if !matches!(**inner, Ts::Literals(_)) => format!("{}[]", flat(inner)),
        Ts::Literals(_) | Ts::Nullable(_) | Ts::Set(_) => {
            members(of).iter().map(Member::flat).collect::<Vec<_>>().join(" | ")
        }
        Ts::Object { properties, .. } => flat_object(properties),
        Ts::Error(message) => format!("{{ error: true }} & {}", json(message)),
    }
}

fn flat_object(properties: &[Property]) -> String {
    let property = |p: &Property| format!("{}{}: {}", key(&p.name), if p.optional { "?" } else { "" }, flat(&p.of));
    format!("{{ {} }}", properties.iter().map(property).collect::<Vec<_>>().join("; "))
}

/// The properties of an object with lines of its own, in brackets or beside null, and what stands after it.
fn hugged(of: &Ts) -> Option<(&[Property], String)> {
    let around = |of, after: &str| hugged(of).map(|(properties, inner)| (properties, inner + after));
    match of {
        Ts::Object { properties, .. } => Some((properties, String::new())),
        Ts::Set(of) => around(of, "[]"),
        Ts::Nullable(of) => around(of, " | null"),
        _ => None,
    }
}

/// The message of an error, and what stands after it.
fn error(of: &Ts) -> Option<(&str, &'static str)> {
    match of {
        Ts::Error(message) => Some((message, "")),
        Ts::Set(of) => error(of).map(|(message, _)| (message, "[]")),
        _ => None,
    }
}

/// The strings of a list of some strings, which is broken inside its brackets, and the brackets after it.
fn list_of_literals(of: &Ts) -> Option<(&[String], String)> {
    let Ts::List(inner) = of else { return None };
    match &**inner {
        Ts::Literals(labels) if labels.len() > 1 => Some((labels, "[]".to_owned())),
        inner => list_of_literals(inner).map(|(labels, after)| (labels, after + "[]")),
    }
}

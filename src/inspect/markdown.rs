//! A database as Markdown; comments are its prose.

use super::escape::{block, code, markdown as text};
use super::model::{Column, ForeignKey, Model, Relation, RelationKind, Routine, RowSecurity};

/// The whole database.
pub fn markdown(model: &Model, title: &str) -> String {
    let mut out = format!("# {}\n\n", text(title));
    for schema in &model.schemas {
        let name = super::plain(&schema.identity);
        let of = |relation: &&Relation| relation.schema == name && relation.kind != RelationKind::Partition;
        let relations: Vec<&Relation> = model.relations.iter().filter(of).collect();
        out += &format!("## Schema {}\n\n{}", text(&name), prose(schema.comment.as_ref()));
        if !relations.is_empty() {
            out += "| | Kind | Columns | |\n|---|---|---:|---|\n";
        }
        for relation in &relations {
            out += &format!(
                "| [{}](#{}) | {} | {} | {} |\n",
                text(&relation.name),
                anchor(&relation.identity),
                relation.kind.words(),
                relation.columns.len(),
                relation.comment.as_deref().map(text).unwrap_or_default(),
            );
        }
        out += "\n";
        out += &relations.into_iter().map(relation).collect::<String>();
        out += &model.routines.iter().filter(|routine| routine.schema == name).map(routine).collect::<String>();
        out += &types(model, &name);
    }
    out + &extensions(model)
}

/// One table or view.
pub fn relation(relation: &Relation) -> String {
    let id = anchor(&relation.identity);
    let mut out = format!("### <a id=\"{id}\"></a>{}\n\n", text(&relation.identity));
    out += &prose(relation.comment.as_ref());
    out += &format!("{}\n\n", facts(relation));
    out += "| Column | Type | Null | Default | Key | |\n|---|---|---|---|---|---|\n";
    for column in &relation.columns {
        let default = column.generated.as_ref().map(|of| format!("generated: {of}")).or_else(|| column.default.clone());
        let default = column.identity.map(|how| format!("identity {how}")).or(default).unwrap_or_default();
        let mut keys: Vec<String> = Vec::new();
        keys.extend(column.primary_key.then(|| "primary".to_owned()));
        keys.extend((column.unique && !column.primary_key).then(|| "unique".to_owned()));
        keys.extend(column.references.iter().map(|of| link(of)));
        out += &format!(
            "| {} | {} | {} | {} | {} | {} |\n",
            text(&column.name),
            code(&column.data_type),
            null(relation, column),
            code(&default),
            keys.join(", "),
            column.comment.as_deref().map(text).unwrap_or_default(),
        );
    }
    out += "\n";
    let keys = |keys: &[ForeignKey]| {
        keys.iter().map(|key| format!("{}{}", key_line(key), note(&key.actions))).collect::<Vec<_>>()
    };
    out += &list("References", keys(&relation.foreign_keys));
    out += &list("Referenced by", keys(&relation.referenced_by));
    let indexes = relation.indexes.iter().map(|index| {
        format!("{}: {}{}", text(&index.name), code(&index.on), note(if index.unique { "unique" } else { "" }))
    });
    out += &list("Indexes", indexes.collect());
    let checks = relation.checks.iter().map(|check| format!("{}: {}", text(&check.name), code(&check.definition)));
    out += &list("Constraints", checks.collect());
    let triggers =
        relation.triggers.iter().map(|trigger| format!("{}: {}", text(&trigger.name), code(&trigger.action)));
    out += &list("Triggers", triggers.collect());
    out += &list("Policies", relation.policies.iter().map(policy).collect());
    let grants = relation.privileges.iter().map(|grant| {
        let column = grant.column.as_ref().map(|column| format!(" on {}", text(column))).unwrap_or_default();
        format!("{}: {}{column}", text(&grant.role), grant.privileges.join(", "))
    });
    out += &list("Privileges", grants.collect());
    let partitions = relation.partitions.iter().map(|one| format!("{}: {}", text(&one.identity), code(&one.bound)));
    out += &list("Partitions", partitions.collect());
    out + &relation.query.as_ref().map(|query| format!("{}\n", block(query))).unwrap_or_default()
}

/// Whether a column may be null; nobody knows of a view's.
fn null(relation: &Relation, column: &Column) -> &'static str {
    match (relation.kind.is_view(), column.not_null) {
        (true, _) => "",
        (false, true) => "no",
        (false, false) => "yes",
    }
}

/// An object of any other kind.
pub fn object(of: &super::Detail) -> String {
    let definition = if of.definition.is_empty() { String::new() } else { block(&of.definition) };
    format!("### {} ({})\n\n{}{definition}", text(&of.identity), of.kind, prose(of.comment.as_ref()))
}

fn facts(relation: &Relation) -> String {
    let mut facts = vec![relation.kind.words().to_owned()];
    facts.extend(relation.partition_key.iter().map(|key| format!("partitioned by {}", code(key))));
    facts.extend(match relation.row_security {
        RowSecurity::Off => None,
        RowSecurity::On => Some("row security on".to_owned()),
        RowSecurity::Forced => Some("row security forced".to_owned()),
    });
    facts.join(" · ")
}

fn policy(policy: &super::model::Policy) -> String {
    let mut line = format!("{} for {} to {}", text(&policy.name), policy.command, text(&policy.roles.join(", ")));
    for (word, expression) in [("using", &policy.using), ("check", &policy.check)] {
        if let Some(expression) = expression {
            line += &format!(", {word} {}", code(expression));
        }
    }
    line
}

fn key_line(key: &ForeignKey) -> String {
    let list = |columns: &[String]| text(&columns.join(", "));
    format!(
        "{}: {} ({}) → {} ({})",
        text(&key.name),
        link_to(&key.table),
        list(&key.columns),
        link_to(&key.references),
        list(&key.referenced_columns)
    )
}

fn note(text: &str) -> String {
    if text.is_empty() { String::new() } else { format!(", {text}") }
}

fn routine(routine: &Routine) -> String {
    let result = routine.result.as_ref().map(|result| format!(" → {}", code(result))).unwrap_or_default();
    let id = anchor(&routine.identity);
    format!(
        "### <a id=\"{id}\"></a>{}({}){result}\n\n{}{}\n",
        text(&routine.name),
        text(&routine.arguments),
        prose(routine.comment.as_ref()),
        block(&routine.definition)
    )
}

fn types(model: &Model, schema: &str) -> String {
    let of = model.types.iter().filter(|of| of.schema == schema).map(|of| {
        let members: Vec<_> = of.members.iter().map(|member| code(member)).collect();
        let comment = of.comment.as_ref().map(|comment| format!(" {}", text(comment))).unwrap_or_default();
        format!("{} ({}): {}{comment}", text(&of.name), of.kind, members.join(", "))
    });
    list("Types", of.collect())
}

fn extensions(model: &Model) -> String {
    let of = model
        .extensions
        .iter()
        .map(|of| format!("{} {}", text(&of.name), text(of.version.as_deref().unwrap_or_default())));
    list("Extensions", of.collect())
}

/// A list under a bold word; nothing when it is empty.
fn list(title: &str, lines: Vec<String>) -> String {
    if lines.is_empty() {
        return String::new();
    }
    let lines: String = lines.iter().map(|line| format!("- {}\n", line.trim_end())).collect();
    format!("**{title}**\n\n{lines}\n")
}

/// A comment as paragraphs.
fn prose(comment: Option<&String>) -> String {
    comment
        .map(|comment| format!("{}\n\n", comment.lines().map(text).collect::<Vec<_>>().join("\n")))
        .unwrap_or_default()
}

/// A link to the table of a column, `app.users.id`.
fn link(column: &str) -> String {
    let table = crate::object::split_last(column).map_or(column, |(table, _)| table);
    format!("[{}](#{})", text(column), anchor(table))
}

fn link_to(table: &str) -> String {
    format!("[{}](#{})", text(table), anchor(table))
}

/// An anchor that no other object has: letters and digits as they are, the rest by number.
pub fn anchor(identity: &str) -> String {
    let one = |c: char| match c {
        'a'..='z' | 'A'..='Z' | '0'..='9' | '_' => c.to_string(),
        '.' => "-".to_owned(),
        c => format!("-{:x}-", u32::from(c)),
    };
    identity.chars().map(one).collect()
}

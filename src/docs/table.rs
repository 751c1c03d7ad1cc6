//! The article on one table or view.

use crate::inspect::escape::markup;
use crate::inspect::markdown::anchor;
use crate::inspect::model::{Column, ForeignKey, Relation, RowSecurity};

/// A table of HTML: heads, then rows of cells that are HTML already; nothing without rows.
pub(super) fn grid(class: &str, heads: &[&str], rows: &[Vec<String>]) -> String {
    if rows.is_empty() {
        return String::new();
    }
    let used: Vec<usize> = (0..heads.len()).filter(|&i| rows.iter().any(|row| !row[i].is_empty())).collect();
    let head: String = used.iter().map(|&i| format!("<th>{}</th>", heads[i])).collect();
    let row = |row: &Vec<String>| {
        let cells: String = used.iter().map(|&i| format!("<td>{}</td>", row[i])).collect();
        format!("<tr>{cells}</tr>\n")
    };
    let rows: String = rows.iter().map(row).collect();
    format!(
        "<div class=\"scroll\"><table class=\"{class}\"><thead><tr>{head}</tr></thead><tbody>\n{rows}</tbody></table></div>\n"
    )
}

/// A section with a small headline; nothing without a body.
pub(super) fn section(title: &str, body: &str) -> String {
    if body.is_empty() { String::new() } else { format!("<section><h4>{title}</h4>\n{body}</section>\n") }
}

/// A comment as paragraphs.
pub(super) fn prose(comment: Option<&String>) -> String {
    let Some(comment) = comment else { return String::new() };
    let paragraphs = comment.split("\n\n").map(|paragraph| format!("<p>{}</p>\n", markup(paragraph.trim())));
    format!("<div class=\"prose\">{}</div>\n", paragraphs.collect::<String>())
}

pub(super) fn code(text: &str) -> String {
    if text.is_empty() { String::new() } else { format!("<code>{}</code>", markup(text)) }
}

fn badge(class: &str, text: &str) -> String {
    format!("<span class=\"badge {class}\">{text}</span>")
}

/// A link to a table, by its identity.
fn link(identity: &str, text: &str) -> String {
    format!("<a href=\"#{}\">{}</a>", anchor(identity), markup(text))
}

/// The article.
pub(super) fn article(relation: &Relation) -> String {
    let id = anchor(&relation.identity);
    let kind = relation.kind.words();
    format!(
        "<article id=\"{id}\" data-identity=\"{}\" data-name=\"{}\"><header><h3><span class=\"schema\">{}.</span>{}</h3>\
         <span class=\"kind\">{kind}</span>{}</header>\n{}{}{}{}{}{}{}{}{}{}{}</article>\n",
        markup(&relation.identity),
        markup(&format!("{}.{}", relation.schema, relation.name).to_lowercase()),
        markup(&relation.schema),
        markup(&relation.name),
        facts(relation),
        prose(relation.comment.as_ref()),
        columns(relation),
        section("References", &foreign_keys(&relation.foreign_keys, false)),
        section("Referenced by", &foreign_keys(&relation.referenced_by, true)),
        section("Indexes", &indexes(relation)),
        section("Constraints", &constraints(relation)),
        section("Triggers", &triggers(relation)),
        section("Policies", &policies(relation)),
        section("Partitions", &partitions(relation)),
        section("Privileges", &privileges(relation)),
        relation
            .query
            .as_ref()
            .map(|query| section("Definition", &format!("<pre>{}</pre>\n", markup(query.trim()))))
            .unwrap_or_default(),
    )
}

fn facts(relation: &Relation) -> String {
    let mut facts = Vec::new();
    facts.extend(match relation.row_security {
        RowSecurity::Off => None,
        RowSecurity::On => Some(badge("good", "row security")),
        RowSecurity::Forced => Some(badge("good", "row security forced")),
    });
    facts.extend(relation.partition_key.iter().map(|key| badge("", &format!("by {}", markup(key)))));
    facts.extend(relation.inherits.iter().map(|of| badge("", &format!("inherits {}", link(of, of)))));
    facts.join("")
}

fn columns(relation: &Relation) -> String {
    let row = |column: &Column| {
        let mut keys = Vec::new();
        if column.primary_key {
            keys.push(badge("pk", "primary"));
        } else if column.unique {
            keys.push(badge("", "unique"));
        }
        keys.extend(column.references.iter().chain(&column.origin).map(|of| {
            let table = crate::object::split_last(of).map_or(of.as_str(), |(table, _)| table);
            link(table, &format!("→ {of}"))
        }));
        let value = match (column.identity, &column.generated) {
            (Some(how), _) => format!("identity {how}"),
            (None, Some(expression)) => format!("generated {}", code(expression)),
            (None, None) => column.default.as_deref().map(code).unwrap_or_default(),
        };
        let null = match (relation.kind.is_view(), column.not_null) {
            (false, false) => "<span class=\"faint\">null</span>",
            (false, true) => "not null",
            (true, _) => "",
        };
        vec![
            format!("<b>{}</b>", markup(&column.name)),
            code(&column.data_type),
            null.to_owned(),
            value,
            keys.join(" "),
            column.comment.as_deref().map(markup).unwrap_or_default(),
        ]
    };
    let rows: Vec<_> = relation.columns.iter().map(row).collect();
    grid("columns", &["Column", "Type", "", "Default", "Key", "Comment"], &rows)
}

fn foreign_keys(keys: &[ForeignKey], seen_from_target: bool) -> String {
    let row = |key: &ForeignKey| {
        let (other, near, far) = if seen_from_target {
            (&key.table, &key.referenced_columns, &key.columns)
        } else {
            (&key.references, &key.columns, &key.referenced_columns)
        };
        let mut notes = vec![markup(&key.actions)];
        notes.extend(key.one_to_one.then(|| badge("", "one to one")));
        vec![
            markup(&near.join(", ")),
            format!(
                "{} {} ({})",
                if seen_from_target { "←" } else { "→" },
                link(other, other),
                markup(&far.join(", "))
            ),
            markup(&key.name),
            notes.join(" "),
        ]
    };
    grid("keys", &["Columns", "Table", "Foreign key", ""], &keys.iter().map(row).collect::<Vec<_>>())
}

fn indexes(relation: &Relation) -> String {
    let row = |index: &crate::inspect::model::Index| {
        let mut notes = String::new();
        notes += &if index.unique { badge("", "unique") } else { String::new() };
        notes += &if index.valid { String::new() } else { badge("bad", "invalid") };
        vec![markup(&index.name), code(&index.on), notes, index.comment.as_deref().map(markup).unwrap_or_default()]
    };
    grid("indexes", &["Index", "On", "", "Comment"], &relation.indexes.iter().map(row).collect::<Vec<_>>())
}

fn constraints(relation: &Relation) -> String {
    let row = |check: &crate::inspect::model::Check| {
        vec![markup(&check.name), code(&check.definition), check.comment.as_deref().map(markup).unwrap_or_default()]
    };
    let rows: Vec<_> = relation.checks.iter().chain(&relation.rules).map(row).collect();
    grid("constraints", &["Constraint", "Definition", "Comment"], &rows)
}

fn triggers(relation: &Relation) -> String {
    let row = |trigger: &crate::inspect::model::Trigger| {
        let state = if trigger.enabled == "enabled" { String::new() } else { badge("bad", trigger.enabled) };
        vec![
            markup(&trigger.name),
            code(&trigger.action),
            state,
            trigger.comment.as_deref().map(markup).unwrap_or_default(),
        ]
    };
    grid("triggers", &["Trigger", "Action", "", "Comment"], &relation.triggers.iter().map(row).collect::<Vec<_>>())
}

fn policies(relation: &Relation) -> String {
    let row = |policy: &crate::inspect::model::Policy| {
        let kind = if policy.permissive { String::new() } else { badge("bad", "restrictive") };
        vec![
            format!("{} {kind}", markup(&policy.name)),
            policy.command.clone(),
            markup(&policy.roles.join(", ")),
            policy.using.as_deref().map(code).unwrap_or_default(),
            policy.check.as_deref().map(code).unwrap_or_default(),
            policy.comment.as_deref().map(markup).unwrap_or_default(),
        ]
    };
    let rows: Vec<_> = relation.policies.iter().map(row).collect();
    grid("policies", &["Policy", "For", "To", "Using", "Check", "Comment"], &rows)
}

fn partitions(relation: &Relation) -> String {
    let row = |one: &crate::inspect::model::Partition| vec![markup(&one.identity), code(&one.bound)];
    grid("partitions", &["Partition", "Bound"], &relation.partitions.iter().map(row).collect::<Vec<_>>())
}

fn privileges(relation: &Relation) -> String {
    let row = |grant: &crate::inspect::model::Grant| {
        vec![markup(&grant.role), grant.column.as_deref().map(markup).unwrap_or_default(), grant.privileges.join(", ")]
    };
    let granted: Vec<_> = relation.privileges.iter().filter(|grant| !grant.owner).map(row).collect();
    grid("privileges", &["Role", "Column", "Privileges"], &granted)
}

//! The page: what there is, at the side; the diagram; and an article on each object.

use super::table::{article, code, grid, prose, section};
use crate::inspect::diagram::{Graph, STYLE, svg};
use crate::inspect::escape::markup;
use crate::inspect::markdown::anchor;
use crate::inspect::model::{Model, Relation, RelationKind, Routine, Type};

/// The looks of the page.
const LOOKS: &str = include_str!("page.css");

/// The page's search, theme and diagram.
const SCRIPT: &str = include_str!("page.js");

/// The whole page; it loads nothing.
pub fn page(model: &Model, title: &str) -> String {
    let diagram = svg(&Graph::of(model), false);
    let schemas: String = model.schemas.iter().map(|schema| articles(model, schema)).collect();
    format!(
        "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; img-src data:\">\n\
         <title>{title}</title>\n<style>{STYLE}{LOOKS}</style>\n</head>\n<body>\n\
         <nav id=\"side\"><div class=\"top\"><h1>{title}</h1><input id=\"search\" type=\"search\" placeholder=\"Search ( / )\" \
         aria-label=\"Search\" autocomplete=\"off\"></div>\n<div id=\"list\">{list}</div></nav>\n\
         <main>\n<div class=\"bar\"><span>{counts}</span><button id=\"theme\" type=\"button\" title=\"Light or dark\">◐</button></div>\n\
         <section id=\"diagram\"><div class=\"tools\"><h2>Diagram</h2><button type=\"button\" data-zoom=\"in\" title=\"Larger\">+</button>\
         <button type=\"button\" data-zoom=\"out\" title=\"Smaller\">−</button><button type=\"button\" data-zoom=\"fit\">Fit</button>\
         <span class=\"faint\">drag to move, scroll to zoom, click a table to read on</span></div>\n<div id=\"canvas\">{diagram}</div></section>\n\
         {schemas}{extensions}<p id=\"nothing\" hidden>Nothing is called so.</p>\n</main>\n<script>{SCRIPT}</script>\n</body>\n</html>\n",
        title = markup(title),
        list = list(model),
        counts = counts(model),
        extensions = extensions(model),
    )
}

fn counts(model: &Model) -> String {
    let of = |wanted: fn(RelationKind) -> bool| model.relations.iter().filter(|relation| wanted(relation.kind)).count();
    format!(
        "{} tables · {} views · {} functions · {} types · PostgreSQL {}",
        of(|kind| !kind.is_view() && kind != RelationKind::Partition),
        of(RelationKind::is_view),
        model.routines.len(),
        model.types.len(),
        markup(&model.server_version)
    )
}

/// The relations that have an article: partitions are told of with the table that they are part of.
fn shown<'a>(model: &'a Model, schema: &'a str) -> impl Iterator<Item = &'a Relation> {
    model.relations.iter().filter(move |relation| relation.schema == schema && relation.kind != RelationKind::Partition)
}

/// The links at the side.
fn list(model: &Model) -> String {
    let link = |identity: &str, name: &str, class: &str| {
        let search = markup(&name.to_lowercase());
        format!("<a class=\"{class}\" href=\"#{}\" data-name=\"{search}\">{}</a>\n", anchor(identity), markup(name))
    };
    let mut out = String::from("<a href=\"#diagram\" class=\"whole\">Diagram</a>\n");
    for schema in &model.schemas {
        let name = crate::inspect::plain(&schema.identity);
        let mut links: String = shown(model, &name)
            .map(|r| link(&r.identity, &r.name, if r.kind.is_view() { "view" } else { "table" }))
            .collect();
        links.extend(
            model
                .routines
                .iter()
                .filter(|r| r.schema == name)
                .map(|r| link(&r.identity, &format!("{}()", r.name), "function")),
        );
        links.extend(model.types.iter().filter(|t| t.schema == name).map(|t| link(&t.identity, &t.name, "type")));
        if !links.is_empty() {
            out += &format!("<details open><summary>{}</summary>\n{links}</details>\n", markup(&name));
        }
    }
    out
}

/// The articles of a schema.
fn articles(model: &Model, schema: &crate::inspect::model::Item) -> String {
    let name = crate::inspect::plain(&schema.identity);
    let mut articles: String = shown(model, &name).map(article).collect();
    articles.extend(model.routines.iter().filter(|routine| routine.schema == name).map(routine));
    articles.extend(model.types.iter().filter(|of| of.schema == name).map(type_of));
    // Every database's `public` bears this one.
    let comment = schema.comment.as_ref().filter(|comment| *comment != "standard public schema");
    if articles.is_empty() && comment.is_none() {
        return articles;
    }
    format!("<section class=\"of-schema\"><h2>{}</h2>\n{}{articles}</section>\n", markup(&name), prose(comment))
}

fn routine(routine: &Routine) -> String {
    let result = routine.result.as_ref().map(|result| format!("<p>Returns {}</p>\n", code(result))).unwrap_or_default();
    format!(
        "<article id=\"{}\" data-name=\"{}\"><header><h3><span class=\"schema\">{}.</span>{}<span class=\"arguments\">({})</span></h3>\
         <span class=\"kind\">{}</span></header>\n{}{result}<details><summary>Definition</summary><pre>{}</pre></details></article>\n",
        anchor(&routine.identity),
        markup(&format!("{}.{}", routine.schema, routine.name).to_lowercase()),
        markup(&routine.schema),
        markup(&routine.name),
        markup(&routine.arguments),
        routine.kind,
        prose(routine.comment.as_ref()),
        markup(routine.definition.trim()),
    )
}

fn type_of(of: &Type) -> String {
    let members: String = of.members.iter().map(|member| format!("<li>{}</li>", code(member))).collect();
    format!(
        "<article id=\"{}\" data-name=\"{}\"><header><h3><span class=\"schema\">{}.</span>{}</h3><span class=\"kind\">{}</span></header>\n\
         {}<ul class=\"members\">{members}</ul></article>\n",
        anchor(&of.identity),
        markup(&format!("{}.{}", of.schema, of.name).to_lowercase()),
        markup(&of.schema),
        markup(&of.name),
        of.kind,
        prose(of.comment.as_ref()),
    )
}

fn extensions(model: &Model) -> String {
    let row = |of: &crate::inspect::model::Extension| {
        let text = |text: &Option<String>| text.as_deref().map(markup).unwrap_or_default();
        vec![markup(&of.name), text(&of.version), markup(&of.schema), text(&of.comment)]
    };
    let rows: Vec<_> = model.extensions.iter().map(row).collect();
    section("Extensions", &grid("extensions", &["Extension", "Version", "Schema", "Comment"], &rows))
}

//! `dbtool inspect`.

use anyhow::Result;
use clap::ValueEnum;
use serde::Serialize;

use crate::catalog::Catalog;
use crate::cli::config::{Endpoint, Secret};
use crate::cli::render::inspect as render;
use crate::cli::report::Report;
use crate::cli::style::Style;
use crate::cli::{Context, engine};
use crate::failure::{Exit, Failure};
use crate::inspect::diagram::{self, Graph};
use crate::inspect::embedding::{Embeddings, Name, embeddings};
use crate::inspect::model::Relation;
use crate::inspect::{self, Activity, Detail, Found, Model, markdown};
use crate::object::ObjectId;

/// Show what a database holds: all of it, or one object in detail
///
/// Without a name, every schema with its tables (rows, size, keys, row security), views, functions, types, triggers and
/// policies. With a name, all that is known of that table, view, function, type, index, … With --relationships, what
/// PostgREST and supabase-js can embed where all schemas are exposed, which embeddings are ambiguous, and what to write instead.
/// Rows are estimates; sizes and use are known of a live database only.
///
/// The JSON (--json) has the keys server_version, schemas, relations, routines, types, extensions, others and not_handled; with a
/// name, those of that object; with --relationships, tables. Keys are never left out, and none changes its meaning.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  dbtool inspect
  dbtool inspect orders
  dbtool inspect 'app.touch()' --env production
  dbtool inspect --relationships orders
  dbtool inspect --from schema.sql --format svg > schema.svg
  dbtool inspect --around orders --depth 2 --format mermaid")]
pub struct Args {
    /// What to show: a table, view, function, type, index, …, with its schema or without
    object: Option<String>,

    /// Where to look: URL, environment, schema file or folder, or snapshot [default: the database]
    #[arg(long, value_name = "SOURCE")]
    from: Option<Secret>,

    /// Show what PostgREST can embed in each table, or in the one that is named
    #[arg(long)]
    relationships: bool,

    /// How to show it; mermaid, dot and svg are entity-relationship diagrams
    #[arg(long, value_name = "FORMAT", default_value = "table")]
    format: Format,

    /// Only this table and those near it
    #[arg(long, value_name = "TABLE", conflicts_with = "object")]
    around: Option<String>,

    /// How many foreign keys away a table may be [default: 1]
    #[arg(long, value_name = "NUMBER")]
    depth: Option<usize>,
}

/// How to show it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Format {
    /// Aligned text
    Table,
    /// JSON, as with --json
    Json,
    /// Markdown
    Markdown,
    /// A diagram for Mermaid
    Mermaid,
    /// A diagram for Graphviz
    Dot,
    /// A drawn diagram
    Svg,
}

/// What was asked for.
#[derive(Debug, Serialize)]
#[serde(untagged)]
enum Answer {
    /// The whole database.
    Whole(Box<Model>),
    /// One table or view.
    Relation {
        /// The relation.
        #[serde(flatten)]
        relation: Box<Relation>,
        /// The SQL that makes it, and what belongs to it.
        definition: String,
    },
    /// Another object.
    Object(Box<Detail>),
    /// `--relationships`.
    Embeddings(Embeddings),
    /// A diagram: `{"format": "svg", "text": "…"}`.
    Drawing {
        /// The format.
        format: &'static str,
        /// The diagram.
        text: String,
    },
}

/// The answer, how to show it, and what the database is called.
#[derive(Debug, Serialize)]
#[serde(transparent)]
pub struct InspectReport {
    answer: Answer,
    #[serde(skip)]
    format: Format,
    #[serde(skip)]
    name: String,
}

/// Reads the source and picks what was asked for.
pub async fn run(args: Args, context: &Context<'_>) -> Result<InspectReport> {
    let source = match &args.from {
        Some(from) => context.endpoint("--from", from.expose())?,
        None => Endpoint::Database(context.target()?),
    };
    let (side, catalog, activity) = engine::inspect(context, &source, true).await?;
    let answer = answer(&args, &catalog, activity.as_ref())?;
    Ok(InspectReport { answer, format: args.format, name: side.name().to_owned() })
}

fn answer(args: &Args, catalog: &Catalog, activity: Option<&Activity>) -> Result<Answer> {
    let mut model = inspect::model(catalog, activity);
    let object = args.object.as_deref().map(|name| named(catalog, name)).transpose()?;
    if args.relationships {
        let name = object.map(|id| relation_name(&model, id)).transpose()?;
        return Ok(Answer::Embeddings(embeddings(&model, name.as_ref())));
    }
    let centre = args.around.as_deref().map(|name| named(catalog, name)).transpose()?;
    let drawing = drawing(args.format);
    let centre = centre.or(object.filter(|_| drawing.is_some()));
    if let Some(id) = centre {
        relation_name(&model, id)?;
        keep_around(&mut model, id, args.depth.unwrap_or(1));
    }
    if let Some((format, draw)) = drawing {
        let graph = centre.map_or_else(|| Graph::of(&model), |id| Graph::around(&model, &id.identity));
        return Ok(Answer::Drawing { format, text: draw(&graph) });
    }
    let Some(id) = object else { return Ok(Answer::Whole(Box::new(model))) };
    let detail = inspect::detail(catalog, id, activity).expect("it was found in this catalog");
    let relation = model.relations.into_iter().find(|relation| *relation.identity == *id.identity);
    Ok(match relation.filter(|_| is_relation(id)) {
        Some(relation) => Answer::Relation { relation: Box::new(relation), definition: detail.definition },
        None => Answer::Object(Box::new(detail)),
    })
}

/// What makes the text of a diagram.
type Draw = fn(&Graph) -> String;

/// The name of a format that is a diagram, and what draws it.
fn drawing(format: Format) -> Option<(&'static str, Draw)> {
    match format {
        Format::Mermaid => Some(("mermaid", diagram::mermaid)),
        Format::Dot => Some(("dot", diagram::dot)),
        Format::Svg => Some(("svg", |graph| diagram::svg(graph, true))),
        Format::Table | Format::Json | Format::Markdown => None,
    }
}

fn is_relation(id: &ObjectId) -> bool {
    use crate::object::Kind::{ForeignTable, MaterializedView, Table, View};
    matches!(id.kind, Table | ForeignTable | View | MaterializedView)
}

/// Leaves only the relations within `depth` foreign keys of one.
fn keep_around(model: &mut Model, id: &ObjectId, depth: usize) {
    let kept = diagram::around(model, &id.identity, depth);
    model.relations.retain(|relation| kept.contains(&relation.identity));
}

/// The object that a name means.
fn named<'a>(catalog: &'a Catalog, name: &str) -> Result<&'a ObjectId> {
    let failure = |message, hint| Failure::Usage { message, hint };
    let failure = match inspect::find(catalog, name) {
        Found::One(id) => return Ok(id),
        Found::Several(ids) => {
            let names: Vec<String> =
                ids.iter().map(|id| format!("{} {}", id.kind.keyword().to_lowercase(), id.identity)).collect();
            failure(
                format!("{name} may be several objects: {}", names.join("; ")),
                "Name one of them in full".to_owned(),
            )
        }
        Found::Nearest(names) if names.is_empty() => {
            failure(format!("There is no {name}"), "'dbtool inspect' without a name lists what there is".to_owned())
        }
        Found::Nearest(names) => {
            failure(format!("There is no {name}"), format!("Is it one of these? {}", names.join(", ")))
        }
    };
    Err(failure.into())
}

/// The names of a table or view.
fn relation_name(model: &Model, id: &ObjectId) -> Result<Name> {
    match model.relation(&id.identity).filter(|_| is_relation(id)) {
        Some(relation) => Ok(Name { schema: relation.schema.clone(), name: relation.name.clone() }),
        None => Err(Failure::Usage {
            message: format!("{} {} is no table or view", id.kind.keyword().to_lowercase(), id.identity),
            hint: "Name a table or view".to_owned(),
        }
        .into()),
    }
}

impl Report for InspectReport {
    fn human(&self, style: &Style) -> String {
        match (&self.answer, self.format) {
            (answer, Format::Json) => serde_json::to_string_pretty(answer).expect("a model is plain data") + "\n",
            (Answer::Drawing { text, .. }, _) => text.clone(),
            (Answer::Whole(model), Format::Markdown) => markdown::markdown(model, &self.name),
            (Answer::Relation { relation, .. }, Format::Markdown) => markdown::relation(relation),
            (Answer::Whole(model), _) => render::overview(model, &self.name, style),
            (Answer::Relation { relation, definition }, _) => render::relation(relation, definition, style),
            (Answer::Object(detail), Format::Markdown) => markdown::object(detail),
            (Answer::Object(detail), _) => render::detail(detail, style),
            (Answer::Embeddings(embeddings), _) => render::embeddings(embeddings, style),
        }
    }

    fn exit(&self) -> Exit {
        Exit::Done
    }

    fn pages(&self) -> bool {
        true
    }
}

//! The text as the command line prints it since its version 3: unformatted, with the generator's own gaps.

use std::fmt::Write as _;

use super::model::{Database, Property, Relationship, Schema, Signature, Table, Ts};
use super::text::{json, json_columns};

/// Prints the whole.
pub fn print(database: &Database) -> String {
    let version = database.postgrest_version.as_ref().map(|version| {
        format!(
            "// Allows to automatically instantiate createClient with right options
  // instead of createClient<Database, {{ PostgrestVersion: 'XX' }}>(URL, KEY)
  __InternalSupabase: {{
    PostgrestVersion: '{version}'
  }}"
        )
    });
    let schemas: Vec<String> = database.schemas.iter().map(schema).collect();
    let helpers = include_str!("helpers.cli-3.ts").replace("{{default}}", &json(&database.default_schema));
    let constants: Vec<String> = database.schemas.iter().map(constants).collect();
    format!(
        "
export type Json = string | number | boolean | null | {{ [key: string]: Json | undefined }} | Json[]

export type Database = {{
  {}
  {}
}}
{helpers}export const Constants = {{
  {}
}} as const
",
        version.unwrap_or_default(),
        schemas.join(","),
        constants.join(",")
    )
}

fn schema(schema: &Schema) -> String {
    let functions: Vec<String> = schema.functions.iter().map(|(name, of)| function(name, of)).collect();
    let enums = schema.enums.iter().map(|(name, labels)| format!("{}: {}", json(name), literals(labels)));
    let composite = |(name, attributes): &(String, Vec<Property>)| {
        let gap = " ".repeat(22);
        format!("{}: {{\n  {gap}{}\n{gap}}}", json(name), properties(attributes, ","))
    };
    format!(
        "{}: {{
          Tables: {{
            {}
          }}
          Views: {{
            {}
          }}
          Functions: {{
            {}
          }}
          Enums: {{
            {}
          }}
          CompositeTypes: {{
            {}
          }}
        }}",
        json(&schema.name),
        or_never(schema.tables.iter().map(table).collect(), ","),
        or_never(schema.views.iter().map(table).collect(), ","),
        or_never(functions, ",\n"),
        or_never(enums.collect(), ","),
        or_never(schema.composites.iter().map(composite).collect(), ","),
    )
}

/// What stands for a section with nothing in it.
fn or_never(items: Vec<String>, between: &str) -> String {
    if items.is_empty() { "[_ in never]: never".to_owned() } else { items.join(between) }
}

fn table(table: &Table) -> String {
    let gap = " ".repeat(18);
    let part = |name: &str, of: &[Property], inner: &str, end: &str| {
        format!("{name}: {{\n{inner}{}\n{end}}}\n", properties(of, ","))
    };
    let computed: Vec<String> = table.computed.iter().map(|name| json(name)).collect();
    let computed = if computed.is_empty() { "never".to_owned() } else { computed.join(" | ") };
    let (row_gap, view_gap) = (" ".repeat(20), " ".repeat(27));
    let mut text = format!("{}: {{\n{gap}{}", json(&table.name), part("Row", &table.row, &row_gap, &gap));
    write!(text, "{gap}ComputedFields: {computed}\n{gap}").expect("a string can be written to");
    for (name, of) in [("Insert", &table.insert), ("Update", &table.update)] {
        let Some(of) = of else { continue };
        text += &match table.of_view {
            false => part(name, of, &row_gap, &gap) + &gap,
            true => part(name, of, &view_gap, &" ".repeat(25)) + &" ".repeat(24),
        };
    }
    let relationships: Vec<String> = table.relationships.iter().map(relationship).collect();
    write!(text, "Relationships: [\n{row_gap}{}\n{gap}]\n                }}", relationships.join(","))
        .expect("a string can be written to");
    text
}

fn relationship(of: &Relationship) -> String {
    format!(
        "{{
      foreignKeyName: {}
      columns: {}
isOneToOne: {}
      referencedRelation: {}
      referencedColumns: {}
    }}",
        json(&of.key),
        json_columns(&of.columns),
        of.one_to_one,
        json(&of.referenced),
        json_columns(&of.referenced_columns)
    )
}

fn function(name: &str, signatures: &[Signature]) -> String {
    let signatures: Vec<String> = signatures.iter().map(signature).collect();
    format!("{}:\n{}", json(name), signatures.join(" |\n"))
}

fn signature(signature: &Signature) -> String {
    let args = match signature.args.as_slice() {
        [] => "Record<PropertyKey, never>".to_owned(),
        args => format!("{{ {} }}", properties(args, ",")),
    };
    let set = signature.set.as_ref().map(|set| {
        format!(
            "SetofOptions: {{
        from: {}
        to: {}
        isOneToOne: {}
        isSetofReturn: {}
      }}",
            json(&set.from),
            json(&set.to),
            set.one_to_one,
            set.set
        )
    });
    let gap = " ".repeat(26);
    format!("{{ Args: {args}; Returns: {}\n{gap}{} }}", ts(&signature.returns), set.unwrap_or_default())
}

fn properties(of: &[Property], between: &str) -> String {
    let property = |p: &Property| format!("{}{}: {}", json(&p.name), if p.optional { "?" } else { "" }, ts(&p.of));
    of.iter().map(property).collect::<Vec<_>>().join(between)
}

fn literals(labels: &[String]) -> String {
    labels.iter().map(|label| json(label)).collect::<Vec<_>>().join("|")
}

fn ts(of: &Ts) -> String {
    match of {
        Ts::Word(word) => (*word).to_owned(),
        Ts::Literals(labels) => literals(labels),
        Ts::Member { schema, section, name, row } => {
            let row = if *row { "['Row']" } else { "" };
            format!("Database[{}]['{section}'][{}]{row}", json(schema), json(name))
        }
        Ts::WithoutComputed(row) => {
            let row = ts(row);
            format!("Omit<{row}, {}['ComputedFields']>", row.strip_suffix("['Row']").unwrap_or(&row))
        }
        Ts::List(of) => format!("({})[]", ts(of)),
        Ts::Set(of) => format!("{}[]", ts(of)),
        Ts::Nullable(of) => format!("{} | null", ts(of)),
        Ts::Object { properties: of, lines } => {
            format!("{{\n              {}\n            }}", properties(of, if *lines { ",\n" } else { "," }))
        }
        Ts::Error(message) => format!("{{ error: true }} & {}", json(message)),
    }
}

fn constants(schema: &Schema) -> String {
    let labels = |labels: &[String]| labels.iter().map(|label| json(label)).collect::<Vec<_>>().join(", ");
    let enums: Vec<String> =
        schema.enums.iter().map(|(name, of)| format!("{}: [{}]", json(name), labels(of))).collect();
    format!(
        "{}: {{
          Enums: {{
            {}
          }}
        }}",
        json(&schema.name),
        enums.join(",")
    )
}

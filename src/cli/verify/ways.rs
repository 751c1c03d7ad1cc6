//! Each generated migration goes up, down and up again, and rows that were there before are there when it is taken back.

use anyhow::{Context as _, Result};

use super::{Finding, Found, State};
use crate::catalog::Catalog;
use crate::cli::engine;
use crate::cli::migrations::told;
use crate::migration::{Migration, Script};
use crate::object::Kind;
use crate::proof::Stage;

/// Each generated migration comes back to where it began, with the rows that were there, and forth again.
pub async fn ways(state: &State<'_>) -> Found {
    let migrations = &state.folder.migrations;
    if !migrations.iter().any(|migration| migration.header().is_generated()) {
        return Ok(None);
    }
    let mut stage = engine::blank(state.context, None, &state.scope).await?;
    let mut findings = Vec::new();
    for (index, migration) in migrations.iter().enumerate() {
        match there_and_back(state, &stage, migration).await? {
            Way::Right => {}
            Way::Wrong(finding) => {
                findings.push(finding);
                break;
            }
            Way::Lost(why) => {
                if let Some(error) = why {
                    let title = migration.title();
                    state.context.ui.note(&format!(
                        "{title} was checked without rows; with a row in each table it fails: {error:#}"
                    ));
                }
                stage.close().await?;
                stage = engine::blank(state.context, None, &state.scope).await?;
                for earlier in &migrations[..=index] {
                    engine::play(&stage, earlier).await?;
                }
            }
        }
    }
    stage.close().await?;
    Ok(Some(findings))
}

/// How a migration has gone.
enum Way {
    /// As it should, and its shadow is as it left it.
    Right,
    /// Something does not hold.
    Wrong(Finding),
    /// As it should without rows, and its shadow is half-way: the rows stay in it, or it cannot be run with them, for this reason.
    Lost(Option<anyhow::Error>),
}

async fn there_and_back(state: &State<'_>, stage: &Stage, migration: &Migration) -> Result<Way> {
    let before = stage.read().await?;
    engine::play(stage, migration).await?;
    let Some(down) = migration.down.as_ref().filter(|_| migration.header().is_generated()) else {
        return Ok(Way::Right);
    };
    let after = stage.read().await?;
    back(stage, down).await?;
    if let Some(finding) = unlike(state, &stage.read().await?, &before, down, "does not lead back: it leaves") {
        return Ok(Way::Wrong(finding));
    }
    let probe = stage.probe(&touched(state, &before, &after)).await?;
    if let Err(error) = engine::play(stage, migration).await {
        return if probe.is_empty() { Err(error) } else { Ok(Way::Lost(Some(error))) };
    }
    let words = "does not come out the same the second time:";
    if let Some(finding) = unlike(state, &stage.read().await?, &after, &migration.up, words) {
        return Ok(Way::Wrong(finding));
    }
    if probe.is_empty() {
        return Ok(Way::Right);
    }
    back(stage, down).await.context("With rows in the tables, the way back fails")?;
    let changed = stage.changed(&probe).await?;
    let says_so = migration.header().hazards.iter().any(|hazard| hazard.starts_with("drops "));
    if !changed.is_empty() && !says_so {
        let message = format!("does not bring back the rows of {}", changed.join(", "));
        return Ok(Way::Wrong(wrong(message, down)));
    }
    engine::play(stage, migration).await?;
    Ok(if stage.take_out(probe).await.is_ok() { Way::Right } else { Way::Lost(None) })
}

async fn back(stage: &Stage, down: &Script) -> Result<()> {
    let script = down.parse()?;
    stage.run(&script.statements).await.map_err(|error| engine::placed(error, &script))
}

/// The tables that are there before a migration, and not the same after it.
fn touched(state: &State<'_>, before: &Catalog, after: &Catalog) -> Vec<String> {
    let mut tables: Vec<String> = Vec::new();
    for difference in engine::differences(before, after, &state.scope) {
        let mut id = Some(difference.id);
        while let Some(at) = id {
            if at.kind == Kind::Table && before.entry(&at).is_some() {
                tables.push(at.identity.to_string());
            }
            id = before.entry(&at).or_else(|| after.entry(&at)).and_then(|entry| entry.parent.clone());
        }
    }
    tables.sort();
    tables.dedup();
    tables
}

/// The finding that a state is not what it should be.
fn unlike(state: &State<'_>, seen: &Catalog, wanted: &Catalog, script: &Script, words: &str) -> Option<Finding> {
    let differences = engine::differences(seen, wanted, &state.scope);
    let titles: Vec<String> = differences.iter().take(5).map(told).collect();
    (!titles.is_empty()).then(|| wrong(format!("{words} {}", titles.join(", ")), script))
}

fn wrong(message: String, script: &Script) -> Finding {
    Finding {
        message,
        file: Some(script.shown()),
        line: Some(1),
        repair: "Correct the file, or remove the migration and generate it again: dbtool generate NAME".to_owned(),
    }
}

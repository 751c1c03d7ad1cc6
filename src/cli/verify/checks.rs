//! The checks of schema and migrations.

use super::{Finding, Found, State};
use crate::cli::config::Origin;
use crate::cli::engine::{self, Read, Sides};
use crate::cli::migrations::{Project, Waiting, told};
use crate::cli::render::Side;
use crate::cli::types;
use crate::health::{self, Ignored, Severity};
use crate::migration::{Fault, State as Standing, standings};
use crate::plan::Change;

/// What `schema.sql` declares can be built.
pub async fn schema(state: &State<'_>) -> Found {
    let scope = &state.scope;
    engine::read(state.context, &state.context.schema(), None, scope).await?;
    Ok(Some(Vec::new()))
}

/// The files of types that `dbtool.toml` names are what would be generated.
pub async fn types(state: &State<'_>) -> Found {
    let held = types::check(state.context, &state.context.schema()).await?;
    let stale = held.iter().filter(|outcome| outcome.state != types::State::Current).map(|outcome| Finding {
        message: "is not what schema.sql gives".to_owned(),
        file: Some(outcome.file.display().to_string()),
        line: None,
        repair: "dbtool types".to_owned(),
    });
    Ok((!held.is_empty()).then(|| stale.collect()))
}

/// The folder is whole, and no two migrations start from one state.
pub async fn files(state: &State<'_>) -> Found {
    let of_fault = |fault: &Fault| Finding {
        message: fault.message.clone(),
        file: Some(fault.path.display().to_string()),
        line: None,
        repair: fault.remedy.clone(),
    };
    let mut findings: Vec<Finding> = state.folder.faults.iter().map(of_fault).collect();
    let migrations = &state.folder.migrations;
    // A folder that another tool keeps has none.
    let generated = migrations.iter().any(|migration| migration.header().is_generated());
    if generated && !state.folder.path.join("dbtool.sum").exists() {
        findings.push(Finding {
            message: "dbtool.sum is missing".to_owned(),
            file: Some(state.folder.path.display().to_string()),
            repair: "dbtool migration repair --sum".to_owned(),
            ..Finding::default()
        });
    }
    for (index, migration) in migrations.iter().enumerate() {
        let header = migration.header();
        let twin = migrations[..index].iter().find(|other| header.is_generated() && other.header().from == header.from);
        if let Some(twin) = twin.filter(|_| header.from != header.to) {
            findings.push(Finding {
                message: format!("starts from the same state as {}: two branches were joined", twin.title()),
                file: Some(migration.up.shown()),
                line: Some(1),
                repair: "Remove it and generate it again: dbtool generate NAME".to_owned(),
            });
        }
        let broken = [Some(&migration.up), migration.down.as_ref()].into_iter().flatten();
        let broken = broken.filter_map(|script| script.parse().err());
        findings.extend(broken.map(|failure| Finding::of(&failure.into())));
    }
    Ok(Some(findings))
}

/// The migrations make what is declared.
pub async fn replay(state: &State<'_>) -> Found {
    if state.folder.migrations.is_empty() {
        return Ok(None);
    }
    let (context, scope) = (state.context, &state.scope);
    let managed = engine::replay(context, &state.folder.migrations, None, scope).await?;
    let side = Side::Files { name: state.folder.path.display().to_string(), modified: None };
    let given = managed.empty_like();
    let now = Read { side, managed, given, source: None, session: None };
    let declared = engine::read(context, &context.schema(), Some(&now), scope).await?;
    let mut sides = Sides::of(now, declared);
    scope.align(&sides.current.managed, &mut sides.desired.managed);
    let comparison = engine::comparison(&sides)?;
    let finding = |difference: &crate::cli::compare::Difference| Finding {
        message: match &difference.change {
            Change::Missing => format!("{} is declared, and no migration makes it", difference.title),
            Change::Extra => format!("{} is made by the migrations, and not declared", difference.title),
            Change::Different(_) => format!("{} is not as the migrations make it", difference.title),
        },
        file: difference.place.as_ref().map(|place| place.file.clone()),
        line: difference.place.as_ref().map(|place| place.line),
        repair: "dbtool generate NAME".to_owned(),
    };
    Ok(Some(comparison.wholes().into_iter().map(finding).collect()))
}

/// What is declared has no error that `health` knows.
pub async fn health(state: &State<'_>) -> Found {
    let context = state.context;
    let ignored = Ignored::read(&context.config.file.health.ignore)?;
    let declared = engine::read(context, &context.schema(), None, &state.scope).await?;
    let errors = health::schema(&declared.managed).into_iter().filter(|finding| finding.severity == Severity::Error);
    let finding = |finding: health::Finding| Finding {
        message: format!("{}: {} [{}]", finding.object, finding.message, finding.check),
        repair: finding.repair.map(|repair| format!("{repair};")).unwrap_or_default(),
        ..Finding::default()
    };
    Ok(Some(errors.filter(|finding| !ignored.covers(finding)).map(finding).collect()))
}

/// The database that was named has had every migration, and is what they make.
pub async fn target(state: &State<'_>) -> Found {
    let global = &state.context.global;
    match state.context.config.target(global.url.as_ref(), global.env.as_deref()) {
        Ok(target) if target.origin == Origin::Local => return Ok(None),
        Ok(_) => {}
        Err(error) if global.env.is_some() || global.url.is_some() => return Err(error),
        Err(error) => {
            state.context.ui.note(&format!("No database is looked at: {error:#}"));
            return Ok(None);
        }
    }
    let project = Project::open(state.context)?;
    let database = project.look(&Waiting::default()).await?;
    let (name, flags) = (project.name()?, state.context.target_flags());
    let mut findings = Vec::new();
    for standing in standings(&project.folder.migrations, &database.records) {
        let title = crate::migration::title(standing.version, standing.name);
        let repair = |command: &str| format!("dbtool {command}{flags}");
        let (what, repair) = match standing.state {
            Standing::Applied | Standing::Replaced => continue,
            Standing::Pending => ("is pending", repair("apply-safe")),
            Standing::OutOfOrder => ("is pending, and older than migrations that were applied", repair("apply-safe")),
            Standing::Changed => ("was changed after it was applied", repair("migration list")),
            Standing::Missing => ("was applied, and its file is missing", repair("migration list")),
            Standing::Interrupted => ("was cut off", repair("apply-safe")),
        };
        let file = standing.migration.map(|migration| migration.up.shown());
        findings.push(Finding { message: format!("{title} {what} on {name}"), file, line: None, repair });
    }
    if findings.is_empty()
        && let Some(drift) = project.drift(&database).await?
    {
        findings.extend(drift.differences.iter().map(|difference| Finding {
            message: format!("{name} was changed by hand: {}", told(difference)),
            repair: format!("dbtool sync --adopt-drift{flags}, or undo it there"),
            ..Finding::default()
        }));
    }
    database.close().await;
    Ok(Some(findings))
}

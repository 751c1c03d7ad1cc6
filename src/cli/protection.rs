//! Consent to change a database: a yes, or the name of one that is protected.

use anyhow::Result;

use super::Context;
use super::config::Target;
use crate::failure::Failure;

/// Asks for consent to a change; every command that changes a database calls this before it does.
///
/// What the question is about (a plan) has been shown. Of a protected database the name is asked for, which `--confirm` gives and
/// `--yes` does not. The answer is whether the user wants the change.
///
/// # Errors
/// When nobody can be asked, with the flag that answers; when `--confirm` names another database.
pub fn consent(context: &Context<'_>, target: &Target, question: &str) -> Result<bool> {
    if !context.config.is_protected(target)? {
        return context.ui.confirm(question, "--yes");
    }
    let name = target.name()?;
    match &context.global.confirm {
        Some(given) if *given == name => context.ui.confirm(question, "--yes"),
        Some(given) => Err(Failure::Refused {
            message: format!("--confirm names \"{given}\", but the change is to \"{name}\", which is protected"),
            hint: format!("If {name} is meant, pass --confirm {name}; else choose the other with --env or --url"),
        }
        .into()),
        None => {
            let question = format!("{question} {name} is protected; type its name to go on");
            let flag = format!("--confirm {name} (with --yes), or write 'protected = false' to its environment");
            context.ui.ask_name(&question, &name, &flag)
        }
    }
}

/// Refuses what destroys (`reset`, `archive purge`) on a protected database, whatever flags are given.
///
/// # Errors
/// The refusal, with what can be done.
pub fn refuse_destruction(context: &Context<'_>, target: &Target, command: &str) -> Result<()> {
    if !context.config.is_protected(target)? {
        return Ok(());
    }
    let name = target.name()?;
    Err(Failure::Refused {
        message: format!("'dbtool {command}' is refused: {name} is protected"),
        hint: "No flag allows it; if it must be, write 'protected = false' to its environment in dbtool.toml"
            .to_owned(),
    }
    .into())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cli::config::{Config, Secret, Variables};
    use crate::cli::options::Global;
    use crate::cli::ui::Ui;

    const TOML: &str = "[env.dev]\nurl = 'postgres://localhost/dev'
[env.production]\nurl = 'postgres://db.example.org/app'\nprotected = true
[env.hosted]\nurl = 'postgres://x.supabase.co/app'
[env.staging]\nurl = 'postgres://y.supabase.co/app'\nprotected = false\n";

    fn config() -> Config {
        let folder = tempfile::tempdir().expect("a folder for the test");
        let file = folder.path().join("dbtool.toml");
        std::fs::write(&file, TOML).expect("it can be written");
        Config::read(file, Variables::default()).expect("it is valid")
    }

    fn asked(global: Global, act: impl Fn(&Context<'_>, &Target) -> Result<bool>) -> String {
        let (ui, _) = Ui::captured(&global);
        let context = Context { ui: &ui, config: config(), global, sources: Default::default() };
        match context.target().and_then(|target| act(&context, &target)) {
            Ok(wanted) => wanted.to_string(),
            Err(error) => error.to_string(),
        }
    }

    fn consented(env: Option<&str>, url: Option<&str>, confirm: Option<&str>) -> String {
        let owned = |text: Option<&str>| text.map(str::to_owned);
        let url = url.map(Secret::new);
        let global = Global { env: owned(env), url, confirm: owned(confirm), yes: true, ..Global::default() };
        asked(global, |context, target| consent(context, target, "Apply?"))
    }

    #[test]
    fn yes_suffices_where_nothing_is_protected() {
        assert_eq!(consented(Some("dev"), None, None), "true");
        assert_eq!(consented(Some("staging"), None, None), "true");
    }

    #[test]
    fn yes_is_no_consent_where_something_is() {
        let unasked = |name: &str| {
            format!("Cannot ask \"Apply? {name} is protected; type its name to go on\" without a terminal")
        };
        assert_eq!(consented(Some("production"), None, None), unasked("production"));
        assert_eq!(consented(Some("hosted"), None, None), unasked("hosted"));
        assert_eq!(consented(None, Some("postgres://z.neon.tech/app"), None), unasked("z.neon.tech/app"));
    }

    #[test]
    fn the_database_of_a_protected_environment_is_protected_by_whatever_url() {
        let url = "postgres://other:secret@DB.example.org:5432/app";
        assert_eq!(
            consented(None, Some(url), Some("db.example.org/other")).split(',').next(),
            Some("--confirm names \"db.example.org/other\"")
        );
        assert_eq!(consented(None, Some("postgres://db.example.org/other"), None), "true");
    }

    #[test]
    fn the_name_is_consent() {
        assert_eq!(consented(Some("production"), None, Some("production")), "true");
        let other = "--confirm names \"staging\", but the change is to \"production\", which is protected";
        assert_eq!(consented(Some("production"), None, Some("staging")), other);
    }

    #[test]
    fn destruction_is_refused_outright() {
        let destroyed = |env: &str| {
            let global =
                Global { env: Some(env.to_owned()), confirm: Some(env.to_owned()), yes: true, ..Global::default() };
            asked(global, |context, target| refuse_destruction(context, target, "reset").map(|()| true))
        };
        assert_eq!(destroyed("production"), "'dbtool reset' is refused: production is protected");
        assert_eq!(destroyed("dev"), "true");
    }
}

//! The help of the whole: the commands in groups.

use clap::Command;
use clap::builder::styling::Styles;

use super::style::Style;

/// The groups of commands, in the order of the work: every command stands in one.
const GROUPS: &[(&str, &[&str])] = &[
    ("See", &["status", "diff", "inspect", "env", "history"]),
    ("Change", &["plan", "sync", "generate", "apply-safe", "rollback", "migration", "consolidate", "pull"]),
    ("Gate", &["verify", "health"]),
    ("Data", &["backup", "restore", "seed", "reset", "archive"]),
    ("Build", &["types", "docs"]),
    ("Local", &["init", "setup", "start", "stop", "doctor"]),
    ("Shell", &["completions", "man"]),
];

/// The command line with its commands listed in groups.
pub fn grouped(command: Command) -> Command {
    let list = list(&command, &Style::coloured());
    command
        .styles(Styles::styled().header(anstyle::Style::new().bold()).usage(anstyle::Style::new().bold()))
        .disable_help_subcommand(true)
        .help_template(format!(
            "{{about}}\n\n{{usage-heading}} {{usage}}\n\n{list}{}\n{{options}}\n\n\
             Run 'dbtool COMMAND --help' for what a command does, with an example.\n",
            Style::coloured().heading("Global options:")
        ))
}

/// The commands of each group with the first line of what they do.
fn list(command: &Command, style: &Style) -> String {
    let width = command.get_subcommands().map(|command| command.get_name().len()).max().unwrap_or(0);
    let line = |name: &str| {
        let about = command.find_subcommand(name).and_then(Command::get_about).map(ToString::to_string);
        format!("  {name:width$}  {}\n", about.unwrap_or_default())
    };
    let group = |(title, names): &(&str, &[&str])| {
        format!(
            "{}\n{}\n",
            style.heading(&format!("{title}:")),
            names.iter().map(|name| line(name)).collect::<String>()
        )
    };
    GROUPS.iter().map(group).collect()
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::*;
    use crate::cli::Cli;

    #[test]
    fn every_command_stands_in_one_group() {
        let mut grouped: Vec<&str> = GROUPS.iter().flat_map(|(_, names)| *names).copied().collect();
        let command = Cli::command();
        let mut all: Vec<&str> = command.get_subcommands().map(Command::get_name).collect();
        grouped.sort_unstable();
        all.sort_unstable();
        assert_eq!(grouped, all);
    }
}

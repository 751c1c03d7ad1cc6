//! The flags that every command takes.

use std::path::PathBuf;

use clap::{ArgAction, Args, ValueEnum};

use super::config::Secret;

/// The flags that every command takes.
#[derive(Args, Clone, Debug, Default)]
#[command(next_help_heading = "Global options")]
pub struct Global {
    /// The environment of dbtool.toml to work on
    #[arg(short, long, global = true, value_name = "NAME")]
    pub env: Option<String>,

    /// The database to work on, whatever the environment says
    #[arg(long, global = true, value_name = "URL")]
    pub url: Option<Secret>,

    /// The configuration file, instead of the nearest dbtool.toml
    #[arg(long, global = true, value_name = "FILE")]
    pub config: Option<PathBuf>,

    /// Print the answer, or the error, as JSON
    #[arg(long, global = true)]
    pub json: bool,

    /// Answer every question with yes; data is still only lost with --force
    #[arg(short, long, global = true)]
    pub yes: bool,

    /// The name of a protected environment or database, to consent to its change without being asked
    #[arg(long, global = true, value_name = "NAME")]
    pub confirm: Option<String>,

    /// Say nothing but the answer, warnings and errors
    #[arg(short, long, global = true, conflicts_with = "verbose")]
    pub quiet: bool,

    /// When to use colours
    #[arg(long, global = true, value_name = "WHEN", default_value = "auto")]
    pub color: Colour,

    /// Show no progress
    #[arg(long, global = true)]
    pub no_progress: bool,

    /// Say more of what goes on
    #[arg(short, long, global = true, action = ArgAction::Count)]
    pub verbose: u8,
}

/// When to use colours.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum Colour {
    /// At a terminal, unless `NO_COLOR` is set
    #[default]
    Auto,
    /// Always
    Always,
    /// Never
    Never,
}

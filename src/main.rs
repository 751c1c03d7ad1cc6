//! The `dbtool` binary.

use std::process::ExitCode;

fn main() -> ExitCode {
    dbtool::cli::main()
}

//! The `dbtool` binary.

fn main() {}

//! The port of a project's own server: free when it is chosen, and the same from then on.

use std::net::{Ipv4Addr, TcpListener};
use std::ops::RangeInclusive;

use anyhow::Result;

use crate::failure::Failure;

/// Below the ports that the system itself gives to outgoing connections.
const RANGE: RangeInclusive<u16> = 15_400..=25_399;

/// Whether nobody listens on a port of this machine.
pub fn is_free(port: u16) -> bool {
    TcpListener::bind((Ipv4Addr::LOCALHOST, port)).is_ok()
}

/// A free port; where the search begins depends on `seed`, so that projects do not meet.
pub fn choose(seed: u64) -> Result<u16> {
    let ports: Vec<u16> = RANGE.collect();
    let start = usize::try_from(seed % ports.len() as u64).unwrap_or_default();
    let free = ports.iter().cycle().skip(start).take(ports.len()).copied().find(|port| is_free(*port));
    free.ok_or_else(|| {
        let message = "No port of this machine is free for the local Postgres".to_owned();
        Failure::Missing { message, hint: "Name one with port in [postgres] of dbtool.toml".to_owned() }.into()
    })
}

/// The failure for a port that the user chose and that somebody has.
pub fn taken(port: u16) -> Failure {
    Failure::Missing {
        message: format!("Port {port} of this machine, which [postgres] names, is taken by another program"),
        hint: "Stop that program, or name another port in [postgres] of dbtool.toml".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_taken_port_is_passed_over() {
        let first = choose(7).expect("one is free");
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, first)).expect("it was free");
        assert!(!is_free(first));
        assert_ne!(choose(7).expect("another is free"), first);
        drop(listener);
    }
}

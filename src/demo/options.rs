//! How the server is set up.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::time::Duration;

use super::estate::Estate;
use super::faults::Fault;
use crate::domain::record::Secret;

/// Everything that can be chosen before the server starts.
#[derive(Debug)]
pub struct ServerOptions {
    /// Where to listen; port 0 takes a free one.
    pub listen: SocketAddr,
    /// How many registrations to make up.
    pub records: u32,
    /// From which the records are made; the same seed makes the same records.
    pub seed: u64,
    /// Records to serve in place of made-up ones.
    pub estate: Option<Estate>,
    /// How long every answer waits.
    pub latency: Duration,
    /// How long a token is good; `None` issues tokens without expiry.
    pub token_lifetime: Option<Duration>,
    /// Faults to rehearse from the start.
    pub faults: Vec<Fault>,
    /// Users that may sign in; [`RunningServer`](super::RunningServer) shows the first.
    pub users: Vec<User>,
    /// With which tokens are signed.
    pub signing_key: Secret,
    /// Where the time comes from.
    pub clock: ServerClock,
    /// What becomes of `If-Match`.
    pub preconditions: Preconditions,
    /// Whether the switch's nodes can be asked, and how often they poll.
    pub nodes: Option<Duration>,
    /// Whether `Location` has the URL of a created record.
    pub creation: Creation,
}

impl Default for ServerOptions {
    fn default() -> Self {
        Self {
            listen: SocketAddr::from((Ipv4Addr::LOCALHOST, 0)),
            records: 120,
            seed: 1,
            estate: None,
            latency: Duration::ZERO,
            token_lifetime: Some(Duration::from_secs(600)),
            faults: Vec::new(),
            users: vec![User::new(1, "demo", "demo")],
            signing_key: Secret::new("the demonstration server signs with this, and guards made-up records only"),
            clock: ServerClock::System,
            preconditions: Preconditions::Ignored,
            nodes: None,
            creation: Creation::Silent,
        }
    }
}

/// Someone who may sign in.
#[derive(Debug, Clone)]
pub struct User {
    /// Its number, which the token carries.
    pub id: u64,
    /// User name to sign in with.
    pub name: String,
    /// Password to sign in with.
    pub password: Secret,
    /// Networks it may come from; none means any.
    pub allowed_from: Vec<Network>,
}

impl User {
    /// A user who may come from anywhere.
    pub fn new(id: u64, name: &str, password: &str) -> Self {
        Self { id, name: name.to_owned(), password: Secret::new(password), allowed_from: Vec::new() }
    }

    pub(super) fn is_allowed_from(&self, peer: IpAddr) -> bool {
        self.allowed_from.is_empty() || self.allowed_from.iter().any(|network| network.contains(peer))
    }
}

/// A network: an address and the length of its prefix in bits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Network {
    /// Any address in it.
    pub address: IpAddr,
    /// How many leading bits all its addresses share.
    pub prefix: u8,
}

impl Network {
    fn contains(self, peer: IpAddr) -> bool {
        match (self.address, peer) {
            (IpAddr::V4(network), IpAddr::V4(peer)) => {
                let shift = 32 - u32::from(self.prefix.min(32));
                network.to_bits().checked_shr(shift) == peer.to_bits().checked_shr(shift)
            }
            (IpAddr::V6(network), IpAddr::V6(peer)) => {
                let shift = 128 - u32::from(self.prefix.min(128));
                network.to_bits().checked_shr(shift) == peer.to_bits().checked_shr(shift)
            }
            (IpAddr::V4(_), IpAddr::V6(_)) | (IpAddr::V6(_), IpAddr::V4(_)) => false,
        }
    }
}

/// Where the server's time comes from: for tokens and the `Date` header.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ServerClock {
    /// The system.
    System,
    /// Stands still at this second of Unix time until it is set again.
    Fixed(u64),
}

/// What becomes of `If-Match` on a change or a deletion.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Preconditions {
    /// Nothing, as with the real server.
    Ignored,
    /// Strong comparison as RFC 9110 demands: the server's tags are weak, so that none ever matches.
    Strong,
    /// Weak comparison: 412 where the record was changed, else the write happens.
    Weak,
}

/// What a created record's answer contains.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Creation {
    /// No `Location`, as version 0.9.12 of the server's library.
    Silent,
    /// `Location`, as its later release branch.
    WithLocation,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_network_holds_the_addresses_with_its_prefix() {
        let network = Network { address: "10.9.8.0".parse().unwrap(), prefix: 24 };
        assert!(network.contains("10.9.8.255".parse().unwrap()));
        assert!(!network.contains("127.0.0.1".parse().unwrap()));
        assert!(!network.contains("::1".parse().unwrap()));
    }

    #[test]
    fn passwords_and_keys_do_not_print_themselves() {
        let printed = format!("{:?}", ServerOptions::default());
        assert!(!printed.contains("signs with this") && !printed.contains("password: \"demo"), "{printed}");
    }
}

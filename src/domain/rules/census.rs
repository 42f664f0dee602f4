//! What the loaded records have in common, so that each can be compared with all the others without looking at them:
//! a few numbers a record instead of its text. Does not depend on the order of the records.

use std::hash::{Hash, Hasher};

use crate::domain::record::field::FieldId;
use crate::domain::record::registration::Record;
use crate::domain::record::relation::{Relation, Resolved, Targets};
use crate::domain::rules::next_hop::{self, Transport};
use crate::domain::rules::sip::contact::Contact;
use crate::domain::rules::sip::host::{self, Host};
use crate::domain::rules::sip::uri::Scheme;

/// Most records with one address that are compared with each other.
const MOST_SHARERS: usize = 200;

/// Names, interfaces, addresses and ways in use among the loaded records.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Census {
    names: Vec<(u64, u64)>,
    interfaces: Vec<(u64, u64)>,
    addresses: Vec<(u64, u64, Place)>,
    ways: Vec<Way>,
    records: usize,
    /// The only record, where there is one.
    only: Option<u64>,
}

/// Where a record is loaded.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Place {
    pop: Option<u64>,
    node: Option<u64>,
}

/// How many records of a domain go the same way.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Way {
    domain: u64,
    /// Digest of transport and first route.
    sent: u64,
    count: usize,
    /// The least id among them.
    example: u64,
    transport: u8,
    by_route: bool,
}

/// How the others of a domain are sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Usual {
    /// How many other records the domain has.
    pub others: usize,
    /// How many of them go another way.
    pub otherwise: usize,
    /// One that goes the most frequent other way, unless that is the record itself as it was before an edit.
    pub example: Option<u64>,
    /// Its transport.
    pub transport: &'static str,
    /// Whether a route set decides where it goes.
    pub by_route: bool,
}

impl Census {
    /// Counts what these records use. Takes the time of a sort; for a worker where there are many.
    pub fn of<R: Record>(records: impl IntoIterator<Item = R>, targets: &Targets) -> Self {
        let mut census = Self::default();
        for record in records {
            census.only = if census.records == 0 { Some(record.id()) } else { None };
            census.records += 1;
            let used = |field| record.text(field).filter(|text| !text.is_empty());
            census.names.extend(used(FieldId::Name).map(|name| (digest(name), record.id())));
            census.interfaces.extend(used(FieldId::SipInterfaceName).map(|name| (digest(name), record.id())));
            if record.enabled() == Some(true)
                && let (Some(address), Some(place)) = (address(&record), place(&record, targets))
            {
                census.addresses.push((address, record.id(), place));
            }
            census.ways.extend(way(&record, targets));
        }
        thin(&mut census.names);
        thin(&mut census.interfaces);
        census.addresses.sort_unstable();
        let twice = |ours: &[(u64, u64, Place)], at: usize| {
            let same = |other: Option<&(u64, u64, Place)>| {
                other.map(|(address, ..)| *address) == ours.get(at).map(|(address, ..)| *address)
            };
            at.checked_sub(1).is_some_and(|before| same(ours.get(before))) || same(ours.get(at + 1))
        };
        census.addresses = (0..census.addresses.len())
            .filter(|at| twice(&census.addresses, *at))
            .filter_map(|at| census.addresses.get(at).copied())
            .collect();
        census.ways.sort_unstable();
        census.ways.dedup_by(|next, kept| {
            let same = (next.domain, next.sent) == (kept.domain, kept.sent);
            if same {
                kept.count += next.count;
            }
            same
        });
        census.ways.shrink_to_fit();
        census
    }

    /// Another record with exactly this name.
    #[must_use]
    pub fn namesake(&self, name: &str, own: u64) -> Option<u64> {
        other(&self.names, name, own)
    }

    /// Another record with exactly this interface name.
    #[must_use]
    pub fn interface_mate(&self, interface: &str, own: u64) -> Option<u64> {
        other(&self.interfaces, interface, own)
    }

    /// Whether there are records beside this one.
    #[must_use]
    pub fn has_others(&self, own: u64) -> bool {
        self.records > 0 && self.only != Some(own)
    }

    /// Other enabled records with the address and contact of this one, loaded by a node that loads it too, by id;
    /// none where it is disabled.
    pub fn sharers(&self, record: &impl Record, targets: &Targets) -> impl Iterator<Item = u64> {
        let own = record.id();
        let found = (record.enabled() == Some(true)).then(|| address(record).zip(place(record, targets))).flatten();
        let from = found.map(|(wanted, _)| self.addresses.partition_point(|(address, ..)| *address < wanted));
        let rest = from.and_then(|from| self.addresses.get(from..)).unwrap_or_default();
        rest.iter()
            .take_while(move |(address, ..)| found.is_some_and(|(wanted, _)| *address == wanted))
            .take(MOST_SHARERS)
            .filter(move |(_, id, other)| *id != own && found.is_some_and(|(_, place)| place.meets(*other, targets)))
            .map(|(_, id, _)| *id)
    }

    /// How the others of this record's domain are sent, where most of them go another way than it does.
    #[must_use]
    pub fn usual_way(&self, record: &impl Record, targets: &Targets) -> Option<Usual> {
        let own = way(record, targets)?;
        let from = self.ways.partition_point(|way| way.domain < own.domain);
        let of_domain = self.ways.get(from..).unwrap_or_default().iter().take_while(|way| way.domain == own.domain);
        let (mut alike, mut others) = (0, 0);
        let mut most: Option<&Way> = None;
        for way in of_domain {
            // Counted as it was before an edit: the record itself is not one of the others.
            if way.count == 1 && way.example == record.id() {
                continue;
            }
            let count = way.count;
            others += count;
            if way.sent == own.sent {
                alike = count;
            } else if most.is_none_or(|most| {
                (most.count, std::cmp::Reverse(most.example)) < (count, std::cmp::Reverse(way.example))
            }) {
                most = Some(way);
            }
        }
        let most = most.filter(|most| most.count >= alike && most.count > 0)?;
        let otherwise = others - alike;
        let example = Some(most.example).filter(|example| *example != record.id());
        Some(Usual {
            others: others - usize::from(alike > 0),
            otherwise,
            example,
            transport: transport_label(most.transport),
            by_route: most.by_route,
        })
    }

    /// How many records were counted.
    #[must_use]
    pub const fn records(&self) -> usize {
        self.records
    }
}

impl Place {
    /// Whether some node may load records of both places.
    fn meets(self, other: Self, targets: &Targets) -> bool {
        match self.node.or(other.node) {
            Some(node) => self.takes(node, targets) && other.takes(node, targets),
            None => self.pop.is_none() || other.pop.is_none() || self.pop == other.pop,
        }
    }

    fn takes(self, node: u64, targets: &Targets) -> bool {
        let stands_in = targets.get(Relation::Node, node).and_then(|node| node.pop);
        self.node.is_none_or(|own| own == node) && (self.pop.is_none() || stands_in.is_none() || self.pop == stands_in)
    }
}

fn place(record: &impl Record, targets: &Targets) -> Option<Place> {
    let resolve = |field| match targets.resolve(record.value(field)) {
        Resolved::Nothing => Some(None),
        Resolved::Target(id) => Some(Some(id)),
        Resolved::Unknown => None,
    };
    Some(Place { pop: resolve(FieldId::Pop)?, node: resolve(FieldId::Node)? })
}

/// Address of record and contact, as a registrar compares them: hosts in any case, the usual port where none is
/// written.
fn address(record: &impl Record) -> Option<u64> {
    let filled = |field| record.text(field).filter(|text| !text.trim().is_empty());
    let contact = Contact::parse(filled(FieldId::Contact)?).ok()?;
    let mut hasher = Digest::default();
    filled(FieldId::Username)?.hash(&mut hasher);
    hash_host(&mut hasher, filled(FieldId::Domain)?, 5060);
    contact.uri.user.hash(&mut hasher);
    hash_host(&mut hasher, contact.uri.host, if contact.uri.scheme == Scheme::Sips { 5061 } else { 5060 });
    Some(hasher.finish())
}

fn hash_host(hasher: &mut Digest, text: &str, usual: u16) {
    match host::domain(text).map(|known| (known.host, known.port)) {
        Ok((host, port)) => {
            match host {
                Host::Name(name) => hash_caseless(hasher, name.strip_suffix('.').unwrap_or(name)),
                Host::V4(address) => address.hash(hasher),
                Host::V6(address) => address.hash(hasher),
            }
            port.unwrap_or(usual).hash(hasher);
        }
        Err(_) => text.hash(hasher),
    }
}

/// FNV-1a: quick over short texts, and the same in every run.
struct Digest(u64);

impl Default for Digest {
    fn default() -> Self {
        Self(0xcbf2_9ce4_8422_2325)
    }
}

impl Hasher for Digest {
    fn write(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.0 = (self.0 ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3);
        }
    }

    fn finish(&self) -> u64 {
        self.0
    }
}

fn hash_caseless(hasher: &mut Digest, text: &str) {
    for byte in text.bytes() {
        hasher.write_u8(byte.to_ascii_lowercase());
    }
    hasher.write_u8(0xff);
}

/// Over which transport and which first route a record is sent.
fn way(record: &impl Record, targets: &Targets) -> Option<Way> {
    let domain = record.text(FieldId::Domain).filter(|domain| !domain.trim().is_empty())?;
    let hop = next_hop::of(record, targets)?;
    let mut hasher = Digest::default();
    hash_host(&mut hasher, domain, 5060);
    let domain = hasher.finish();
    let mut hasher = Digest::default();
    let transport = match hop.transport {
        Transport::Udp => 0_u8,
        Transport::Tcp => 1,
        Transport::Tls => 2,
        Transport::Other(_) => 3,
    };
    transport.hash(&mut hasher);
    if hop.by_route {
        hash_host(&mut hasher, hop.host, 5060);
    }
    Some(Way { domain, sent: hasher.finish(), count: 1, example: record.id(), transport, by_route: hop.by_route })
}

const fn transport_label(code: u8) -> &'static str {
    match code {
        0 => "UDP",
        1 => "TCP",
        2 => "TLS",
        _ => "another transport",
    }
}

fn digest(text: &str) -> u64 {
    let mut hasher = Digest::default();
    text.hash(&mut hasher);
    hasher.finish()
}

/// Two records of each text are enough to know one that is not the asker.
fn thin(uses: &mut Vec<(u64, u64)>) {
    uses.sort_unstable();
    uses.dedup();
    let mut seen = (None, 0_usize);
    uses.retain(|(text, _)| {
        seen = if seen.0 == Some(*text) { (seen.0, seen.1 + 1) } else { (Some(*text), 1) };
        seen.1 <= 2
    });
    uses.shrink_to_fit();
}

fn other(uses: &[(u64, u64)], text: &str, own: u64) -> Option<u64> {
    let wanted = digest(text);
    let from = uses.partition_point(|(text, _)| *text < wanted);
    uses.iter().skip(from).take_while(|(text, _)| *text == wanted).map(|(_, id)| *id).find(|id| *id != own)
}

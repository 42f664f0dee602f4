//! What the loaded records have in common, so that each can be compared with all the others without looking at them:
//! a few numbers a record instead of its text. Does not depend on the order of the records.

use std::hash::{Hash, Hasher};

use crate::domain::record::{FieldId, Record, Relation, Resolved, Targets};
use crate::domain::rules::by_digest::{ByDigest, mixed};
use crate::domain::rules::chunks::in_chunks;
use crate::domain::rules::facts::Facts;
use crate::domain::rules::next_hop::{self, Transport};
use crate::domain::rules::sip::host::{self, Host, HostFault, HostPort};
use crate::domain::rules::sip::uri::Scheme;
use crate::domain::text::{is_blank, plainly};

/// Most records with one address that are compared with each other.
const MOST_SHARERS: usize = 200;

/// Names, interfaces, addresses and ways in use among the loaded records.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Census {
    /// Ids by name.
    names: ByDigest<u64>,
    /// Ids by name without what is easily overlooked.
    plain_names: ByDigest<u64>,
    /// Ids by interface.
    interfaces: ByDigest<u64>,
    /// Id and place by address of each enabled record: also of one that shares its address with no one, since an edit
    /// may lead to it.
    addresses: ByDigest<(u64, Place)>,
    /// By domain.
    ways: ByDigest<Way>,
    records: usize,
    /// The only record, where there is one.
    only: Option<u64>,
}

/// The same while it is counted.
#[derive(Debug, Default)]
struct Uses {
    names: Vec<(u64, u64)>,
    plain_names: Vec<(u64, u64)>,
    interfaces: Vec<(u64, u64)>,
    addresses: Vec<(u64, (u64, Place))>,
    ways: Vec<(u64, Way)>,
    records: usize,
    last: Option<u64>,
}

/// Where a record is loaded. Ids of more than 32 bits are no one's; 0 is any.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Place {
    pop: u32,
    node: u32,
}

/// How many records of a domain go the same way.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Way {
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
    pub transport: &'static str,
    /// Whether a route set decides where it goes.
    pub by_route: bool,
}

impl Uses {
    fn add(&mut self, record: &impl Record, targets: &Targets) {
        let id = record.id();
        self.records += 1;
        self.last = Some(id);
        let used = |field| record.text(field).filter(|text| !text.is_empty()).map(|text| (digest(text), id));
        self.names.extend(used(FieldId::Name));
        self.plain_names.extend(record.text(FieldId::Name).map(|name| (plain_digest(name), id)));
        self.interfaces.extend(used(FieldId::SipInterfaceName));
        let facts = Facts::of(record);
        if record.enabled() == Some(true)
            && let (Some(address), Some(place)) = (address(record, &facts), place(record, targets))
        {
            self.addresses.push((address, (id, place)));
        }
        self.ways.extend(way(record, &facts, targets));
    }

    fn join(mut self, other: Self) -> Self {
        self.names.extend(other.names);
        self.plain_names.extend(other.plain_names);
        self.interfaces.extend(other.interfaces);
        self.addresses.extend(other.addresses);
        self.ways.extend(other.ways);
        Self { records: self.records + other.records, last: other.last.or(self.last), ..self }
    }

    fn counted(mut self) -> Census {
        self.ways.sort_unstable();
        self.ways.dedup_by(|(next_domain, next), (domain, kept)| {
            let same = (*next_domain, next.sent) == (*domain, kept.sent);
            if same {
                kept.count += next.count;
            }
            same
        });
        Census {
            names: ByDigest::of(self.names),
            plain_names: ByDigest::of(self.plain_names),
            interfaces: ByDigest::of(self.interfaces),
            addresses: ByDigest::of(self.addresses),
            ways: ByDigest::of(self.ways),
            records: self.records,
            only: self.last.filter(|_| self.records == 1),
        }
    }
}

impl Census {
    /// Counts what these records use. Takes the time of a sort; for a worker where there are many.
    pub fn of<R: Record>(records: impl IntoIterator<Item = R>, targets: &Targets) -> Self {
        let mut uses = Uses::default();
        for record in records {
            uses.add(&record, targets);
        }
        uses.counted()
    }

    /// The same on several threads.
    pub fn of_many<R: Record + Sync>(rows: &[R], targets: &Targets) -> Self {
        let parts = in_chunks(rows, |part| {
            let mut uses = Uses::default();
            for record in part {
                uses.add(record, targets);
            }
            uses
        });
        parts.into_iter().reduce(Uses::join).unwrap_or_default().counted()
    }

    /// Another record with exactly this name.
    pub fn namesake(&self, name: &str, own: u64) -> Option<u64> {
        other(&self.names, name, own)
    }

    /// Another record whose name differs from this one by case, spaces or hidden characters only.
    pub fn lookalike(&self, name: &str, own: u64) -> Option<u64> {
        let alike = self.plain_names.get(plain_digest(name)).copied().filter(|id| *id != own);
        let same = |id: &u64| self.names.get(digest(name)).any(|known| known == id);
        alike.filter(|id| !same(id)).find(|_| plainly(name).next().is_some())
    }

    /// Another record with exactly this interface name.
    pub fn interface_mate(&self, interface: &str, own: u64) -> Option<u64> {
        other(&self.interfaces, interface, own)
    }

    /// Whether there are records beside this one.
    pub fn has_others(&self, own: u64) -> bool {
        self.records > 0 && self.only != Some(own)
    }

    /// Other enabled records with the address and contact of this one, loaded by a node that loads it too, by id;
    /// none where it is disabled.
    pub fn sharers(&self, record: &impl Record, facts: &Facts<'_>, targets: &Targets) -> impl Iterator<Item = u64> {
        let own = record.id();
        let own_place = || (record.enabled() == Some(true)).then(|| place(record, targets)).flatten();
        let found = own_place().and_then(|place| Some((address(record, facts)?, place)));
        let others = found.into_iter().flat_map(|(address, own_place)| {
            self.addresses.get(address).take(MOST_SHARERS).map(move |other| (own_place, other))
        });
        let meets = move |own_place: Place, place: Place| own_place.meets(place, targets);
        others.filter(move |(own_place, (id, place))| *id != own && meets(*own_place, *place)).map(|(_, (id, _))| *id)
    }

    /// How the others of this record's domain are sent, where most of them go another way than it does.
    pub fn usual_way(&self, record: &impl Record, facts: &Facts<'_>, targets: &Targets) -> Option<Usual> {
        let (domain, own) = way(record, facts, targets)?;
        let (mut alike, mut others) = (0, 0);
        let mut most: Option<&Way> = None;
        for way in self.ways.get(domain) {
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
}

impl Place {
    /// Whether some node may load records of both places.
    fn meets(self, other: Self, targets: &Targets) -> bool {
        match if self.node == 0 { other.node } else { self.node } {
            0 => self.pop == 0 || other.pop == 0 || self.pop == other.pop,
            node => self.takes(node, targets) && other.takes(node, targets),
        }
    }

    fn takes(self, node: u32, targets: &Targets) -> bool {
        let stands_in = targets.get(Relation::Node, node.into()).and_then(|node| node.pop);
        (self.node == 0 || self.node == node)
            && (self.pop == 0 || stands_in.is_none_or(|pop| pop == u64::from(self.pop)))
    }
}

fn place(record: &impl Record, targets: &Targets) -> Option<Place> {
    let resolve = |field| match targets.resolve(record.value(field)) {
        Resolved::Nothing => Some(0),
        Resolved::Target(id) => Some(u32::try_from(id).unwrap_or(u32::MAX)),
        Resolved::Unknown => None,
    };
    Some(Place { pop: resolve(FieldId::Pop)?, node: resolve(FieldId::Node)? })
}

/// Address of record and contact, as a registrar compares them: hosts in any case, the usual port where none is
/// written.
fn address(record: &impl Record, facts: &Facts<'_>) -> Option<u64> {
    let filled = |field| record.text(field).filter(|text| !is_blank(text));
    let contact = facts.contact?.ok()?;
    let mut hasher = Digest::default();
    filled(FieldId::Username)?.hash(&mut hasher);
    hash_host(&mut hasher, filled(FieldId::Domain)?, facts.domain?, 5060);
    contact.uri.user.hash(&mut hasher);
    let usual = if contact.uri.scheme == Scheme::Sips { 5061 } else { 5060 };
    hash_host(&mut hasher, contact.uri.host, facts.contact_host?, usual);
    Some(mixed(hasher.finish()))
}

fn hash_host(hasher: &mut Digest, text: &str, read: Result<HostPort<'_>, HostFault>, usual: u16) {
    match read.map(|known| (known.host, known.port)) {
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
fn way(record: &impl Record, facts: &Facts<'_>, targets: &Targets) -> Option<(u64, Way)> {
    let domain = record.text(FieldId::Domain).filter(|domain| !is_blank(domain))?;
    let hop = next_hop::by(record, facts.routing, targets)?;
    let mut hasher = Digest::default();
    hash_host(&mut hasher, domain, facts.domain?, 5060);
    let domain = mixed(hasher.finish());
    let mut hasher = Digest::default();
    let transport = match hop.transport {
        Transport::Udp => 0_u8,
        Transport::Tcp => 1,
        Transport::Tls => 2,
        Transport::Other(_) => 3,
    };
    transport.hash(&mut hasher);
    if hop.by_route {
        hash_host(&mut hasher, hop.host, host::parse(hop.host), 5060);
    }
    let way = Way { sent: hasher.finish(), count: 1, example: record.id(), transport, by_route: hop.by_route };
    Some((domain, way))
}

const fn transport_label(code: u8) -> &'static str {
    match code {
        0 => "UDP",
        1 => "TCP",
        2 => "TLS",
        _ => "another transport",
    }
}

/// The digest of what a reader sees of a name.
fn plain_digest(name: &str) -> u64 {
    let mut hasher = Digest::default();
    for c in plainly(name) {
        match u8::try_from(c) {
            Ok(byte) => hasher.write_u8(byte),
            Err(_) => hasher.write_u32(c.into()),
        }
    }
    mixed(hasher.finish())
}

fn digest(text: &str) -> u64 {
    let mut hasher = Digest::default();
    text.hash(&mut hasher);
    mixed(hasher.finish())
}

fn other(uses: &ByDigest<u64>, text: &str, own: u64) -> Option<u64> {
    uses.get(digest(text)).copied().find(|id| *id != own)
}

//! Made-up records: a carrier's estate of pops, nodes and registrations. The same seed makes the same records,
//! and a record does not depend on how many there are.

mod chance;
mod names;

use std::collections::HashSet;

use super::estate::Estate;
use super::kind::LINKS;
use super::store::{AttributeValue, StoredResource};
use crate::domain::record::{FieldId, WIRE_ATTRIBUTES};
pub(super) use chance::Chance;
use names::{PopSite, hostile, role};

/// Most registrations that are made.
const MOST: u32 = 100_000;

/// Name and number of nodes of each pop.
const SITES: [PopSite; 6] = [
    PopSite { pop: "FRA", nodes: 3 },
    PopSite { pop: "AMS", nodes: 3 },
    PopSite { pop: "LON", nodes: 3 },
    PopSite { pop: "WAW", nodes: 2 },
    PopSite { pop: "NYC", nodes: 2 },
    PopSite { pop: "SIN", nodes: 1 },
];

const PROTOCOLS: [&str; 3] = ["UDP", "TCP", "TLS"];

/// Seconds asked for; `None` twice, because the default is what most people leave.
const EXPIRES: [Option<i64>; 8] = [None, None, None, Some(60), Some(300), Some(600), Some(1800), Some(3600)];

/// An estate with this many registrations, 100,000 at most.
pub(super) fn estate(seed: u64, records: u32) -> Estate {
    let mut nodes = Vec::new();
    for (pop, site) in (1..).zip(SITES) {
        for number in 1..=site.nodes {
            let id = nodes.len() as u64 + 1;
            let name = format!("{}-n{number}", site.pop.to_lowercase());
            let endpoint = format!("10.{pop}.0.{number}:7080");
            let mut links = [None; LINKS];
            if let Some(link) = links.first_mut() {
                *link = Some(pop);
            }
            nodes.push(StoredResource {
                id,
                attributes: [AttributeValue::from(name.as_str()), AttributeValue::from(endpoint.as_str())].into(),
                links,
            });
        }
    }
    let pops = (1..).zip(SITES).map(|(id, site)| named(id, site.pop)).collect();
    let protocols = (1..).zip(PROTOCOLS).map(|(id, name)| named(id, name)).collect();
    let mut names = HashSet::new();
    let ids = (1..).filter(|id| !is_gap(seed, *id)).take(records.min(MOST) as usize);
    let registrations = ids.enumerate().map(|(index, id)| registration(seed, index, id, &nodes, &mut names)).collect();
    Estate { rows: [registrations, pops, nodes, protocols] }
}

fn named(id: u64, name: &str) -> StoredResource {
    StoredResource { id, attributes: [AttributeValue::from(name)].into(), links: [None; LINKS] }
}

/// Ids that some deleted record had. The first and the showcase ones are always there.
fn is_gap(seed: u64, id: u64) -> bool {
    id != 1 && !SHOWCASE.iter().any(|shown| shown.id == id) && Chance::new(seed, id, "gap").one_in(9)
}

/// A record that documentation shows.
#[derive(Debug, Clone, Copy)]
struct Shown {
    id: u64,
    name: &'static str,
    username: &'static str,
    domain: &'static str,
    pop: Option<u64>,
    node: Option<u64>,
    enabled: bool,
}

#[rustfmt::skip]
const SHOWCASE: [Shown; 6] = [
    Shown { id: 7, name: "acme-fra-main", username: "493000", domain: "sip.acme.example", pop: Some(1), node: Some(1), enabled: true },
    Shown { id: 10, name: "acme-fra-backup", username: "493037", domain: "sip.acme.example", pop: Some(1), node: Some(2), enabled: true },
    Shown { id: 13, name: "acme-lon-main", username: "493074", domain: "lon.acme.example", pop: Some(3), node: Some(7), enabled: true },
    Shown { id: 16, name: "betatel-1", username: "493111", domain: "reg.betatel.example", pop: None, node: None, enabled: false },
    Shown { id: 19, name: "betatel-2", username: "493148", domain: "reg.betatel.example", pop: Some(2), node: None, enabled: true },
    Shown { id: 22, name: "carrierx-ams", username: "493185", domain: "ams.carrierx.example", pop: Some(2), node: Some(7), enabled: true },
];

/// A row under construction, whose fields are set by name.
struct Making(StoredResource);

impl Making {
    fn set(&mut self, field: FieldId, cell: AttributeValue) {
        if let Some(known) = self.0.cell_mut(field) {
            *known = cell;
        }
    }

    fn link(&mut self, field: FieldId, id: Option<u64>) {
        if let Some(known) = self.0.target_mut(field) {
            *known = id;
        }
    }
}

fn text(value: Option<String>) -> AttributeValue {
    value.map_or(AttributeValue::Null, |value| AttributeValue::Text(value.into()))
}

fn registration(
    seed: u64,
    index: usize,
    id: u64,
    nodes: &[StoredResource],
    taken: &mut HashSet<String>,
) -> StoredResource {
    let mut chance = Chance::new(seed, id, "record");
    let mut making = Making(StoredResource {
        id,
        attributes: vec![AttributeValue::Null; WIRE_ATTRIBUTES.len()].into(),
        links: [None; LINKS],
    });
    let carrier = names::carrier(&mut chance);
    let site = chance.pick(&SITES).unwrap_or(PopSite { pop: "FRA", nodes: 1 });

    let mut name =
        hostile(index, id).unwrap_or_else(|| format!("{carrier}-{}-{}", site.pop.to_lowercase(), role(&mut chance)));
    let mut username = username(&mut chance, id);
    let mut domain = domain(&mut chance, carrier, &site);
    let (mut pop, mut node) = placement(&mut chance, &site, nodes);
    let mut enabled = !chance.one_in(11);
    let mut protocol = match chance.below(20) {
        0..=11 => 1,
        12..=16 => 2,
        _ => 3,
    };
    if let Some(shown) = SHOWCASE.iter().find(|shown| shown.id == id) {
        (name, username, domain) = (shown.name.to_owned(), shown.username.to_owned(), shown.domain.to_owned());
        (pop, node, enabled, protocol) = (shown.pop, shown.node, shown.enabled, 1);
    }
    if !taken.insert(name.clone()) {
        name = format!("{name}-{id}");
        taken.insert(name.clone());
    }

    let secure = protocol == 3 && chance.one_in(3);
    let expire = chance.pick(&EXPIRES).flatten();
    let transport = ["", ";transport=tcp", ";transport=tls"].get(protocol - 1).copied().unwrap_or_default();
    let host = match chance.below(6) {
        0 => "[2001:db8::10]:5060".to_owned(),
        1 => format!("sbc.{}.our.example", site.pop.to_lowercase()),
        _ => format!("192.0.2.{}:5060", 10 + chance.below(40)),
    };
    let password = (!chance.one_in(6)).then(|| chance.password());
    let auth_user = password.as_ref().map(|_| if chance.one_in(4) { format!("auth{id}") } else { username.clone() });

    making.set(FieldId::Name, text(Some(name)));
    making.set(FieldId::Enabled, AttributeValue::Flag(enabled));
    making.set(
        FieldId::SipInterfaceName,
        text(chance.pick(&[None, None, None, Some("external"), Some("input")]).flatten().map(str::to_owned)),
    );
    making.set(FieldId::SipSchemaId, AttributeValue::Number(if secure { 2 } else { 1 }));
    making.set(FieldId::Contact, text(Some(contact(&username, &host, transport))));
    // An address has no names below it.
    let is_address = domain.starts_with(|c: char| c == '[' || c.is_ascii_digit());
    let proxies = if is_address { format!("{carrier}.example") } else { domain.clone() };
    making.set(FieldId::RouteSet, AttributeValue::List(routes(&mut chance, &proxies, transport)));
    making.set(FieldId::Domain, text(Some(domain)));
    making.set(FieldId::Username, text(Some(username)));
    // The web form writes empty texts where the API writes null.
    making.set(
        FieldId::DisplayUsername,
        match chance.below(10) {
            0..=5 => AttributeValue::Null,
            6 => AttributeValue::from(""),
            _ => AttributeValue::from(names::display(&mut chance)),
        },
    );
    making.set(FieldId::AuthUser, text(auth_user));
    making.set(FieldId::AuthPassword, text(password));
    making.set(FieldId::Expire, expire.map_or(AttributeValue::Null, AttributeValue::Number));
    making.set(FieldId::ForceExpire, AttributeValue::Flag(expire.is_some() && chance.one_in(8)));
    making
        .set(FieldId::RetryDelay, AttributeValue::Number(chance.pick(&[5, 5, 5, 5, 10, 30, 60, 300, 1]).unwrap_or(5)));
    let attempts = chance.pick(&[None, None, None, Some(3), Some(10), Some(100)]).flatten();
    making.set(FieldId::MaxAttempts, attempts.map_or(AttributeValue::Null, AttributeValue::Number));
    making.link(FieldId::Pop, pop);
    making.link(FieldId::Node, node);
    making.link(FieldId::TransportProtocol, u64::try_from(protocol).ok());
    // Rows from before there were checks: they can be deleted, but not changed.
    match index {
        87 => making.set(FieldId::Contact, AttributeValue::Null),
        103 => making.set(FieldId::Domain, AttributeValue::Null),
        _ => {}
    }
    making.0
}

/// A parameter of the URI needs angle brackets around it.
fn contact(username: &str, host: &str, transport: &str) -> String {
    let uri = format!("sip:{}@{host}{transport}", username.replace(' ', "%20"));
    if transport.is_empty() { uri } else { format!("<{uri}>") }
}

fn username(chance: &mut Chance, id: u64) -> String {
    match chance.below(12) {
        0 => format!("reg-{id}"),
        1 => format!("trunk{:03}", chance.below(1000)),
        2 if chance.one_in(4) => format!("user name {id}"),
        _ => format!(
            "{}{:07}",
            chance.pick(&["4930", "4420", "3120", "4822", "1212", "6560"]).unwrap_or("49"),
            chance.below(10_000_000)
        ),
    }
}

fn domain(chance: &mut Chance, carrier: &str, site: &PopSite) -> String {
    match chance.below(14) {
        0 => format!("203.0.113.{}", 1 + chance.below(250)),
        1 => format!("[2001:db8:{:x}::5]", 1 + chance.below(4000)),
        2 => format!("sbc{}.{carrier}.example", 1 + chance.below(20)),
        3..=5 => format!("{}.{carrier}.example", site.pop.to_lowercase()),
        6..=8 => format!("reg.{carrier}.example"),
        _ => format!("sip.{carrier}.example"),
    }
}

/// Pop and node, mostly of the site in the record's name. About one in eighty names a node of another pop, which
/// no node will load.
fn placement(chance: &mut Chance, site: &PopSite, nodes: &[StoredResource]) -> (Option<u64>, Option<u64>) {
    let pop = (1..).zip(SITES).find(|(_, known)| known.pop == site.pop).map(|(id, _)| id);
    let (home, away): (Vec<&StoredResource>, Vec<&StoredResource>) = nodes.iter().partition(|node| node.link(0) == pop);
    let node = chance.pick(&home).map(|node| node.id);
    match chance.below(80) {
        0 => (pop, chance.pick(&away).map(|node| node.id)),
        1..=9 => (None, None),
        10..=29 => (pop, None),
        30..=34 => (None, node),
        _ => (pop, node),
    }
}

/// The first of them says over which transport, which decides it for the whole request. Mostly none; sometimes one or two proxies, seldom a chain that no column is wide enough for.
fn routes(chance: &mut Chance, domain: &str, transport: &str) -> Box<[AttributeValue]> {
    let count = match chance.below(40) {
        0..=23 => 0,
        24..=33 => 1,
        34..=37 => 2,
        38 => 3 + chance.below(3),
        _ => 8 + chance.below(5),
    };
    let route = |hop: u64| match (count, hop) {
        (_, 0) => format!("<sip:proxy.{domain}{transport};lr>"),
        (8.., hop) => {
            format!("<sip:hop{}.transit-network-{}.backbone.example:{};lr>", hop + 1, hop * 7 + 3, 5060 + hop)
        }
        (_, hop) => format!("<sip:edge{}.{domain};lr>", hop + 1),
    };
    (0..count).map(|hop| AttributeValue::Text(route(hop).into())).collect()
}

#[cfg(test)]
mod tests {
    use super::super::kind::{CollectionKind, FieldPlace, place};
    use super::*;
    use crate::domain::record::Relation;

    fn registrations(records: u32) -> Vec<StoredResource> {
        let [registrations, ..] = estate(1, records).rows;
        registrations
    }

    fn share(rows: &[StoredResource], holds: impl Fn(&StoredResource) -> bool) -> f64 {
        let held = rows.iter().filter(|row| holds(row)).count();
        f64::from(u32::try_from(held).unwrap()) / f64::from(u32::try_from(rows.len()).unwrap())
    }

    fn cell(row: &StoredResource, field: FieldId) -> &AttributeValue {
        match place(field) {
            FieldPlace::Attribute(index) => row.attribute(index),
            FieldPlace::Link(_) => panic!("{field:?} is a relationship"),
        }
    }

    fn link(row: &StoredResource, relation: Relation) -> Option<u64> {
        row.link(CollectionKind::Registrations.link(relation.field().field().name).unwrap())
    }

    #[test]
    fn two_runs_agree_and_a_larger_estate_begins_like_a_smaller_one() {
        assert_eq!(registrations(200), registrations(200));
        assert_eq!(registrations(500)[..200], registrations(200)[..]);
        let [other, ..] = estate(2, 200).rows;
        assert_ne!(registrations(200), other);
    }

    #[test]
    fn there_are_six_pops_fourteen_nodes_and_three_transports() {
        let estate = estate(1, 120);
        let sizes: Vec<usize> = estate.rows.iter().map(Vec::len).collect();
        assert_eq!(sizes, [120, 6, 14, 3]);
    }

    #[test]
    fn names_are_unique_and_ids_have_gaps() {
        let rows = registrations(5_000);
        let names: HashSet<&str> = rows.iter().filter_map(|row| cell(row, FieldId::Name).text()).collect();
        assert_eq!(names.len(), rows.len());
        assert_eq!(rows[0].id, 1);
        assert!(rows.last().unwrap().id > 5_200);
    }

    #[test]
    fn the_estate_looks_like_a_carriers() {
        let rows = registrations(5_000);
        let off = share(&rows, |row| *cell(row, FieldId::Enabled) == AttributeValue::Flag(false));
        assert!((0.07..0.12).contains(&off), "{off}");
        assert!((0.05..0.5).contains(&share(&rows, |row| link(row, Relation::Pop).is_none())));
        assert!((0.2..0.6).contains(&share(&rows, |row| link(row, Relation::Node).is_none())));
        let stray = share(&rows, |row| {
            let Some(node) = link(row, Relation::Node) else { return false };
            let pop = link(row, Relation::Pop);
            pop.is_some() && estate(1, 0).rows[2].iter().find(|known| known.id == node).unwrap().link(0) != pop
        });
        assert!(stray > 0.002, "{stray}");
        for protocol in 1..=3 {
            assert!(share(&rows, |row| link(row, Relation::TransportProtocol) == Some(protocol)) > 0.1);
        }
        let unset = share(&rows, |row| *cell(row, FieldId::Expire) == AttributeValue::Null);
        assert!((0.2..0.6).contains(&unset), "{unset}");
    }

    #[test]
    fn even_a_small_estate_has_hostile_and_wide_names() {
        let rows = registrations(120);
        let names: String = rows.iter().filter_map(|row| cell(row, FieldId::Name).text()).collect();
        for character in ['\u{1b}', '\u{202e}', '\u{200b}', '\u{9b}', '東', 'ש'] {
            assert!(names.contains(character), "{character:?}");
        }
    }
}

//! Names of made-up things: carriers, roles, people, and names that a terminal must not be fooled by.

use super::chance::Chance;

const CARRIERS: &str = include_str!("../../../assets/demo/carriers.txt");
const ROLES: &str = include_str!("../../../assets/demo/roles.txt");
const DISPLAY_NAMES: &str = include_str!("../../../assets/demo/display-names.txt");

/// A point of presence.
#[derive(Debug, Clone, Copy)]
pub(super) struct PopSite {
    pub(super) pop: &'static str,
    pub(super) nodes: u64,
}

fn line(chance: &mut Chance, list: &'static str) -> &'static str {
    let lines: Vec<&str> = list.lines().collect();
    chance.pick(&lines).unwrap_or_default()
}

/// A carrier, as it stands in names and domains. A few have most of the registrations.
pub(super) fn carrier(chance: &mut Chance) -> &'static str {
    let carriers: Vec<&str> = CARRIERS.lines().collect();
    let count = carriers.len() as u64;
    let rank = chance.below(count).min(chance.below(count)).min(chance.below(count));
    usize::try_from(rank).ok().and_then(|rank| carriers.get(rank)).copied().unwrap_or_default()
}

/// What a registration is for.
pub(super) fn role(chance: &mut Chance) -> &'static str {
    line(chance, ROLES)
}

/// A display name.
pub(super) fn display(chance: &mut Chance) -> &'static str {
    line(chance, DISPLAY_NAMES)
}

/// Names that are wide, run from right to left, combine, or try to move a terminal's cursor.
const UNUSUAL: [&str; 12] = [
    "東京トランク",
    "\u{1b}[31mred\u{1b}[0m alert",
    "שלום חיפה",
    "invoice\u{202e}gnp.exe",
    "zero\u{200b}width\u{feff}space",
    "\u{9b}2J\u{9b}H clear",
    "İstanbul e\u{301}te\u{301}",
    "title\u{1b}]0;owned\u{7}bell",
    "👩‍👩‍👧‍👦 family line",
    "<b>&\"'\\/</b>",
    "مقسم الرياض",
    "line\r\nbreak\ttab",
];

/// The name of every twelfth of the first records, and of few later ones.
pub(super) fn hostile(index: usize, id: u64) -> Option<String> {
    let turn = match index {
        0..144 if index % 12 == 3 => index / 12,
        144.. if index.is_multiple_of(251) => index / 251,
        _ => return None,
    };
    let name = UNUSUAL.get(turn % UNUSUAL.len())?;
    Some(format!("{name} {id}"))
}

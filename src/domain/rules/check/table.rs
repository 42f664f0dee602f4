//! The table of rules. A rule is one row in the file of its group, with its text and its check; lists, form, lint,
//! settings and documentation are loops over [`all`].

use crate::domain::rules::check::{
    contact, credentials, domain, estate, names, place, presence, route_set, timers, transport,
};
use crate::domain::rules::rule::{Rule, RuleSet};

/// The groups, in the order of the field table; those that compare fields or records stand last.
const GROUPS: [&[Rule]; 10] = [
    &presence::RULES,
    &names::RULES,
    &place::RULES,
    &transport::RULES,
    &domain::RULES,
    &contact::RULES,
    &route_set::RULES,
    &credentials::RULES,
    &timers::RULES,
    &estate::RULES,
];

/// How many rules there are.
#[expect(clippy::indexing_slicing, reason = "the compiler works it out, and refuses to build what would panic")]
const COUNT: usize = {
    let (mut count, mut group) = (0, 0);
    while group < GROUPS.len() {
        count += GROUPS[group].len();
        group += 1;
    }
    count
};

/// The rules of all groups, so that a walk through them is one through memory.
#[expect(clippy::indexing_slicing, reason = "the compiler works it out, and refuses to build what would panic")]
const ALL: [&Rule; COUNT] = {
    let mut all: [&Rule; COUNT] = [&GROUPS[0][0]; COUNT];
    let (mut at, mut group) = (0, 0);
    while group < GROUPS.len() {
        let mut rule = 0;
        while rule < GROUPS[group].len() {
            all[at] = &GROUPS[group][rule];
            (at, rule) = (at + 1, rule + 1);
        }
        group += 1;
    }
    all
};

/// Every rule, in the order of its group.
pub fn all() -> impl Iterator<Item = &'static Rule> {
    const { &ALL }.iter().copied()
}

/// The rule with this name.
pub fn find(id: &str) -> Option<&'static Rule> {
    all().find(|rule| rule.id == id)
}

impl RuleSet {
    /// The same with one more. A rule that is in no group changes nothing.
    #[must_use]
    pub fn with(self, rule: &Rule) -> Self {
        let bit = all().position(|known| known == rule).and_then(|index| 1_u64.checked_shl(u32::try_from(index).ok()?));
        Self(self.0 | bit.unwrap_or(0))
    }

    /// The rules of the set.
    pub fn rules(self) -> impl Iterator<Item = &'static Rule> {
        (0_u32..).zip(all()).filter(move |(index, _)| self.has(*index)).map(|(_, rule)| rule)
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn every_rule_has_a_name_of_its_own_and_says_what_it_is() {
        let mut seen = HashSet::new();
        for rule in all() {
            assert!(seen.insert(rule.id), "{rule:?} twice");
            assert!(rule.id.chars().all(|c| c.is_ascii_lowercase() || c == '-' || c.is_ascii_digit()), "{rule:?}");
            assert!(!rule.summary.is_empty() && !rule.help.is_empty() && !rule.fields.is_empty(), "{rule:?}");
            let known = ["RFC ", "node", "server", "practice"];
            assert!(known.iter().any(|source| rule.source.starts_with(source)), "{rule:?}: {}", rule.source);
        }
        assert!(seen.len() <= 64, "a RuleSet has 64 places");
    }

    #[test]
    fn a_set_has_what_was_put_into_it() {
        for rule in all() {
            let set = RuleSet::NONE.with(rule);
            assert_eq!(set.rules().collect::<Vec<_>>(), [rule]);
            assert_eq!(find(rule.id), Some(rule));
        }
        assert!(RuleSet::NONE.is_empty());
    }
}

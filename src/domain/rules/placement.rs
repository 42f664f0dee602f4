//! Which nodes load a record. A node loads the rows that are enabled and whose pop is empty or its own, and
//! whose node is empty or itself; so a node outside the chosen pop means that no one loads the record, and
//! without any error. Knows only what the server said about nodes: silent gaps are named, not guessed.

use crate::domain::record::{FieldId, Record, Relation, Resolved, Target, Targets};

/// How far the nodes of the switch are known.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Extent {
    /// Every node was read.
    All,
    /// Only those that some record refers to; there may be more.
    Partial,
}

/// Why no node loads an enabled record.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Barrier {
    /// The chosen node stands in another pop than the chosen one.
    OtherPop {
        /// The chosen node.
        node: u64,
        /// Where it stands.
        stands_in: u64,
        /// The chosen pop.
        wanted: u64,
    },
    /// The chosen pop has no node at all.
    EmptyPop(u64),
}

/// What is missing to decide.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Gap {
    /// Whether the record is enabled.
    Enabled,
    /// The POP of the record.
    Pop,
    /// The node of the record.
    Node,
    /// Whether the chosen node stands in the chosen pop.
    PopOfNode {
        /// The chosen node.
        node: u64,
        /// The chosen pop.
        pop: u64,
    },
}

/// Which nodes load a record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Placement {
    /// None: it is disabled.
    Off,
    /// Every node of the switch.
    EveryNode {
        /// How many are known.
        known: usize,
        /// Whether that is all of them.
        extent: Extent,
    },
    /// Every node of one pop.
    OfPop {
        /// The pop.
        pop: u64,
        /// Its known nodes, by id.
        nodes: Vec<u64>,
        /// Whether that is all of them.
        extent: Extent,
    },
    /// One node.
    OneNode(u64),
    /// None, although it is enabled.
    Nowhere(Barrier),
    /// Not known yet.
    Unknown(Gap),
}

/// Why no node can load this record whether it is on or off: its node stands in another pop. Looks up one
/// node and allocates nothing, so that it can be asked for each row of a long list.
pub fn misplaced(record: &impl Record, targets: &Targets) -> Option<Barrier> {
    let target = |field| match targets.resolve(record.value(field)) {
        Resolved::Target(id) => Some(id),
        Resolved::Nothing | Resolved::Unknown => None,
    };
    let wanted = target(FieldId::Pop)?;
    let node = target(FieldId::Node)?;
    let stands_in = targets.get(Relation::Node, node)?.pop?;
    (stands_in != wanted).then_some(Barrier::OtherPop { node, stands_in, wanted })
}

/// Whether every node is known and none of them stands in this pop.
pub fn empty_pop(pop: u64, targets: &Targets) -> bool {
    targets.is_complete(Relation::Node) && !targets.has_node_in(pop)
}

/// Which nodes load this record at their next poll.
pub fn loaded_by(record: &impl Record, targets: &Targets) -> Placement {
    match record.enabled() {
        Some(true) => where_enabled(record, targets),
        Some(false) => Placement::Off,
        None => Placement::Unknown(Gap::Enabled),
    }
}

/// Which nodes would load this record if it were enabled.
pub fn where_enabled(record: &impl Record, targets: &Targets) -> Placement {
    let extent = if targets.is_complete(Relation::Node) { Extent::All } else { Extent::Partial };
    match (targets.resolve(record.value(FieldId::Pop)), targets.resolve(record.value(FieldId::Node))) {
        (Resolved::Nothing, Resolved::Nothing) => Placement::EveryNode { known: targets.count(Relation::Node), extent },
        (Resolved::Nothing, Resolved::Target(node)) => Placement::OneNode(node),
        (Resolved::Target(pop), Resolved::Nothing) => {
            let nodes: Vec<u64> = of_pop(targets, pop).map(|node| node.id).collect();
            match extent {
                Extent::All if nodes.is_empty() => Placement::Nowhere(Barrier::EmptyPop(pop)),
                Extent::All | Extent::Partial => Placement::OfPop { pop, nodes, extent },
            }
        }
        (Resolved::Target(pop), Resolved::Target(node)) => {
            match targets.get(Relation::Node, node).and_then(|node| node.pop) {
                Some(stands_in) if stands_in == pop => Placement::OneNode(node),
                Some(stands_in) => Placement::Nowhere(Barrier::OtherPop { node, stands_in, wanted: pop }),
                None => Placement::Unknown(Gap::PopOfNode { node, pop }),
            }
        }
        (_, Resolved::Unknown) => Placement::Unknown(Gap::Node),
        (Resolved::Unknown, Resolved::Nothing | Resolved::Target(_)) => Placement::Unknown(Gap::Pop),
    }
}

fn of_pop(targets: &Targets, pop: u64) -> impl Iterator<Item = &Target> {
    targets.of(Relation::Node).into_iter().filter(move |node| node.pop == Some(pop))
}

impl Barrier {
    /// The reason in a few words, such as "lon-n1 is in pop LON, not AMS". Names are the server's: hostile
    /// until sanitised.
    pub fn sentence(self, targets: &Targets) -> String {
        match self {
            Self::OtherPop { node, stands_in, wanted } => format!(
                "{} is in POP {}, not {}",
                targets.label(Relation::Node, node),
                name_or_number(targets, Relation::Pop, stands_in),
                name_or_number(targets, Relation::Pop, wanted),
            ),
            Self::EmptyPop(pop) => {
                format!("POP {} has no node", name_or_number(targets, Relation::Pop, pop))
            }
        }
    }
}

impl Placement {
    /// The answer for people, such as "fra-n1", "all 14 nodes" or "no node: lon-n1 is in pop LON, not AMS".
    /// Names are the server's: hostile until sanitised.
    pub fn sentence(&self, targets: &Targets) -> String {
        match self {
            Self::Off => "no node: it is disabled".to_owned(),
            Self::EveryNode { known: 1, extent: Extent::All } => match targets.of(Relation::Node).first() {
                Some(only) => targets.label(Relation::Node, only.id).into_owned(),
                None => "every node".to_owned(),
            },
            Self::EveryNode { known, extent: Extent::All } => format!("all {known} nodes"),
            Self::EveryNode { known: 0 | 1, extent: Extent::Partial } => "every node".to_owned(),
            Self::EveryNode { known, extent: Extent::Partial } => format!("every node ({known} known so far)"),
            Self::OfPop { nodes, extent: Extent::All, .. } => names(nodes, targets),
            Self::OfPop { pop, nodes, extent: Extent::Partial } => {
                let pop = name_or_number(targets, Relation::Pop, *pop);
                if nodes.is_empty() {
                    format!("every node of POP {pop}")
                } else {
                    format!("every node of POP {pop} (known so far: {})", names(nodes, targets))
                }
            }
            Self::OneNode(node) => targets.label(Relation::Node, *node).into_owned(),
            Self::Nowhere(barrier) => format!("no node: {}", barrier.sentence(targets)),
            Self::Unknown(Gap::Enabled) => "unknown: the server did not show whether it is enabled".to_owned(),
            Self::Unknown(Gap::Pop) => "unknown: its POP is not loaded".to_owned(),
            Self::Unknown(Gap::Node) => "unknown: its node is not loaded".to_owned(),
            Self::Unknown(Gap::PopOfNode { node, pop }) => format!(
                "{}, if it is in POP {} (unknown)",
                targets.label(Relation::Node, *node),
                name_or_number(targets, Relation::Pop, *pop),
            ),
        }
    }

    /// The ids of the nodes that load the record, where each of them is known.
    pub fn nodes(&self, targets: &Targets) -> Option<Vec<u64>> {
        match self {
            Self::Off | Self::Nowhere(_) => Some(Vec::new()),
            Self::EveryNode { extent: Extent::All, .. } => {
                Some(targets.of(Relation::Node).iter().map(|node| node.id).collect())
            }
            Self::OfPop { nodes, extent: Extent::All, .. } => Some(nodes.clone()),
            Self::OneNode(node) => Some(vec![*node]),
            _ => None,
        }
    }
}

/// Names of nodes in one line: up to four of them, then a count.
pub fn names(nodes: &[u64], targets: &Targets) -> String {
    const SHOWN: usize = 4;
    let shown: Vec<_> = nodes.iter().take(SHOWN).map(|node| targets.label(Relation::Node, *node)).collect();
    let line = shown.join(", ");
    match nodes.len().checked_sub(SHOWN) {
        None | Some(0) => line,
        Some(more) => format!("{line} and {more} more"),
    }
}

/// A target's name after its noun has been said already.
fn name_or_number(targets: &Targets, relation: Relation, id: u64) -> String {
    match targets.name(relation, id) {
        Some(name) if !name.is_empty() => name.to_owned(),
        Some(_) | None => id.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::domain::record::{Registration, Value};

    fn target(relation: Relation, id: u64, name: &str, pop: Option<u64>) -> Target {
        Target { relation, id, name: Some(name.to_owned()), pop, attributes: Vec::new() }
    }

    fn estate() -> Targets {
        let mut targets = Targets::default();
        for (id, name) in [(1, "FRA"), (2, "LON"), (3, "AMS"), (4, "NYC")] {
            targets.add(target(Relation::Pop, id, name, None));
        }
        for (id, name, pop) in [(11, "fra-n1", 1), (12, "lon-n1", 2), (13, "lon-n2", 2), (14, "ams-n1", 3)] {
            targets.add(target(Relation::Node, id, name, Some(pop)));
        }
        targets.note_complete(Relation::Node);
        targets.note_complete(Relation::Pop);
        targets
    }

    fn record(enabled: bool, pop: Option<u64>, node: Option<u64>) -> Registration {
        let mut record = Registration::new(22);
        record.set(FieldId::Enabled, Value::Flag(enabled));
        record.set(FieldId::Pop, pop.map_or(Value::Null, Value::Reference));
        record.set(FieldId::Node, node.map_or(Value::Null, Value::Reference));
        record
    }

    fn reported(record: &Registration, targets: &Targets) -> String {
        loaded_by(record, targets).sentence(targets)
    }

    #[test]
    fn each_way_to_place_a_record_is_told_by_name() {
        let targets = estate();
        assert_eq!(reported(&record(true, None, None), &targets), "all 4 nodes");
        assert_eq!(reported(&record(true, Some(2), None), &targets), "lon-n1, lon-n2");
        assert_eq!(reported(&record(true, None, Some(11)), &targets), "fra-n1");
        assert_eq!(reported(&record(true, Some(1), Some(11)), &targets), "fra-n1");
        assert_eq!(reported(&record(true, Some(3), Some(12)), &targets), "no node: lon-n1 is in POP LON, not AMS");
        assert_eq!(reported(&record(true, Some(4), None), &targets), "no node: POP NYC has no node");
        assert_eq!(reported(&record(false, Some(2), None), &targets), "no node: it is disabled");
    }

    #[test]
    fn while_not_every_node_is_known_nothing_is_said_about_all_of_them() {
        let mut targets = Targets::default();
        targets.add(target(Relation::Pop, 2, "LON", None));
        targets.add(target(Relation::Node, 12, "lon-n1", Some(2)));
        targets.add(target(Relation::Node, 13, "lon-n2", None));
        assert_eq!(reported(&record(true, None, None), &targets), "every node (2 known so far)");
        assert_eq!(reported(&record(true, Some(2), None), &targets), "every node of POP LON (known so far: lon-n1)");
        assert_eq!(reported(&record(true, Some(7), None), &targets), "every node of POP 7");
        assert_eq!(reported(&record(true, Some(2), Some(13)), &targets), "lon-n2, if it is in POP LON (unknown)");
        assert_eq!(loaded_by(&record(true, None, None), &targets).nodes(&targets), None);
    }

    #[test]
    fn relationships_that_were_not_read_leave_the_question_open() {
        let targets = estate();
        let mut unread = record(true, Some(2), None);
        unread.set(FieldId::Pop, Value::Linked("/x".into()));
        assert_eq!(loaded_by(&unread, &targets), Placement::Unknown(Gap::Pop));
        unread.set(FieldId::Node, Value::Missing);
        assert_eq!(loaded_by(&unread, &targets), Placement::Unknown(Gap::Node));
        unread.set(FieldId::Enabled, Value::Flag(false));
        assert_eq!(loaded_by(&unread, &targets), Placement::Off);
        unread.set(FieldId::Enabled, Value::Missing);
        assert_eq!(loaded_by(&unread, &targets), Placement::Unknown(Gap::Enabled));
    }

    #[test]
    fn a_crowded_pop_is_told_in_one_line() {
        let targets = estate();
        assert_eq!(names(&[11, 12, 13, 14, 99, 100], &targets), "fra-n1, lon-n1, lon-n2, ams-n1 and 2 more");
        assert_eq!(names(&[99], &targets), "node 99");
    }

    proptest! {
        /// The rule of the nodes, said once more node by node.
        #[test]
        fn a_node_loads_a_record_exactly_if_pop_and_node_let_it(
            enabled in any::<bool>(),
            pop in proptest::option::of(1_u64..=4),
            node in proptest::option::of(11_u64..=14),
        ) {
            let targets = estate();
            let record = record(enabled, pop, node);
            let expected: Vec<u64> = targets
                .of(Relation::Node)
                .into_iter()
                .filter(|each| enabled && pop.is_none_or(|pop| each.pop == Some(pop)) && node.is_none_or(|id| each.id == id))
                .map(|each| each.id)
                .collect();
            let placement = loaded_by(&record, &targets);
            prop_assert_eq!(placement.nodes(&targets), Some(expected));
            let misplaced = misplaced(&record, &targets).is_some();
            prop_assert_eq!(
                misplaced,
                matches!(where_enabled(&record, &targets), Placement::Nowhere(Barrier::OtherPop { .. }))
            );
        }
    }
}

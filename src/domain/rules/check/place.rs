//! Rules of where a record is loaded.

use crate::domain::record::FieldId::Node;
use crate::domain::record::FieldId::Pop;
use crate::domain::record::FieldId::TransportProtocol;
use crate::domain::record::{Relation, Resolved};
use crate::domain::rules::placement::{Barrier, empty_pop, misplaced};
use crate::domain::rules::rule::Rule;
use crate::domain::rules::rule::Severity;

pub(in crate::domain::rules) const RULES: [Rule; 4] = [
    Rule {
        id: "pop-mismatch",
        severity: Severity::Down,
        fields: &[Pop, Node],
        summary: "the node is in another POP than the chosen one",
        help: "A node loads a record if the POP is empty or its own, and the node is empty or itself. Here no node \
               does, without any error. Choose a node of that POP, or clear one of the two.",
        source: "node",
        check: |subject, report| {
            if let Some(barrier) = misplaced(subject, subject.targets()) {
                report.add(Pop, || format!("{}: no node will load it", barrier.sentence(subject.targets())));
            }
        },
    },
    Rule {
        id: "pop-without-nodes",
        severity: Severity::Down,
        fields: &[Pop],
        summary: "the chosen POP has no node",
        help: "No node loads the record. Choose another POP, or clear it.",
        source: "node",
        check: |subject, report| {
            if let (Resolved::Target(pop), Resolved::Nothing) =
                (subject.targets().resolve(subject.get(Pop)), subject.targets().resolve(subject.get(Node)))
                && empty_pop(pop, subject.targets())
            {
                let barrier = Barrier::EmptyPop(pop);
                report.add(Pop, || format!("{}: no node will load it", barrier.sentence(subject.targets())));
            }
        },
    },
    Rule {
        id: "unknown-target",
        severity: Severity::Warning,
        fields: &[Pop, Node, TransportProtocol],
        summary: "the record refers to a POP, node or transport that the server does not list",
        help: "It must exist: the server refuses to save a record that refers to nothing.",
        source: "server",
        check: |subject, report| {
            for relation in Relation::ALL {
                let field = relation.field();
                if let Resolved::Target(id) = subject.targets().resolve(subject.get(field))
                    && subject.targets().is_complete(relation)
                    && subject.targets().get(relation, id).is_none()
                {
                    let noun = relation.noun();
                    report.add(field, || format!("no {noun} with ID {id} was found on the server; it must exist"));
                }
            }
        },
    },
    Rule {
        id: "every-node",
        severity: Severity::Warning,
        fields: &[Node, Pop],
        summary: "neither POP nor node is set, and there are several nodes",
        help: "Every node registers the same address of record, and each has its own contact to offer. Choose a POP or a \
               node, unless that is meant.",
        source: "node",
        check: |subject, report| {
            let nodes = subject.nodes();
            // Where labels come through links, nothing is where the link led nowhere.
            let nothing = |field| subject.targets().resolve(subject.get(field)) == Resolved::Nothing;
            if nothing(Pop) && nothing(Node) && nodes > 1 {
                report.add(Node, || {
                    let least = if subject.targets().is_complete(Relation::Node) { "" } else { "at least " };
                    format!("neither POP nor node is set: {least}{nodes} nodes will register the same address")
                });
            }
        },
    },
];

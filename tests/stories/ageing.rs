//! Pops, nodes and transports age like everything else: what the server has no longer is forgotten.

use std::time::Duration;

use sipreg::domain::record::{Relation, Targets};
use sipreg::domain::rules::placement;

use crate::sitting::Sitting;

fn nodes(sitting: &Sitting) -> Vec<u64> {
    sitting.app.store.targets.of(Relation::Node).iter().map(|node| node.id).collect()
}

/// A console that has read everything, and a node that went since.
fn without_a_node() -> (Sitting, u64) {
    let sitting = Sitting::ready((120, 40), 20);
    let gone = *nodes(&sitting).first().unwrap();
    assert!(sitting.server.control().remove_target(Relation::Node, gone));
    (sitting, gone)
}

fn every_node(targets: &Targets) -> String {
    use sipreg::domain::record::{FieldId, Registration, Value};
    let mut record = Registration::new(1);
    record.set(FieldId::Enabled, Value::Flag(true));
    record.set(FieldId::Pop, Value::Null);
    record.set(FieldId::Node, Value::Null);
    placement::loaded_by(&record, targets).sentence(targets)
}

#[test]
fn a_refresh_and_a_reload_forget_a_node_that_is_gone() {
    for key in ["r", "R"] {
        let (mut sitting, gone) = without_a_node();
        let before = nodes(&sitting).len();
        assert_eq!(every_node(&sitting.app.store.targets), format!("all {before} nodes"));
        sitting.carry_out(key);
        assert!(!nodes(&sitting).contains(&gone), "{key}");
        assert_eq!(every_node(&sitting.app.store.targets), format!("all {} nodes", before - 1), "{key}");
    }
}

#[test]
fn the_watch_forgets_it_too_and_reads_nothing_that_did_not_change() {
    let (mut sitting, gone) = without_a_node();
    sitting.press("W");
    sitting.pass(Duration::from_secs(60));
    sitting.answer_all();
    assert!(!nodes(&sitting).contains(&gone));
    sitting.server.control().clear_exchanges();
    for _ in 0..3 {
        sitting.pass(Duration::from_secs(300));
        sitting.answer_all();
    }
    let asked = sitting.server.control().exchanges();
    let of_targets: Vec<_> = asked.iter().filter(|exchange| exchange.path().ends_with("/nodes")).collect();
    assert!(!of_targets.is_empty(), "the watch reads the nodes with the list");
    assert!(of_targets.iter().all(|exchange| exchange.status == Some(304)), "{of_targets:?}");
}

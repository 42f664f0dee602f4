//! The nodes themselves, with the real framing.

use std::time::Duration;

use rstest::rstest;
use sipreg::demo::faults::{Fault, FaultEffect};
use sipreg::demo::{NodeFault, ServerOptions};
use sipreg::domain::live::drift::{Drift, Expected};
use sipreg::domain::live::node_list::LiveState;
use sipreg::domain::live::summary::{Overall, on_nodes};
use sipreg::domain::live::words;
use sipreg::domain::record::{FieldId, Value};
use sipreg::live::NodeAddress;
use sipreg::live::rpc::METHODS;

use crate::stage::{self, PATIENCE, SHORT, answered, nodes, why};

#[tokio::test]
async fn each_node_lists_what_it_loads_and_the_picture_says_what_is_active() {
    let stage = nodes(PATIENCE).await;
    stage.later(60);
    let picture = stage.picture().await;
    assert_eq!(words::reach(&picture), "14/14 nodes");
    assert_eq!(stage.summary(7, &picture).overall, Overall::Active);
    assert_eq!(stage.summary(16, &picture).overall, Overall::Off);
    // Its node stands in another pop: no one loads it.
    assert_eq!(stage.summary(22, &picture).overall, Overall::Absent);
    // In pop AMS, on no certain node: all three of it.
    let several = stage.summary(19, &picture);
    assert_eq!((several.of, several.good), (3, 3));
    let all: Vec<Overall> = stage.control.ids().iter().map(|id| stage.summary(*id, &picture).overall).collect();
    assert!(
        all.contains(&Overall::Error) && !all.contains(&Overall::Unknown) && !all.contains(&Overall::Drift),
        "{all:?}"
    );
}

#[tokio::test]
async fn one_connection_a_node_is_kept_and_nothing_but_reading_is_ever_asked() {
    let stage = nodes(PATIENCE).await;
    for _ in 0..3 {
        assert_eq!(answered(&stage.ask().await), 14);
    }
    let counted = stage.provider.count(&stage.provider.addresses(&stage.targets)).await;
    assert!(counted.iter().all(|(_, count)| count.as_ref().is_ok_and(|count| *count > 0)));
    assert_eq!(stage.control.node_connections(), 14);
    let asked = stage.control.node_requests();
    assert_eq!(asked.len(), 4 * 14);
    assert!(asked.iter().all(|(_, method)| METHODS.contains(&method.as_str())), "{asked:?}");
}

#[rstest]
#[case(NodeFault::Refuse, "connection refused (127.0.0.1:")]
#[case(NodeFault::Hang, "no answer within 300 ms")]
#[case(NodeFault::Garbage, "the answer cannot be read: not a netstring: it begins with \"HTTP/1.1")]
#[case(NodeFault::Half, "the connection ended in the middle of the answer")]
#[case(NodeFault::Huge, "the answer is too large: 9999999999 bytes")]
#[case(NodeFault::WrongId, "the answer cannot be read: it answers another question (id another, not 2)")]
#[case(NodeFault::Refusal, "the node refused: not now (-32603)")]
#[tokio::test]
async fn a_node_that_misbehaves_is_unreachable_with_its_reason_and_touches_no_other(
    #[case] fault: NodeFault,
    #[case] expected: &str,
) {
    // The others have all the time they need; only a node that hangs is not waited for so long.
    let stage = nodes(if fault == NodeFault::Hang { SHORT * 10 } else { PATIENCE }).await;
    let mut picture = stage.picture().await;
    assert_eq!(picture.reachable(), (14, 14));
    stage.fault("lon-n1", fault);
    let round = stage.ask().await;
    let reported = why(&round, "lon-n1");
    let expected = if fault == NodeFault::Hang { "no answer within 3 s" } else { expected };
    assert!(reported.starts_with(expected), "{reported}");
    assert_eq!(answered(&round), 13);
    picture.take(round, Duration::from_secs(60), 0);
    let summary = stage.summary(13, &picture);
    assert_eq!((summary.overall, summary.heard), (Overall::Unknown, Some(1)), "the last word is kept with its age");
    stage.control.clear_faults();
    // A node that refuses has to listen again first, which no one tells.
    let again = async {
        while answered(&stage.ask().await) < 14 {
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(PATIENCE, again).await.unwrap();
}

#[rstest]
#[case(NodeFault::Booleans)]
#[case(NodeFault::DuplicateIds)]
#[case(NodeFault::MissingMembers)]
#[tokio::test]
async fn what_older_nodes_write_is_understood(#[case] fault: NodeFault) {
    let stage = nodes(PATIENCE).await;
    stage.later(60);
    let usual = stage.picture().await;
    stage.fault("lon-n1", fault);
    let older = stage.picture().await;
    assert_eq!(older.reachable(), (14, 14));
    let node = |picture: &sipreg::domain::live::picture::Picture| {
        picture.nodes().iter().find(|node| node.name == "lon-n1").unwrap().clone()
    };
    let states = |node: &sipreg::domain::live::picture::KnownNode| -> Vec<(u64, LiveState)> {
        node.list().rows().iter().map(|row| (row.id, row.state)).collect()
    };
    assert_eq!(states(&node(&older)), states(&node(&usual)));
    assert_eq!(stage.summary(13, &older).overall, Overall::Active, "values that are not said are no drift");
}

#[tokio::test]
async fn a_registration_without_its_id_may_be_any_that_the_node_does_not_list() {
    let stage = nodes(PATIENCE).await;
    stage.later(60);
    let before = stage.picture().await;
    stage.fault("lon-n1", NodeFault::NoIds);
    let after = stage.picture().await;
    let words = |picture| -> Vec<Overall> {
        stage.control.ids().iter().map(|id| stage.summary(*id, picture).overall).collect()
    };
    let (before, after) = (words(&before), words(&after));
    let changed: Vec<(Overall, Overall)> =
        before.into_iter().zip(after).filter(|(before, after)| before != after).collect();
    assert!(!changed.is_empty());
    assert!(changed.iter().all(|(_, after)| *after == Overall::Unknown), "none is called absent: {changed:?}");
}

#[tokio::test]
async fn a_kept_connection_that_ended_meanwhile_is_made_anew() {
    let stage = nodes(PATIENCE).await;
    assert_eq!(answered(&stage.ask().await), 14);
    stage.control.add_fault(Fault::next("NODE", "/lon-n1", FaultEffect::Node(NodeFault::Half)));
    assert_eq!(answered(&stage.ask().await), 13);
    assert_eq!(answered(&stage.ask().await), 14);
    // The node closes all its connections, then listens again.
    stage.fault("lon-n1", NodeFault::Refuse);
    while answered(&stage.ask().await) == 14 {}
    stage.control.clear_faults();
    while answered(&stage.ask().await) < 14 {}
}

#[tokio::test]
async fn a_node_that_hangs_does_not_hold_up_the_next_round() {
    let stage = nodes(SHORT).await;
    stage.control.add_fault(Fault::next("NODE", "/lon-n1", FaultEffect::Node(NodeFault::Hang)));
    let first = stage.ask().await;
    assert_eq!(why(&first, "lon-n1"), "no answer within 300 ms");
    // What was asked for then must not be taken for the answer to the next question.
    let patient = stage::provider(sipreg::live::Source::Nodes, PATIENCE, &[]);
    assert_eq!(answered(&patient.ask(&patient.addresses(&stage.targets)).await), 14);
}

#[tokio::test]
async fn a_change_shows_as_drift_until_the_node_polls() {
    let stage = nodes(PATIENCE).await;
    stage.later(60);
    assert!(stage.control.change(13, FieldId::Expire, Value::Number(600)));
    let picture = stage.picture().await;
    assert_eq!(stage.summary(13, &picture).overall, Overall::Drift);
    let record = stage.control.registration(13).unwrap();
    let on_nodes = on_nodes(&record, &stage.targets, &picture);
    let loaded = on_nodes[0].loaded().unwrap();
    let drifts = Expected::of(&record, &stage.targets).drifts(loaded, &stage.targets);
    assert_eq!(drifts.iter().map(|drift: &Drift| drift.field).collect::<Vec<_>>(), [FieldId::Expire]);
    stage.control.poll_nodes();
    stage.later(62);
    assert_eq!(stage.summary(13, &stage.picture().await).overall, Overall::Active);
}

#[tokio::test]
async fn disabled_lingers_until_the_poll_and_a_node_that_lost_it_makes_it_absent() {
    let stage = nodes(PATIENCE).await;
    stage.later(60);
    assert!(stage.control.change(13, FieldId::Enabled, Value::Flag(false)));
    assert_eq!(stage.summary(13, &stage.picture().await).overall, Overall::Lingering);
    stage.control.poll_nodes();
    assert_eq!(stage.summary(13, &stage.picture().await).overall, Overall::Off);
    stage.control.lose_registrations(1);
    assert_eq!(stage.summary(7, &stage.picture().await).overall, Overall::Absent);
}

#[tokio::test]
async fn an_address_of_the_profile_replaces_the_one_of_the_api() {
    let stage = nodes(PATIENCE).await;
    let place = stage.control.nodes().into_iter().find(|place| place.name == "fra-n1").unwrap();
    let address = place.address.to_string();
    let provider =
        stage::provider(sipreg::live::Source::Nodes, PATIENCE, &[("lon-n1", &address), ("ams-n1", "nowhere")]);
    let round = provider.ask(&provider.addresses(&stage.targets)).await;
    assert_eq!(why(&round, "lon-n1"), "");
    assert_eq!(why(&round, "ams-n1"), "no address to ask: rpc-endpoint is \"nowhere\", not HOST:PORT");
}

#[tokio::test]
async fn two_names_for_one_address_are_asked_one_after_the_other() {
    let stage = nodes(PATIENCE).await;
    let place = stage.control.nodes().into_iter().next().unwrap();
    let node = |id| NodeAddress { id, name: format!("n{id}"), endpoint: Some(place.address.to_string()) };
    let round = stage.provider.ask(&[node(1), node(2), node(3)]).await;
    assert_eq!((answered(&round), stage.control.node_connections()), (3, 1));
}

#[tokio::test]
async fn ten_thousand_registrations_of_a_node_come_in_parts() {
    let stage = stage::with(ServerOptions { records: 3_000, ..ServerOptions::default() }, PATIENCE).await;
    let picture = stage.picture().await;
    assert_eq!(picture.reachable(), (14, 14));
    let listed: usize = picture.nodes().iter().map(|node| node.list().len()).sum();
    assert!(listed > 3_000, "{listed}");
}

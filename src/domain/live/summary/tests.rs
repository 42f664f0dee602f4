use std::sync::Arc;

use super::*;
use crate::domain::live::loaded::{self, TextsBuilder};
use crate::domain::live::node_list::NodeList;
use crate::domain::live::round::{NodeAnswer, Round, Unreachable};
use crate::domain::record::{FieldId, Registration, Relation, Target, Value};

/// Two nodes in pop 1 (ids 1 and 2), one in pop 2 (id 3).
fn targets() -> Targets {
    let mut targets = Targets::default();
    for (id, pop) in [(1, 1), (2, 1), (3, 2)] {
        targets.add(Target {
            relation: Relation::Node,
            id,
            name: Some(format!("n{id}")),
            pop: Some(pop),
            attributes: Vec::new(),
        });
    }
    targets.note_complete(Relation::Node);
    targets
}

fn record(enabled: bool, pop: Option<u64>, node: Option<u64>) -> Registration {
    let mut record = Registration::new(7);
    record.set(FieldId::Enabled, Value::Flag(enabled));
    record.set(FieldId::Pop, pop.map_or(Value::Null, Value::Reference));
    record.set(FieldId::Node, node.map_or(Value::Null, Value::Reference));
    record.set(FieldId::Expire, Value::Number(300));
    record
}

fn active(left: i64) -> NodeRow {
    let mut row = NodeRow::new(7, LiveState::Active);
    row.set_left(Some(left));
    row
}

fn error(code: u16) -> NodeRow {
    let mut row = NodeRow::new(7, LiveState::Error);
    row.code = code;
    row
}

/// `None` is a node that does not answer.
fn picture(answers: [Option<Vec<NodeRow>>; 3]) -> Picture {
    let nodes = (1..).zip(answers).map(|(id, rows)| NodeAnswer {
        node: Some(id),
        name: format!("n{id}"),
        result: rows.map(|rows| Arc::new(NodeList::of(rows))).ok_or(Unreachable::Ended),
    });
    let mut picture = Picture::default();
    let round = Round { nodes: nodes.collect(), ..Round::default() };
    picture.take(round, Duration::from_secs(60), 1_000);
    picture
}

fn summary(record: &Registration, picture: &Picture) -> LiveSummary {
    LiveSummary::of(record, &targets(), picture, RecentChange::Quiet)
}

#[test]
fn before_the_first_round_nothing_is_known() {
    assert_eq!(summary(&record(true, None, Some(1)), &Picture::default()).overall, Overall::Unknown);
}

#[test]
fn the_worst_of_several_nodes_is_shown_with_how_many_of_how_many() {
    let picture = picture([Some(vec![active(1_740)]), Some(vec![error(403)]), Some(vec![active(60)])]);
    let found = summary(&record(true, None, None), &picture);
    assert_eq!((found.overall, found.code, found.good, found.of, found.unknown), (Overall::Error, 403, 2, 3, 0));
    assert_eq!(found.left, Some(60));
}

#[test]
fn a_node_that_cannot_be_asked_is_unknown_and_not_an_error() {
    let silent = picture([None, Some(vec![]), Some(vec![])]);
    let one = summary(&record(true, None, Some(1)), &silent);
    assert_eq!((one.overall, one.of, one.unknown), (Overall::Unknown, 1, 1));
    let half = picture([None, Some(vec![active(5)]), Some(vec![])]);
    let both = summary(&record(true, Some(1), None), &half);
    assert_eq!((both.overall, both.good, both.of, both.unknown), (Overall::Active, 1, 2, 1));
}

#[test]
fn enabled_and_not_listed_by_its_node_is_absent_unless_it_was_changed_just_now() {
    let picture = picture([Some(vec![]), Some(vec![]), Some(vec![])]);
    let record = record(true, None, Some(1));
    assert_eq!(summary(&record, &picture).overall, Overall::Absent);
    let waiting = LiveSummary::of(&record, &targets(), &picture, RecentChange::Changed);
    assert_eq!(waiting.overall, Overall::Waiting);
}

#[test]
fn disabled_is_off_when_its_nodes_say_so_and_lingering_while_one_lists_it() {
    let gone = picture([Some(vec![]), Some(vec![]), None]);
    assert_eq!(summary(&record(false, None, Some(1)), &gone).overall, Overall::Off);
    assert_eq!(summary(&record(false, None, Some(3)), &gone).overall, Overall::Unknown);
    let still = picture([Some(vec![active(5)]), Some(vec![]), Some(vec![])]);
    assert_eq!(summary(&record(false, None, Some(1)), &still).overall, Overall::Lingering);
}

#[test]
fn a_node_that_should_not_have_it_is_told_apart() {
    let moved = picture([Some(vec![active(5)]), Some(vec![]), Some(vec![active(9)])]);
    let found = summary(&record(true, None, Some(3)), &moved);
    assert_eq!((found.overall, found.good, found.of), (Overall::Lingering, 1, 2));
}

#[test]
fn a_record_that_no_node_can_load_is_absent() {
    let picture = picture([Some(vec![]), Some(vec![]), Some(vec![])]);
    let found = summary(&record(true, Some(2), Some(1)), &picture);
    assert_eq!((found.overall, found.of), (Overall::Absent, 0));
}

#[test]
fn active_with_other_values_is_drift() {
    let mut texts = TextsBuilder::default();
    let mut values: [Option<std::borrow::Cow<'_, str>>; loaded::LOADED_COUNT] = std::array::from_fn(|_| None);
    let expire = loaded::LOADED.iter().position(|loaded| loaded.field == FieldId::Expire).unwrap();
    values[expire] = Some("600".into());
    let mut row = active(5);
    row.loaded = texts.add(&loaded::pack(&values));
    let mut picture = Picture::default();
    let node = NodeAnswer { node: Some(1), name: "n1".into(), result: Ok(Arc::new(NodeList::of(vec![row]))) };
    let round = Round { nodes: vec![node], texts: texts.finish() };
    picture.take(round, Duration::ZERO, 0);
    let record = record(true, None, Some(1));
    let found = summary(&record, &picture);
    assert_eq!((found.overall, found.drift), (Overall::Drift, true));
    let nodes = on_nodes(&record, &targets(), &picture);
    let drifts = Expected::of(&record, &targets()).drifts(nodes[0].loaded().unwrap(), &targets());
    assert_eq!(drifts[0].sentence(), "expire 600, not 300");
}

#[test]
fn a_node_of_the_provider_that_the_api_does_not_have_counts_without_blame() {
    let mut picture = Picture::default();
    let list = Arc::new(NodeList::of(vec![active(5)]));
    let round = Round {
        nodes: vec![NodeAnswer { node: None, name: "10.0.0.5:9090".into(), result: Ok(list) }],
        ..Round::default()
    };
    picture.take(round, Duration::ZERO, 0);
    let found = summary(&record(true, None, Some(1)), &picture);
    assert_eq!((found.overall, found.good, found.of, found.unknown), (Overall::Active, 1, 2, 1));
}

#[test]
fn a_node_that_stops_answering_keeps_its_last_word_with_its_age() {
    let mut picture = picture([Some(vec![active(5)]), Some(vec![]), Some(vec![])]);
    let answer = |id: u64, result| NodeAnswer { node: Some(id), name: format!("n{id}"), result };
    let lists = || Ok(Arc::new(NodeList::of(vec![])));
    let nodes = vec![answer(1, Err(Unreachable::Ended)), answer(2, lists()), answer(3, lists())];
    picture.take(Round { nodes, ..Round::default() }, Duration::from_secs(90), 0);
    let found = summary(&record(true, None, Some(1)), &picture);
    assert_eq!((found.overall, found.heard), (Overall::Unknown, Some(60)));
    assert_eq!(picture.reachable(), (2, 3));
}

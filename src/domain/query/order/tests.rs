use std::sync::Arc;

use proptest::prelude::*;

use crate::domain::query::order::*;
use crate::domain::query::segment::Segment;
use crate::domain::record::{FieldId, Registration, Target, Value};

fn estate() -> Targets {
    let mut targets = Targets::default();
    for (id, name) in [(1, "lon-10"), (2, "lon-9"), (3, "ams"), (4, "AMS")] {
        let name = Some(name.to_owned());
        targets.add(Target { relation: Relation::Pop, id, name, pop: None, attributes: Vec::new() });
    }
    targets
}

fn loaded(field: FieldId, values: &[Value]) -> Collection {
    let records: Vec<Registration> = values
        .iter()
        .zip(1..)
        .map(|(value, id)| {
            let mut record = Registration::new(id);
            record.set(field, value.clone());
            record
        })
        .collect();
    let mut collection = Collection::default();
    collection.absorb(Arc::new(Segment::of(&records)));
    collection
}

/// Positions in id order of all records of a collection, sorted.
fn positions(order: &Order, collection: &Collection) -> Vec<u32> {
    let mut positions: Vec<u32> = (0..).take(collection.len()).collect();
    order.sort(&mut positions, collection, &estate());
    positions
}

/// Ids of the records in an order.
fn ids(order: &str, collection: &Collection) -> Vec<u64> {
    let positions = positions(&Order::parse(order).unwrap(), collection);
    positions.into_iter().filter_map(|position| collection.id_at(position as usize)).collect()
}

fn texts(texts: &[&str]) -> Vec<Value> {
    texts.iter().map(|text| Value::Text((*text).to_owned())).collect()
}

#[test]
fn names_with_numbers_stand_in_natural_order() {
    let names = loaded(FieldId::Name, &texts(&["edge-10", "Edge-2", "alpha", "", "edge-1"]));
    assert_eq!(ids("name", &names), [3, 5, 2, 1, 4]);
    assert_eq!(ids("-name", &names), [1, 2, 5, 3, 4], "not set is last in either direction");
    assert_eq!(ids("", &names), [1, 2, 3, 4, 5]);
    assert_eq!(ids("-id", &names), [5, 4, 3, 2, 1]);
}

#[test]
fn numbers_are_sorted_as_numbers_and_what_is_unclear_before_what_is_not_set() {
    let values = [Value::Null, Value::Number(100), Value::Number(9), Value::Odd("\"x\"".into()), Value::Number(-1)];
    let expires = loaded(FieldId::Expire, &values);
    assert_eq!(ids("expire", &expires), [5, 3, 2, 4, 1]);
    assert_eq!(ids("-expire", &expires), [2, 3, 5, 4, 1]);
}

#[test]
fn relationships_are_sorted_by_name() {
    let values = [1, 2, 3, 4, 9].map(Value::Reference);
    assert_eq!(ids("pop", &loaded(FieldId::Pop, &values)), [3, 4, 2, 1, 5]);
    assert_eq!(ids("-pop", &loaded(FieldId::Pop, &values)), [1, 2, 3, 4, 5]);
}

#[test]
fn ties_go_to_the_next_column_and_then_to_the_id() {
    let mut records = Vec::new();
    for (id, name, enabled) in [(1, "b", true), (2, "a", true), (3, "c", false), (4, "a", true)] {
        let mut record = Registration::new(id);
        record.set(FieldId::Name, Value::Text(name.to_owned()));
        record.set(FieldId::Enabled, Value::Flag(enabled));
        records.push(record);
    }
    let mut collection = Collection::default();
    collection.absorb(Arc::new(Segment::of(&records)));
    assert_eq!(ids("-enabled,name", &collection), [2, 4, 1, 3]);
    assert_eq!(ids("enabled,-name", &collection), [3, 1, 2, 4]);
}

#[test]
fn an_order_is_printed_as_it_is_typed() {
    assert_eq!(Order::parse(" pop, -Expire ,ID").unwrap().to_string(), "pop,-expire,id");
    assert!(Order::parse("pop,colour").unwrap_err().to_string().contains("colour"));
}

proptest! {
    #[test]
    fn sorting_keeps_every_record_once_and_is_stable(
        names in proptest::collection::vec("[ab]?[0-9]{0,2}", 0..30),
        column in 0..Column::all().count(),
        descending in any::<bool>(),
    ) {
        let values: Vec<Value> = names.iter().map(|name| Value::Text(name.clone())).collect();
        let collection = loaded(FieldId::Name, &values);
        let column = Column::all().nth(column).unwrap();
        let direction = if descending { Direction::Descending } else { Direction::Ascending };
        let order = Order { keys: vec![OrderKey { column, direction }] };
        let once = positions(&order, &collection);
        let mut all = once.clone();
        all.sort_unstable();
        prop_assert_eq!(all, (0..).take(names.len()).collect::<Vec<u32>>());
        let mut again = once.clone();
        order.sort(&mut again, &collection, &estate());
        prop_assert_eq!(&again, &once, "sorting the sorted moves nothing");
        if column == Column::Field(FieldId::Name) {
            let reverse = Order { keys: vec![OrderKey { column, direction: match direction {
                Direction::Ascending => Direction::Descending,
                Direction::Descending => Direction::Ascending,
            } }] };
            for pair in once.windows(2) {
                let mut two = pair.to_vec();
                order.sort(&mut two, &collection, &estate());
                prop_assert_eq!(&two, pair);
                let named = |position: &u32| !names[*position as usize].is_empty();
                reverse.sort(&mut two, &collection, &estate());
                prop_assert!(two == pair || pair.iter().all(named));
            }
        }
    }
}

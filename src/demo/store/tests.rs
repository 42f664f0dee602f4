//! The store without HTTP: what is stored, refused and found.

use serde_json::{Value, json};

use super::filter::FilterCondition;
use super::*;
use crate::demo::options::ServerOptions;
use crate::demo::seed;

fn store(records: u32) -> Collections {
    seed::estate(ServerOptions::default().seed, records).into_store()
}

fn attribute(name: &str) -> usize {
    CollectionKind::Registrations.attribute(name).unwrap()
}

fn link(name: &str) -> usize {
    CollectionKind::Registrations.link(name).unwrap()
}

fn draft(values: &Value) -> WriteRequest {
    let members = values.as_object().unwrap();
    let attributes = members.iter().map(|(name, value)| (attribute(name), value.clone())).collect();
    WriteRequest { attributes, ..WriteRequest::default() }
}

fn complete(name: &str) -> Value {
    json!({ "name": name, "domain": "d.example", "username": "u", "contact": "sip:u@d" })
}

/// Stores a value in record 7 and returns the result.
fn stored(name: &str, value: Value) -> Result<AttributeValue, WriteRefusal> {
    let mut store = store(20);
    let draft = WriteRequest { attributes: vec![(attribute(name), value)], ..WriteRequest::default() };
    store.update(CollectionKind::Registrations, 7, &draft)?;
    Ok(store.get(CollectionKind::Registrations, 7).unwrap().attribute(attribute(name)).clone())
}

fn details(refusal: WriteRefusal) -> Vec<String> {
    match refusal {
        WriteRefusal::Invalid(errors) => errors.into_iter().map(|error| error.detail).collect(),
        other => panic!("{other:?}"),
    }
}

fn list(texts: &[&str]) -> AttributeValue {
    AttributeValue::List(texts.iter().map(|text| AttributeValue::from(*text)).collect())
}

#[test]
fn numbers_without_rules_are_bent_into_shape() {
    for (sent, expected) in [
        (json!("abc"), AttributeValue::Number(0)),
        (json!("3600"), AttributeValue::Number(3600)),
        (json!("12x"), AttributeValue::Number(12)),
        (json!(""), AttributeValue::Null),
        (json!(-5), AttributeValue::Number(-5)),
        (json!(60.9), AttributeValue::Number(60)),
        (json!(true), AttributeValue::Number(1)),
        (json!({"a": 1}), AttributeValue::Null),
    ] {
        assert_eq!(stored("expire", sent.clone()), Ok(expected), "{sent}");
    }
    assert_eq!(stored("expire", json!(99_999_999_999_i64)), Err(WriteRefusal::Broken));
}

#[test]
fn flags_take_almost_anything_for_yes() {
    for sent in [json!("no"), json!("yes"), json!(1), json!([])] {
        assert_eq!(stored("enabled", sent.clone()), Ok(AttributeValue::Flag(true)), "{sent}");
    }
    for sent in [json!("false"), json!("0"), json!("off"), json!(0)] {
        assert_eq!(stored("enabled", sent.clone()), Ok(AttributeValue::Flag(false)), "{sent}");
    }
    assert_eq!(stored("enabled", json!(null)), Err(WriteRefusal::Broken));
    assert_eq!(stored("force-expire", json!("")), Err(WriteRefusal::Broken));
}

#[test]
fn texts_become_lists_where_the_web_form_ends_lines() {
    assert_eq!(stored("route-set", json!("sip:a\r\n  sip:b \r\n\r\n")), Ok(list(&["sip:a", "sip:b"])));
    assert_eq!(stored("route-set", json!("sip:a\nsip:b")), Ok(list(&["sip:a\nsip:b"])));
    assert_eq!(stored("route-set", json!(["a", 1, null, "", " x ", true])), Ok(list(&["a", "1", "", " x ", "t"])));
    assert_eq!(
        stored("route-set", json!([["a"], ["b"]])),
        Ok(AttributeValue::List([list(&["a"]), list(&["b"])].into()))
    );
    for sent in [json!(null), json!({"0": "a"}), json!([["a"], "b"]), json!([["a"], ["b", "c"]]), json!(5)] {
        assert_eq!(stored("route-set", sent.clone()), Err(WriteRefusal::Broken), "{sent}");
    }
}

#[test]
fn odd_values_become_text_in_text_columns() {
    assert_eq!(stored("name", json!(123)), Ok(AttributeValue::from("123")));
    assert_eq!(stored("name", json!(["a", "b"])), Ok(AttributeValue::from("[\"a\", \"b\"]")));
    assert_eq!(stored("auth-user", json!(true)), Ok(AttributeValue::from("t")));
    assert_eq!(stored("auth-user", json!("")), Ok(AttributeValue::from("")));
    assert_eq!(stored("name", json!("a\u{0}b")), Err(WriteRefusal::Broken));
}

#[test]
fn tries_and_delays_are_checked_as_they_were_written() {
    for (sent, message) in [
        (json!(0), "must be greater than 0"),
        (json!(40_000), "must be less than or equal to 32767"),
        (json!(2.5), "must be an integer"),
        (json!(1.0), "must be an integer"),
        (json!("15x"), "is not a number"),
        (json!("1.5"), "must be an integer"),
        (json!([]), "is not a number"),
    ] {
        let complaint = details(stored("retry-delay", sent.clone()).unwrap_err()).pop().unwrap();
        assert_eq!(complaint, format!("retry-delay - {message}"), "{sent}");
    }
    assert_eq!(stored("retry-delay", json!("15")), Ok(AttributeValue::Number(15)));
    assert_eq!(stored("max-attempts", json!(null)), Ok(AttributeValue::Null));
    assert_eq!(stored("max-attempts", json!("")), Ok(AttributeValue::Null));
}

#[test]
fn complaints_come_in_the_models_order_and_grouped_by_field() {
    let mut store = store(20);
    let mut draft = draft(&json!({
        "sip-schema-id": null, "retry-delay": null, "contact": "sips:u@d", "username": " ", "name": null
    }));
    draft.links.push((link("transport-protocol"), Some(99)));
    let refusal = store.update(CollectionKind::Registrations, 7, &draft).unwrap_err();
    assert_eq!(
        details(refusal),
        [
            "transport-protocol - must exist",
            "transport-protocol - can't be blank",
            "name - can't be blank",
            "username - can't be blank",
            "retry-delay - can't be blank",
            "retry-delay - is not a number",
            "sip-schema-id - can't be blank",
            "sip-schema-id - is not included in the list",
            "contact - is invalid",
        ]
    );
}

#[test]
fn a_refused_change_leaves_the_record_alone() {
    let mut store = store(20);
    let before = store.get(CollectionKind::Registrations, 7).cloned();
    let mut draft = draft(&json!({ "expire": 777 }));
    draft.links.push((link("node"), Some(999)));
    assert_eq!(store.update(CollectionKind::Registrations, 7, &draft), Err(WriteRefusal::Broken));
    assert_eq!(store.get(CollectionKind::Registrations, 7).cloned(), before);
}

#[test]
fn a_row_from_before_the_checks_cannot_be_changed_but_deleted() {
    let mut store = store(20);
    assert!(store.change(CollectionKind::Registrations, 7, |row| *row.cell_mut(FieldId::Contact).unwrap() =
        AttributeValue::Null));
    let refusal = store.update(CollectionKind::Registrations, 7, &draft(&json!({ "enabled": false }))).unwrap_err();
    assert_eq!(details(refusal), ["contact - is invalid"]);
    assert_eq!(store.delete(CollectionKind::Registrations, 7), Ok(()));
    assert_eq!(store.delete(CollectionKind::Registrations, 7), Err(WriteRefusal::Missing));
}

#[test]
fn new_records_get_defaults_and_names_are_unique() {
    let mut store = store(20);
    let id = store.create(CollectionKind::Registrations, &draft(&complete("new"))).unwrap();
    let row = store.get(CollectionKind::Registrations, id).unwrap();
    assert_eq!(*row.attribute(attribute("retry-delay")), AttributeValue::Number(5));
    assert_eq!(*row.attribute(attribute("enabled")), AttributeValue::Flag(true));
    assert_eq!(row.link(link("transport-protocol")), Some(1));
    let refusal = store.create(CollectionKind::Registrations, &draft(&complete("new"))).unwrap_err();
    assert_eq!(details(refusal), ["name - has already been taken"]);
    assert!(store.create(CollectionKind::Registrations, &draft(&complete("NEW"))).is_ok());
}

#[test]
fn an_insert_that_the_database_refuses_uses_up_an_id() {
    let mut store = store(20);
    let first = store.create(CollectionKind::Registrations, &draft(&complete("one"))).unwrap();
    let mut broken = draft(&complete("two"));
    broken.links.push((link("pop"), Some(999)));
    assert_eq!(store.create(CollectionKind::Registrations, &broken), Err(WriteRefusal::Broken));
    assert!(store.create(CollectionKind::Registrations, &draft(&json!({}))).is_err());
    assert_eq!(store.create(CollectionKind::Registrations, &draft(&complete("three"))), Ok(first + 2));
}

#[test]
fn what_is_in_use_is_not_deleted() {
    let mut store = store(120);
    let message = |refusal: WriteRefusal| details(refusal).remove(0);
    let refusal = store.delete(CollectionKind::Pops, 1).unwrap_err();
    assert_eq!(message(refusal), "Cannot delete record because dependent nodes exist");
    let refusal = store.delete(CollectionKind::Nodes, 1).unwrap_err();
    assert_eq!(message(refusal), "Cannot delete record because dependent registrations exist");
    let id = store.create(
        CollectionKind::Pops,
        &WriteRequest { id: Some(77), attributes: vec![(0, json!("Temp"))], links: vec![] },
    );
    assert_eq!(id, Ok(77));
    assert_eq!(store.delete(CollectionKind::Pops, 77), Ok(()));
}

fn found(store: &mut Collections, sort: &[(Option<&str>, SortDirection)], offset: usize, limit: usize) -> Vec<u64> {
    let key = |(name, direction): &(Option<&str>, SortDirection)| SortKey {
        attribute: name.map(attribute),
        direction: *direction,
    };
    let search = Search { filters: Vec::new(), sort: sort.iter().map(key).collect(), offset, limit };
    store.find(CollectionKind::Registrations, &search).ids
}

#[test]
fn nulls_come_last_and_first_when_the_order_is_reversed() {
    let mut store = store(120);
    let expires = |store: &Collections, ids: &[u64]| -> Vec<AttributeValue> {
        let cell =
            |id: &u64| store.get(CollectionKind::Registrations, *id).unwrap().attribute(attribute("expire")).clone();
        ids.iter().map(cell).collect()
    };
    let ascending = found(&mut store, &[(Some("expire"), SortDirection::Ascending)], 0, 120);
    let descending = found(&mut store, &[(Some("expire"), SortDirection::Descending)], 0, 120);
    assert_eq!(ascending.len(), 120);
    assert_ne!(expires(&store, &ascending)[0], AttributeValue::Null);
    assert_eq!(*expires(&store, &ascending).last().unwrap(), AttributeValue::Null);
    assert_eq!(expires(&store, &descending)[0], AttributeValue::Null);
    assert_ne!(*expires(&store, &descending).last().unwrap(), AttributeValue::Null);
}

#[test]
fn pages_of_an_order_join_without_gap() {
    let mut store = store(120);
    let keys = [(Some("domain"), SortDirection::Descending), (None, SortDirection::Ascending)];
    let whole = found(&mut store, &keys, 0, 1000);
    let mut joined = Vec::new();
    for page in 0..13 {
        joined.extend(found(&mut store, &keys, page * 10, 10));
    }
    assert_eq!(joined, whole);
    assert!(found(&mut store, &keys, 500, 10).is_empty());
}

#[test]
fn a_change_shows_in_an_order_that_was_asked_for_before() {
    let mut store = store(120);
    let keys = [(Some("name"), SortDirection::Ascending)];
    let first = found(&mut store, &keys, 0, 1)[0];
    store.update(CollectionKind::Registrations, first, &draft(&json!({ "name": "\u{10ffff}" }))).unwrap();
    assert_ne!(found(&mut store, &keys, 0, 1)[0], first);
    assert_eq!(found(&mut store, &keys, 119, 1)[0], first);
}

#[test]
fn ids_are_looked_up_without_regard_to_order_junk_and_repetition() {
    let mut store = store(120);
    let values = ["13", "7", "7", "abc", "999999999999"].map(str::to_owned).to_vec();
    let filters = vec![FilterCondition::by_name(CollectionKind::Registrations, "id", values).unwrap()];
    let search = Search { filters, limit: 50, ..Search::default() };
    assert_eq!(store.find(CollectionKind::Registrations, &search), CollectionPart { ids: vec![7, 13], total: 2 });
}

#[test]
fn pops_and_nodes_have_filters_that_registrations_have_not() {
    let mut store = store(0);
    let mut ids = |kind: CollectionKind, name: &str, values: &[&str]| {
        let values = values.iter().map(|value| (*value).to_owned()).collect();
        let search =
            Search { filters: vec![FilterCondition::by_name(kind, name, values)?], limit: 50, ..Search::default() };
        Some(store.find(kind, &search).ids)
    };
    assert_eq!(ids(CollectionKind::Pops, "name", &["LON"]), Some(vec![3]));
    assert_eq!(ids(CollectionKind::Pops, "name_cont", &["o"]), Some(vec![3]));
    assert_eq!(ids(CollectionKind::Pops, "name_not_in", &["FRA", "AMS", "LON"]), Some(vec![4, 5, 6]));
    assert_eq!(ids(CollectionKind::Nodes, "pop_id_eq", &["3"]), Some(vec![7, 8, 9]));
    assert_eq!(ids(CollectionKind::Nodes, "id_gteq", &["13"]), Some(vec![13, 14]));
    assert_eq!(ids(CollectionKind::Nodes, "rpc_endpoint_start", &["10.6"]), Some(vec![14]));
    for name in ["name", "enabled", "pop_id_eq", "name_cont"] {
        assert_eq!(ids(CollectionKind::Registrations, name, &["1"]), None, "{name}");
    }
}

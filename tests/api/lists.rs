//! Reading from the embedded server: pages, records, labels, links.

use std::collections::BTreeSet;

use chrono_tz::Tz;
use sipreg::api::{Client, Labels};
use sipreg::demo::faults::{Fault, FaultEffect};
use sipreg::domain::answer::{Conditional, Fetched, Page};
use sipreg::domain::record::{FieldId, Record, Registration, Relation, Secret, Targets, Value, ValueRef};
use sipreg::domain::request_error::RequestErrorKind;

use crate::{client_of, embedded, requests, settings_for};

fn changed<T>(answer: Conditional<T>) -> T {
    match answer {
        Conditional::Changed(value) => value,
        Conditional::Unchanged => panic!("unchanged"),
    }
}

async fn page(client: &Client, number: u32, size: u32) -> Page {
    changed(client.page(number, size, "id", None).await.unwrap())
}

async fn record(client: &Client, id: u64) -> Fetched {
    changed(client.registration(id, None).await.unwrap())
}

#[tokio::test]
async fn every_record_arrives_as_the_server_has_it() {
    let server = embedded(250).await;
    let client = client_of(&server);
    let mut ids = Vec::new();
    let mut labels = Targets::default();
    for number in 1..=3 {
        let page = page(&client, number, 100).await;
        assert_eq!(page.total, Some(250));
        assert!(page.skipped.is_empty() && !page.linked);
        for target in page.targets {
            labels.add(target);
        }
        for row in page.segment.iter() {
            let mut stored = server.control().registration(row.id()).unwrap();
            if stored.get(FieldId::AuthPassword) != &Value::Null {
                stored.set(FieldId::AuthPassword, Value::Withheld);
            }
            assert_eq!(Registration::from_record(&row), stored);
            if let ValueRef::Reference(node) = row.get(FieldId::Node) {
                assert!(labels.get(Relation::Node, node).unwrap().pop.is_some());
            }
            ids.push(row.id());
        }
    }
    assert_eq!(ids, server.control().ids());
    assert!(!labels.of(Relation::Pop).is_empty() && !labels.of(Relation::TransportProtocol).is_empty());
    assert_eq!(
        requests(&server)[0].target,
        "/api/rest/admin/registrations?include=pop,node,transport-protocol&page%5Bnumber%5D=1&page%5Bsize%5D=100&sort=id"
    );
}

#[tokio::test]
async fn a_sort_with_ties_still_gives_every_record_once() {
    let server = embedded(250).await;
    let client = client_of(&server);
    let mut ids = BTreeSet::new();
    for number in 1..=5 {
        let page = changed(client.page(number, 50, "-enabled", None).await.unwrap());
        ids.extend(page.segment.iter().map(|row| row.id()));
    }
    assert_eq!(ids.len(), 250);
}

#[tokio::test]
async fn the_time_zone_goes_along_where_one_is_set() {
    let server = embedded(3).await;
    let mut settings = settings_for(&server);
    settings.timezone = Some(Tz::UTC);
    let client = Client::new(settings).unwrap();
    page(&client, 1, 50).await;
    record(&client, server.control().ids()[0]).await;
    assert!(requests(&server).iter().all(|exchange| exchange.target.contains("timezone=(GMT%2B00:00)%20UTC")));
}

#[tokio::test]
async fn what_has_not_changed_is_not_sent_again() {
    let server = embedded(3).await;
    let client = client_of(&server);
    let id = server.control().ids()[0];
    let fetched = record(&client, id).await;
    assert_eq!(client.registration(id, fetched.tag.as_ref()).await.unwrap(), Conditional::Unchanged);
    let listed = page(&client, 1, 10).await;
    assert_eq!(client.page(1, 10, "id", listed.tag.as_ref()).await.unwrap(), Conditional::Unchanged);
    assert!(server.control().change(id, FieldId::Expire, Value::Number(77)));
    let again = changed(client.registration(id, fetched.tag.as_ref()).await.unwrap());
    assert_eq!(again.registration.number(FieldId::Expire), Some(77));
    assert_eq!(
        requests(&server)[0].target,
        format!("/api/rest/admin/registrations/{id}?include=pop,node,transport-protocol")
    );
}

#[tokio::test]
async fn some_records_are_read_by_their_ids_and_only_where_something_changed() {
    let server = embedded(100).await;
    let client = client_of(&server);
    let ids = &server.control().ids()[3..20];
    let some = changed(client.some_if(ids, None).await.unwrap());
    assert_eq!(some.segment.iter().map(|row| row.id()).collect::<Vec<_>>(), ids);
    assert_eq!(client.some_if(ids, some.tag.as_ref()).await.unwrap(), Conditional::Unchanged);
    assert!(server.control().remove(ids[2]));
    let fewer = changed(client.some_if(ids, some.tag.as_ref()).await.unwrap());
    assert!(fewer.segment.iter().all(|row| row.id() != ids[2]));
    assert_eq!(fewer.segment.len(), ids.len() - 1);
}

#[tokio::test]
async fn a_single_record_has_its_password_but_does_not_show_it() {
    let server = embedded(3).await;
    let id = server.control().ids()[0];
    assert!(server.control().change(id, FieldId::AuthPassword, Value::Secret(Secret::new("planted-password"))));
    let fetched = record(&client_of(&server), id).await;
    assert_eq!(fetched.registration.get(FieldId::AuthPassword), &Value::Secret(Secret::new("planted-password")));
    assert!(fetched.document.contains("\"auth-password\": \"********\""), "{}", fetched.document);
    assert!(!format!("{fetched:?}").contains("planted-password"));
}

/// Follows each link of a record; the ids that they lead to.
async fn followed(client: &Client, row: &impl Record) -> Vec<(FieldId, Option<u64>)> {
    let mut found = Vec::new();
    for relation in Relation::ALL {
        let ValueRef::Linked(link) = row.value(relation.field()) else { panic!("{relation:?}") };
        let target = client.related(relation, link).await.unwrap();
        found.push((relation.field(), target.map(|target| target.id)));
    }
    found
}

#[tokio::test]
async fn labels_by_links_lead_to_the_same_as_labels_by_include() {
    let server = embedded(40).await;
    let mut settings = settings_for(&server);
    settings.labels = Labels::Links;
    let client = Client::new(settings).unwrap();
    let page = page(&client, 1, 40).await;
    assert!(page.linked && page.targets.is_empty());
    assert!(!requests(&server)[0].target.contains("include"));
    let mut without = 0;
    for row in page.segment.iter() {
        let stored = server.control().registration(row.id()).unwrap();
        for (field, id) in followed(&client, &row).await {
            assert_eq!(id, stored.reference(field), "{field:?} of {}", row.id());
            without += usize::from(id.is_none());
        }
    }
    assert!(without > 0, "some records have no pop or no node");
}

#[tokio::test]
async fn a_server_that_refuses_include_is_asked_without_from_then_on() {
    let server = embedded(3).await;
    let id = server.control().ids()[0];
    let refusal = FaultEffect::Answer {
        status: 400,
        content_type: "application/vnd.api+json".into(),
        body: r#"{"errors":[{"title":"Invalid field","detail":"pop is not a valid relationship of registrations",
            "code":"112","status":"400"}]}"#
            .into(),
    };
    server.control().add_fault(Fault::next("GET", "/registrations", refusal));
    let client = client_of(&server);
    assert!(page(&client, 1, 50).await.linked);
    assert!(page(&client, 1, 50).await.linked);
    let fetched = record(&client, id).await;
    followed(&client, &fetched.registration).await;
    let asked: Vec<bool> =
        requests(&server).iter().take(4).map(|exchange| exchange.target.contains("include=")).collect();
    assert_eq!(asked, [true, false, false, false]);
    assert!(!client.url_of(Some(id)).contains("include"));
}

#[tokio::test]
async fn another_bad_request_is_no_refusal_of_include() {
    let server = embedded(3).await;
    let client = client_of(&server);
    assert_eq!(client.page(1, 1_001, "id", None).await.unwrap_err().kind(), RequestErrorKind::Refused);
    assert!(client.url_of(None).contains("include"));
}

#[tokio::test]
async fn a_deleted_record_is_no_longer_there() {
    let server = embedded(3).await;
    let client = client_of(&server);
    let id = server.control().ids()[0];
    assert!(server.control().remove(id));
    let error = client.registration(id, None).await.unwrap_err().error();
    assert_eq!(error.kind, RequestErrorKind::NoSuchRecord);
    assert!(error.message.starts_with(&format!("GET registration {id}: ")), "{}", error.message);
}

#[tokio::test]
async fn many_ids_are_asked_for_in_several_requests_and_come_as_one_page() {
    let server = embedded(2_500).await;
    let client = client_of(&server);
    let mut ids = server.control().ids();
    assert!(server.control().remove(ids[7]));
    let page = client.some(&ids).await.unwrap();
    ids.remove(7);
    assert_eq!(page.segment.iter().map(|row| row.id()).collect::<Vec<_>>(), ids);
    assert_eq!(requests(&server).len(), 3);
    assert!(client.some(&[]).await.unwrap().segment.is_empty());
}

#[tokio::test]
async fn pops_nodes_and_transports_are_listed_and_read_one_by_one() {
    let server = embedded(3).await;
    let client = client_of(&server);
    for relation in Relation::ALL {
        let all = client.targets(relation).await.unwrap();
        assert!(!all.is_empty() && all.iter().all(|target| target.relation == relation && target.name.is_some()));
        assert_eq!(client.target(relation, all[0].id).await.unwrap(), all[0]);
    }
    let nodes = client.targets(Relation::Node).await.unwrap();
    assert!(nodes.iter().all(|node| node.pop.is_some() && node.attributes[0].0 == "rpc-endpoint"));
    assert_eq!(client.target(Relation::Pop, 999_999).await.unwrap_err().kind(), RequestErrorKind::NoSuchRecord);
}

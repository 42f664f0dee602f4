//! Answers that no well-meant server gives, and what is made of them.

use sipreg::api::Client;
use sipreg::domain::answer::{Conditional, Page};
use sipreg::domain::record::{FieldId, Relation, Value, ValueRef};
use sipreg::domain::request_error::RequestErrorKind;

use crate::client;
use crate::kit::raw::{Raw, answer, json, record};

fn changed<T>(answer: Conditional<T>) -> T {
    match answer {
        Conditional::Changed(value) => value,
        Conditional::Unchanged => panic!("unchanged"),
    }
}

async fn first_page(client: &Client) -> Page {
    changed(client.page(1, 50, "id", None).await.unwrap())
}

#[tokio::test]
async fn unchanged_without_a_question_is_no_answer() {
    let server = Raw::signing_in(|_| answer(304, &[], "")).await;
    let error = client(&server.url()).registration(7, None).await.unwrap_err();
    assert_eq!(error.kind(), RequestErrorKind::Unreadable);
}

#[tokio::test]
async fn a_link_to_another_host_is_followed_at_home_and_gets_no_token_there() {
    let stranger = Raw::start(|_| json(200, "{}")).await;
    let host = stranger.url();
    let server = Raw::signing_in(move |seen| match seen.path() {
        "/api/rest/admin/registrations/8/pop" => {
            json(200, r#"{"data":{"id":"2","type":"pops","attributes":{"name":"Amsterdam"}}}"#)
        }
        "/api/rest/admin/registrations/8/node" => json(200, r#"{"data":null}"#),
        _ => json(
            200,
            &format!(
                r#"{{"data":[{{"id":"8","type":"registrations","attributes":{{}},"relationships":{{
                "pop":{{"links":{{"related":"{host}/api/rest/admin/registrations/8/pop"}}}},
                "node":{{"links":{{"related":{{"href":"{host}/api/rest/admin/registrations/8/node"}}}}}}}}}}]}}"#
            ),
        ),
    })
    .await;
    let client = client(&server.url());
    let page = first_page(&client).await;
    assert!(page.linked, "relationships came as links only");
    let row = page.segment.row(0).unwrap();
    let (ValueRef::Linked(pop), ValueRef::Linked(node)) = (row.get(FieldId::Pop), row.get(FieldId::Node)) else {
        panic!("links")
    };
    let target = client.related(Relation::Pop, pop).await.unwrap().unwrap();
    assert_eq!((target.id, target.name.as_deref()), (2, Some("Amsterdam")));
    assert_eq!(client.related(Relation::Node, node).await.unwrap(), None);
    let outside = client.related(Relation::Pop, &format!("{}/other", stranger.url())).await.unwrap_err();
    assert_eq!(outside.kind(), RequestErrorKind::ForeignOrigin);
    assert_eq!(stranger.connections(), 0);
}

#[tokio::test]
async fn what_is_behind_a_link_must_be_what_was_due() {
    let server = Raw::signing_in(|_| json(200, r#"{"data":{"id":"2","type":"gateways"}}"#)).await;
    let error = client(&server.url()).related(Relation::Pop, "/api/rest/admin/registrations/8/pop").await.unwrap_err();
    assert_eq!(error.kind(), RequestErrorKind::Unreadable);
}

#[tokio::test]
async fn another_record_than_asked_for_is_refused() {
    let server = Raw::signing_in(|_| json(200, &record(17))).await;
    let error = client(&server.url()).registration(16, None).await.unwrap_err();
    assert_eq!(error.kind(), RequestErrorKind::Unreadable);
    assert!(error.to_string().contains("17") && error.to_string().contains("16"), "{error}");
}

#[tokio::test]
async fn a_record_is_shown_with_what_nobody_foresaw() {
    let server = Raw::signing_in(|_| {
        json(
            200,
            r#"{"data":{"id":"7","type":"registrations","attributes":{"name":null,"enabled":"maybe","brand-new":[1,2.50],
            "auth-password":"hunter2"},"relationships":{"owner":{"data":{"type":"users","id":"3"}},"pop":{"data":null}}},
            "included":[{"id":"3","type":"users"}]}"#,
        )
    })
    .await;
    let fetched = changed(client(&server.url()).registration(7, None).await.unwrap());
    let registration = &fetched.registration;
    assert_eq!(registration.get(FieldId::Name), &Value::Null);
    assert_eq!(registration.get(FieldId::Enabled), &Value::Odd("\"maybe\"".into()));
    assert_eq!(registration.get(FieldId::Domain), &Value::Missing);
    assert_eq!(registration.get(FieldId::Pop), &Value::Null);
    assert_eq!(registration.unknown[0], ("brand-new".to_owned(), "[1,2.50]".to_owned()));
    assert_eq!(registration.unknown[1].0, "owner");
    assert!(fetched.document.contains("\"auth-password\": \"********\""), "{}", fetched.document);
    assert!(!fetched.document.contains("hunter2"));
    assert!(!format!("{fetched:?}").contains("hunter2"));
}

#[tokio::test]
async fn a_list_of_nodes_is_read_to_its_end() {
    let server = Raw::signing_in(|seen| {
        let ids = match seen.target.as_str() {
            check if check.contains("number%5D=1000&page%5Bsize%5D=1&") => 1_000..=1_000,
            second if second.contains("number%5D=2&") => 1_001..=1_003,
            _ => 1..=1_000,
        };
        let entries: Vec<String> = ids
            .map(|id| {
                format!(
                    r#"{{"id":"{id}","type":"nodes","attributes":{{"name":"n{id}"}},
                "relationships":{{"pop":{{"data":{{"type":"pops","id":"4"}}}}}}}}"#
                )
            })
            .collect();
        json(200, &format!(r#"{{"data":[{}],"meta":{{"total-count":1003}}}}"#, entries.join(",")))
    })
    .await;
    let nodes = client(&server.url()).targets(Relation::Node).await.unwrap();
    assert_eq!(nodes.len(), 1_003);
    assert_eq!((nodes[1_002].id, nodes[1_002].pop), (1_003, Some(4)));
    assert_eq!(server.requests().len(), 3, "two pages, and a look whether the last row of the first one moved");
}

#[tokio::test]
async fn another_node_than_asked_for_is_refused() {
    let server =
        Raw::signing_in(|_| json(200, r#"{"data":{"id":"5","type":"nodes","attributes":{"name":"n5"}}}"#)).await;
    let client = client(&server.url());
    assert_eq!(client.target(Relation::Node, 5).await.unwrap().name.as_deref(), Some("n5"));
    assert_eq!(client.target(Relation::Node, 6).await.unwrap_err().kind(), RequestErrorKind::Unreadable);
}

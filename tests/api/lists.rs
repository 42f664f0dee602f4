//! Reading: pages, records, labels, links.

use chrono_tz::Tz;
use sipreg::api::{Client, Labels};
use sipreg::domain::answer::{Conditional, Page, Tag};
use sipreg::domain::field::FieldId;
use sipreg::domain::registration::Record;
use sipreg::domain::relation::Relation;
use sipreg::domain::trouble::TroubleKind;
use sipreg::domain::value::{Value, ValueRef};

use crate::raw::{Raw, Seen, answer, json, list, record};
use crate::{client, settings};

fn changed<T>(answer: Conditional<T>) -> T {
    match answer {
        Conditional::Changed(value) => value,
        Conditional::Unchanged => panic!("unchanged"),
    }
}

async fn first_page(client: &Client) -> Page {
    changed(client.page(1, 50, "id", None).await.unwrap())
}

/// A server without `include`: code 112, as this API words it.
fn without_include(seen: &Seen) -> Option<crate::raw::Reply> {
    seen.target.contains("include=").then(|| {
        json(
            400,
            r#"{"errors":[{"title":"Invalid field","detail":"pop is not a valid relationship of registrations",
            "code":"112","status":"400"}]}"#,
        )
    })
}

#[tokio::test]
async fn a_page_is_asked_for_with_its_labels_sorted_by_id() {
    let server = Raw::signing_in(|_| answer(200, &[("etag", "W/\"abc\"")], list(&[3, 5]))).await;
    let page = changed(client(&server.url()).page(2, 100, "-domain", None).await.unwrap());
    assert_eq!(
        server.requests()[0].target,
        "/api/rest/admin/registrations?include=pop,node,transport-protocol&page%5Bnumber%5D=2&page%5Bsize%5D=100&sort=-domain,id"
    );
    assert_eq!(page.segment.iter().map(|row| row.id()).collect::<Vec<_>>(), [3, 5]);
    assert_eq!(page.tag, Some(Tag::new("W/\"abc\"")));
    assert_eq!(page.total, Some(2));
    assert!(!page.linked);
}

#[tokio::test]
async fn the_time_zone_goes_along_where_one_is_set() {
    let server = Raw::signing_in(|_| json(200, &list(&[]))).await;
    let mut settings = settings(&server.url());
    settings.timezone = Some(Tz::UTC);
    first_page(&Client::new(settings).unwrap()).await;
    assert!(
        server.requests()[0]
            .target
            .ends_with("&timezone=(GMT%2B00:00)%20UTC&page%5Bnumber%5D=1&page%5Bsize%5D=50&sort=id")
    );
}

#[tokio::test]
async fn what_has_not_changed_is_not_sent_again() {
    let server = Raw::signing_in(|seen| match seen.header("if-none-match") {
        Some("W/\"abc\"") => answer(304, &[("etag", "W/\"abc\"")], ""),
        _ => answer(200, &[("etag", "W/\"abc\"")], record(7)),
    })
    .await;
    let client = client(&server.url());
    let fetched = changed(client.registration(7, None).await.unwrap());
    assert_eq!(client.registration(7, fetched.tag.as_ref()).await.unwrap(), Conditional::Unchanged);
    assert_eq!(server.requests()[0].target, "/api/rest/admin/registrations/7?include=pop,node,transport-protocol");
}

#[tokio::test]
async fn unchanged_without_a_question_is_no_answer() {
    let server = Raw::signing_in(|_| answer(304, &[], "")).await;
    let error = client(&server.url()).registration(7, None).await.unwrap_err();
    assert_eq!(error.kind(), TroubleKind::Unreadable);
}

#[tokio::test]
async fn a_server_that_refuses_include_is_asked_without_from_then_on() {
    let server = Raw::signing_in(|seen| {
        without_include(seen).unwrap_or_else(|| {
            if seen.path().ends_with("/registrations") { json(200, &list(&[1])) } else { json(200, &record(1)) }
        })
    })
    .await;
    let client = client(&server.url());
    assert!(first_page(&client).await.linked);
    assert!(first_page(&client).await.linked);
    changed(client.registration(1, None).await.unwrap());
    let asked: Vec<bool> = server.requests().iter().map(|seen| seen.target.contains("include=")).collect();
    assert_eq!(asked, [true, false, false, false]);
    assert!(!client.url_of(Some(1)).contains("include"));
}

#[tokio::test]
async fn labels_by_links_never_ask_to_include() {
    let server = Raw::signing_in(|_| json(200, &list(&[1]))).await;
    let mut settings = settings(&server.url());
    settings.labels = Labels::Links;
    assert!(first_page(&Client::new(settings).unwrap()).await.linked);
    assert!(!server.requests()[0].target.contains("include"));
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
    assert_eq!(outside.kind(), TroubleKind::ForeignOrigin);
    assert_eq!(stranger.connections(), 0);
}

#[tokio::test]
async fn what_is_behind_a_link_must_be_what_was_due() {
    let server = Raw::signing_in(|_| json(200, r#"{"data":{"id":"2","type":"gateways"}}"#)).await;
    let error = client(&server.url()).related(Relation::Pop, "/api/rest/admin/registrations/8/pop").await.unwrap_err();
    assert_eq!(error.kind(), TroubleKind::Unreadable);
}

#[tokio::test]
async fn another_record_than_asked_for_is_refused() {
    let server = Raw::signing_in(|_| json(200, &record(17))).await;
    let error = client(&server.url()).registration(16, None).await.unwrap_err();
    assert_eq!(error.kind(), TroubleKind::Unreadable);
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
async fn many_ids_are_asked_for_in_several_requests_and_come_as_one_page() {
    let server = Raw::signing_in(|seen| {
        let ids: Vec<u64> = seen
            .target
            .split('&')
            .find_map(|part| part.strip_prefix("filter%5Bid%5D="))
            .unwrap()
            .split(',')
            .map(|id| id.parse().unwrap())
            .collect();
        json(200, &list(&ids))
    })
    .await;
    let ids: Vec<u64> = (1..=2_500).collect();
    let client = client(&server.url());
    let page = client.some(&ids).await.unwrap();
    assert_eq!(page.segment.iter().map(|row| row.id()).collect::<Vec<_>>(), ids);
    assert_eq!(page.total, Some(2_500));
    assert!(server.requests().len() >= 3);
    assert!(server.requests().iter().all(|seen| seen.target.len() < 8_000));
    assert!(client.some(&[]).await.unwrap().segment.is_empty());
}

#[tokio::test]
async fn pops_nodes_and_transports_are_read_to_the_end_of_their_list() {
    let server = Raw::signing_in(|seen| {
        let first = usize::from(seen.target.contains("number%5D=2")) * 1_000;
        let ids = first + 1..=(first + 1_000).min(1_003);
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
    assert_eq!(server.requests().len(), 2);
}

#[tokio::test]
async fn one_target_is_read_by_its_id() {
    let server =
        Raw::signing_in(|_| json(200, r#"{"data":{"id":"5","type":"nodes","attributes":{"name":"n5"}}}"#)).await;
    let client = client(&server.url());
    assert_eq!(client.target(Relation::Node, 5).await.unwrap().name.as_deref(), Some("n5"));
    assert_eq!(client.target(Relation::Node, 6).await.unwrap_err().kind(), TroubleKind::Unreadable);
}

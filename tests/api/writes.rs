//! Changing: what is sent, what is never sent twice, and what is known afterwards.

use std::time::Duration;

use sipreg::api::encode::Purpose;
use sipreg::api::write::preview;
use sipreg::api::{Client, Precondition};
use sipreg::domain::answer::Tag;
use sipreg::domain::field::FieldId;
use sipreg::domain::registration::Record;
use sipreg::domain::trouble::{Effectiveness, TroubleKind};
use sipreg::domain::value::{Secret, Value};

use crate::raw::{Raw, Reply, answer, json, record, token};
use crate::{client, settings};

fn off() -> Vec<(FieldId, Value)> {
    vec![(FieldId::Enabled, Value::Flag(false))]
}

#[tokio::test]
async fn a_change_is_sent_alone_at_the_canonical_address_with_its_base() {
    let server = Raw::signing_in(|_| answer(200, &[("etag", "W/\"new\"")], record(13))).await;
    let fetched = client(&server.url()).update(13, &off(), Some(&Tag::new("W/\"old\""))).await.unwrap();
    assert_eq!(fetched.tag, Some(Tag::new("W/\"new\"")));
    let request = &server.requests()[0];
    assert_eq!(request.method, "PATCH");
    assert_eq!(request.target, "/api/rest/admin/registrations/13?include=pop,node,transport-protocol");
    assert_eq!(request.header("if-match"), Some("W/\"old\""));
    assert_eq!(request.header("content-type"), Some("application/vnd.api+json"));
    assert_eq!(request.body, r#"{"data":{"type":"registrations","id":"13","attributes":{"enabled":false}}}"#);
}

#[tokio::test]
async fn the_precondition_can_be_left_out() {
    let server = Raw::signing_in(|_| json(200, &record(13))).await;
    let mut settings = settings(&server.url());
    settings.precondition = Precondition::Omit;
    Client::new(settings).unwrap().update(13, &off(), Some(&Tag::new("W/\"old\""))).await.unwrap();
    assert_eq!(server.requests()[0].header("if-match"), None);
}

#[tokio::test]
async fn a_write_without_an_answer_may_have_happened_and_is_not_sent_again() {
    for cut in [
        Vec::new(),
        b"HTTP/1.1 200 OK\r\ncontent-length: 99\r\n\r\n{".to_vec(),
        b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n".to_vec(),
    ] {
        let server = Raw::signing_in(move |_| Reply::Last(cut.clone())).await;
        let trouble = client(&server.url()).update(13, &off(), None).await.unwrap_err().trouble();
        assert_eq!(trouble.effect, Effectiveness::Unknown, "{}", trouble.message);
        assert_eq!(server.requests().len(), 1);
    }
}

#[tokio::test]
async fn a_write_that_times_out_may_have_happened() {
    let server = Raw::signing_in(|_| Reply::Silence).await;
    let mut settings = settings(&server.url());
    settings.timeout = Duration::from_millis(300);
    let client = Client::new(settings).unwrap();
    let trouble = client.update(13, &off(), None).await.unwrap_err().trouble();
    assert_eq!((trouble.kind, trouble.effect), (TroubleKind::TimedOut, Effectiveness::Unknown));
    assert_eq!(server.requests().len(), 1);
}

#[tokio::test]
async fn a_write_that_found_no_connection_did_not_happen() {
    let server = Raw::start(|_| {
        let body = format!(r#"{{"jwt":"{}"}}"#, token("good", 4_000_000_000));
        let head = format!("HTTP/1.1 201 X\r\nconnection: close\r\ncontent-length: {}\r\n\r\n", body.len());
        Reply::Last((head + &body).into_bytes())
    })
    .await;
    let client = client(&server.url());
    client.sign_in().await.unwrap();
    drop(server);
    let trouble = client.update(13, &off(), None).await.unwrap_err().trouble();
    assert_eq!(trouble.kind, TroubleKind::Unreachable, "{}", trouble.message);
    assert_eq!(trouble.effect, Effectiveness::NotApplied);
}

#[tokio::test]
async fn a_write_that_met_an_old_token_is_sent_once_more_with_a_new_one() {
    let server = Raw::signing_in(|seen| {
        if seen.header("authorization").is_some_and(|value| value == token("good", 4_000_000_000)) {
            json(200, &record(13))
        } else {
            answer(401, &[], "")
        }
    })
    .await;
    let mut settings = settings(&server.url());
    settings.token = Some(Secret::new(token("old", 4_000_000_000)));
    Client::new(settings).unwrap().update(13, &off(), None).await.unwrap();
    assert_eq!((server.requests().len(), server.sign_ins()), (2, 1));
}

#[tokio::test]
async fn refused_values_come_with_the_fields_they_are_about() {
    let server = Raw::signing_in(|_| {
        json(
            422,
            r#"{"errors":[{"title":"is invalid","detail":"contact - is invalid","code":"100",
            "source":{"pointer":"/data/attributes/contact"},"status":"422"},
            {"title":"must exist","detail":"transport-protocol - must exist","code":"100",
            "source":{"pointer":"/data/relationships/transport-protocol"},"status":"422"}]}"#,
        )
    })
    .await;
    let trouble = client(&server.url()).update(13, &off(), None).await.unwrap_err().trouble();
    assert_eq!((trouble.kind, trouble.effect), (TroubleKind::Invalid, Effectiveness::NotApplied));
    assert_eq!(trouble.errors.len(), 2);
    assert_eq!(trouble.errors[1].pointer.as_deref(), Some("/data/relationships/transport-protocol"));
    assert!(trouble.message.contains("contact - is invalid"), "{}", trouble.message);
}

#[tokio::test]
async fn a_changed_base_is_told_apart_from_other_refusals() {
    let server = Raw::signing_in(|_| answer(412, &[], "")).await;
    let trouble = client(&server.url()).update(13, &off(), None).await.unwrap_err().trouble();
    assert_eq!((trouble.kind, trouble.effect), (TroubleKind::Precondition, Effectiveness::NotApplied));
}

#[tokio::test]
async fn a_server_error_on_a_write_is_worded_as_what_it_usually_is() {
    let server = Raw::signing_in(|_| {
        json(500, r#"{"errors":[{"title":"Internal Server Error","detail":"Internal Server Error","code":"500"}]}"#)
    })
    .await;
    let trouble = client(&server.url()).update(13, &off(), None).await.unwrap_err().trouble();
    assert_eq!(trouble.effect, Effectiveness::Unknown);
    assert!(trouble.message.contains("possibly invalid input"), "{}", trouble.message);
}

#[tokio::test]
async fn a_write_is_redirected_nowhere() {
    let server = Raw::signing_in(|_| answer(307, &[("location", "/api/rest/admin/registrations/14")], "")).await;
    let trouble = client(&server.url()).update(13, &off(), None).await.unwrap_err().trouble();
    assert_eq!((trouble.kind, trouble.effect), (TroubleKind::Refused, Effectiveness::NotApplied));
    assert_eq!(server.requests().len(), 1);
}

#[tokio::test]
async fn a_saved_record_that_is_not_sent_back_is_read() {
    let server = Raw::signing_in(|seen| match seen.method.as_str() {
        "PATCH" => answer(204, &[], ""),
        _ => json(200, &record(13)),
    })
    .await;
    let fetched = client(&server.url()).update(13, &off(), None).await.unwrap();
    assert_eq!(fetched.registration.id(), 13);
}

#[tokio::test]
async fn a_new_record_comes_back_with_its_id() {
    let server = Raw::signing_in(|_| json(201, &record(99))).await;
    let fields = [(FieldId::Name, Value::Text("n".into())), (FieldId::Pop, Value::Reference(3))];
    let fetched = client(&server.url()).create(&fields).await.unwrap();
    assert_eq!(fetched.registration.id(), 99);
    let request = &server.requests()[0];
    assert_eq!((request.method.as_str(), request.path()), ("POST", "/api/rest/admin/registrations"));
    assert_eq!(
        request.body,
        r#"{"data":{"type":"registrations","attributes":{"name":"n"},"relationships":{"pop":{"data":{"type":"pops","id":"3"}}}}}"#
    );
}

#[tokio::test]
async fn a_record_is_deleted_once() {
    let server = Raw::signing_in(|seen| match seen.before {
        0 => answer(204, &[], ""),
        _ => json(404, r#"{"errors":[{"title":"Record not found","code":"404"}]}"#),
    })
    .await;
    let client = client(&server.url());
    client.delete(13, None).await.unwrap();
    let trouble = client.delete(13, None).await.unwrap_err().trouble();
    assert_eq!(trouble.kind, TroubleKind::NoSuchRecord);
    assert!(trouble.message.starts_with("DELETE registration 13: "), "{}", trouble.message);
}

#[tokio::test]
async fn what_cannot_be_sent_is_not() {
    let server = Raw::signing_in(|_| json(200, &record(13))).await;
    let error = client(&server.url()).update(13, &[(FieldId::AuthPassword, Value::Withheld)], None).await.unwrap_err();
    assert_eq!((error.kind(), error.effect()), (TroubleKind::Unsendable, Effectiveness::NotApplied));
    assert!(server.seen().is_empty());
}

#[test]
fn a_preview_shows_the_body_without_the_password() {
    let changes = [(FieldId::AuthPassword, Value::Secret(Secret::new("hunter2"))), (FieldId::Expire, Value::Null)];
    let shown = preview(Purpose::Update(13), &changes).unwrap();
    assert!(shown.contains("\"auth-password\": \"********\"") && shown.contains("\"expire\": null"), "{shown}");
}

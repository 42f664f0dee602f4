//! Changing: what is sent, what is never sent twice, and what is known afterwards.

use std::time::Duration;

use rstest::rstest;
use sipreg::api::encode::Purpose;
use sipreg::api::write::preview;
use sipreg::api::{Client, Precondition};
use sipreg::demo::faults::{Fault, FaultEffect};
use sipreg::domain::answer::{Conditional, Tag};
use sipreg::domain::record::{FieldId, Record, Secret, Value};
use sipreg::domain::request_error::{Effectiveness, RequestErrorKind};

use crate::kit::raw::{Raw, Reply, answer, json, record, token};
use crate::{client, client_of, embedded, requests, settings, settings_for, sign_ins};

fn off() -> Vec<(FieldId, Value)> {
    vec![(FieldId::Enabled, Value::Flag(false))]
}

#[tokio::test]
async fn a_write_without_an_answer_may_have_happened_and_is_not_sent_again() {
    for (cut, effect) in [
        (Vec::new(), Effectiveness::Pending),
        (b"HTTP/1.1 200 OK\r\ncontent-length: 99\r\n\r\n{".to_vec(), Effectiveness::Unknown),
        (b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n".to_vec(), Effectiveness::Unknown),
        (b"HTTP/1.1 202 OK\r\ncontent-length: 0\r\n\r\n".to_vec(), Effectiveness::Pending),
        (b"220 smtp.example ESMTP\r\n".to_vec(), Effectiveness::Pending),
    ] {
        let server = Raw::signing_in(move |_| Reply::Last(cut.clone())).await;
        let error = client(&server.url()).update(13, &off(), None).await.unwrap_err().error();
        assert_eq!(error.effect, effect, "{}", error.message);
        assert_eq!(server.requests().len(), 1);
    }
}

#[tokio::test]
async fn a_write_that_times_out_may_have_happened() {
    let server = Raw::signing_in(|_| Reply::Silence).await;
    let mut settings = settings(&server.url());
    // The sign-in before it must be done in that time, on a busy machine too.
    settings.timeout = Duration::from_secs(1);
    let client = Client::new(settings).unwrap();
    let error = client.update(13, &off(), None).await.unwrap_err().error();
    assert_eq!((error.kind, error.effect), (RequestErrorKind::TimedOut, Effectiveness::Pending));
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
    let error = client.update(13, &off(), None).await.unwrap_err().error();
    assert_eq!(error.kind, RequestErrorKind::Unreachable, "{}", error.message);
    assert_eq!(error.effect, Effectiveness::NotApplied);
}

#[tokio::test]
async fn a_write_is_redirected_nowhere() {
    for status in [302, 303, 307, 308] {
        let location = [("location", "/api/rest/admin/registrations/14")];
        let server = Raw::signing_in(move |_| answer(status, &location, "")).await;
        let error = client(&server.url()).update(13, &off(), None).await.unwrap_err().error();
        assert_eq!((error.kind, error.effect), (RequestErrorKind::Refused, Effectiveness::Unknown), "to be read back");
        assert_eq!(server.requests().len(), 1);
    }
}

#[tokio::test]
async fn only_the_record_or_the_end_of_it_is_an_answer_to_a_write() {
    for status in [200, 201, 203, 204, 206] {
        let server = Raw::signing_in(move |_| answer(status, &[], "")).await;
        let client = client(&server.url());
        let error = client.update(13, &off(), None).await.unwrap_err().error();
        assert_eq!((error.status, error.effect), (Some(status), Effectiveness::Unknown), "PATCH {status}");
        let deleted = client.delete(13, None).await.map_err(|error| error.effect());
        assert_eq!(deleted, if status == 204 { Ok(()) } else { Err(Effectiveness::Unknown) }, "DELETE {status}");
    }
    let server = Raw::signing_in(|_| json(200, &record(13))).await;
    let client = client(&server.url());
    assert_eq!(client.update(13, &off(), None).await.unwrap().registration.id(), 13);
    assert!(client.update(14, &off(), None).await.is_err(), "another record");
    assert!(server.requests().iter().all(|seen| seen.method == "PATCH"), "reading back is not this layer's");
    assert_eq!(client.delete(13, None).await.unwrap_err().effect(), Effectiveness::Unknown, "it is still shown");
}

#[test]
fn a_preview_shows_the_body_without_the_password() {
    let changes = [(FieldId::AuthPassword, Value::Secret(Secret::new("hunter2"))), (FieldId::Expire, Value::Null)];
    let shown = preview(Purpose::Update(13), &changes).unwrap();
    assert!(shown.contains("\"auth-password\": \"********\"") && shown.contains("\"expire\": null"), "{shown}");
}

#[tokio::test]
async fn a_change_is_sent_alone_at_the_canonical_address_with_its_base() {
    let server = embedded(3).await;
    let client = client_of(&server);
    let id = server.control().ids()[0];
    let before = server.control().registration(id).unwrap();
    let fetched = client.update(id, &off(), Some(&Tag::new("W/\"old\""))).await.unwrap();
    assert_eq!(fetched.registration.enabled(), Some(false));
    let mut after = before.clone();
    after.set(FieldId::Enabled, Value::Flag(false));
    assert_eq!(server.control().registration(id).unwrap(), after);
    let request = &requests(&server)[0];
    assert_eq!(request.method, "PATCH");
    assert_eq!(request.target, format!("/api/rest/admin/registrations/{id}?include=pop,node,transport-protocol"));
    assert_eq!(request.header("if-match"), Some("W/\"old\""));
    assert_eq!(request.header("content-type"), Some("application/vnd.api+json"));
    assert_eq!(
        request.body,
        format!(r#"{{"data":{{"type":"registrations","id":"{id}","attributes":{{"enabled":false}}}}}}"#)
    );
}

#[tokio::test]
async fn the_tag_of_what_was_saved_is_the_tag_of_the_next_read() {
    let server = embedded(3).await;
    let client = client_of(&server);
    let id = server.control().ids()[0];
    let saved = client.update(id, &off(), None).await.unwrap();
    assert_eq!(client.registration(id, saved.tag.as_ref()).await.unwrap(), Conditional::Unchanged);
}

#[tokio::test]
async fn every_field_is_saved_as_it_was_set() {
    let server = embedded(3).await;
    let client = client_of(&server);
    let [first, second] = [server.control().ids()[0], server.control().ids()[1]];
    for (id, other) in [(first, second), (second, first)] {
        let mut wanted = server.control().registration(other).unwrap();
        wanted.set(FieldId::Name, Value::Text(format!("copy of {other} \u{202e}\u{1b}[31m")));
        let changes: Vec<(FieldId, Value)> = FieldId::all().map(|field| (field, wanted.get(field).clone())).collect();
        let saved = client.update(id, &changes, None).await.unwrap();
        for field in FieldId::all() {
            assert_eq!(saved.registration.get(field), wanted.get(field), "{field:?}");
        }
    }
}

#[tokio::test]
async fn the_precondition_can_be_left_out() {
    let server = embedded(3).await;
    let mut settings = settings_for(&server);
    settings.precondition = Precondition::Omit;
    let id = server.control().ids()[0];
    Client::new(settings).unwrap().update(id, &off(), Some(&Tag::new("W/\"old\""))).await.unwrap();
    assert_eq!(requests(&server)[0].header("if-match"), None);
}

#[tokio::test]
async fn a_write_that_met_an_old_token_is_sent_once_more_with_a_new_one() {
    let server = embedded(3).await;
    let client = client_of(&server);
    client.sign_in().await.unwrap();
    server.control().revoke_tokens();
    client.update(server.control().ids()[0], &off(), None).await.unwrap();
    assert_eq!((requests(&server).len(), sign_ins(&server)), (2, 2));
}

#[rstest]
#[case::not_applied(FaultEffect::CutBefore, RequestErrorKind::Cut, Effectiveness::Pending)]
#[case::applied(FaultEffect::CutAfter, RequestErrorKind::Cut, Effectiveness::Pending)]
#[case::applied_and_half_an_answer(FaultEffect::CutBody, RequestErrorKind::Cut, Effectiveness::Unknown)]
#[case::a_proxy_without_a_server(FaultEffect::HtmlPage, RequestErrorKind::ServerError, Effectiveness::Pending)]
#[case::a_server_error(FaultEffect::ServerError, RequestErrorKind::ServerError, Effectiveness::Unknown)]
#[case::a_page_that_says_404(FaultEffect::NoApi, RequestErrorKind::Unreadable, Effectiveness::Unknown)]
#[tokio::test]
async fn a_write_whose_answer_is_lost_is_left_open_and_not_sent_again(
    #[case] effect: FaultEffect,
    #[case] kind: RequestErrorKind,
    #[case] known: Effectiveness,
) {
    let server = embedded(3).await;
    let (client, id) = (client_of(&server), server.control().ids()[0]);
    client.registration(id, None).await.unwrap();
    server.control().add_fault(Fault::always("PATCH", "", effect));
    let error = client.update(id, &off(), None).await.unwrap_err().error();
    assert_eq!((error.kind, error.effect), (kind, known), "{}", error.message);
    assert_eq!(requests(&server).len(), 2);
}

#[rstest]
#[case::conflict(FaultEffect::Conflict, RequestErrorKind::Conflict)]
#[case::changed_base(FaultEffect::PreconditionFailed, RequestErrorKind::Precondition)]
#[case::refused_values(FaultEffect::unprocessable(), RequestErrorKind::Invalid)]
#[tokio::test]
async fn a_write_that_is_refused_did_not_happen(#[case] effect: FaultEffect, #[case] kind: RequestErrorKind) {
    let server = embedded(3).await;
    server.control().add_fault(Fault::next("PATCH", "", effect));
    let error = client_of(&server).update(server.control().ids()[0], &off(), None).await.unwrap_err().error();
    assert_eq!((error.kind, error.effect), (kind, Effectiveness::NotApplied), "{}", error.message);
}

#[tokio::test]
async fn refused_values_come_with_the_fields_they_are_about() {
    let server = embedded(3).await;
    let changes = [(FieldId::Contact, Value::Text("bad".into())), (FieldId::RetryDelay, Value::Number(0))];
    let error = client_of(&server).update(server.control().ids()[0], &changes, None).await.unwrap_err().error();
    let pointers: Vec<_> = error.errors.iter().map(|error| error.pointer.as_deref().unwrap()).collect();
    assert_eq!(pointers, ["/data/attributes/contact", "/data/attributes/retry-delay"]);
    assert!(error.message.contains("contact - is invalid"), "{}", error.message);
}

#[tokio::test]
async fn what_bad_input_gives_is_worded_as_such() {
    let server = embedded(3).await;
    let changes = [(FieldId::Pop, Value::Reference(999_999))];
    let error = client_of(&server).update(server.control().ids()[0], &changes, None).await.unwrap_err().error();
    assert_eq!(error.status, Some(500));
    assert!(error.message.contains("possibly invalid input"), "{}", error.message);
}

#[tokio::test]
async fn a_record_is_created_changed_and_deleted() {
    let server = embedded(3).await;
    let client = client_of(&server);
    let fields = [
        (FieldId::Name, Value::Text("new-one".into())),
        (FieldId::Domain, Value::Text("sip.example".into())),
        (FieldId::Username, Value::Text("u".into())),
        (FieldId::Contact, Value::Text("sip:u@192.0.2.1".into())),
    ];
    let made = client.create(&fields).await.unwrap();
    let id = made.registration.id();
    assert_eq!(made.registration.name(), "new-one");
    assert_eq!(made.registration.enabled(), Some(true));
    let taken = client.create(&fields).await.unwrap_err().error();
    assert_eq!(
        (taken.kind, taken.errors[0].pointer.as_deref()),
        (RequestErrorKind::Invalid, Some("/data/attributes/name"))
    );
    client.delete(id, made.tag.as_ref()).await.unwrap();
    let gone = client.delete(id, None).await.unwrap_err().error();
    assert_eq!((gone.kind, gone.effect), (RequestErrorKind::NoSuchRecord, Effectiveness::NotApplied));
    assert!(gone.message.starts_with(&format!("DELETE registration {id}: ")), "{}", gone.message);
}

#[tokio::test]
async fn what_cannot_be_sent_is_not() {
    let server = embedded(3).await;
    let changes = [(FieldId::AuthPassword, Value::Withheld)];
    let error = client_of(&server).update(1, &changes, None).await.unwrap_err();
    assert_eq!((error.kind(), error.effect()), (RequestErrorKind::Unsendable, Effectiveness::NotApplied));
    assert_eq!(server.control().arrivals(), 0);
}

#[tokio::test]
async fn a_password_that_the_server_repeats_is_masked() {
    let body = r#"{"errors":[{"title":"hunter2-x is bad","detail":"auth-password hunter2-x is too short","code":"100","status":"422","source":{"pointer":"/data/attributes/auth-password"}}]}"#;
    let server = Raw::signing_in(move |_| json(422, body)).await;
    let changes = [(FieldId::AuthPassword, Value::Secret(Secret::new("hunter2-x")))];
    let client = client(&server.url());
    let reported = client.update(13, &changes, None).await.unwrap_err().error();
    assert!(!format!("{reported:?}").contains("hunter2-x"), "{reported:?}");
    let reported = client.create(&changes).await.unwrap_err().error();
    assert!(!format!("{reported:?}").contains("hunter2-x"), "{reported:?}");
}

#[tokio::test]
async fn an_answer_about_another_record_is_not_taken() {
    let server = Raw::signing_in(|_| json(200, &record(14))).await;
    let reported = client(&server.url()).update(13, &off(), None).await;
    assert!(reported.is_err(), "{reported:?}");
}

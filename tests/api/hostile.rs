//! Servers that break off, drag on, or say what no server should: the answer is refused or made the best of, in the
//! time that was given and without the memory that was asked for.

use std::time::Duration;

use rstest::rstest;
use sipreg::api::Client;
use sipreg::demo::faults::{self, Fault, FaultEffect};
use sipreg::domain::answer::{Conditional, Page};
use sipreg::domain::record::{FieldId, Record as _, Relation, ValueRef};
use sipreg::domain::request_error::{Effectiveness, RequestError, RequestErrorKind};

use crate::kit::raw::{Raw, Reply, answer, bomb, json, list, token};
use crate::{client, client_of, embedded, requests, settings};

async fn page_of(server: &Raw) -> Result<Page, RequestError> {
    match client(&server.url()).page(1, 50, "id", None).await {
        Ok(Conditional::Changed(page)) => Ok(page),
        Ok(Conditional::Unchanged) => panic!("no ETag was sent"),
        Err(error) => Err(error.error()),
    }
}

async fn error_of(server: &Raw) -> RequestError {
    page_of(server).await.unwrap_err()
}

/// A client that waits no longer than this.
fn impatient(server: &Raw, patience: Duration) -> Client {
    let mut settings = settings(&server.url());
    settings.timeout = patience;
    Client::new(settings).unwrap()
}

#[tokio::test]
async fn a_reset_is_a_connection_that_closed() {
    let server = Raw::signing_in(|_| Reply::Reset).await;
    let error = error_of(&server).await;
    assert_eq!(error.kind, RequestErrorKind::Cut);
    assert!(error.message.contains("closed before an answer came"), "{}", error.message);
    // Once more in case that a kept connection had gone stale, and no more than that.
    assert_eq!(server.requests().len(), 2);
}

#[tokio::test]
async fn a_connection_that_is_closed_at_once_is_told() {
    let server = Raw::start(|_| Reply::Last(Vec::new())).await;
    let error = error_of(&server).await;
    assert_eq!((error.kind, error.effect), (RequestErrorKind::Cut, Effectiveness::NotApplied));
    assert!(error.message.starts_with("GET registrations: not sent; sign-in as alice"), "{}", error.message);
}

#[tokio::test]
async fn an_answer_that_ends_and_closes_is_a_whole_answer() {
    let server = Raw::signing_in(|_| {
        let body = list(&[7]);
        Reply::Last(format!("HTTP/1.1 200 OK\r\ncontent-length: {}\r\n\r\n{body}", body.len()).into_bytes())
    })
    .await;
    assert_eq!(page_of(&server).await.unwrap().segment.len(), 1);
}

#[tokio::test]
async fn a_trickle_ends_with_the_time_out_however_it_goes_on() {
    let server = Raw::signing_in(|_| {
        let head = b"HTTP/1.1 200 OK\r\ncontent-length: 100000\r\n\r\n".to_vec();
        Reply::Trickle([head, vec![b' '; 100_000]].concat(), Duration::from_millis(20))
    })
    .await;
    let error = impatient(&server, Duration::from_millis(400)).page(1, 50, "id", None).await.unwrap_err().error();
    assert_eq!(error.kind, RequestErrorKind::TimedOut);
    assert!(error.message.contains("no complete answer within 0.4 s"), "{}", error.message);
}

#[tokio::test]
async fn a_body_of_a_gigabyte_that_is_announced_is_not_begun() {
    let head = format!("HTTP/1.1 200 OK\r\ncontent-length: {}\r\n\r\n", 1 << 30);
    let server = Raw::signing_in(move |_| Reply::Endless(head.clone().into_bytes(), vec![b' '; 1 << 16])).await;
    let error = error_of(&server).await;
    assert_eq!(error.kind, RequestErrorKind::TooLarge);
    assert!(error.message.contains("larger than 64 MiB and was ignored"), "{}", error.message);
}

#[tokio::test]
async fn a_body_without_an_end_is_read_up_to_the_cap() {
    let head = b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n".to_vec();
    let piece = [b"10000\r\n".to_vec(), vec![b' '; 1 << 16], b"\r\n".to_vec()].concat();
    let server = Raw::signing_in(move |_| Reply::Endless(head.clone(), piece.clone())).await;
    let mut settings = settings(&server.url());
    settings.max_body = 1 << 20;
    let error = Client::new(settings).unwrap().page(1, 50, "id", None).await.unwrap_err().error();
    assert_eq!(error.kind, RequestErrorKind::TooLarge);
    assert!(error.message.contains("larger than 1 MiB"), "{}", error.message);
}

#[tokio::test]
async fn ten_gigabytes_in_ten_megabytes_of_gzip_stop_at_the_cap() {
    let packed = bomb(10 << 10);
    assert!(packed.len() < 20 << 20, "{}", packed.len());
    let server = Raw::signing_in(move |_| answer(200, &[("content-encoding", "gzip")], &packed)).await;
    let mut settings = settings(&server.url());
    settings.max_body = 8 << 20;
    let error = Client::new(settings).unwrap().page(1, 50, "id", None).await.unwrap_err().error();
    assert_eq!(error.kind, RequestErrorKind::TooLarge, "{}", error.message);
    assert!(error.message.contains("larger than 8 MiB"), "{}", error.message);
}

#[rstest]
#[case::nested(format!("{}1{}", "[".repeat(100), "]".repeat(100)), "JSON")]
#[case::nested_objects(format!("{}1{}", "{\"data\":".repeat(100), "}".repeat(100)), "an object where a list")]
#[case::another_type(r#"{"data":{"id":"1","type":"gateways"}}"#.to_owned(), "an object where a list")]
#[case::errors_with_a_success(r#"{"errors":[{"title":"x"}]}"#.to_owned(), "errors in spite of its status")]
#[case::null("null".to_owned(), "not a JSON:API document")]
#[tokio::test]
async fn odd_documents_are_refused_with_what_they_are(#[case] body: String, #[case] word: &str) {
    let server = Raw::signing_in(move |_| json(200, &body)).await;
    let error = error_of(&server).await;
    assert_eq!(error.kind, RequestErrorKind::Unreadable);
    assert!(error.message.contains(word), "{}", error.message);
}

#[tokio::test]
async fn bytes_that_are_no_text_are_told_with_their_place() {
    let server = Raw::signing_in(|_| answer(200, &[], b"{\"data\":[\"\xff\"]}")).await;
    let error = error_of(&server).await;
    assert!(error.message.contains("not UTF-8 (byte 10)"), "{}", error.message);
}

#[tokio::test]
async fn numeric_ids_huge_numbers_and_duplicates_are_made_the_best_of() {
    let body = r#"{"data":[{"id":7,"type":"registrations","attributes":{"name":"a","expire":99999999999999999999999}},
        {"id":"7","type":"registrations"},{"id":"8","type":"gateways"},
        {"id":99999999999999999999999,"type":"registrations"},{"id":18446744073709551615,"type":"registrations"}],
        "meta":{"total-count":18446744073709551615}}"#;
    let server = Raw::signing_in(move |_| json(200, body)).await;
    let page = page_of(&server).await.unwrap();
    let ids: Vec<u64> = page.segment.iter().map(|row| row.id()).collect();
    assert_eq!(ids, [7, u64::MAX]);
    let row = page.segment.row(0).unwrap();
    assert_eq!(row.get(FieldId::Expire), ValueRef::Odd("99999999999999999999999"));
    let reported = page.skipped.join("\n");
    assert!(
        reported.contains("id 7 is there twice") && reported.contains("gateways") && reported.contains("99999"),
        "{reported}"
    );
    assert_eq!((page.skipped.len(), page.total), (3, Some(u64::MAX)));
}

#[rstest]
#[case::missing(r#"{"data":[]}"#)]
#[case::text(r#"{"data":[],"meta":{"total-count":"many"}}"#)]
#[case::negative(r#"{"data":[],"meta":{"total-count":-1}}"#)]
#[case::fraction(r#"{"data":[],"meta":{"total-count":1.5}}"#)]
#[case::no_object(r#"{"data":[],"meta":[]}"#)]
#[tokio::test]
async fn a_count_that_is_none_is_not_believed(#[case] body: &'static str) {
    let server = Raw::signing_in(move |_| json(200, body)).await;
    assert_eq!(page_of(&server).await.unwrap().total, None);
}

#[tokio::test]
async fn another_record_than_the_one_asked_for_is_refused() {
    let server = Raw::signing_in(|_| json(200, &crate::kit::raw::record(9))).await;
    let error = client(&server.url()).registration(5, None).await.unwrap_err().error();
    assert_eq!(error.kind, RequestErrorKind::Unreadable);
    assert!(error.message.contains("registration 9 where 5 was due"), "{}", error.message);
}

#[tokio::test]
async fn a_list_whose_next_link_leads_back_is_read_once() {
    // Each page is full and names itself as the next one; links are not followed, and the number of pages has a bound.
    let server = Raw::signing_in(|seen| {
        let ids: Vec<String> = (1..=1_000).map(|id| format!(r#"{{"id":"{id}","type":"pops"}}"#)).collect();
        let next = format!("http://elsewhere.example{}", seen.target);
        json(200, &format!(r#"{{"data":[{}],"links":{{"next":"{next}"}}}}"#, ids.join(",")))
    })
    .await;
    let pops = client(&server.url()).targets(Relation::Pop).await.unwrap();
    assert_eq!(pops.len(), 1_000);
    assert!(server.requests().len() <= 4, "{} requests", server.requests().len());
}

#[tokio::test]
async fn a_token_that_never_ends_by_any_count_of_years_is_used() {
    let forever = token("good", i64::MAX);
    let server = Raw::start(move |seen| {
        if seen.is_sign_in() { json(201, &format!(r#"{{"jwt":"{forever}"}}"#)) } else { json(200, &list(&[1])) }
    })
    .await;
    let client = client(&server.url());
    client.page(1, 50, "id", None).await.unwrap();
    assert!(client.link().borrow().token_left.is_some_and(|left| left > Duration::from_secs(1 << 40)));
}

#[rstest]
#[case::to_plain_http("http://127.0.0.1:1/api/rest/admin/registrations")]
#[case::to_another_port("https://127.0.0.1:1/")]
#[case::to_another_host("//elsewhere.example/api/rest/admin/registrations")]
#[case::to_another_scheme("ftp://127.0.0.1/")]
#[tokio::test]
async fn a_redirect_away_is_refused_with_where_it_led(#[case] to: &'static str) {
    let server = Raw::signing_in(move |_| answer(302, &[("location", to)], "")).await;
    let error = error_of(&server).await;
    assert_eq!(error.kind, RequestErrorKind::ForeignOrigin);
    assert!(error.message.contains("Nothing was sent there; check the `url` setting"), "{}", error.message);
}

#[rstest]
#[case(FaultEffect::ProxyPage { status: 403 }, RequestErrorKind::Forbidden, "a proxy in front of the server")]
#[case(FaultEffect::ProxyPage { status: 406 }, RequestErrorKind::Refused, "Accept header")]
#[case(FaultEffect::ProxyPage { status: 415 }, RequestErrorKind::Refused, "Content-Type header")]
#[case(FaultEffect::NoApi, RequestErrorKind::NoSuchApi, "check the `url` setting")]
#[case(FaultEffect::TooMany { retry_after: Some(7) }, RequestErrorKind::Busy, "too many requests (429)")]
#[case(FaultEffect::ProxyPage { status: 504 }, RequestErrorKind::ServerError, "the proxy could not reach the server (504)")]
#[case(FaultEffect::Portal, RequestErrorKind::Unreadable, "an HTML page titled \"200 Sign in to this network\"")]
#[case(FaultEffect::Empty, RequestErrorKind::Unreadable, "it is empty")]
#[case(FaultEffect::Redirect { to: "http://elsewhere.example/".into() }, RequestErrorKind::ForeignOrigin, "elsewhere.example")]
#[case(FaultEffect::CutBody, RequestErrorKind::Cut, "the connection broke within the answer (200)")]
#[tokio::test]
async fn faults_of_the_embedded_server_are_told_as_those_of_a_real_one(
    #[case] effect: faults::FaultEffect,
    #[case] kind: RequestErrorKind,
    #[case] word: &str,
) {
    let server = embedded(3).await;
    let client = client_of(&server);
    client.sign_in().await.unwrap();
    server.control().add_fault(Fault::always("GET", "/registrations", effect));
    let error = client.page(1, 50, "id", None).await.unwrap_err().error();
    assert_eq!(error.kind, kind, "{}", error.message);
    assert!(error.message.starts_with("GET registrations: ") && error.message.contains(word), "{}", error.message);
    assert!(requests(&server).len() <= 2, "a read is repeated once at most, and only where the connection closed");
}

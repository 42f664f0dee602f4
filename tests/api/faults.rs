//! What goes wrong on the way, and answers that are none.

use std::time::Duration;

use base64::Engine;
use rstest::rstest;
use sipreg::api::Client;
use sipreg::domain::answer::Conditional;
use sipreg::domain::request_error::{RequestError, RequestErrorKind};

use crate::kit::raw::{Raw, Reply, answer, json, list, record};
use crate::{client, settings};

async fn error_of_list(server: &Raw) -> RequestError {
    client(&server.url()).page(1, 50, "id", None).await.unwrap_err().error()
}

#[rstest]
#[case::wrong_url(404, "<title>The page you were looking for</title>", RequestErrorKind::NoSuchApi)]
#[case::wrong_url_without_a_word(404, "", RequestErrorKind::NoSuchApi)]
#[case::forbidden_by_a_proxy(403, "<html><head><title>403 Forbidden</title>", RequestErrorKind::Forbidden)]
#[case::bad_request_without_a_word(400, "", RequestErrorKind::Refused)]
#[case::media_type(406, "{\"errors\":[{\"title\":\"Not acceptable\"}]}", RequestErrorKind::Refused)]
#[case::media_type_of_a_write(415, "", RequestErrorKind::Refused)]
#[case::server_error(
    500,
    "{\"errors\":[{\"title\":\"Internal Server Error\",\"code\":\"500\"}]}",
    RequestErrorKind::ServerError
)]
#[case::proxy_without_a_server(502, "<html><title>502 Bad Gateway</title>", RequestErrorKind::ServerError)]
#[case::gateway_timeout(504, "<html>", RequestErrorKind::ServerError)]
#[case::too_many(429, "", RequestErrorKind::Busy)]
#[case::nonsense(418, "short and stout", RequestErrorKind::Refused)]
#[tokio::test]
async fn a_refusal_names_request_status_and_id(
    #[case] status: u16,
    #[case] body: &'static str,
    #[case] kind: RequestErrorKind,
) {
    let server = Raw::signing_in(move |_| answer(status, &[("content-type", "text/html")], body)).await;
    let error = error_of_list(&server).await;
    assert_eq!(error.kind, kind);
    assert_eq!(error.status, Some(status));
    assert!(error.message.starts_with("GET registrations: "), "{}", error.message);
    assert!(error.message.contains(&status.to_string()), "{}", error.message);
    assert_eq!(error.request_id.as_deref(), server.requests()[0].header("x-request-id"));
}

#[tokio::test]
async fn how_long_a_busy_server_wants_to_be_left_alone_is_told() {
    let server = Raw::signing_in(|_| answer(503, &[("retry-after", "7")], "")).await;
    let error = error_of_list(&server).await;
    assert_eq!((error.kind, error.retry_after), (RequestErrorKind::Busy, Some(Duration::from_secs(7))));
}

#[tokio::test]
async fn a_proxys_page_in_place_of_a_record_does_not_say_that_it_is_gone() {
    let server = Raw::signing_in(|seen| match seen.path() {
        "/api/rest/admin/registrations" => json(200, &list(&[1])),
        _ => answer(404, &[("content-type", "text/html")], "<title>404 Not Found</title>"),
    })
    .await;
    let client = client(&server.url());
    assert_eq!(client.registration(5, None).await.unwrap_err().kind(), RequestErrorKind::NoSuchApi);
    client.page(1, 50, "id", None).await.unwrap();
    assert_eq!(client.registration(5, None).await.unwrap_err().kind(), RequestErrorKind::Unreadable);
}

#[rstest]
#[case::html("<html><title>Welcome to the hotel network</title>", "hotel")]
#[case::empty("", "empty")]
#[case::no_json("hello", "JSON")]
#[case::other_json("{\"status\":\"ok\"}", "`data`")]
#[case::an_object("{\"data\":{\"id\":\"1\",\"type\":\"registrations\"}}", "an object where a list")]
#[case::cut_json("{\"data\":[{\"id\":\"1\"", "JSON")]
#[tokio::test]
async fn a_success_that_is_none_is_said(#[case] body: &'static str, #[case] word: &str) {
    let server = Raw::signing_in(move |_| answer(200, &[], body)).await;
    let error = error_of_list(&server).await;
    assert_eq!(error.kind, RequestErrorKind::Unreadable);
    assert!(error.message.contains(word), "{}", error.message);
    assert_eq!(error.status, Some(200));
}

#[tokio::test]
async fn no_connection_is_told_with_the_server() {
    let gone = Raw::start(|_| Reply::Silence).await;
    let url = gone.url();
    drop(gone);
    let error = client(&url).page(1, 50, "id", None).await.unwrap_err().error();
    assert_eq!(error.kind, RequestErrorKind::Unreachable);
    assert!(error.message.contains(&url), "{}", error.message);
    assert!(error.is_passing());
}

#[tokio::test]
async fn what_is_no_http_is_said() {
    let server = Raw::start(|_| Reply::Last(b"SSH-2.0-OpenSSH_9.2\r\n\r\n".to_vec())).await;
    let error = error_of_list(&server).await;
    assert_eq!(error.kind, RequestErrorKind::Unreadable);
    assert!(error.message.contains("not HTTP"), "{}", error.message);
}

#[tokio::test]
async fn silence_ends_with_the_time_out() {
    let server = Raw::start(|_| Reply::Silence).await;
    let mut settings = settings(&server.url());
    settings.timeout = Duration::from_millis(80);
    let error = Client::new(settings).unwrap().page(1, 50, "id", None).await.unwrap_err().error();
    assert_eq!(error.kind, RequestErrorKind::TimedOut);
    assert!(error.message.contains("0.08 s"), "{}", error.message);
}

#[tokio::test]
async fn an_answer_that_stops_in_the_middle_and_says_nothing_more_times_out() {
    let server =
        Raw::signing_in(|_| Reply::Say(b"HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\n{\"data\":[".to_vec())).await;
    let client = {
        let mut settings = settings(&server.url());
        settings.timeout = Duration::from_millis(300);
        Client::new(settings).unwrap()
    };
    assert_eq!(client.page(1, 50, "id", None).await.unwrap_err().kind(), RequestErrorKind::TimedOut);
}

#[tokio::test]
async fn an_answer_that_is_cut_short_is_no_answer() {
    let server =
        Raw::signing_in(|_| Reply::Last(b"HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\n{\"data\":[".to_vec())).await;
    let error = error_of_list(&server).await;
    assert_eq!((error.kind, error.status), (RequestErrorKind::Cut, Some(200)));
    assert!(error.is_passing());
}

#[tokio::test]
async fn a_read_on_a_connection_that_had_just_been_closed_is_sent_once_more() {
    let server = Raw::signing_in(|seen| match seen.before {
        1 => Reply::Last(Vec::new()),
        _ => json(200, &list(&[1])),
    })
    .await;
    let client = client(&server.url());
    client.page(1, 50, "id", None).await.unwrap();
    client.page(1, 50, "id", None).await.unwrap();
    let requests = server.requests();
    assert_eq!(requests.len(), 3);
    assert_eq!(requests[0].connection, requests[1].connection, "the connection was kept");
    assert_ne!(requests[1].connection, requests[2].connection);
    assert_eq!(requests[1].header("x-request-id"), requests[2].header("x-request-id"));
}

#[tokio::test]
async fn a_server_that_only_closes_is_tried_twice_and_no_more() {
    let server = Raw::signing_in(|_| Reply::Last(Vec::new())).await;
    let error = error_of_list(&server).await;
    assert_eq!((error.kind, error.status), (RequestErrorKind::Cut, None));
    assert_eq!(server.requests().len(), 2);
}

#[rstest]
#[case::announced(answer(200, &[], "x".repeat(2_000)))]
#[case::not_announced(Reply::Last(format!("HTTP/1.1 200 OK\r\n\r\n{}", "x".repeat(2_000)).into_bytes()))]
#[tokio::test]
async fn an_answer_over_the_cap_is_not_read(#[case] reply: Reply) {
    let (Reply::Say(bytes) | Reply::Last(bytes)) = reply else { panic!("bytes") };
    let server = Raw::signing_in(move |_| Reply::Last(bytes.clone())).await;
    let mut settings = settings(&server.url());
    settings.max_body = 1_000;
    let error = Client::new(settings).unwrap().page(1, 50, "id", None).await.unwrap_err().error();
    assert_eq!(error.kind, RequestErrorKind::TooLarge);
    assert!(error.message.contains("1000 bytes"), "{}", error.message);
}

/// 200,000 spaces in 233 bytes.
const BOMB: &str = "H4sIADIvBGsC/+3BMQEAAADCoCrrn9IM/kABAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAK8BMWFiEEANAwA=";

#[tokio::test]
async fn the_cap_holds_for_what_is_unpacked() {
    let bomb = base64::engine::general_purpose::STANDARD.decode(BOMB).unwrap();
    let server = Raw::signing_in(move |_| answer(200, &[("content-encoding", "gzip")], &bomb)).await;
    let mut settings = settings(&server.url());
    settings.max_body = 100_000;
    let error = Client::new(settings).unwrap().page(1, 50, "id", None).await.unwrap_err().error();
    assert!(error.message.contains("larger than 100000 bytes"), "{}", error.message);
}

#[tokio::test]
async fn packing_that_is_broken_is_said() {
    let server =
        Raw::signing_in(|_| answer(200, &[("content-encoding", "gzip")], "no gzip at all, but long enough")).await;
    assert_eq!(error_of_list(&server).await.kind, RequestErrorKind::Unreadable);
}

#[tokio::test]
async fn a_redirect_to_another_origin_is_refused_and_gets_no_token() {
    let stranger = Raw::start(|_| json(200, &list(&[1]))).await;
    let target = format!("{}/api/rest/admin/registrations", stranger.url());
    let server = Raw::signing_in(move |_| answer(302, &[("location", &target)], "")).await;
    let error = error_of_list(&server).await;
    assert_eq!(error.kind, RequestErrorKind::ForeignOrigin);
    assert!(error.message.contains(&stranger.url()), "{}", error.message);
    assert_eq!(stranger.connections(), 0);
}

#[tokio::test]
async fn a_sign_in_is_redirected_nowhere() {
    let stranger = Raw::start(|_| json(201, "{\"jwt\":\"x\"}")).await;
    let target = format!("{}/api/rest/admin/auth", stranger.url());
    let server = Raw::start(move |_| answer(307, &[("location", &target)], "")).await;
    assert_eq!(error_of_list(&server).await.kind, RequestErrorKind::ForeignOrigin);
    assert_eq!(stranger.connections(), 0);
}

#[tokio::test]
async fn a_read_follows_a_redirect_at_home_but_not_forever() {
    let server = Raw::signing_in(|seen| match seen.path() {
        "/api/rest/admin/registrations/1" => answer(301, &[("location", "/api/rest/admin/registrations/001")], ""),
        "/api/rest/admin/registrations/2" => answer(302, &[("location", "/api/rest/admin/registrations/2")], ""),
        "/api/rest/admin/registrations/3" => answer(302, &[], ""),
        _ => json(200, &record(1)),
    })
    .await;
    let client = client(&server.url());
    assert!(matches!(client.registration(1, None).await, Ok(Conditional::Changed(_))));
    assert_eq!(client.registration(2, None).await.unwrap_err().kind(), RequestErrorKind::Refused);
    assert_eq!(client.registration(3, None).await.unwrap_err().kind(), RequestErrorKind::Refused);
    assert_eq!(server.requests().iter().filter(|seen| seen.path().ends_with("/2")).count(), 4);
}

#[tokio::test]
async fn a_page_with_odd_entries_shows_the_others() {
    let server = Raw::signing_in(|_| {
        json(
            200,
            r#"{"data":[{"id":"1","type":"registrations"},{"id":"1","type":"registrations"},{"type":"x"},
            {"id":2,"type":"registrations","attributes":null,"relationships":7}],"meta":{"total-count":"lots"}}"#,
        )
    })
    .await;
    let Conditional::Changed(page) = client(&server.url()).page(1, 50, "id", None).await.unwrap() else {
        panic!("page")
    };
    assert_eq!((page.segment.len(), page.skipped.len(), page.total), (2, 2, None));
}

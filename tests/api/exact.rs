//! Each request as it is sent, and the limits of what is taken for an answer.

use sipreg::api::{Client, Credentials, Precondition, ProxyChoice};
use sipreg::demo::ServerClock;
use sipreg::demo::faults::{Fault, FaultEffect};
use sipreg::domain::answer::Tag;
use sipreg::domain::record::{FieldId, Record as _, Secret, Value};
use sipreg::domain::request_error::RequestErrorKind;

use crate::kit::raw::{Raw, Reply, Seen, answer, json, list, record};
use crate::{client, client_of, embedded, requests, settings, settings_for, sign_ins};

/// Method, target, headers and body, without what the library adds, and with the token and the request's number masked.
fn sent(seen: &Seen, token: &str) -> String {
    let own = ["accept", "content-type", "authorization", "if-match", "if-none-match", "x-request-id", "user-agent"];
    let mut headers: Vec<String> = seen
        .headers
        .iter()
        .filter(|(name, _)| own.contains(&name.as_str()) || name == "referer" || name == "cookie")
        .map(|(name, value)| format!("{name}: {}", if value == token { "TOKEN" } else { value }))
        .collect();
    headers.sort();
    format!("{} {}\n{}\n{}", seen.method, seen.target, headers.join("\n"), seen.body)
}

#[tokio::test]
async fn each_request_has_its_headers_and_its_body_and_no_others() {
    let server = Raw::signing_in(|seen| match seen.method.as_str() {
        "DELETE" => answer(204, &[], ""),
        "GET" if seen.path().ends_with("/registrations") => json(200, &list(&[13])),
        _ => json(200, &record(13)),
    })
    .await;
    for precondition in [Precondition::Send, Precondition::Omit] {
        let before = server.seen().len();
        let mut settings = settings(&server.url());
        settings.precondition = precondition;
        let client = Client::new(settings).unwrap();
        assert_eq!(client.precondition(), precondition);
        let tag = Tag::new("W/\"t\"");
        let fields = [(FieldId::Enabled, Value::Flag(false))];
        client.page(1, 10, "id", None).await.unwrap();
        client.registration(13, Some(&tag)).await.unwrap();
        client.update(13, &fields, Some(&tag)).await.unwrap();
        client.update(13, &fields, None).await.unwrap();
        client.create(&fields).await.unwrap();
        client.delete(13, Some(&tag)).await.unwrap();
        let token = client.token().unwrap();
        let seen = &server.seen()[before..];
        let prefix = seen[0].header("x-request-id").unwrap().strip_suffix("-1").unwrap().to_owned();
        assert!(prefix.len() == "sipreg-0123456789abcdef".len() && prefix.starts_with("sipreg-"), "{prefix}");
        let text: Vec<String> = seen
            .iter()
            .map(|seen| sent(seen, token.expose()).replace(&prefix, "ID").replace(env!("CARGO_PKG_VERSION"), "VERSION"))
            .collect();
        insta::assert_snapshot!(format!("sent-{precondition:?}"), text.join("\n"));
    }
}

#[tokio::test]
async fn what_is_a_redirect_is_followed_by_reads_and_reported_with_its_status() {
    for (status, is_redirect) in
        [(300, true), (301, true), (302, true), (303, true), (307, true), (308, true), (305, false), (306, false)]
    {
        let server = Raw::signing_in(move |seen| match seen.path().rsplit('/').next() {
            Some("1") => answer(status, &[("location", "/api/rest/admin/registrations/2")], ""),
            Some("2") => json(200, &record(1)),
            _ => answer(status, &[("location", seen.path())], ""),
        })
        .await;
        let client = client(&server.url());
        assert_eq!(client.registration(1, None).await.is_ok(), is_redirect, "{status}");
        let error = client.registration(9, None).await.unwrap_err().error();
        assert_eq!((error.kind, error.status), (RequestErrorKind::Refused, Some(status)));
        let said = if is_redirect { "where no redirect is followed" } else { "no explanation" };
        assert!(error.message.contains(said) && error.message.contains(&status.to_string()), "{}", error.message);
        let count = server.requests().iter().filter(|seen| seen.path().ends_with("/9")).count();
        assert_eq!(count, if is_redirect { 4 } else { 1 }, "{status}: no more than three are followed");
    }
}

#[tokio::test]
async fn an_answer_of_just_the_cap_is_read_and_one_byte_more_is_not() {
    let body = list(&[1]);
    let size = body.len() as u64;
    let announced = answer(200, &[], &body);
    let silent = Reply::Last(format!("HTTP/1.1 200 OK\r\n\r\n{body}").into_bytes());
    for reply in [announced, silent] {
        let (Reply::Say(bytes) | Reply::Last(bytes)) = reply else { panic!("bytes") };
        let server = Raw::signing_in(move |_| Reply::Last(bytes.clone())).await;
        for (cap, fits) in [(size, true), (size - 1, false)] {
            let mut settings = settings(&server.url());
            settings.max_body = cap;
            let client = Client::new(settings).unwrap();
            let read = client.page(1, 50, "id", None).await.map_err(|error| error.error());
            match read {
                Ok(_) => assert!(fits, "{cap}"),
                Err(error) => {
                    assert_eq!((error.kind, error.status, fits), (RequestErrorKind::TooLarge, Some(200), false));
                }
            }
        }
    }
}

#[tokio::test]
async fn who_signs_in_with_a_token_at_hand_gets_another_one_only_where_that_is_about_to_end() {
    let server = embedded(3).await;
    let control = server.control();
    control.set_clock(ServerClock::Fixed(1_000_000));
    let client = client_of(&server);
    client.sign_in().await.unwrap();
    let first = client.token();
    client.sign_in().await.unwrap();
    assert_eq!((sign_ins(&server), client.token() == first), (1, true));
    control.set_clock(ServerClock::Fixed(1_000_590));
    client.page(1, 10, "id", None).await.unwrap();
    let link = client.sign_in().await.unwrap();
    assert_eq!((sign_ins(&server), client.token() == first), (2, false));
    assert!(link.token_left.unwrap().as_secs() > 500, "{link:?}");
}

#[tokio::test]
async fn who_waits_while_someone_signs_in_anew_shares_that_token() {
    let server = embedded(3).await;
    let control = server.control();
    control.add_fault(Fault::next("POST", "/auth", FaultEffect::Hold));
    // Nothing is at hand but what is typed now.
    let client = client(&server.url);
    let arrivals = control.arrivals();
    let credentials = settings_for(&server).credentials;
    let (signed, one, two, ()) = tokio::join!(
        client.sign_in_with(credentials),
        client.page(1, 10, "id", None),
        client.update(control.ids()[0], &[(FieldId::Enabled, Value::Flag(false))], None),
        async {
            control.arrived(arrivals + 1).await;
            control.release();
        }
    );
    assert!(signed.is_ok() && one.is_ok() && two.is_ok(), "{signed:?} {one:?} {two:?}");
    assert_eq!(sign_ins(&server), 1);
}

#[tokio::test]
async fn who_signs_out_leaves_no_secret_in_memory() {
    let server = Raw::signing_in(|seen| {
        let body = seen.header("authorization").unwrap_or("pw-of-alice").to_owned();
        answer(502, &[("content-type", "text/html")], format!("<title>{body} pw-of-alice</title>"))
    })
    .await;
    let client = client(&server.url());
    let quoted = async |client: &Client| client.registration(1, None).await.unwrap_err().to_string();
    let message = quoted(&client).await;
    assert!(message.contains("********") && !message.contains("alice"), "{message}");
    client.supply(settings(&server.url()).credentials);
    let message = quoted(&client).await;
    assert!(!message.contains("alice"), "others in place of them forget nothing: {message}");
    client.supply(Credentials::None);
    assert_eq!(client.token(), None);
    let message = quoted(&client).await;
    assert!(message.contains("pw-of-alice"), "what is not known any more is not recognised: {message}");
}

#[tokio::test]
async fn a_write_whose_document_is_refused_with_its_labels_is_sent_again_without_them() {
    let refusal = r#"{"errors":[{"title":"Invalid include","detail":"no","code":"112","status":"400","source":{"parameter":"include"}}]}"#;
    let server = Raw::signing_in(move |seen| match (seen.method.as_str(), seen.target.contains("include")) {
        (_, true) => json(400, refusal),
        ("POST", false) => json(201, &record(13)),
        _ => json(200, &record(13)),
    })
    .await;
    let changes = [(FieldId::Enabled, Value::Flag(false))];
    for method in ["PATCH", "POST"] {
        let client = client(&server.url());
        let before = server.requests().len();
        for _ in 0..2 {
            let saved = match method {
                "PATCH" => client.update(13, &changes, Some(&Tag::new("W/\"t\""))).await,
                _ => client.create(&changes).await,
            };
            assert_eq!(saved.unwrap().registration.id(), 13);
        }
        let sent = &server.requests()[before..];
        let included: Vec<bool> = sent.iter().map(|seen| seen.target.contains("include")).collect();
        assert_eq!(included, [true, false, false], "{method}: it is known from then on");
        assert!(sent.iter().all(|seen| seen.body == sent[0].body && seen.method == method));
        assert!(sent.iter().all(|seen| seen.header("if-match") == sent[0].header("if-match")));
    }
}

#[tokio::test]
async fn a_write_whose_token_is_refused_twice_or_cannot_be_replaced_was_not_done() {
    let server = embedded(3).await;
    let control = server.control();
    let id = control.ids()[0];
    let changes = [(FieldId::Enabled, Value::Flag(false))];
    let writes = || requests(&server).iter().filter(|seen| seen.method != "GET").count();
    let before = control.registration(id);
    for (method, auth_fails, kind, count, says) in [
        ("PATCH", false, RequestErrorKind::TokenRefused, 2, ": the server refuses a new token"),
        ("DELETE", false, RequestErrorKind::TokenRefused, 2, ": the server refuses a new token"),
        ("PATCH", true, RequestErrorKind::Busy, 1, ": not sent; sign-in as demo: the server is unavailable (503)"),
        ("DELETE", true, RequestErrorKind::Busy, 1, ": not sent; sign-in as demo: the server is unavailable (503)"),
    ] {
        let client = client_of(&server);
        client.sign_in().await.unwrap();
        control.clear_exchanges();
        control.add_fault(Fault::always(method, "/registrations", FaultEffect::Unauthorized));
        if auth_fails {
            control.add_fault(Fault::always("POST", "/auth", FaultEffect::Unavailable { retry_after: None }));
        }
        let error = match method {
            "PATCH" => client.update(id, &changes, None).await.unwrap_err(),
            _ => client.delete(id, None).await.unwrap_err(),
        };
        assert!(error.to_string().starts_with(&format!("{method} registration {id}{says}")), "{error}");
        let effect = sipreg::domain::request_error::Effectiveness::NotApplied;
        assert_eq!((error.kind(), error.effect(), writes()), (kind, effect, count));
        assert_eq!((client.token(), control.registration(id)), (None, before.clone()));
        control.clear_faults();
    }
}

#[tokio::test]
async fn whoever_watches_the_link_learns_of_each_answer_and_of_a_token_that_is_refused() {
    let server = embedded(3).await;
    let mut settings = settings_for(&server);
    settings.token = Some(Secret::new(crate::kit::server::token(&server).await));
    let client = Client::new(settings).unwrap();
    let mut link = client.link();
    assert_eq!(link.borrow_and_update().rtt, None);
    client.page(1, 10, "id", None).await.unwrap();
    assert!(link.has_changed().unwrap());
    let known = link.borrow_and_update().clone();
    assert!(known.rtt.is_some() && known.skew.is_some_and(|skew| skew.abs() < 60), "{known:?}");
    // A token that was just made, and is refused.
    let client = client_of(&server);
    server.control().add_fault(Fault::always("GET", "/registrations", FaultEffect::Unauthorized));
    assert_eq!(client.page(1, 10, "id", None).await.unwrap_err().kind(), RequestErrorKind::TokenRefused);
    assert_eq!((client.link().borrow().token_left, client.token()), (None, None));
}

#[tokio::test]
async fn a_failure_without_an_answer_names_its_request() {
    for write in [false, true] {
        let server = Raw::signing_in(|_| Reply::Last(Vec::new())).await;
        let client = client(&server.url());
        let error = if write {
            client.update(13, &[(FieldId::Enabled, Value::Flag(false))], None).await.unwrap_err().error()
        } else {
            client.registration(13, None).await.unwrap_err().error()
        };
        assert_eq!((error.kind, error.status), (RequestErrorKind::Cut, None));
        assert_eq!(error.request_id.as_deref(), server.requests()[0].header("x-request-id"));
        assert_eq!(server.requests().len(), if write { 1 } else { 2 }, "a write is not sent again");
    }
}

#[tokio::test]
async fn what_a_proxy_says_of_a_server_behind_it_names_both() {
    for (answer, says) in [
        (
            &b"HTTP/1.1 407 Proxy Authentication Required\r\ncontent-length: 0\r\n\r\n"[..],
            "it wants a user name and password (407); write them into its address: http://USER:PASSWORD@HOST:PORT",
        ),
        (b"HTTP/1.1 502 Bad Gateway\r\ncontent-length: 0\r\n\r\n", "it does not connect to https://192.0.2.1 ("),
    ] {
        let proxy = Raw::start(move |_| Reply::Last(answer.to_vec())).await;
        let mut settings = settings("https://192.0.2.1");
        settings.proxy = ProxyChoice::This(proxy.url());
        let error = Client::new(settings).unwrap().sign_in().await.unwrap_err().error();
        let begins =
            format!("sign-in as alice: no connection to the proxy {} (proxy of the profile): {says}", proxy.url());
        assert!(error.message.starts_with(&begins), "{} is not {begins}", error.message);
        assert_eq!(error.kind, RequestErrorKind::Unreachable);
    }
}

#[tokio::test]
async fn what_is_packed_badly_or_is_not_http_says_so_with_its_status() {
    for (reply, status, says) in [
        (
            b"HTTP/1.1 200 OK\r\ncontent-encoding: gzip\r\ncontent-length: 20\r\n\r\nno gzip but long, so".to_vec(),
            Some(200),
            "the answer (200) cannot be used: its encoding is broken (",
        ),
        (b"SSH-2.0-OpenSSH_9.2\r\n\r\n".to_vec(), None, "the answer cannot be used: it is not HTTP (invalid HTTP"),
    ] {
        let server = Raw::signing_in(move |_| Reply::Last(reply.clone())).await;
        let error = client(&server.url()).registration(13, None).await.unwrap_err().error();
        assert_eq!((error.kind, error.status), (RequestErrorKind::Unreadable, status));
        assert!(error.message.starts_with(&format!("GET registration 13: {says}")), "{}", error.message);
    }
}

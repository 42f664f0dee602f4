//! Signing in, renewing, and what a 401 leads to.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use sipreg::api::{Ask, Client, Credentials, SecretFrom};
use sipreg::domain::trouble::{Effectiveness, TroubleKind};
use sipreg::domain::value::Secret;
use tokio::task::JoinSet;

use crate::raw::{Raw, Seen, answer, json, list, record, token};
use crate::{client, settings};

const LATER: i64 = 4_000_000_000;

fn jwt(name: &str, exp: i64) -> String {
    format!(r#"{{"jwt":"{}"}}"#, token(name, exp))
}

fn carries(seen: &Seen, name: &str) -> bool {
    seen.header("authorization").is_some_and(|value| value.ends_with(&format!(".{name}")))
}

/// A server that takes only the token of this name, and gives it to whoever signs in.
async fn taking_only(name: &'static str) -> Raw {
    Raw::start(move |seen| match seen {
        seen if seen.is_sign_in() => json(201, &jwt(name, LATER)),
        seen if carries(seen, name) => json(200, &list(&[1])),
        _ => answer(401, &[("content-type", "text/html")], ""),
    })
    .await
}

#[tokio::test]
async fn the_first_request_signs_in_and_sends_the_raw_token() {
    let server = taking_only("good").await;
    let client = client(&server.url());
    client.page(1, 50, "id", None).await.unwrap();
    let seen = server.seen();
    assert_eq!((seen[0].method.as_str(), seen[0].target.as_str()), ("POST", "/api/rest/admin/auth"));
    assert_eq!(seen[0].body, r#"{"auth":{"username":"alice","password":"pw-of-alice"}}"#);
    assert_eq!(seen[0].header("authorization"), None);
    assert_eq!(seen[1].header("authorization"), Some(token("good", LATER).as_str()));
    assert_eq!(seen[1].header("accept"), Some("application/vnd.api+json"));
    assert_eq!(seen[1].header("content-type"), None);
    assert!(seen[1].header("user-agent").unwrap().starts_with("sipreg/"));
    assert_ne!(seen[0].header("x-request-id"), seen[1].header("x-request-id"));
    let link = client.link().borrow().clone();
    assert_eq!(link.user.as_deref(), Some("alice"));
    assert!(link.renewable && link.token_left.is_some() && link.rtt.is_some());
}

#[tokio::test]
async fn a_base_path_in_front_of_the_api_is_kept() {
    let server = taking_only("good").await;
    client(&format!("{}/yeti/api/rest/admin", server.url())).page(1, 5, "id", None).await.unwrap();
    assert!(server.seen().iter().all(|seen| seen.target.starts_with("/yeti/api/rest/admin/")));
}

#[tokio::test]
async fn a_token_about_to_end_is_replaced_before_it_is_used() {
    let server = Raw::start(|seen| match (seen.is_sign_in(), seen.before) {
        (true, 0) => answer(201, &[("date", "Mon, 23 Nov 2026 10:00:00 GMT")], jwt("first", 1_795_428_600)),
        (true, _) => answer(201, &[("date", "Mon, 23 Nov 2026 10:09:50 GMT")], jwt("second", 1_795_429_200)),
        // The first token ends at 10:10:00 by the server's clock.
        (false, 0) => answer(200, &[("date", "Mon, 23 Nov 2026 10:09:45 GMT")], list(&[1])),
        (false, _) => answer(200, &[("date", "Mon, 23 Nov 2026 10:09:51 GMT")], list(&[1])),
    })
    .await;
    let client = client(&server.url());
    client.page(1, 50, "id", None).await.unwrap();
    client.page(1, 50, "id", None).await.unwrap();
    let requests = server.requests();
    assert!(carries(&requests[0], "first"));
    assert!(carries(&requests[1], "second"));
    assert_eq!(server.sign_ins(), 2);
}

#[tokio::test]
async fn a_refused_token_is_replaced_once_for_all_requests_that_were_under_way() {
    let server = taking_only("new").await;
    let mut settings = settings(&server.url());
    settings.token = Some(Secret::new(token("old", LATER)));
    let client = Client::new(settings).unwrap();
    let mut all = JoinSet::new();
    for _ in 0..12 {
        let client = client.clone();
        all.spawn(async move { client.page(1, 50, "id", None).await.is_ok() });
    }
    assert!(all.join_all().await.into_iter().all(|ok| ok));
    assert_eq!(server.sign_ins(), 1);
}

#[tokio::test]
async fn many_first_requests_sign_in_once() {
    let server = taking_only("good").await;
    let client = client(&server.url());
    let mut all = JoinSet::new();
    for _ in 0..12 {
        let client = client.clone();
        all.spawn(async move { client.page(1, 50, "id", None).await.is_ok() });
    }
    assert!(all.join_all().await.into_iter().all(|ok| ok));
    assert_eq!(server.sign_ins(), 1);
}

#[tokio::test]
async fn a_fresh_token_that_is_refused_ends_it() {
    let server = Raw::signing_in(|_| answer(401, &[], "")).await;
    let client = client(&server.url());
    let trouble = client.registration(16, None).await.unwrap_err().trouble();
    assert_eq!(trouble.kind, TroubleKind::TokenRefused);
    assert!(
        trouble.message.starts_with("GET registration 16: the server refuses a fresh token"),
        "{}",
        trouble.message
    );
    assert_eq!((server.sign_ins(), server.requests().len()), (1, 1));
}

#[tokio::test]
async fn an_old_token_is_replayed_once_and_no_more() {
    let server = Raw::signing_in(|_| answer(401, &[], "")).await;
    let mut settings = settings(&server.url());
    settings.token = Some(Secret::new(token("old", LATER)));
    let error = Client::new(settings).unwrap().registration(16, None).await.unwrap_err();
    assert_eq!(error.kind(), TroubleKind::TokenRefused);
    assert_eq!((server.sign_ins(), server.requests().len()), (1, 2));
}

#[tokio::test]
async fn a_wrong_password_is_tried_once_until_another_is_given() {
    let server = Raw::start(|seen| match seen {
        seen if seen.is_sign_in() && seen.body.contains("right") => json(201, &jwt("good", LATER)),
        seen if seen.is_sign_in() => json(
            401,
            r#"{"errors":[{"title":"Authentication failed","detail":"Incorrect login or password.","code":"401","status":"401"}]}"#,
        ),
        _ => json(200, &list(&[1])),
    })
    .await;
    let client = client(&server.url());
    for _ in 0..3 {
        let trouble = client.registration(16, None).await.unwrap_err().trouble();
        assert_eq!(trouble.kind, TroubleKind::SignInRefused);
        assert_eq!(trouble.effect, Effectiveness::NotApplied);
        assert!(trouble.message.contains("GET registration 16: not sent; sign-in as alice"), "{}", trouble.message);
        assert!(trouble.message.contains("Incorrect login"), "{}", trouble.message);
        assert!(!trouble.message.contains("pw-of-alice"));
    }
    assert_eq!(client.sign_in().await.unwrap_err().kind(), TroubleKind::SignInRefused);
    assert_eq!(server.sign_ins(), 1);
    assert!(!client.link().borrow().renewable);
    client.supply(Credentials::Password { user: "alice".into(), password: SecretFrom::Given(Secret::new("right")) });
    client.sign_in().await.unwrap();
    client.page(1, 50, "id", None).await.unwrap();
    assert_eq!(server.sign_ins(), 2);
}

#[tokio::test]
async fn without_credentials_nothing_is_sent() {
    let server = taking_only("good").await;
    let mut settings = settings(&server.url());
    settings.credentials = Credentials::None;
    let client = Client::new(settings).unwrap();
    assert_eq!(client.page(1, 50, "id", None).await.unwrap_err().kind(), TroubleKind::SignInNeeded);
    assert!(server.seen().is_empty());
}

#[tokio::test]
async fn a_given_token_that_no_longer_works_asks_for_a_sign_in() {
    let server = taking_only("good").await;
    let mut settings = settings(&server.url());
    settings.credentials = Credentials::Token(SecretFrom::Given(Secret::new(token("old", LATER))));
    let client = Client::new(settings).unwrap();
    assert_eq!(client.page(1, 50, "id", None).await.unwrap_err().kind(), TroubleKind::SignInNeeded);
    assert_eq!(client.page(1, 50, "id", None).await.unwrap_err().kind(), TroubleKind::SignInNeeded);
    assert_eq!((server.sign_ins(), server.requests().len()), (0, 1));
    client.supply(Credentials::Token(SecretFrom::Given(Secret::new(token("good", LATER)))));
    client.page(1, 50, "id", None).await.unwrap();
}

#[tokio::test]
async fn a_token_command_is_asked_again_when_its_token_is_refused() {
    let server = taking_only("second").await;
    let asked = Arc::new(AtomicUsize::new(0));
    let count = Arc::clone(&asked);
    let mut settings = settings(&server.url());
    settings.credentials = Credentials::Token(SecretFrom::Asked(Ask::new(move || {
        let number = count.fetch_add(1, Ordering::SeqCst);
        async move { Ok(Secret::new(token(if number == 0 { "first" } else { "second" }, LATER))) }
    })));
    Client::new(settings).unwrap().page(1, 50, "id", None).await.unwrap_err();
    assert_eq!(asked.load(Ordering::SeqCst), 1, "a token that was just made is not replaced by itself");
}

#[tokio::test]
async fn a_kept_token_gives_way_to_one_from_the_command() {
    let server = taking_only("fresh").await;
    let mut settings = settings(&server.url());
    settings.token = Some(Secret::new(token("kept", LATER)));
    settings.credentials =
        Credentials::Token(SecretFrom::Asked(Ask::new(|| async { Ok(Secret::new(token("fresh", LATER))) })));
    Client::new(settings).unwrap().page(1, 50, "id", None).await.unwrap();
}

#[tokio::test]
async fn a_password_command_that_fails_is_told_and_nothing_is_sent() {
    let server = taking_only("good").await;
    let mut settings = settings(&server.url());
    settings.credentials = Credentials::Password {
        user: "alice".into(),
        password: SecretFrom::Asked(Ask::new(|| async { Err("`pass show yeti` ended with 1".to_owned()) })),
    };
    let error = Client::new(settings).unwrap().registration(1, None).await.unwrap_err();
    assert_eq!(error.kind(), TroubleKind::SignInNeeded);
    assert!(error.to_string().contains("`pass show yeti` ended with 1"), "{error}");
    assert!(server.seen().is_empty());
}

#[tokio::test]
async fn a_renewal_in_the_background_leaves_the_old_token_in_use_where_it_fails() {
    let server = Raw::start(|seen| match (seen.is_sign_in(), seen.before) {
        (true, 0) => json(201, &jwt("good", LATER)),
        (true, _) => json(503, ""),
        (false, _) if carries(seen, "good") => json(200, &list(&[1])),
        (false, _) => json(401, ""),
    })
    .await;
    let client = client(&server.url());
    client.sign_in().await.unwrap();
    assert_eq!(client.renew().await.unwrap_err().kind(), TroubleKind::Busy);
    client.page(1, 50, "id", None).await.unwrap();
}

#[tokio::test]
async fn an_answer_without_a_token_is_no_sign_in() {
    for body in ["", "{}", "[]", "{\"jwt\":7}", "{\"jwt\":\"\"}", "<html><title>Hello</title>", "\u{0}"] {
        let server = Raw::start(move |_| json(201, body)).await;
        let error = client(&server.url()).sign_in().await.unwrap_err();
        assert_eq!(error.kind(), TroubleKind::Unreadable, "{body}: {error}");
    }
}

#[tokio::test]
async fn a_sign_in_at_a_wrong_url_names_the_setting() {
    let server = Raw::start(|_| answer(404, &[("content-type", "text/html")], "<title>Not here</title>")).await;
    let trouble = client(&server.url()).sign_in().await.unwrap_err().trouble();
    assert_eq!(trouble.kind, TroubleKind::NoSuchApi);
    assert!(trouble.message.contains("`url`") && trouble.message.contains("Not here"), "{}", trouble.message);
}

#[tokio::test]
async fn clocks_apart_are_told_and_do_not_count() {
    // The server lives in 1970; its token lasts for ten minutes of its own time.
    let server = Raw::start(|seen| {
        if seen.is_sign_in() {
            answer(201, &[("date", "Thu, 01 Jan 1970 01:00:00 GMT")], jwt("good", 4_200))
        } else {
            answer(200, &[("date", "Thu, 01 Jan 1970 01:00:01 GMT")], record(1))
        }
    })
    .await;
    let client = client(&server.url());
    client.registration(1, None).await.unwrap();
    client.registration(1, None).await.unwrap();
    assert_eq!(server.sign_ins(), 1);
    let link = client.link().borrow().clone();
    assert!(link.skew.unwrap() < -1_000_000_000);
    let left = link.token_left.unwrap().as_secs();
    assert!((500..=600).contains(&left), "{left}");
}

#[tokio::test]
async fn secrets_are_in_no_text_that_a_log_could_take() {
    let server = taking_only("good").await;
    let client = client(&server.url());
    client.sign_in().await.unwrap();
    let debug = format!("{client:?} {:?}", settings(&server.url()));
    assert!(!debug.contains("pw-of-alice") && !debug.contains(&token("good", LATER)), "{debug}");
}

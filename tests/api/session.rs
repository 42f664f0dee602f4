//! Signing in, renewing, and what a 401 leads to.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sipreg::api::{Client, Credentials, SecretFrom, SecretPrompt};
use sipreg::demo::faults::{Fault, FaultEffect};
use sipreg::demo::{ServerClock, User};
use sipreg::domain::record::Secret;
use sipreg::domain::request_error::{Effectiveness, RequestErrorKind};
use sipreg::domain::secret_error::SecretError;
use tokio::task::JoinSet;

use crate::kit::raw::{Raw, json};
use crate::{client, client_of, embedded, requests, settings, settings_for, sign_ins};

/// Twelve pages at a time; whether all were read.
async fn twelve_at_a_time(client: &Client) -> bool {
    let mut all = JoinSet::new();
    for _ in 0..12 {
        let client = client.clone();
        all.spawn(async move { client.page(1, 10, "id", None).await.is_ok() });
    }
    all.join_all().await.into_iter().all(|ok| ok)
}

#[tokio::test]
async fn the_first_request_signs_in_and_sends_the_raw_token() {
    let server = embedded(3).await;
    let client = client_of(&server);
    client.page(1, 50, "id", None).await.unwrap();
    let seen = server.control().exchanges();
    assert_eq!((seen[0].method.as_str(), seen[0].target.as_str()), ("POST", "/api/rest/admin/auth"));
    assert!(seen[0].authorization.is_none());
    assert_eq!(seen[1].authorization, client.token());
    assert_eq!(seen[1].header("accept"), Some("application/vnd.api+json"));
    assert_eq!(seen[1].header("content-type"), None);
    assert!(seen[1].header("user-agent").unwrap().starts_with("sipreg/"));
    assert_ne!(seen[0].header("x-request-id"), seen[1].header("x-request-id"));
    let link = client.link().borrow().clone();
    assert_eq!(link.user.as_deref(), Some("demo"));
    assert!(link.renewable && link.rtt.is_some());
    let left = link.token_left.unwrap().as_secs();
    assert!((500..=600).contains(&left), "{left}");
}

#[tokio::test]
async fn a_token_about_to_end_is_replaced_before_it_is_used() {
    let server = embedded(3).await;
    let client = client_of(&server);
    server.control().set_clock(ServerClock::Fixed(1_000_000));
    client.page(1, 10, "id", None).await.unwrap();
    server.control().set_clock(ServerClock::Fixed(1_000_585));
    client.page(1, 10, "id", None).await.unwrap();
    assert_eq!(sign_ins(&server), 1);
    // That answer's date said that 15 seconds are left.
    client.page(1, 10, "id", None).await.unwrap();
    assert_eq!(sign_ins(&server), 2);
    assert!(requests(&server).iter().all(|exchange| exchange.status == Some(200)));
}

#[tokio::test]
async fn a_token_that_ended_unnoticed_is_replaced_unnoticed() {
    let server = embedded(3).await;
    let client = client_of(&server);
    server.control().set_clock(ServerClock::Fixed(1_000_000));
    client.page(1, 10, "id", None).await.unwrap();
    server.control().set_clock(ServerClock::Fixed(1_000_700));
    client.registration(server.control().ids()[0], None).await.unwrap();
    let statuses: Vec<_> = requests(&server).iter().map(|exchange| exchange.status).collect();
    assert_eq!(statuses, [Some(200), Some(401), Some(200)]);
}

#[tokio::test]
async fn a_refused_token_is_replaced_once_for_all_requests_that_were_under_way() {
    let server = embedded(3).await;
    let client = client_of(&server);
    client.sign_in().await.unwrap();
    server.control().revoke_tokens();
    assert!(twelve_at_a_time(&client).await);
    assert_eq!(sign_ins(&server), 2);
}

#[tokio::test]
async fn many_first_requests_sign_in_once() {
    let server = embedded(3).await;
    assert!(twelve_at_a_time(&client_of(&server)).await);
    assert_eq!(sign_ins(&server), 1);
}

#[tokio::test]
async fn many_first_requests_with_a_wrong_password_try_it_once() {
    let server = embedded(3).await;
    let client = client(&server.url);
    assert!(!twelve_at_a_time(&client).await);
    assert_eq!(sign_ins(&server), 1);
}

#[tokio::test]
async fn a_fresh_token_that_is_refused_ends_it() {
    let server = embedded(3).await;
    server.control().add_fault(Fault::always("GET", "/registrations", FaultEffect::Unauthorized));
    let error = client_of(&server).registration(16, None).await.unwrap_err().error();
    assert_eq!(error.kind, RequestErrorKind::TokenRefused);
    assert!(error.message.starts_with("GET registration 16: the server refuses a new token"), "{}", error.message);
    assert_eq!((sign_ins(&server), requests(&server).len()), (1, 1));
}

#[tokio::test]
async fn an_old_token_is_replayed_once_and_no_more() {
    let server = embedded(3).await;
    let client = client_of(&server);
    client.sign_in().await.unwrap();
    server.control().add_fault(Fault::always("GET", "/registrations", FaultEffect::Unauthorized));
    let error = client.registration(16, None).await.unwrap_err();
    assert_eq!(error.kind(), RequestErrorKind::TokenRefused);
    assert_eq!((sign_ins(&server), requests(&server).len()), (2, 2));
}

#[tokio::test]
async fn a_wrong_password_is_tried_once_until_another_is_given() {
    let server = embedded(3).await;
    let client = client(&server.url);
    for _ in 0..3 {
        let error = client.registration(16, None).await.unwrap_err().error();
        assert_eq!(error.kind, RequestErrorKind::SignInRefused);
        assert_eq!(error.effect, Effectiveness::NotApplied);
        assert!(error.message.contains("GET registration 16: not sent; sign-in as alice"), "{}", error.message);
        assert!(error.message.contains("Incorrect login"), "{}", error.message);
        assert!(!error.message.contains("pw-of-alice"));
    }
    assert_eq!(client.sign_in().await.unwrap_err().kind(), RequestErrorKind::SignInRefused);
    assert_eq!(sign_ins(&server), 1);
    assert!(!client.link().borrow().renewable);
    client.supply(settings_for(&server).credentials);
    client.sign_in().await.unwrap();
    client.page(1, 50, "id", None).await.unwrap();
    assert_eq!(sign_ins(&server), 2);
}

#[tokio::test]
async fn a_changed_password_ends_the_session_with_the_next_renewal() {
    let server = embedded(3).await;
    let client = client_of(&server);
    client.sign_in().await.unwrap();
    server.control().set_users(vec![User::new(1, "demo", "another")]);
    assert_eq!(client.renew().await.unwrap_err().kind(), RequestErrorKind::SignInRefused);
    client.page(1, 10, "id", None).await.unwrap();
    server.control().revoke_tokens();
    assert_eq!(client.page(1, 10, "id", None).await.unwrap_err().kind(), RequestErrorKind::SignInRefused);
    assert_eq!(sign_ins(&server), 2, "the refused password was not sent again");
}

#[tokio::test]
async fn without_credentials_a_read_shows_whether_the_server_is_there_and_nothing_signs_in() {
    let server = embedded(3).await;
    let client = client_of(&server);
    client.supply(Credentials::None);
    assert_eq!(client.page(1, 50, "id", None).await.unwrap_err().kind(), RequestErrorKind::SignInNeeded);
    client.reach().await.unwrap();
    assert_eq!((server.control().arrivals(), sign_ins(&server)), (2, 0));
    assert_eq!(client.delete(1, None).await.unwrap_err().kind(), RequestErrorKind::SignInNeeded);
    assert_eq!(server.control().arrivals(), 2, "a write is not sent without a token");
    server.stop().await;
    assert_eq!(client.reach().await.unwrap_err().kind(), RequestErrorKind::Unreachable);
    assert_eq!(client.page(1, 50, "id", None).await.unwrap_err().kind(), RequestErrorKind::Unreachable);
}

#[tokio::test]
async fn a_given_token_that_no_longer_works_asks_for_a_sign_in() {
    let server = embedded(3).await;
    let earlier = client_of(&server);
    earlier.sign_in().await.unwrap();
    let token = earlier.token().unwrap();
    let mut settings = settings(&server.url);
    settings.credentials = Credentials::Token(SecretFrom::Given(token));
    let client = Client::new(settings).unwrap();
    client.page(1, 10, "id", None).await.unwrap();
    server.control().revoke_tokens();
    server.control().clear_exchanges();
    for _ in 0..2 {
        assert_eq!(client.page(1, 10, "id", None).await.unwrap_err().kind(), RequestErrorKind::SignInFailed);
    }
    assert_eq!((sign_ins(&server), requests(&server).len()), (0, 1));
    client.supply(settings_for(&server).credentials);
    client.page(1, 10, "id", None).await.unwrap();
}

#[tokio::test]
async fn a_kept_token_is_used_and_gives_way_to_a_sign_in() {
    let server = embedded(3).await;
    let earlier = client_of(&server);
    earlier.sign_in().await.unwrap();
    let mut settings = settings_for(&server);
    settings.token = earlier.token();
    let client = Client::new(settings).unwrap();
    client.page(1, 10, "id", None).await.unwrap();
    assert_eq!(sign_ins(&server), 1);
    server.control().revoke_tokens();
    client.page(1, 10, "id", None).await.unwrap();
    assert_eq!(sign_ins(&server), 2);
}

#[tokio::test]
async fn a_token_command_is_asked_again_when_its_token_is_refused() {
    let server = embedded(3).await;
    let source = client_of(&server);
    let asked = Arc::new(AtomicUsize::new(0));
    let count = Arc::clone(&asked);
    let mut settings = settings(&server.url);
    settings.credentials = Credentials::Token(SecretFrom::Asked(SecretPrompt::new("token_command", move || {
        count.fetch_add(1, Ordering::SeqCst);
        let source = source.clone();
        async move {
            source.renew().await.map_err(|error| SecretError::NoneGiven(error.to_string()))?;
            source.token().ok_or(SecretError::Refused)
        }
    })));
    let client = Client::new(settings).unwrap();
    client.page(1, 10, "id", None).await.unwrap();
    client.page(1, 10, "id", None).await.unwrap();
    assert_eq!(asked.load(Ordering::SeqCst), 1);
    server.control().revoke_tokens();
    client.page(1, 10, "id", None).await.unwrap();
    assert_eq!(asked.load(Ordering::SeqCst), 2);
}

#[tokio::test]
async fn a_token_command_whose_token_the_server_refuses_is_named_and_nobody_else_is_blamed() {
    let jwt = |payload: &str| format!("e30.{}.c2ln", URL_SAFE_NO_PAD.encode(payload));
    let cases = [
        (jwt(r#"{"exp":1000000000}"#), "the token from token_command (profile eu) has expired", "clocks"),
        ("opaque".to_owned(), "refuses the token from token_command (profile eu): it may have expired", "clocks"),
        (jwt(r#"{"exp":9000000000}"#), "token_command (profile eu), which has not expired: client address", "new one"),
    ];
    for (token, reported, not_told) in cases {
        let server = embedded(3).await;
        let mut settings = settings(&server.url);
        settings.credentials =
            Credentials::Token(SecretFrom::Asked(SecretPrompt::new("token_command (profile eu)", move || {
                let token = Secret::new(token.clone());
                async move { Ok(token) }
            })));
        let error = Client::new(settings).unwrap().registration(1, None).await.unwrap_err().error();
        assert_eq!(error.kind, RequestErrorKind::TokenRefused);
        assert!(error.message.contains(reported) && !error.message.contains(not_told), "{}", error.message);
    }
}

#[tokio::test]
async fn a_password_command_that_fails_is_told_and_nothing_is_sent() {
    let server = embedded(3).await;
    let mut settings = settings(&server.url);
    settings.credentials = Credentials::Password {
        user: "demo".into(),
        password: SecretFrom::Asked(SecretPrompt::new("password_command", || async {
            Err(SecretError::NoneGiven("`pass show yeti` ended with 1".to_owned()))
        })),
    };
    let error = Client::new(settings).unwrap().registration(1, None).await.unwrap_err();
    assert_eq!(error.kind(), RequestErrorKind::SignInFailed);
    assert!(error.to_string().contains("`pass show yeti` ended with 1"), "{error}");
    assert_eq!(server.control().arrivals(), 0);
}

#[tokio::test]
async fn a_renewal_that_fails_leaves_the_old_token_in_use() {
    let server = embedded(3).await;
    let client = client_of(&server);
    client.sign_in().await.unwrap();
    server.control().add_fault(Fault::always("POST", "/auth", FaultEffect::Unavailable { retry_after: Some(7) }));
    let error = client.renew().await.unwrap_err().error();
    assert_eq!((error.kind, error.retry_after), (RequestErrorKind::Busy, Some(Duration::from_secs(7))));
    client.page(1, 50, "id", None).await.unwrap();
}

#[tokio::test]
async fn a_token_without_an_end_is_never_renewed() {
    let server = embedded(3).await;
    server.control().set_token_lifetime(None);
    let client = client_of(&server);
    assert_eq!(client.sign_in().await.unwrap().token_left, None);
    client.sign_in().await.unwrap();
    assert_eq!(sign_ins(&server), 1);
}

#[tokio::test]
async fn clocks_apart_are_told_and_do_not_count() {
    let server = embedded(3).await;
    // An hour after the beginning of 1970; its tokens last for ten minutes of its own time.
    server.control().set_clock(ServerClock::Fixed(3_600));
    let client = client_of(&server);
    client.page(1, 10, "id", None).await.unwrap();
    client.page(1, 10, "id", None).await.unwrap();
    assert_eq!(sign_ins(&server), 1);
    let link = client.link().borrow().clone();
    assert!(link.skew.unwrap() < -1_000_000_000);
    let left = link.token_left.unwrap().as_secs();
    assert!((500..=600).contains(&left), "{left}");
}

#[tokio::test]
async fn secrets_are_in_no_text_that_a_log_could_take() {
    let server = embedded(3).await;
    let mut settings = settings_for(&server);
    settings.credentials =
        Credentials::Password { user: "demo".into(), password: SecretFrom::Given(Secret::new("planted-password")) };
    server.control().set_users(vec![User::new(1, "demo", "planted-password")]);
    let printed_settings = format!("{settings:?}");
    let client = Client::new(settings).unwrap();
    client.sign_in().await.unwrap();
    let printed = format!("{client:?} {printed_settings}");
    assert!(!printed.contains("planted-password") && !printed.contains(client.token().unwrap().expose()), "{printed}");
}

#[tokio::test]
async fn a_sign_in_at_a_wrong_url_names_the_setting() {
    let server = embedded(3).await;
    let error = client(&format!("{}/other/api/rest/admin", server.url)).sign_in().await.unwrap_err().error();
    assert_eq!(error.kind, RequestErrorKind::NoSuchApi);
    assert!(error.message.contains("`url`"), "{}", error.message);
}

#[tokio::test]
async fn an_answer_without_a_token_is_no_sign_in() {
    for body in ["", "{}", "[]", "{\"jwt\":7}", "{\"jwt\":\"\"}", "<html><title>Hello</title>", "\u{0}"] {
        let server = Raw::start(move |_| json(201, body)).await;
        let error = client(&server.url()).sign_in().await.unwrap_err();
        assert_eq!(error.kind(), RequestErrorKind::Unreadable, "{body}: {error}");
        assert!(error.error().request_id.is_some_and(|id| id.starts_with("sipreg-")), "{body}");
    }
}

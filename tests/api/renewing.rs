//! When a token is replaced and by which other one, whose failure counts, and what the screen is told meanwhile.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use sipreg::api::{Client, ClientSettings, Credentials, SecretFrom, SecretPrompt};
use sipreg::demo::faults::{Fault, FaultEffect};
use sipreg::demo::{RunningServer, ServerClock};
use sipreg::domain::record::Secret;
use sipreg::domain::request_error::RequestErrorKind;
use tokio::sync::Notify;

use crate::kit::raw::{Raw, answer, json};
use crate::{client_of, embedded, requests, settings, settings_for, sign_ins};

fn given(token: Secret) -> Credentials {
    Credentials::Token(SecretFrom::Given(token))
}

/// A token that the server takes.
async fn good(server: &RunningServer) -> Secret {
    let client = client_of(server);
    client.sign_in().await.unwrap();
    client.token().unwrap()
}

/// A token that it took once.
async fn revoked(server: &RunningServer) -> Secret {
    let token = good(server).await;
    server.control().revoke_tokens();
    token
}

fn with(server: &RunningServer, credentials: Credentials, token: Option<Secret>) -> Client {
    Client::new(ClientSettings { credentials, token, ..settings(&server.url) }).unwrap()
}

/// A client that knows the server's clock: before the first answer its own has to do.
async fn told_the_time(server: &RunningServer, credentials: Credentials) -> Client {
    let client = with(server, Credentials::None, None);
    assert!(client.page(1, 10, "id", None).await.is_err());
    client.supply(credentials);
    client
}

/// A command that says the next of these tokens each time, and how often it was asked.
fn command(tokens: Vec<Secret>) -> (Credentials, Arc<AtomicUsize>) {
    let asked = Arc::new(AtomicUsize::new(0));
    let count = Arc::clone(&asked);
    let ask = SecretPrompt::new("token_command", move || {
        let number = count.fetch_add(1, Ordering::SeqCst).min(tokens.len() - 1);
        let token = tokens[number].clone();
        async move { Ok(token) }
    });
    (Credentials::Token(SecretFrom::Asked(ask)), asked)
}

#[tokio::test]
async fn a_given_token_takes_the_place_of_a_kept_one_that_is_refused_unless_it_is_the_same() {
    let server = embedded(3).await;
    let (old, new) = (revoked(&server).await, good(&server).await);
    server.control().clear_exchanges();
    let client = with(&server, given(new.clone()), Some(old.clone()));
    client.page(1, 10, "id", None).await.unwrap();
    let statuses: Vec<_> = requests(&server).iter().map(|exchange| exchange.status).collect();
    assert_eq!((statuses, client.token()), (vec![Some(401), Some(200)], Some(new)));
    // The same once more would be refused once more.
    server.control().clear_exchanges();
    let client = with(&server, given(old.clone()), Some(old.clone()));
    let error = client.page(1, 10, "id", None).await.unwrap_err().error();
    assert_eq!(error.kind, RequestErrorKind::SignInFailed);
    assert!(error.message.contains("the server refuses the configured token"), "{}", error.message);
    assert_eq!((requests(&server).len(), client.token()), (1, None));
    assert_eq!(client.link().borrow().token_left, None, "what is refused has no time left");
    // Who asks for it gets another try.
    client.renew().await.unwrap();
    assert_eq!(client.token(), Some(old));
}

#[tokio::test]
async fn a_given_token_is_used_to_its_end_and_one_from_a_command_is_replaced_ahead_of_it() {
    let server = embedded(3).await;
    let control = server.control();
    let now = 1_000_000;
    control.set_clock(ServerClock::Fixed(now));
    let ending = good(&server).await;
    control.set_clock(ServerClock::Fixed(now + 300));
    let later = good(&server).await;
    control.set_clock(ServerClock::Fixed(now));
    let (credentials, asked) = command(vec![ending.clone(), later.clone()]);
    let (given, commanded) =
        (told_the_time(&server, given(ending.clone())).await, told_the_time(&server, credentials).await);
    for client in [&given, &commanded] {
        client.page(1, 10, "id", None).await.unwrap();
        client.page(1, 10, "id", None).await.unwrap();
    }
    assert!(!given.link().borrow().renewable && commanded.link().borrow().renewable);
    assert_eq!(asked.load(Ordering::SeqCst), 1, "a token that lasts is kept");
    // The next answer says that seconds are left.
    control.set_clock(ServerClock::Fixed(now + 590));
    for client in [&given, &commanded] {
        client.page(1, 10, "id", None).await.unwrap();
        client.page(1, 10, "id", None).await.unwrap();
    }
    assert_eq!(asked.load(Ordering::SeqCst), 2);
    assert_eq!((given.token(), commanded.token()), (Some(ending), Some(later)));
}

#[tokio::test]
async fn a_token_that_lasts_some_seconds_more_is_used_where_renewing_it_fails_for_a_while() {
    let server = embedded(3).await;
    let control = server.control();
    control.set_clock(ServerClock::Fixed(1_000_000));
    let client = client_of(&server);
    client.page(1, 10, "id", None).await.unwrap();
    control.set_clock(ServerClock::Fixed(1_000_590));
    client.page(1, 10, "id", None).await.unwrap();
    control.add_fault(Fault::always("POST", "/auth", FaultEffect::Unavailable { retry_after: None }));
    client.page(1, 10, "id", None).await.unwrap();
    assert_eq!(sign_ins(&server), 2, "it was tried");
    // A refusal is no such failure.
    control.clear_faults();
    control.set_users(vec![sipreg::demo::User::new(1, "demo", "another")]);
    let error = client.page(1, 10, "id", None).await.unwrap_err().error();
    assert_eq!(error.kind, RequestErrorKind::SignInRefused);
    // Nor is a token that has ended any use.
    let client = client_of(&server);
    control.set_users(vec![sipreg::demo::User::new(1, "demo", server.password.expose())]);
    client.page(1, 10, "id", None).await.unwrap();
    control.set_clock(ServerClock::Fixed(1_001_300));
    control.add_fault(Fault::always("POST", "/auth", FaultEffect::Unavailable { retry_after: None }));
    assert_eq!(client.page(1, 10, "id", None).await.unwrap_err().kind(), RequestErrorKind::Busy);
}

#[tokio::test]
async fn what_came_of_credentials_that_were_replaced_meanwhile_does_not_count() {
    let server = embedded(3).await;
    let control = server.control();
    control.add_fault(Fault::next("POST", "/auth", FaultEffect::Hold));
    let client = crate::client(&server.url);
    let arrivals = control.arrivals();
    let (read, ()) = tokio::join!(client.page(1, 10, "id", None), async {
        control.arrived(arrivals + 1).await;
        client.supply(settings_for(&server).credentials);
        control.release();
    });
    read.unwrap();
    assert_eq!(sign_ins(&server), 2);
    assert_eq!(client.link().borrow().user.as_deref(), Some("demo"));
    client.page(1, 10, "id", None).await.unwrap();
    assert_eq!(sign_ins(&server), 2, "the refusal of the first is not remembered");
}

#[tokio::test]
async fn a_sign_in_with_other_credentials_that_fails_leaves_the_session_as_it_was() {
    let server = embedded(3).await;
    let client = client_of(&server);
    client.sign_in().await.unwrap();
    let before = client.token();
    let wrong = settings(&server.url).credentials;
    assert_eq!(client.sign_in_with(wrong).await.unwrap_err().kind(), RequestErrorKind::SignInRefused);
    assert_eq!(client.token(), before);
    client.page(1, 10, "id", None).await.unwrap();
    server.control().revoke_tokens();
    client.page(1, 10, "id", None).await.unwrap();
    // And one that succeeds takes their place, after a refusal too.
    let other = crate::client(&server.url);
    assert_eq!(other.page(1, 10, "id", None).await.unwrap_err().kind(), RequestErrorKind::SignInRefused);
    let link = other.sign_in_with(settings_for(&server).credentials).await.unwrap();
    assert!(link.renewable && link.token_left.is_some());
    assert_eq!(link.user.as_deref(), Some("demo"));
    other.page(1, 10, "id", None).await.unwrap();
    server.control().revoke_tokens();
    other.page(1, 10, "id", None).await.unwrap();
}

#[tokio::test]
async fn a_password_that_is_asked_for_is_asked_for_again_where_somebody_wants_to_try_again() {
    let server = embedded(3).await;
    let asked = Arc::new(AtomicUsize::new(0));
    let (count, right) = (Arc::clone(&asked), server.password.clone());
    let ask = SecretPrompt::new("password_command", move || {
        let first = count.fetch_add(1, Ordering::SeqCst) == 0;
        let password = if first { Secret::new("wrong") } else { right.clone() };
        async move { Ok(password) }
    });
    let password = SecretFrom::Asked(ask);
    let client = with(&server, Credentials::Password { user: server.username.clone(), password }, None);
    for _ in 0..2 {
        assert_eq!(client.page(1, 10, "id", None).await.unwrap_err().kind(), RequestErrorKind::SignInRefused);
    }
    assert_eq!((asked.load(Ordering::SeqCst), sign_ins(&server)), (1, 1), "nobody asked to try again");
    client.renew().await.unwrap();
    client.page(1, 10, "id", None).await.unwrap();
    assert_eq!(sign_ins(&server), 2);
}

#[tokio::test]
async fn what_takes_longer_than_a_moment_is_named_until_it_is_there_or_nobody_waits() {
    let server = embedded(3).await;
    let token = good(&server).await;
    let go = Arc::new(Notify::new());
    let gate = Arc::clone(&go);
    let ask = SecretPrompt::new("token_command (profile eu)", move || {
        let (gate, token) = (Arc::clone(&gate), token.clone());
        async move {
            gate.notified().await;
            Ok(token)
        }
    });
    let client = with(&server, Credentials::Token(SecretFrom::Asked(ask)), None);
    let mut link = client.link();
    let named = async |client: &Client| {
        let mut link = client.link();
        let reported = link.wait_for(|link| link.waits_for.is_some()).await.unwrap().waits_for.clone();
        assert_eq!(reported.as_deref(), Some("token_command (profile eu)"));
    };
    // No one waits any more.
    tokio::select! {
        _ = client.page(1, 10, "id", None) => panic!("it waits"),
        () = named(&client) => {}
    }
    assert!(link.has_changed().unwrap());
    assert_eq!(link.borrow_and_update().waits_for, None);
    // It comes.
    let (read, ()) = tokio::join!(client.page(1, 10, "id", None), async {
        named(&client).await;
        go.notify_one();
    });
    read.unwrap();
    assert_eq!(client.link().borrow().waits_for, None);
}

#[tokio::test]
async fn a_refusal_is_quoted_without_the_password_and_not_at_length() {
    let repeated = |detail: String| {
        let body = serde_json::json!({"errors": [{"title": "t", "detail": detail, "code": "401", "status": "401"}]});
        Raw::start(move |_| json(401, &body.to_string()))
    };
    let reported = async |detail: String| {
        let server = repeated(detail).await;
        crate::client(&server.url()).sign_in().await.unwrap_err().error().message
    };
    let message = reported("pw-of-alice is wrong".to_owned()).await;
    assert!(!message.contains("pw-of-alice") && message.contains("is wrong"), "{message}");
    let message = reported(format!("{}pw-of-alice", "x".repeat(195))).await;
    assert!(!message.contains("pw-of"), "half of it: {message}");
    let message = reported("y".repeat(1_000)).await;
    assert_eq!(message.matches('y').count(), 200 + "yeti".matches('y').count() * message.matches("yeti").count());
    let server = Raw::start(|_| answer(401, &[], "")).await;
    let error = crate::client(&server.url()).sign_in().await.unwrap_err().error();
    assert!(error.message.contains("wrong user name or password"), "{}", error.message);
    let server = Raw::start(|_| answer(503, &[("retry-after", "7")], "")).await;
    let error = crate::client(&server.url()).sign_in().await.unwrap_err().error();
    assert_eq!((error.kind, error.retry_after), (RequestErrorKind::Busy, Some(Duration::from_secs(7))));
}

#[tokio::test]
async fn any_user_and_password_reach_the_server_as_they_are() {
    let (user, password) = ("o'brien \"ops\" \\ ü", "p\"w\\\u{7}/€ ");
    let server = embedded(3).await;
    server.control().set_users(vec![sipreg::demo::User::new(1, user, password)]);
    let password = SecretFrom::Given(Secret::new(password));
    let client = with(&server, Credentials::Password { user: user.to_owned(), password }, None);
    client.page(1, 10, "id", None).await.unwrap();
    assert_eq!(client.link().borrow().user.as_deref(), Some(user));
}

#[tokio::test]
async fn a_sign_in_that_fails_fails_for_all_who_waited_for_it_and_the_next_one_tries_again() {
    let server = embedded(3).await;
    server.control().add_fault(Fault::next("POST", "/auth", FaultEffect::Unavailable { retry_after: None }));
    server.control().add_fault(Fault::next("POST", "/auth", FaultEffect::Hold));
    let client = client_of(&server);
    let arrivals = server.control().arrivals();
    let read = || client.page(1, 10, "id", None);
    let (one, two, three, ()) = tokio::join!(read(), read(), read(), async {
        server.control().arrived(arrivals + 1).await;
        server.control().release();
    });
    for ended in [one, two, three] {
        assert_eq!(ended.unwrap_err().kind(), RequestErrorKind::Busy);
    }
    assert_eq!(sign_ins(&server), 1);
    read().await.unwrap();
    assert_eq!(sign_ins(&server), 2);
}

#[tokio::test]
async fn the_screen_learns_at_once_that_somebody_signed_out_and_in() {
    let server = embedded(3).await;
    let client = client_of(&server);
    client.sign_in().await.unwrap();
    let mut link = client.link();
    let known = link.borrow_and_update().clone();
    assert_eq!((known.user.as_deref(), known.token_left.is_some()), (Some("demo"), true));
    client.supply(Credentials::None);
    assert!(link.has_changed().unwrap());
    let known = link.borrow_and_update().clone();
    assert_eq!((known.user, known.token_left, known.renewable), (None, None, false));
    client.sign_in_with(settings_for(&server).credentials).await.unwrap();
    let known = link.borrow_and_update().clone();
    assert_eq!((known.user.as_deref(), known.token_left.is_some()), (Some("demo"), true));
    server.control().revoke_tokens();
    server.control().add_fault(Fault::always("POST", "/auth", FaultEffect::Unavailable { retry_after: None }));
    assert!(client.page(1, 10, "id", None).await.is_err());
    assert_eq!(link.borrow_and_update().token_left, None, "a refused token is none");
}

//! What is kept of the last exchanges for people to look at: everything but secrets.

use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use sipreg::api::{Client, Credentials, SecretFrom};
use sipreg::domain::answer::Conditional;
use sipreg::domain::http_exchange::{Came, KEPT};
use sipreg::domain::record::{FieldId, Secret, Value};

use crate::kit::raw::{Raw, answer, json, token};
use crate::{client, client_of, embedded, requests};

#[tokio::test]
async fn each_exchange_is_kept_with_status_size_and_request_id() {
    let server = embedded(3).await;
    let client = client_of(&server);
    let id = server.control().ids()[0];
    let Conditional::Changed(fetched) = client.registration(id, None).await.unwrap() else { panic!("no record") };
    client.registration(id, fetched.tag.as_ref()).await.unwrap();
    assert!(client.registration(999_999, None).await.is_err());
    let kept = client.exchanges();
    let reported: Vec<_> = kept.iter().map(|exchange| (exchange.method, exchange.status())).collect();
    let reported: Vec<_> = reported.iter().map(|(method, status)| (*method, status.as_str())).collect();
    assert_eq!(reported, [("POST", "201"), ("GET", "200"), ("GET", "304"), ("GET", "404")]);
    assert!(kept[1].target.ends_with(&format!("/registrations/{id}?include=pop,node,transport-protocol")));
    assert_eq!(requests(&server)[0].header("x-request-id"), Some(kept[1].request_id.as_str()));
    assert!(kept[2].sent.iter().any(|(name, _)| name == "if-none-match"));
    let Came::Answer { complaint: Some(complaint), .. } = &kept[3].outcome else { panic!("{:?}", kept[3]) };
    assert!(complaint.contains("404"), "{complaint}");
    let Came::Answer { complaint: None, bytes, .. } = &kept[1].outcome else { panic!("{:?}", kept[1]) };
    assert!(*bytes > 500);
}

#[tokio::test]
async fn no_secret_is_kept_not_even_one_that_the_server_sends_back() {
    const PLANTED: &str = "pl\"anted-pässword";
    let server = Raw::signing_in(|request| {
        // A server that repeats all that it was sent.
        let back = format!(
            "{{\"errors\":[{{\"title\":\"no\",\"detail\":{}}}]}}",
            serde_json::Value::from(format!("{request:?} {PLANTED}"))
        );
        json(422, &back)
    })
    .await;
    let client = client(&server.url());
    let changes = [(FieldId::AuthPassword, Value::Secret(Secret::new(PLANTED)))];
    assert!(client.update(13, &changes, None).await.is_err());
    let kept = client.exchanges();
    let all = format!("{kept:?} {}", kept.iter().map(|exchange| exchange.curl()).collect::<String>());
    assert!(all.contains("auth-password"), "the rest of the body is kept: {all}");
    let token = client.token().unwrap();
    for secret in [PLANTED, "anted-p", "pw-of-alice", token.expose()] {
        assert!(!all.contains(secret), "{secret} in {all}");
    }
}

#[tokio::test]
async fn an_error_hides_each_form_of_a_secret_as_the_inspector_does() {
    const PLANTED: &str = "pl/anted pässword";
    let forms = |secret: &str| {
        let percent = secret.replace('/', "%2F").replace(' ', "%20").replace('ä', "%C3%A4");
        let encoded = STANDARD.encode(format!("alice:{secret}"));
        format!("{secret} {percent} {encoded} {}", secret.replace('/', "\\/"))
    };
    let server = Raw::signing_in(move |request| {
        let token = request.header("authorization").unwrap_or_default().to_owned();
        let reported = serde_json::Value::from(format!("{} {token} {}", forms(PLANTED), forms("pw-of-alice")));
        match request.path() {
            path if path.ends_with("/13") => json(
                422,
                &format!("{{\"errors\":[{{\"title\":{reported},\"detail\":{reported},\"code\":{reported}}}]}}"),
            ),
            path if path.ends_with("/14") => {
                answer(502, &[("content-type", "text/html")], format!("<title>{token}</title>"))
            }
            _ => json(200, &format!("{{\"data\":{{\"type\":{reported},\"id\":\"15\"}}}}")),
        }
    })
    .await;
    let client = client(&server.url());
    let changes = [(FieldId::AuthPassword, Value::Secret(Secret::new(PLANTED)))];
    let mut reported = Vec::new();
    for id in [13, 14, 15] {
        let error = client.update(id, &changes, None).await.unwrap_err();
        reported.push(format!("{error} {error:?} {:?}", error.error()));
    }
    // What was sent once is a secret in every later answer, too.
    reported.push(client.registration(13, None).await.unwrap_err().to_string());
    let reported = reported.join(" ");
    let token = client.token().unwrap();
    for secret in [PLANTED, "anted%20p", "anted pä", "pw-of-alice", &STANDARD.encode("pw-of-alice"), token.expose()] {
        assert!(!reported.contains(secret), "{secret} in {reported}");
    }
    assert!(reported.contains("********"), "{reported}");
}

#[tokio::test]
async fn a_secret_is_masked_by_its_value_wherever_and_however_a_server_repeats_it() {
    const PASSWORD: &str = "pw of/\"älice\" & co";
    let basic = STANDARD.encode(format!("alice:{PASSWORD}"));
    let percent = "pw%20of%2F%22%C3%A4lice%22%20%26%20co";
    let token = token("good", 4_000_000_000);
    let secrets = [PASSWORD.to_owned(), "älice".to_owned(), "%C3%A4lice".to_owned(), basic.clone(), token.clone()];
    let server = Raw::start(move |request| {
        if request.is_sign_in() {
            let body = serde_json::json!({"jwt": token, "again": {"access_token": token}}).to_string();
            return answer(201, &[("x-auth-token", &token), ("x-session", &format!("t={token}; x"))], body);
        }
        let bearer = STANDARD.encode(&token);
        let body = serde_json::json!({"errors": [{"detail": format!("{PASSWORD} {token}"), "x": bearer}]}).to_string();
        let location = format!("/login?password={percent}");
        answer(404, &[("x-debug", &format!("Basic {basic}")), ("x-next", &location), ("x-token", &token)], body)
    })
    .await;
    let mut settings = crate::settings(&server.url());
    let user = "alice".to_owned();
    settings.credentials = Credentials::Password { user, password: SecretFrom::Given(Secret::new(PASSWORD)) };
    let client = Client::new(settings).unwrap();
    assert!(client.registration(7, None).await.is_err());
    client.supply(Credentials::None);
    let kept = client.exchanges();
    let shown = format!("{kept:?}");
    assert!(shown.contains("x-auth-token") && shown.contains("Basic YWxpY2U6********"), "{shown}");
    for secret in &secrets {
        assert!(!shown.contains(secret.as_str()), "{secret} in {shown}");
    }
}

#[tokio::test]
async fn a_request_that_got_no_answer_is_kept_with_its_reason() {
    let server = Raw::start(|_| json(201, &format!(r#"{{"jwt":"{}"}}"#, token("good", 4_000_000_000)))).await;
    let mut settings = crate::settings(&server.url());
    settings.timeout = Duration::from_secs(5);
    let client = sipreg::api::Client::new(settings).unwrap();
    client.sign_in().await.unwrap();
    drop(server);
    assert!(client.registration(7, None).await.is_err());
    let kept = client.exchanges();
    assert!(matches!(&kept.last().unwrap().outcome, Came::Failure(why) if !why.is_empty()), "{kept:?}");
    assert_eq!(kept.last().unwrap().status(), "---");
}

#[tokio::test]
async fn fifty_are_kept_and_the_oldest_goes_first() {
    let server = embedded(1).await;
    let client = client_of(&server);
    for number in 1..=60 {
        client.page(number, 10, "id", None).await.unwrap();
    }
    let kept = client.exchanges();
    assert_eq!(kept.len(), KEPT);
    assert!(kept[KEPT - 1].target.contains("=60"), "{}", kept[KEPT - 1].target);
    assert!(kept[0].request_id.ends_with("-12"), "{}", kept[0].request_id);
}

//! The embedded server as tests of the client use it: faults that strike when they are told to, a second writer
//! behind the client's back, tokens that end, and connections that break.

#![expect(clippy::unwrap_used, reason = "a test may end where what it expects is not there")]

use reqwest::{Client, Method, RequestBuilder, Response, StatusCode};
use serde_json::{Value as Json, json};
use sipreg::demo::faults::{Fault, FaultEffect};
use sipreg::demo::{self, Preconditions, RunningServer, ServerClock, ServerOptions};
use sipreg::domain::record::{FieldId, Record as _, Relation, Value};

const MEDIA_TYPE: &str = "application/vnd.api+json";
const NOW: u64 = 1_900_000_000;

struct Session {
    server: RunningServer,
    client: Client,
    token: String,
}

impl Session {
    async fn new() -> Self {
        Self::with(ServerOptions::default()).await
    }

    async fn with(options: ServerOptions) -> Self {
        // Another test of this process may have done it before.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let server = demo::start(ServerOptions { clock: ServerClock::Fixed(NOW), ..options }).await.unwrap();
        let client = Client::builder().no_proxy().build().unwrap();
        let mut session = Self { server, client, token: String::new() };
        session.token = session.sign_in().await;
        session
    }

    async fn sign_in(&self) -> String {
        let credentials = json!({ "username": self.server.username, "password": self.server.password.expose() });
        let url = format!("{}/api/rest/admin/auth", self.server.url);
        let answer = self.client.post(url).json(&json!({ "auth": credentials })).send().await.unwrap();
        assert_eq!(answer.status(), StatusCode::CREATED);
        answer.json::<Json>().await.unwrap().get("jwt").unwrap().as_str().unwrap().to_owned()
    }

    fn request(&self, method: Method, path: &str) -> RequestBuilder {
        let url = format!("{}/api/rest/admin{path}", self.server.url);
        self.client.request(method, url).header("accept", MEDIA_TYPE).header("authorization", &self.token)
    }

    async fn get(&self, path: &str) -> Response {
        self.request(Method::GET, path).send().await.unwrap()
    }

    fn patch(&self, id: u64, attributes: &Json) -> RequestBuilder {
        let document = json!({ "data": { "type": "registrations", "id": id.to_string(), "attributes": attributes } });
        let request = self.request(Method::PATCH, &format!("/registrations/{id}"));
        request.header("content-type", MEDIA_TYPE).body(document.to_string())
    }

    fn expire(&self, id: u64) -> Option<i64> {
        self.server.control().registration(id).unwrap().number(FieldId::Expire)
    }
}

fn header(answer: &Response, name: &str) -> String {
    answer.headers().get(name).map_or_else(String::new, |value| value.to_str().unwrap().to_owned())
}

#[tokio::test]
async fn the_told_user_signs_in_and_sees_every_registration() {
    let session = Session::new().await;
    let answer = session.get("/registrations?page[size]=1000").await;
    assert_eq!(header(&answer, "date"), "Sun, 17 Mar 2030 17:46:40 GMT");
    let document: Json = answer.json().await.unwrap();
    assert_eq!(document.pointer("/meta/total-count"), Some(&json!(120)));
    assert_eq!(document.pointer("/data").unwrap().as_array().unwrap().len(), 120);
    assert_eq!(session.server.control().ids().len(), 120);
}

#[tokio::test]
async fn a_fault_strikes_the_next_matching_request_and_no_other() {
    let session = Session::new().await;
    let control = session.server.control();
    control.add_fault(Fault::next("PATCH", "/registrations/7", FaultEffect::unprocessable()));
    assert_eq!(session.get("/registrations/7").await.status(), StatusCode::OK);
    assert_eq!(session.patch(13, &json!({ "expire": 60 })).send().await.unwrap().status(), StatusCode::OK);
    let refused = session.patch(7, &json!({ "expire": 60 })).send().await.unwrap();
    assert_eq!(refused.status(), StatusCode::UNPROCESSABLE_ENTITY);
    let document: Json = refused.json().await.unwrap();
    assert_eq!(document.get("errors").unwrap().as_array().unwrap().len(), 3);
    assert_eq!(document.pointer("/errors/2/source/pointer"), Some(&json!("/data/relationships/node")));
    assert_eq!(session.patch(7, &json!({ "expire": 60 })).send().await.unwrap().status(), StatusCode::OK);
    let answered: Vec<Option<u16>> = control.exchanges().iter().map(|exchange| exchange.status).collect();
    assert_eq!(answered, [Some(201), Some(200), Some(200), Some(422), Some(200)]);
}

#[tokio::test]
async fn each_fault_answers_as_its_name_says() {
    let session = Session::new().await;
    let html = "text/html";
    for (effect, status, content_type) in [
        (FaultEffect::Unauthorized, 401, html),
        (FaultEffect::Conflict, 409, MEDIA_TYPE),
        (FaultEffect::PreconditionFailed, 412, MEDIA_TYPE),
        (FaultEffect::ServerError, 500, MEDIA_TYPE),
        (FaultEffect::HtmlPage, 502, html),
        (FaultEffect::Unavailable { retry_after: Some(7) }, 503, html),
        (
            FaultEffect::Answer { status: 429, content_type: "text/plain".to_owned(), body: "slow".to_owned() },
            429,
            "text/plain",
        ),
    ] {
        session.server.control().add_fault(Fault::next("*", "", effect.clone()));
        let answer = session.get("/registrations/7").await;
        assert_eq!((answer.status().as_u16(), header(&answer, "content-type").as_str()), (status, content_type));
        let expected = if status == 503 { "7" } else { "" };
        assert_eq!(header(&answer, "retry-after"), expected, "{effect:?}");
    }
}

#[tokio::test]
async fn a_connection_cut_before_applying_leaves_the_record_alone() {
    let session = Session::new().await;
    session.server.control().add_fault(Fault::next("PATCH", "", FaultEffect::CutBefore));
    let before = session.expire(7);
    assert!(session.patch(7, &json!({ "expire": 4321 })).send().await.is_err());
    assert_eq!(session.expire(7), before);
    assert_eq!(session.server.control().exchanges().last().unwrap().status, None);
}

#[tokio::test]
async fn a_connection_cut_after_applying_leaves_the_client_in_the_dark() {
    let session = Session::new().await;
    session.server.control().add_fault(Fault::next("PATCH", "", FaultEffect::CutAfter));
    assert!(session.patch(7, &json!({ "expire": 4321 })).send().await.is_err());
    assert_eq!(session.expire(7), Some(4321));
    assert_eq!(session.get("/registrations/7").await.status(), StatusCode::OK);
}

#[tokio::test]
async fn a_cut_body_ends_in_its_middle() {
    let session = Session::new().await;
    session.server.control().add_fault(Fault::next("GET", "/registrations", FaultEffect::CutBody));
    let mut answer = session.get("/registrations?page[size]=100").await;
    assert_eq!(answer.status(), StatusCode::OK);
    let promised = answer.content_length().unwrap();
    let mut received = 0;
    let broke = loop {
        match answer.chunk().await {
            Ok(Some(chunk)) => received += chunk.len() as u64,
            Ok(None) => break false,
            Err(_) => break true,
        }
    };
    assert!(broke);
    assert!(received > 0 && received <= promised / 2, "{received} of {promised}");
}

#[tokio::test]
async fn a_held_request_waits_until_it_is_released() {
    let session = Session::new().await;
    let control = session.server.control();
    control.add_fault(Fault::next("PATCH", "", FaultEffect::Hold));
    let patch = session.patch(7, &json!({ "expire": 60 })).send();
    let watch = async {
        control.arrived(2).await;
        assert_eq!(control.exchanges().last().unwrap().status, None);
        control.release();
    };
    let (answer, ()) = tokio::join!(patch, watch);
    assert_eq!(answer.unwrap().status(), StatusCode::OK);
}

#[tokio::test]
async fn a_second_writer_changes_the_tag() {
    let session = Session::new().await;
    let path = "/registrations/7?include=pop,node,transport-protocol";
    let tag = header(&session.get(path).await, "etag");
    let again =
        async || session.request(Method::GET, path).header("if-none-match", &tag).send().await.unwrap().status();
    assert_eq!(again().await, StatusCode::NOT_MODIFIED);
    assert!(session.server.control().change(7, FieldId::Expire, Value::Number(99)));
    assert_eq!(again().await, StatusCode::OK);
    assert!(!session.server.control().change(999_999, FieldId::Expire, Value::Null));
}

#[tokio::test]
async fn a_renamed_pop_changes_the_tag_only_where_pops_are_included() {
    let session = Session::new().await;
    let tags = async || {
        let with = header(&session.get("/registrations/7?include=pop").await, "etag");
        (with, header(&session.get("/registrations/7").await, "etag"))
    };
    let (with, without) = tags().await;
    assert!(session.server.control().rename(Relation::Pop, 1, "FRA2"));
    let (with_now, without_now) = tags().await;
    assert_ne!(with, with_now);
    assert_eq!(without, without_now);
}

#[tokio::test]
async fn strong_preconditions_never_match_a_weak_tag() {
    let session =
        Session::with(ServerOptions { preconditions: Preconditions::Strong, ..ServerOptions::default() }).await;
    let tag = header(&session.get("/registrations/7").await, "etag");
    for (wanted, status) in [(tag.as_str(), 412), (tag.trim_start_matches("W/"), 412), ("*", 200)] {
        let answer = session.patch(7, &json!({ "expire": 60 })).header("if-match", wanted).send().await.unwrap();
        assert_eq!(answer.status().as_u16(), status, "{wanted}");
    }
}

#[tokio::test]
async fn weak_preconditions_refuse_only_what_was_changed_meanwhile() {
    let session = Session::with(ServerOptions { preconditions: Preconditions::Weak, ..ServerOptions::default() }).await;
    let tag = header(&session.get("/registrations/7").await, "etag");
    let patch =
        async || session.patch(7, &json!({ "expire": 61 })).header("if-match", &tag).send().await.unwrap().status();
    assert_eq!(patch().await, StatusCode::OK);
    assert_eq!(patch().await, StatusCode::PRECONDITION_FAILED);
}

#[tokio::test]
async fn tokens_end_by_time_and_by_force() {
    let session = Session::new().await;
    let control = session.server.control();
    control.set_clock(ServerClock::Fixed(NOW + 599));
    assert_eq!(session.get("/pops").await.status(), StatusCode::OK);
    control.set_clock(ServerClock::Fixed(NOW + 600));
    let refused = session.get("/pops").await;
    assert_eq!(refused.status(), StatusCode::UNAUTHORIZED);
    assert_eq!(refused.text().await.unwrap(), "");
    control.set_clock(ServerClock::Fixed(NOW));
    control.revoke_tokens();
    assert_eq!(session.get("/pops").await.status(), StatusCode::UNAUTHORIZED);
    let renewed = Session { token: session.sign_in().await, ..session };
    assert_eq!(renewed.get("/pops").await.status(), StatusCode::OK);
}

#[tokio::test]
async fn the_log_shows_headers_but_prints_no_secret() {
    let session = Session::new().await;
    let request = session.request(Method::GET, "/pops?page[size]=1").header("if-none-match", "\"x\"");
    request.send().await.unwrap();
    let exchanges = session.server.control().exchanges();
    let last = exchanges.last().unwrap();
    assert_eq!((last.path(), last.header("if-none-match")), ("/api/rest/admin/pops", Some("\"x\"")));
    assert_eq!(last.authorization.as_ref().unwrap().expose(), session.token);
    assert_eq!(last.header("authorization"), None);
    assert!(!format!("{exchanges:?}").contains(&session.token));
    assert_eq!(exchanges.first().unwrap().body, "", "a sign-in is not kept");
}

#[tokio::test]
async fn a_stopped_server_answers_nobody() {
    let session = Session::new().await;
    let (client, url) = (session.client.clone(), session.server.url.clone());
    session.server.stop().await;
    assert!(client.get(url).send().await.is_err());
}

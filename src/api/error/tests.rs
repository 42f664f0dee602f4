//! Each failure: its kind, what is true after it, its sentence, and that no secret is in it.

use std::time::Duration;

use super::*;
use crate::api::address::LinkError;
use crate::domain::record::{Relation, Secret};

fn status(verb: Verb, subject: RequestSubject, status: u16, refusal: Refusal) -> Error {
    let failure = Failure::Status { status, refusal, retry_after: None, known: AnsweredBefore::NotYet };
    Error::new(&RequestFacts { verb, subject }, Some("r-1"), failure)
}

#[test]
fn a_page_for_browsers_at_the_list_means_a_wrong_url() {
    let error = status(Verb::Get, RequestSubject::Registrations, 404, Refusal::Html(None));
    assert_eq!(error.kind(), RequestErrorKind::NoSuchApi);
    assert!(error.to_string().contains("`url`"), "{error}");
}

#[test]
fn a_missing_record_is_not_a_wrong_url() {
    for (known, kind) in
        [(AnsweredBefore::Yes, RequestErrorKind::Unreadable), (AnsweredBefore::NotYet, RequestErrorKind::NoSuchApi)]
    {
        let failure = Failure::Status { status: 404, refusal: Refusal::Html(None), retry_after: None, known };
        let asked = RequestFacts { verb: Verb::Get, subject: RequestSubject::Registration(16) };
        assert_eq!(Error::new(&asked, None, failure).kind(), kind, "a page is no word on a record");
    }
    let object = ErrorObject { title: "Record not found".into(), ..ErrorObject::default() };
    let error = status(Verb::Get, RequestSubject::Registration(16), 404, Refusal::Errors(vec![object]));
    assert_eq!(error.kind(), RequestErrorKind::NoSuchRecord);
    assert!(error.to_string().starts_with("GET registration 16: "), "{error}");
}

#[test]
fn only_a_write_without_a_clear_no_may_have_happened() {
    let effect = |verb, failure| {
        Error::new(&RequestFacts { verb, subject: RequestSubject::Registration(1) }, None, failure).effect()
    };
    let late = Failure::TimedOut { limit: Duration::from_secs(30) };
    assert_eq!(effect(Verb::Patch, late.clone()), Effectiveness::Pending);
    assert_eq!(effect(Verb::Get, late), Effectiveness::NotApplied);
    assert_eq!(effect(Verb::Patch, Failure::TokenRefused(TokenSource::SignIn)), Effectiveness::NotApplied);
    let said = || Refusal::Errors(vec![ErrorObject::default()]);
    for (code, refusal, expected) in [
        (422, said(), Effectiveness::NotApplied),
        (404, said(), Effectiveness::NotApplied),
        (412, said(), Effectiveness::NotApplied),
        (401, Refusal::Empty, Effectiveness::NotApplied),
        (429, Refusal::Html(None), Effectiveness::NotApplied),
        (404, Refusal::Html(None), Effectiveness::Unknown),
        (422, Refusal::Empty, Effectiveness::Unknown),
        (403, Refusal::Other, Effectiveness::Unknown),
        (412, Refusal::Html(None), Effectiveness::Unknown),
        (500, said(), Effectiveness::Unknown),
        (503, Refusal::Html(None), Effectiveness::Unknown),
        (502, Refusal::Html(None), Effectiveness::Pending),
        (504, Refusal::Empty, Effectiveness::Pending),
        (524, Refusal::Html(None), Effectiveness::Pending),
    ] {
        let error = status(Verb::Patch, RequestSubject::Registration(1), code, refusal.clone());
        assert_eq!(error.effect(), expected, "{code} {refusal:?}");
    }
    for (failure, expected) in [
        (Failure::Cut { stage: AnswerStage::BeforeAnswer }, Effectiveness::Pending),
        (Failure::Cut { stage: AnswerStage::WithinAnswer(200) }, Effectiveness::Unknown),
        (Failure::Unreadable { status: Some(200), reason: String::new() }, Effectiveness::Unknown),
        (Failure::Unreadable { status: Some(202), reason: String::new() }, Effectiveness::Pending),
        (Failure::Unreadable { status: None, reason: String::new() }, Effectiveness::Pending),
        (Failure::Wandering { status: 303 }, Effectiveness::Unknown),
        (Failure::Redirected { status: 302, to: String::new() }, Effectiveness::Unknown),
        (Failure::TooLarge { status: 200, limit: 1 }, Effectiveness::Unknown),
    ] {
        assert_eq!(effect(Verb::Delete, failure.clone()), expected, "{failure:?}");
    }
}

#[test]
fn what_bad_input_gives_is_worded_as_such() {
    let error = status(Verb::Patch, RequestSubject::Registration(1), 500, Refusal::Empty);
    assert!(error.to_string().contains("possibly invalid input"), "{error}");
    let error = status(Verb::Get, RequestSubject::Registration(1), 500, Refusal::Empty);
    assert!(!error.to_string().contains("invalid input"), "{error}");
}

/// Every way to fail, with what a server may say of it.
fn failures() -> Vec<Failure> {
    let status = |status, refusal| Failure::Status { status, refusal, retry_after: None, known: AnsweredBefore::Yes };
    let object = |title: &str, detail: &str, code: &str| ErrorObject {
        title: title.to_owned(),
        detail: detail.to_owned(),
        code: code.to_owned(),
        pointer: None,
    };
    let asked = |end| TokenSource::Asked { name: "token_command".into(), end };
    let (origin, reason) = (|| "https://eu".to_owned(), |text: &str| text.to_owned());
    let mut failures = vec![
        Failure::Unreachable { origin: origin(), reason: reason("refused") },
        Failure::Certificate { origin: origin(), reason: reason("it has ended") },
        Failure::Cut { stage: AnswerStage::BeforeAnswer },
        Failure::Cut { stage: AnswerStage::WithinAnswer(200) },
        Failure::TimedOut { limit: Duration::from_millis(1_500) },
        Failure::Redirected { status: 307, to: reason("https://other") },
        Failure::Wandering { status: 303 },
        Failure::Link(LinkError { link: reason("ftp://x"), why: "it is not an http URL" }),
        Failure::SignInNeeded,
        Failure::NoSecret(SecretError::Refused),
        Failure::NoSecret(SecretError::NoneGiven(reason("`pass` ended with 1"))),
        Failure::NoSecret(SecretError::Cancelled(reason("`pass`"))),
        Failure::SignInRefused { detail: reason("Incorrect login") },
        Failure::TokenRefused(TokenSource::SignIn),
        Failure::TokenRefused(asked(TokenEnd::Past)),
        Failure::TokenRefused(asked(TokenEnd::Ahead)),
        Failure::TokenRefused(asked(TokenEnd::Unknown)),
        Failure::Unreadable { status: Some(200), reason: reason("it is empty") },
        Failure::Unreadable { status: Some(202), reason: reason("it is empty") },
        Failure::Unreadable { status: None, reason: reason("it is not HTTP") },
        Failure::TooLarge { status: 200, limit: 64 << 20 },
        Failure::TooLarge { status: 200, limit: 1_000 },
        Failure::Unsendable { reason: reason("the token contains line ends") },
        status(404, Refusal::Errors(vec![object("Record not found", "gone", "404")])),
        status(409, Refusal::Errors(vec![object("Taken", "", "409"), object("", "", "110")])),
        status(
            422,
            Refusal::Errors(vec![
                object("a", "b", "c"),
                object("d", "", ""),
                object("", "", "e"),
                object("f", "g", "h"),
                object("i", "j", "k"),
            ]),
        ),
        status(500, Refusal::Errors(vec![object("Internal Server Error", "", "500")])),
        status(404, Refusal::Other),
        status(502, Refusal::Html(Some(reason("Bad Gateway")))),
        status(503, Refusal::Html(None)),
    ];
    let others = [302, 400, 401, 403, 406, 407, 412, 413, 415, 418, 429, 500, 501, 504, 519, 520, 599];
    failures.extend(others.map(|code| status(code, Refusal::Empty)));
    failures
}

/// What is known of each failure of this request: kind, status, what is true after it, and the sentence.
fn known(verb: Verb, subject: &RequestSubject) -> String {
    let asked = RequestFacts { verb, subject: subject.clone() };
    let lines = failures().into_iter().map(|failure| {
        let error = Error::new(&asked, None, failure);
        let status = error.status().map_or_else(|| "-".to_owned(), |status| status.to_string());
        format!("{:?} {status} {:?}: {error}\n", error.kind(), error.effect())
    });
    lines.collect()
}

#[test]
fn each_failure_of_a_write_says_what_it_is_and_what_is_true_after_it() {
    insta::assert_snapshot!(known(Verb::Patch, &RequestSubject::Registration(16)));
}

#[test]
fn the_same_failure_of_another_request_means_what_it_means_there() {
    let patch = known(Verb::Patch, &RequestSubject::Registration(16));
    let of = |verb: Verb, subject: RequestSubject| {
        let known = known(verb, &subject);
        let lines = known.lines().zip(patch.lines()).filter(|(line, of_patch)| {
            let rest = |line: &str| {
                line.split_once(": ").unwrap_or_default().1.split_once(": ").map(|(_, rest)| rest.to_owned())
            };
            let head = |line: &str| line.split_once(": ").map(|(head, _)| head.to_owned());
            (head(line), rest(line)) != (head(of_patch), rest(of_patch))
        });
        let differing: Vec<&str> = lines.map(|(line, _)| line).collect();
        format!("-- {}\n{}\n", RequestFacts { verb, subject }, differing.join("\n"))
    };
    let requests = [
        (Verb::Delete, RequestSubject::Registration(16)),
        (Verb::Post, RequestSubject::NewRegistration),
        (Verb::Post, RequestSubject::SignIn(Some("alice".to_owned()))),
        (Verb::Post, RequestSubject::SignIn(None)),
        (Verb::Get, RequestSubject::Registration(16)),
        (Verb::Get, RequestSubject::Registrations),
        (Verb::Get, RequestSubject::Targets(Relation::Pop)),
        (Verb::Get, RequestSubject::Target(Relation::Node, 3)),
        (Verb::Get, RequestSubject::Related(Relation::TransportProtocol)),
    ];
    insta::assert_snapshot!(requests.into_iter().map(|(verb, subject)| of(verb, subject)).collect::<String>());
}

#[test]
fn no_secret_is_in_any_failure_whatever_part_of_it_quotes_one() {
    const SECRET: &str = "hunter2-Bussard";
    let secrets = Redactor::knowing([Secret::new(SECRET)]);
    let text = || format!("it says {SECRET} here");
    let object = ErrorObject { title: text(), detail: text(), code: text(), pointer: Some(text()) };
    let status = |refusal| Failure::Status { status: 422, refusal, retry_after: None, known: AnsweredBefore::Yes };
    let asked = RequestFacts { verb: Verb::Patch, subject: RequestSubject::Registration(16) };
    for failure in [
        status(Refusal::Errors(vec![object.clone(), object])),
        status(Refusal::Html(Some(text()))),
        Failure::Unreadable { status: Some(200), reason: text() },
        Failure::NoSecret(SecretError::NoneGiven(text())),
        Failure::NoSecret(SecretError::Cancelled(text())),
        Failure::SignInRefused { detail: text() },
        Failure::Unreachable { origin: "https://eu".to_owned(), reason: text() },
        Failure::Certificate { origin: "https://eu".to_owned(), reason: text() },
        Failure::Redirected { status: 302, to: text() },
        Failure::Unsendable { reason: text() },
    ] {
        let plain = format!("{:?}", Error::new(&asked, Some("r-1"), failure.clone()));
        let hidden = format!("{:?}", Error::new(&asked, Some("r-1"), failure).hiding(&secrets));
        assert_eq!(hidden, plain.replace(SECRET, "********"), "the rest stays");
    }
    let long = Error::new(&asked, None, status(Refusal::Html(Some(format!("{}{SECRET}", "x".repeat(90))))));
    let long = long.hiding(&secrets).to_string();
    assert!(!long.contains("hunter"), "not even half of it: {long}");
}

#[test]
fn a_busy_server_says_for_how_long_and_others_need_not() {
    let asked = RequestFacts { verb: Verb::Patch, subject: RequestSubject::Registration(16) };
    for (status, waits) in [(429, true), (503, true), (500, false), (422, false)] {
        for seconds in [None, Some(0), Some(7)] {
            let retry_after = seconds.map(Duration::from_secs);
            let failure = Failure::Status { status, refusal: Refusal::Empty, retry_after, known: AnsweredBefore::Yes };
            let text = Error::new(&asked, None, failure).to_string();
            let expected = if waits && seconds == Some(7) { "; the server asks to wait 7 s" } else { "" };
            assert!(text.ends_with(&format!("no explanation{expected}")), "{text}");
        }
    }
}

#[test]
fn an_error_as_data_has_all_that_is_known_of_it() {
    let asked = RequestFacts { verb: Verb::Delete, subject: RequestSubject::Registration(16) };
    let errors = vec![ErrorObject { detail: "no".to_owned(), ..ErrorObject::default() }];
    let failure = Failure::Status {
        status: 429,
        refusal: Refusal::Errors(errors.clone()),
        retry_after: Some(Duration::from_secs(7)),
        known: AnsweredBefore::Yes,
    };
    let error = Error::new(&asked, Some("r-1"), failure).through(Some("the proxy p:1"));
    let expected = RequestError {
        kind: RequestErrorKind::Busy,
        status: Some(429),
        request_id: Some("r-1".to_owned()),
        message: "DELETE registration 16: too many requests (429): no; the server asks to wait 7 s".to_owned(),
        errors,
        effect: Effectiveness::NotApplied,
        retry_after: Some(Duration::from_secs(7)),
    };
    assert_eq!(RequestError::from(error.clone()), expected);
    assert_eq!((error.asked(), error.status()), (&asked, Some(429)));
    let silent = Error::new(&asked, None, Failure::SignInNeeded)
        .instead_of(&RequestFacts { verb: Verb::Get, subject: RequestSubject::Registrations });
    assert_eq!(silent.to_string(), "GET registrations: not sent; DELETE registration 16: not signed in");
    assert_eq!((silent.errors(), silent.error().retry_after), (&[][..], None));
}

#[test]
fn a_proxy_in_between_is_named_where_it_may_be_the_one_that_failed() {
    let asked = RequestFacts { verb: Verb::Get, subject: RequestSubject::Registrations };
    let named = failures().into_iter().filter_map(|failure| {
        let error = Error::new(&asked, None, failure).through(Some("the proxy p:1"));
        error
            .to_string()
            .ends_with("; it went through the proxy p:1")
            .then(|| format!("{:?} {}", error.kind(), error.status().unwrap_or_default()))
    });
    assert_eq!(
        named.collect::<Vec<_>>(),
        [
            "Cut 0",
            "Cut 200",
            "TimedOut 0",
            "Unreadable 200",
            "Unreadable 202",
            "Unreadable 0",
            "ServerError 502",
            "Busy 503",
            "Forbidden 403",
            "Refused 407",
            "ServerError 504"
        ]
    );
}

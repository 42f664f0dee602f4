//! Faults that can be rehearsed: which requests they hit, how often, and what goes wrong. Written in a text
//! form for the command line (see [`parse`]), or built by tests.

mod lists;

use std::time::Duration;

pub use lists::Paging;
use thiserror::Error;

use super::answer::Answer;
use super::errors::{self, ErrorMember};
use super::media::JSON_API;
use super::node::{NODE, NodeFault};
use super::routes::PREFIX;

/// One fault and the requests that it hits.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// Only requests with this method; `None` is any.
    pub method: Option<String>,
    /// Only requests whose path is this one or lies below it, without `/api/rest/admin`; empty is any.
    pub path: String,
    /// What goes wrong.
    pub effect: FaultEffect,
    /// How often.
    pub times: Times,
}

/// How often a fault strikes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Times {
    /// Every time, until it is taken away.
    Always,
    /// The next so many matching requests.
    Next(u32),
}

/// What goes wrong. All but the delays, the holds, the late commits, the cut body, and what is said to come after
/// applying happen before the request is looked at: nothing is written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FaultEffect {
    /// The request waits, then goes on.
    Delay(Duration),
    /// The request waits until [`Control::release`](super::Control::release), then goes on.
    Hold,
    /// The request is applied; its answer waits until [`Control::release`](super::Control::release).
    HoldAnswer,
    /// The request is applied after [`Control::release`](super::Control::release), also where the client gave up
    /// long before: a row that was locked.
    SlowCommit,
    /// The same after a time.
    LateCommit(Duration),
    /// 401 with an empty body, as for any token that is not good.
    Unauthorized,
    /// 409.
    Conflict,
    /// 412.
    PreconditionFailed,
    /// 422 with an error for each of these pointers.
    Unprocessable {
        /// Such as `/data/attributes/name`.
        pointers: Vec<String>,
    },
    /// 500 as a document.
    ServerError,
    /// 502 as a page of a proxy.
    HtmlPage,
    /// 503 as a page of a proxy.
    Unavailable {
        /// Seconds in `Retry-After`.
        retry_after: Option<u64>,
    },
    /// 429 as a page of a proxy.
    TooMany {
        /// Seconds in `Retry-After`.
        retry_after: Option<u64>,
    },
    /// Another page of a proxy, such as 403 or 504.
    ProxyPage {
        /// HTTP status of the page.
        status: u16,
    },
    /// 404 as a page, as for every path of a server that is not the right one.
    NoApi,
    /// 200 with the page of a network that wants a sign-in of its own.
    Portal,
    /// 200 with nothing in it.
    Empty,
    /// 302.
    Redirect {
        /// The whole URL that it names.
        to: String,
    },
    /// No answer, ever.
    Silence,
    /// The request is applied; half of the body is sent, then the connection ends.
    CutBody,
    /// The connection ends without an answer, and nothing was applied.
    CutBefore,
    /// The connection ends without an answer, but the request was applied.
    CutAfter,
    /// The request is applied, and then this is answered: a proxy replaced the answer.
    After(Box<Self>),
    /// 200 with the record as it is; a change is not stored.
    Ignored,
    /// 204.
    NoContent,
    /// Something that only a node does: see [`NodeFault`].
    Node(NodeFault),
    /// A list that is paged in another way.
    Paged(Paging),
    /// Any answer.
    Answer {
        /// HTTP status of the answer.
        status: u16,
        /// Content type of the answer.
        content_type: String,
        /// Body of the answer.
        body: String,
    },
}

impl Fault {
    /// Hits the next matching request. `method` may be `*`, `path` empty.
    pub fn next(method: &str, path: &str, effect: FaultEffect) -> Self {
        Self { times: Times::Next(1), ..Self::always(method, path, effect) }
    }

    /// Hits every matching request. `method` may be `*`, `path` empty.
    pub fn always(method: &str, path: &str, effect: FaultEffect) -> Self {
        let method = (method != "*").then(|| method.to_ascii_uppercase());
        let path = path.strip_prefix(PREFIX).unwrap_or(path).trim_end_matches('/').to_owned();
        Self { method, path, effect, times: Times::Always }
    }

    /// Hits this many matching requests.
    #[must_use]
    pub fn times(self, times: u32) -> Self {
        Self { times: Times::Next(times), ..self }
    }

    /// One use less is left.
    pub(super) const fn use_up(&mut self) {
        if let Times::Next(left) = &mut self.times {
            *left = left.saturating_sub(1);
        }
    }

    pub(super) const fn is_used_up(&self) -> bool {
        matches!(self.times, Times::Next(0))
    }

    pub(super) fn hits(&self, method: &str, path: &str) -> bool {
        let below = path.strip_prefix(PREFIX).unwrap_or(path).strip_prefix(self.path.as_str());
        self.method.as_deref().is_none_or(|wanted| wanted == method)
            && below.is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
            && self.times != Times::Next(0)
    }
}

impl FaultEffect {
    /// 422 that complains about a name, a contact and a node.
    pub fn unprocessable() -> Self {
        let pointers = ["/data/attributes/name", "/data/attributes/contact", "/data/relationships/node"];
        Self::Unprocessable { pointers: pointers.map(str::to_owned).into() }
    }

    /// The answer that takes the place of the real one, if there is one.
    pub(super) fn answer(&self) -> Option<Answer> {
        match self {
            Self::Delay(_)
            | Self::Node(_)
            | Self::Hold
            | Self::HoldAnswer
            | Self::SlowCommit
            | Self::LateCommit(_)
            | Self::Silence
            | Self::CutBody
            | Self::CutBefore
            | Self::CutAfter
            | Self::After(_)
            | Self::Ignored
            | Self::Paged(_) => None,
            Self::NoContent => Some(Answer::no_content()),
            Self::TooMany { retry_after } => {
                Some(Answer { retry_after: *retry_after, ..Answer::proxy_page(429, "Too Many Requests") })
            }
            Self::ProxyPage { status } => Some(Answer::proxy_page(*status, reason(*status))),
            Self::NoApi => Some(Answer::proxy_page(404, reason(404))),
            Self::Portal => Some(Answer::proxy_page(200, "Sign in to this network")),
            Self::Empty => Some(Answer::arbitrary(200, JSON_API, "")),
            Self::Redirect { to } => {
                Some(Answer { location: Some(to.clone()), ..Answer::arbitrary(302, "text/html", "") })
            }
            Self::Unauthorized => Some(Answer::unauthorized()),
            Self::Conflict => Some(Answer::errors(&[errors::conflict()])),
            Self::PreconditionFailed => Some(Answer::errors(&[errors::precondition_failed()])),
            Self::Unprocessable { pointers } => {
                let errors: Vec<ErrorMember> = pointers.iter().map(|pointer| complaint(pointer)).collect();
                Some(Answer { status: 422, ..Answer::errors(&errors) })
            }
            Self::ServerError => Some(Answer::errors(&[errors::internal()])),
            Self::HtmlPage => Some(Answer::proxy_page(502, "Bad Gateway")),
            Self::Unavailable { retry_after } => {
                Some(Answer { retry_after: *retry_after, ..Answer::proxy_page(503, "Service Temporarily Unavailable") })
            }
            Self::Answer { status, content_type, body } => Some(Answer::arbitrary(*status, content_type, body)),
        }
    }
}

/// The reason phrases of the pages that a proxy is rehearsed with.
const fn reason(status: u16) -> &'static str {
    match status {
        403 => "Forbidden",
        404 => "Not Found",
        406 => "Not Acceptable",
        415 => "Unsupported Media Type",
        504 => "Gateway Time-out",
        _ => "Error",
    }
}

fn complaint(pointer: &str) -> ErrorMember {
    let name = pointer.rsplit('/').next().unwrap_or_default();
    errors::invalid(pointer.to_owned(), name, "is invalid")
}

/// Why a text does not describe faults.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum FaultError {
    /// No colon between what is hit and what goes wrong.
    #[error("`{rule}`: write what is hit, a colon, and what goes wrong, such as `PATCH /registrations: 412 x2`")]
    NoColon {
        /// The rule.
        rule: String,
    },
    /// What is hit is neither a method nor a path.
    #[error("`{word}` is neither a method in capitals, nor a path that begins with `/`, nor `*`")]
    Target {
        /// The word.
        word: String,
    },
    /// What goes wrong is not known.
    #[error(
        "`{word}` is no fault; there are: delay TIME, late TIME, 204, 401, 403, 404, 406, 409, 412, 415, 422, \
         429 [SECONDS], 500, html, 503 [SECONDS], 504, portal, empty, ignored, redirect URL, silence, cut-body, \
         cut-before, cut-after, after FAULT; of lists: rows N, cut-rows N, one-page, \
         page-max N, twice, count N, links TEXT; of nodes: refuse, hang, garbage, half, huge, wrong-id, booleans, \
         missing-members, duplicate-ids, no-ids, refusal"
    )]
    Effect {
        /// The word.
        word: String,
    },
    /// A fault of nodes that hits requests.
    #[error("`{word}` is a fault of nodes: write `NODE: {word}`, or `NODE /lon-n1: {word}` for one of them")]
    NotOfNode {
        /// The word.
        word: String,
    },
    /// A number or a time is not one.
    #[error("`{word}` after `{fault}` is not {expected}")]
    Argument {
        /// The fault.
        fault: &'static str,
        /// The word.
        word: String,
        /// What was expected.
        expected: &'static str,
    },
    /// Something is left over.
    #[error("`{word}` is too much; after a fault comes at most `xN`, how often it strikes")]
    TooMuch {
        /// The word.
        word: String,
    },
}

/// Reads faults: `[METHOD] [PATH]: FAULT [xN]`, separated by semicolons or commas. Without `xN` a fault strikes
/// every time.
///
/// Faults are `delay TIME` (`500ms`, `2s`, `1m`), `late TIME` (applied after that time, also where the client gave up),
/// `401`, `409`, `412`, `422`, `500`, `html` (a proxy's page for 502), `403`, `404`, `406`, `415` and `504` (likewise),
/// `429 [SECONDS]` and `503 [SECONDS]` (with `Retry-After`), `portal` (200 with a page), `empty` (200 with nothing),
/// `204` (likewise), `ignored` (200 with the record as it is, nothing stored), `redirect URL`, `silence` (no answer,
/// ever), `cut-body` (half of the answer), `cut-before` and `cut-after` (no answer; not applied, applied),
/// `after FAULT` (applied, and then answered like this). Lists can be paged as other servers do: `rows N` (at most N a
/// page), `cut-rows N` (of each page at most N), `one-page` (all at once, without a count), `page-max N` (400 for larger
/// pages), `twice` (each page comes twice), `count N` (a wrong count), `links TEXT` (links that begin with this).
/// With `NODE` in place of the method, and a node's name as the path, those of [`NodeFault`], and `delay`.
///
/// # Errors
///
/// Names the word that is not understood and what may stand there.
pub fn parse(text: &str) -> Result<Vec<Fault>, FaultError> {
    text.split([';', ',']).map(str::trim).filter(|rule| !rule.is_empty()).map(rule).collect()
}

fn rule(text: &str) -> Result<Fault, FaultError> {
    let (target, effect) = text.split_once(':').ok_or_else(|| FaultError::NoColon { rule: text.to_owned() })?;
    let mut method = "*";
    let mut path = "";
    for word in target.split_whitespace() {
        if word.starts_with('/') {
            path = word;
        } else if word == "*" || word.chars().all(|character| character.is_ascii_uppercase()) {
            method = word;
        } else {
            return Err(FaultError::Target { word: word.to_owned() });
        }
    }
    let mut words = effect.split_whitespace().peekable();
    let applied = words.next_if_eq(&"after").is_some();
    let name = words.next().unwrap_or_default();
    let effect = match name {
        "delay" => FaultEffect::Delay(duration("delay", words.next().unwrap_or_default())?),
        "late" => FaultEffect::LateCommit(duration("late", words.next().unwrap_or_default())?),
        "204" => FaultEffect::NoContent,
        "ignored" => FaultEffect::Ignored,
        "401" => FaultEffect::Unauthorized,
        "409" => FaultEffect::Conflict,
        "412" => FaultEffect::PreconditionFailed,
        "422" => FaultEffect::unprocessable(),
        "500" => FaultEffect::ServerError,
        "html" => FaultEffect::HtmlPage,
        "403" => FaultEffect::ProxyPage { status: 403 },
        "404" => FaultEffect::NoApi,
        "406" => FaultEffect::ProxyPage { status: 406 },
        "415" => FaultEffect::ProxyPage { status: 415 },
        "504" => FaultEffect::ProxyPage { status: 504 },
        "portal" => FaultEffect::Portal,
        "empty" => FaultEffect::Empty,
        "redirect" => FaultEffect::Redirect { to: words.next().unwrap_or_default().to_owned() },
        "silence" => FaultEffect::Silence,
        "429" | "503" => {
            let fault = if name == "429" { "429" } else { "503" };
            let wait = words.next_if(|word| !word.starts_with('x')).map(|word| seconds(fault, word));
            let retry_after = wait.transpose()?;
            if name == "429" { FaultEffect::TooMany { retry_after } } else { FaultEffect::Unavailable { retry_after } }
        }
        "cut-body" => FaultEffect::CutBody,
        "cut-before" => FaultEffect::CutBefore,
        "cut-after" => FaultEffect::CutAfter,
        "one-page" => FaultEffect::Paged(Paging::None),
        "twice" => FaultEffect::Paged(Paging::Twice),
        "links" => FaultEffect::Paged(Paging::Links(words.next().unwrap_or_default().to_owned())),
        "rows" => FaultEffect::Paged(Paging::Rows(number("rows", words.next())?)),
        "cut-rows" => FaultEffect::Paged(Paging::Cut(number("cut-rows", words.next())?)),
        "page-max" => FaultEffect::Paged(Paging::Largest(number("page-max", words.next())?)),
        "count" => FaultEffect::Paged(Paging::Count(number("count", words.next())?)),
        other => match NodeFault::named(other) {
            Some(fault) if method == NODE => FaultEffect::Node(fault),
            Some(_) => return Err(FaultError::NotOfNode { word: other.to_owned() }),
            None => return Err(FaultError::Effect { word: other.to_owned() }),
        },
    };
    let effect = if applied { FaultEffect::After(Box::new(effect)) } else { effect };
    let mut fault = Fault::always(method, path, effect);
    for word in words {
        match word.strip_prefix('x').and_then(|count| count.parse().ok()) {
            Some(count) if fault.times == Times::Always => fault = fault.times(count),
            _ => return Err(FaultError::TooMuch { word: word.to_owned() }),
        }
    }
    Ok(fault)
}

fn duration(fault: &'static str, text: &str) -> Result<Duration, FaultError> {
    let split = text.find(|character: char| !character.is_ascii_digit()).unwrap_or(text.len());
    let (digits, unit) = text.split_at_checked(split).unwrap_or((text, ""));
    let number = digits.parse::<u64>().ok();
    let duration = match (number, unit) {
        (Some(number), "ms") => Some(Duration::from_millis(number)),
        (Some(number), "s") => Some(Duration::from_secs(number)),
        (Some(number), "m") => Some(Duration::from_secs(number.saturating_mul(60))),
        _ => None,
    };
    duration.ok_or_else(|| FaultError::Argument {
        fault,
        word: text.to_owned(),
        expected: "a time such as 500ms, 2s or 1m",
    })
}

fn number(fault: &'static str, word: Option<&str>) -> Result<u64, FaultError> {
    let word = word.unwrap_or_default();
    word.parse().map_err(|_not_a_number| FaultError::Argument { fault, word: word.to_owned(), expected: "a number" })
}

fn seconds(fault: &'static str, text: &str) -> Result<u64, FaultError> {
    text.parse().map_err(|_not_a_number| FaultError::Argument {
        fault,
        word: text.to_owned(),
        expected: "a number of seconds",
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_describes_faults() {
        let faults = parse("PATCH /registrations: 412 x2; GET: delay 500ms, *: 503 3 x1; /auth: 401").unwrap();
        assert_eq!(
            faults,
            [
                Fault::always("PATCH", "/registrations", FaultEffect::PreconditionFailed).times(2),
                Fault::always("GET", "", FaultEffect::Delay(Duration::from_millis(500))),
                Fault::next("*", "", FaultEffect::Unavailable { retry_after: Some(3) }),
                Fault::always("*", "/auth", FaultEffect::Unauthorized),
            ]
        );
        assert_eq!(parse("  ").unwrap(), []);
        let faults = parse("PATCH: late 6s; DELETE: after portal x1; PATCH: ignored; DELETE: after 204").unwrap();
        assert_eq!(
            faults,
            [
                Fault::always("PATCH", "", FaultEffect::LateCommit(Duration::from_secs(6))),
                Fault::next("DELETE", "", FaultEffect::After(Box::new(FaultEffect::Portal))),
                Fault::always("PATCH", "", FaultEffect::Ignored),
                Fault::always("DELETE", "", FaultEffect::After(Box::new(FaultEffect::NoContent))),
            ]
        );
        let paged = |paging| Fault::always("GET", "/registrations", FaultEffect::Paged(paging));
        assert_eq!(
            parse("GET /registrations: rows 25; GET /registrations: one-page, GET /registrations: count 7 x1").unwrap(),
            [paged(Paging::Rows(25)), paged(Paging::None), paged(Paging::Count(7)).times(1)]
        );
        let faults = parse("GET: redirect http://127.0.0.1:1/x x1; GET: 429 7; *: silence; /pops: 404").unwrap();
        assert_eq!(
            faults,
            [
                Fault::next("GET", "", FaultEffect::Redirect { to: "http://127.0.0.1:1/x".to_owned() }),
                Fault::always("GET", "", FaultEffect::TooMany { retry_after: Some(7) }),
                Fault::always("*", "", FaultEffect::Silence),
                Fault::always("*", "/pops", FaultEffect::NoApi),
            ]
        );
    }

    #[test]
    fn mistakes_name_the_word_and_what_may_stand_there() {
        for (text, expected) in [
            ("412", "`412`: write what is hit, a colon"),
            ("patch: 412", "`patch` is neither a method in capitals"),
            ("GET: explode", "`explode` is no fault; there are: delay TIME, late TIME"),
            ("GET: delay soon", "`soon` after `delay` is not a time such as 500ms"),
            ("GET: 503 soon", "`soon` after `503` is not a number of seconds"),
            ("GET: 412 twice", "`twice` is too much"),
            ("GET: rows few", "`few` after `rows` is not a number"),
            ("GET:", "`` is no fault"),
        ] {
            let message = parse(text).unwrap_err().to_string();
            assert!(message.starts_with(expected), "{message}");
        }
    }

    #[test]
    fn a_path_is_hit_with_everything_below_it() {
        let fault = Fault::always("PATCH", "/api/rest/admin/registrations/1", FaultEffect::Conflict);
        assert!(fault.hits("PATCH", "/api/rest/admin/registrations/1"));
        assert!(fault.hits("PATCH", "/api/rest/admin/registrations/1/relationships/pop"));
        assert!(!fault.hits("PATCH", "/api/rest/admin/registrations/13"));
        assert!(!fault.hits("GET", "/api/rest/admin/registrations/1"));
        assert!(!fault.times(0).hits("PATCH", "/api/rest/admin/registrations/1"));
    }
}

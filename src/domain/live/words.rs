//! Live state in words: the cell of a list, the lines of a detail, errors with what usually causes them. Texts of
//! nodes come out as they were written: hostile until sanitised.

use std::fmt::Write as _;
use std::time::Duration;

use super::drift::{self, Drift, Expected};
use super::node_list::{Initiator, LiveState, NodeList, NodeRow};
use super::picture::{KnownNode, Picture};
use super::summary::{Due, LiveSummary, OnNode, Overall, Says};
use crate::domain::count::counted;
use crate::domain::record::{FieldId, Relation, Targets};

/// Code of a SIP answer, its reason where the node sends none, and what usually causes it.
#[derive(Debug, Clone, Copy)]
struct Cause {
    code: u16,
    reason: &'static str,
    usual: &'static str,
}

const fn cause(code: u16, reason: &'static str, usual: &'static str) -> Cause {
    Cause { code, reason, usual }
}

#[rustfmt::skip]
const CAUSES: [Cause; 19] = [
    cause(400, "Bad Request",                   "the registrar cannot read the REGISTER: check contact, route set and display name"),
    cause(401, "Unauthorized",                  "auth user or password is missing or wrong"),
    cause(403, "Forbidden",                     "the registrar refuses this user or the node's address: check credentials and its access list"),
    cause(404, "Not Found",                     "the registrar does not know this user or domain"),
    cause(405, "Method Not Allowed",            "this host accepts no REGISTER: check domain and route set"),
    cause(407, "Proxy Authentication Required", "a proxy wants other credentials"),
    cause(408, "Request Timeout",               "no answer: check domain, port, transport, route set and firewalls"),
    cause(415, "Unsupported Media Type",        "the registrar cannot read the REGISTER"),
    cause(420, "Bad Extension",                 "the registrar lacks an extension that the node asks for"),
    cause(423, "Interval Too Brief",            "expire is below the registrar's minimum: set a larger one"),
    cause(439, "First Hop Lacks Outbound",      "the first proxy does not support outbound"),
    cause(480, "Temporarily Unavailable",       "the registrar cannot handle it now"),
    cause(482, "Loop Detected",                 "the route set leads back: check it"),
    cause(500, "Server Internal Error",         "the registrar has a fault of its own"),
    cause(502, "Bad Gateway",                   "a proxy on the way got no good answer: check the route set"),
    cause(503, "Service Unavailable",           "the registrar is overloaded, or its name has no address"),
    cause(504, "Server Time-out",               "a proxy on the way got no answer"),
    cause(600, "Busy Everywhere",               "the registrar refuses it"),
    cause(603, "Decline",                       "the registrar refuses it"),
];

fn known(code: u16) -> Option<&'static Cause> {
    CAUSES.iter().find(|known| known.code == code)
}

/// What usually causes an error, where that is known.
pub fn usual_cause(code: u16, initiator: Initiator) -> Option<&'static str> {
    match (code, initiator) {
        (0, _) => None,
        (408, Initiator::Remote) => Some("a proxy on the way got no answer from the registrar"),
        (503, Initiator::Local) => Some("the next hop cannot be reached: check domain, DNS, transport and route set"),
        (code, _) => known(code).map(|known| known.usual),
    }
}

/// The last error: "403 Forbidden, by the registrar", "408 Request Timeout, never reached the registrar".
pub fn error(code: u16, reason: Option<&str>, initiator: Initiator) -> Option<String> {
    if code == 0 {
        return None;
    }
    let reason = reason.filter(|reason| !reason.is_empty()).or_else(|| known(code).map(|known| known.reason));
    let mut text = code.to_string();
    if let Some(reason) = reason {
        let _ = write!(text, " {reason}");
    }
    match initiator {
        Initiator::Remote => text.push_str(", by the registrar"),
        Initiator::Local => text.push_str(", never reached the registrar"),
        Initiator::Unsaid => {}
    }
    Some(text)
}

/// A span in one unit: `45s`, `29m`, `3h`, `2d`.
pub fn span(seconds: u64) -> String {
    match seconds {
        0..=99 => format!("{seconds}s"),
        100..=5_999 => format!("{}m", seconds / 60),
        6_000..=172_799 => format!("{}h", seconds / 3_600),
        _ => format!("{}d", seconds / 86_400),
    }
}

/// A span that changes once a minute at most, so that a screen that shows it stays silent: `<1m`, `29m`, `3h`, `2d`.
pub fn coarse(seconds: u64) -> String {
    match seconds {
        0..=59 => "<1m".to_owned(),
        60..=5_999 => format!("{}m", seconds / 60),
        _ => span(seconds),
    }
}

/// An age in a sentence: "45 s", "2 min", "3 h".
pub fn age(seconds: u64) -> String {
    match seconds {
        0..=99 => format!("{seconds} s"),
        100..=5_999 => format!("{} min", seconds / 60),
        6_000..=172_799 => format!("{} h", seconds / 3_600),
        _ => format!("{} days", seconds / 86_400),
    }
}

/// The cell of a list: `active 29m`, `error 403`, `pending 3/10`, `waiting for lon-n1`, of several nodes `pending 2/3` (as it
/// should be on 2 of 3), `? 4m`. Attempts and times of one of several nodes say nothing of the others. `most` is the
/// registration's `max-attempts`, `now` the age of the program.
pub fn cell(summary: &LiveSummary, most: Option<i64>, now: Duration, targets: &Targets) -> String {
    let in_part = summary.of > 1 && summary.good < summary.of && summary.overall != Overall::Unknown;
    let mut text = match summary.overall {
        Overall::Unknown => "?".to_owned(),
        Overall::Lingering => "still on".to_owned(),
        other => other.word().to_owned(),
    };
    let detail = match summary.overall {
        // Where they are several, how many are as they should be is worth more than what one of them says.
        Overall::Pending | Overall::Postponed | Overall::Active if in_part => None,
        Overall::Error if summary.code > 0 => Some(summary.code.to_string()),
        Overall::Active => summary.left.map(|left| coarse(left.into())),
        Overall::Pending => summary.attempt.filter(|attempt| *attempt > 0).map(|attempt| match most {
            Some(most) if most > 0 => format!("{attempt}/{most}"),
            Some(_) | None => attempt.to_string(),
        }),
        Overall::Postponed => summary.postponed.map(|millis| span(u64::from(millis).div_ceil(1000))),
        Overall::Unknown => summary.heard.map(|heard| coarse(now.as_secs().saturating_sub(heard.into()))),
        Overall::Waiting => summary.waits.map(|node| format!("for {}", targets.label(Relation::Node, node))),
        _ => None,
    };
    if let Some(detail) = detail {
        let _ = write!(text, " {detail}");
    }
    let named = summary.overall == Overall::Waiting && summary.waits.is_some();
    if in_part && !named {
        let _ = write!(text, " {}/{}", summary.good, summary.of);
    }
    text
}

/// The name of a node of the API, or what the provider calls it.
pub fn node_name(on_node: &OnNode<'_>, targets: &Targets) -> String {
    match (on_node.node, on_node.known) {
        (Some(id), _) => targets.label(Relation::Node, id).into_owned(),
        (None, Some(known)) => known.name.clone(),
        (None, None) => "a node".to_owned(),
    }
}

/// How exactly times are shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Grain {
    /// To the second: for who reads it once.
    Seconds,
    /// To the minute: for a screen, which stays as it is for so long.
    Minutes,
}

/// Seconds of Unix time, and how old the program is.
#[derive(Debug, Clone, Copy)]
pub struct Now {
    /// Time of day.
    pub wall: i64,
    /// Since the start of the program.
    pub mono: Duration,
    /// How exactly times are shown.
    pub grain: Grain,
}

impl Now {
    /// An age in a sentence: `45 s`, `2 min`; to the minute `<1 min`.
    fn age(self, seconds: u64) -> String {
        match (self.grain, seconds) {
            (Grain::Minutes, 0..=59) => "<1 min".to_owned(),
            (Grain::Minutes, 60..=99) => "1 min".to_owned(),
            (Grain::Seconds | Grain::Minutes, _) => age(seconds),
        }
    }

    /// A span that is left, or that is waited for.
    fn span(self, seconds: u64) -> String {
        match self.grain {
            Grain::Seconds => span(seconds),
            Grain::Minutes => coarse(seconds),
        }
    }
}

/// What one node says, without its name: "active, 29m left of the granted time, since 2 h". One sentence.
pub fn state(on_node: &OnNode<'_>, enabled: bool, now: Now) -> String {
    match on_node.says {
        Says::Unknown(last) => {
            let why = on_node.known.map_or_else(|| "not asked yet".to_owned(), unknown_because);
            match last {
                Some((row, heard)) => {
                    let ago = now.age(now.mono.saturating_sub(heard).as_secs());
                    format!("unknown: {why}; {} {ago} ago", Overall::of(row.state).word())
                }
                None => format!("unknown: {why}"),
            }
        }
        Says::Missing if enabled => "absent: the node does not list it".to_owned(),
        Says::Missing => "off: the node does not list it".to_owned(),
        Says::Listed(row) => {
            let mut text = listed(row, now);
            match (enabled, on_node.due) {
                (false, _) => text.push_str("; disabled, but the node still has it"),
                (true, Due::No) => text.push_str("; by POP and node it should not load it"),
                (true, Due::Yes | Due::Unknown) => {}
            }
            text
        }
    }
}

/// Why it is not known what a node has.
fn unknown_because(known: &KnownNode) -> String {
    match (&known.unreachable, known.list().unusable()) {
        (Some(why), _) => why.to_string(),
        (None, 0) => "not asked yet".to_owned(),
        (None, some) => format!("the node lists {} without an ID", counted(some, "registration")),
    }
}

fn listed(row: &NodeRow, now: Now) -> String {
    let mut parts = vec![Overall::of(row.state).word().to_owned()];
    if row.state == LiveState::Active {
        parts.extend(row.left().map(|left| format!("{} left", now.span(left.into()))));
    }
    let since = |at: i64| now.age(u64::try_from(now.wall.saturating_sub(at)).unwrap_or_default());
    parts.extend(row.registered_at().map(|at| {
        if row.state == LiveState::Active {
            format!("since {}", since(at))
        } else {
            format!("last active {} ago", since(at))
        }
    }));
    if row.state != LiveState::Active {
        parts.extend(row.attempt().filter(|attempt| *attempt > 0).map(|attempt| format!("attempt {attempt}")));
        parts.extend(row.asked_at().map(|at| format!("last sent {} ago", since(at))));
    }
    if row.state == LiveState::Postponed {
        let wait = row.postponed().map(|millis| u64::from(millis).div_ceil(1000));
        parts.extend(wait.map(|wait| format!("next attempt in {}", now.span(wait))));
    }
    parts.join(", ")
}

/// What is wrong on one node, each a sentence: the last error with its usual cause, and each value that differs.
pub fn problems(on_node: &OnNode<'_>, expected: &Expected, targets: &Targets) -> Vec<String> {
    let Says::Listed(row) = on_node.says else { return Vec::new() };
    let mut problems = Vec::new();
    // A node keeps the last error after it registered: that is history, not a problem.
    if row.state != LiveState::Active
        && let Some(error) = error(row.code, on_node.reason(), row.initiator())
    {
        let cause = usual_cause(row.code, row.initiator());
        problems.push(cause.map_or_else(|| error.clone(), |cause| format!("{error}: {cause}")));
    }
    if on_node.due != Due::No {
        let drifts = on_node.loaded().map(|loaded| expected.drifts(loaded, targets)).unwrap_or_default();
        problems.extend(drifts.iter().map(|drift: &Drift| format!("still has {}", drift.sentence())));
    }
    problems
}

/// What of a change no one can see on the nodes, behind the words that they show it; empty where they show all.
pub fn unseen(on_nodes: &[OnNode<'_>], changed: &[FieldId]) -> String {
    let shown: Vec<&str> = on_nodes.iter().map(|on_node| on_node.loaded().unwrap_or_default()).collect();
    let fields = drift::unseen(changed, &shown);
    if fields.is_empty() {
        return String::new();
    }
    let names: Vec<&str> = fields.iter().map(|field| field.field().name).collect();
    format!(" (nodes do not show {})", names.join(", "))
}

/// Why a node that is behind may be fine: "it has not polled since your change 2 min ago".
pub fn not_polled(changed: Duration, now: Now) -> String {
    format!("it has not polled since your change {} ago", now.age(now.mono.saturating_sub(changed).as_secs()))
}

/// How many registrations of a node are in which state: "12 active, 1 error".
pub fn counts(list: &NodeList) -> String {
    const ORDER: [LiveState; 6] = [
        LiveState::Active,
        LiveState::Pending,
        LiveState::Postponed,
        LiveState::Expired,
        LiveState::Error,
        LiveState::Unclear,
    ];
    let count = |state: LiveState| list.rows().iter().filter(|row| row.state == state).count();
    let reported =
        ORDER.into_iter().map(|state| (count(state), Overall::of(state).word())).filter(|(count, _)| *count > 0);
    let reported: Vec<String> = reported.map(|(count, word)| format!("{count} {word}")).collect();
    if reported.is_empty() { "none".to_owned() } else { reported.join(", ") }
}

/// The state of the provider in a few words: `14/14 nodes`.
pub fn reach(picture: &Picture) -> String {
    let (reachable, of) = picture.reachable();
    format!("{reachable}/{}", counted(of, "node"))
}

#[cfg(test)]
mod tests {
    use super::*;

    const QUIET: LiveSummary = LiveSummary {
        overall: Overall::Active,
        good: 1,
        of: 1,
        unknown: 0,
        code: 0,
        attempt: None,
        left: None,
        postponed: None,
        heard: None,
        drift: false,
        waits: None,
    };

    #[test]
    fn cells_are_short_and_say_the_worst_first() {
        let show = |summary: LiveSummary, most| cell(&summary, most, Duration::from_secs(300), &Targets::default());
        assert_eq!(show(LiveSummary { left: Some(1_790), ..QUIET }, None), "active 29m");
        assert_eq!(show(LiveSummary { left: Some(45), ..QUIET }, None), "active <1m");
        assert_eq!(show(LiveSummary { overall: Overall::Error, code: 403, good: 0, ..QUIET }, None), "error 403");
        let pending = LiveSummary { overall: Overall::Pending, attempt: Some(3), good: 0, ..QUIET };
        assert_eq!(show(pending, Some(10)), "pending 3/10");
        assert_eq!(show(pending, None), "pending 3");
        let postponed = LiveSummary { overall: Overall::Postponed, postponed: Some(11_001), ..QUIET };
        assert_eq!(show(postponed, None), "postponed 12s");
        assert_eq!(
            show(LiveSummary { overall: Overall::Error, code: 401, good: 2, of: 3, ..QUIET }, None),
            "error 401 2/3"
        );
        let pending = LiveSummary { good: 7, of: 14, ..pending };
        assert_eq!(show(pending, Some(100)), "pending 7/14", "attempts of one node beside a count of nodes mislead");
        assert_eq!(show(LiveSummary { overall: Overall::Unknown, heard: Some(60), ..QUIET }, None), "? 4m");
        assert_eq!(show(LiveSummary { overall: Overall::Off, ..QUIET }, None), "off");
        let part = LiveSummary { left: Some(1_790), good: 13, of: 14, ..QUIET };
        assert_eq!(show(part, None), "active 13/14", "twelve cells, as many as a narrow list has");
        let waiting = LiveSummary { overall: Overall::Waiting, good: 0, waits: Some(7), ..QUIET };
        assert_eq!(show(waiting, None), "waiting for node 7");
    }

    #[test]
    fn a_cell_without_its_count_fits_a_narrow_column_and_with_it_a_wide_one() {
        let (left, postponed, heard) = (Some(4_000_000), Some(u32::MAX), Some(0));
        for overall in Overall::ALL {
            for (good, of) in [(0, 1), (1, 2), (7, 14)] {
                let summary =
                    LiveSummary { overall, good, of, code: 503, attempt: Some(99), left, postponed, heard, ..QUIET };
                let cell = cell(&summary, Some(100), Duration::from_secs(359_999), &Targets::default());
                let without = cell.strip_suffix(&format!(" {good}/{of}")).unwrap_or(&cell);
                assert!(without.len() <= if of == 1 { 14 } else { 12 }, "{cell}");
                assert!(cell.len() <= 14, "{cell}");
            }
        }
    }

    #[test]
    fn errors_say_who_and_why() {
        assert_eq!(error(403, Some("Forbidden"), Initiator::Remote).unwrap(), "403 Forbidden, by the registrar");
        assert_eq!(error(408, None, Initiator::Local).unwrap(), "408 Request Timeout, never reached the registrar");
        assert_eq!(error(0, Some("x"), Initiator::Local), None);
        assert!(usual_cause(423, Initiator::Remote).unwrap().contains("larger"));
        assert_ne!(usual_cause(503, Initiator::Local), usual_cause(503, Initiator::Remote));
        assert_eq!(usual_cause(499, Initiator::Remote), None);
    }

    #[test]
    fn every_cause_is_found_once() {
        for (at, known) in CAUSES.iter().enumerate() {
            assert_eq!(CAUSES.iter().position(|other| other.code == known.code), Some(at));
            assert!(usual_cause(known.code, Initiator::Unsaid).is_some());
        }
    }

    #[test]
    fn spans_keep_two_digits() {
        assert_eq!([0, 99, 100, 5_999, 6_000, 172_800].map(span), ["0s", "99s", "1m", "99m", "1h", "2d"]);
    }
}

//! What the status line says, in pieces with a priority: the right end drops first on a narrow screen.

use std::time::Duration;

use crate::domain::request_error::TroubleKind;

use crate::app::App;
use crate::app::core::context::Context;
use crate::app::model::time::{coarse, until_coarse_changes};
use crate::app::sync::Sync;

/// From this age on a request in flight is mentioned.
const MENTIONED: Duration = Duration::from_millis(300);

/// Below this a token's end is counted down.
const TOKEN_ENDS: Duration = Duration::from_secs(120);

/// How a piece is meant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Weight {
    /// As it should be.
    Plain,
    /// Needs attention.
    Alarm,
}

/// One piece of the status line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Piece {
    /// What it says.
    pub text: String,
    /// How it is meant.
    pub weight: Weight,
}

fn plain(text: impl Into<String>) -> Piece {
    Piece { text: text.into(), weight: Weight::Plain }
}

fn alarm(text: impl Into<String>) -> Piece {
    Piece { text: text.into(), weight: Weight::Alarm }
}

/// Why nothing is there: the server is away, we are not let in, or it answered something else.
const fn absence(kind: TroubleKind) -> &'static str {
    match kind {
        TroubleKind::Unreachable
        | TroubleKind::Cut
        | TroubleKind::TimedOut
        | TroubleKind::Certificate
        | TroubleKind::Busy => "OFFLINE",
        TroubleKind::SignInNeeded | TroubleKind::SignInRefused | TroubleKind::TokenRefused => "NOT SIGNED IN",
        TroubleKind::ForeignOrigin
        | TroubleKind::Forbidden
        | TroubleKind::NoSuchRecord
        | TroubleKind::NoSuchApi
        | TroubleKind::Conflict
        | TroubleKind::Precondition
        | TroubleKind::Invalid
        | TroubleKind::Refused
        | TroubleKind::ServerError
        | TroubleKind::Unreadable
        | TroubleKind::TooLarge
        | TroubleKind::Unsendable => "NOT READ",
    }
}

/// The setting alone, without where it stands.
fn short(name: &str) -> &str {
    name.split_once(' ').map_or(name, |(setting, _)| setting)
}

impl App {
    /// The pieces, most important first.
    #[must_use]
    pub fn status(&self) -> Vec<Piece> {
        let mut pieces = vec![plain(format!("[{} {}]", self.cx.setup.profile, self.cx.setup.access.word()))];
        if self.cx.setup.plaintext {
            pieces.push(alarm("PLAINTEXT".to_owned()));
        }
        if let Some(user) = self.sync.link.user.as_ref().or(self.cx.setup.user.as_ref()) {
            pieces.push(plain(user.clone()));
        }
        if let Some(name) = &self.sync.link.waits_for {
            pieces.push(alarm(format!("waiting for {}", short(name))));
        }
        pieces.push(self.sync.freshness(&self.cx));
        pieces.extend(self.live_piece());
        if let Some((text, failing)) = self.sync.watch.status() {
            pieces.push(if failing { alarm(text) } else { plain(text) });
        }
        // Before what drops first: the next action is about them.
        if !self.list.marked().is_empty() {
            pieces.push(plain(self.store.marks.count().text()));
        }
        let alone = self.writes.under_way.values().filter(|under_way| !under_way.among_many).count();
        if alone > 0 {
            pieces.push(plain(format!("writing {alone}")));
        }
        pieces.extend(self.writes.batch_piece(&self.cx));
        if let Some((count, age)) = self.cx.in_flight()
            && age >= MENTIONED
        {
            let requests = if count == 1 { "request" } else { "requests" };
            pieces.push(plain(format!("{count} {requests} {}s", age.as_secs())));
        }
        if let Some(until) = self.sync.token_until {
            let left = until.saturating_sub(self.cx.now.mono);
            pieces.push(if left.is_zero() {
                alarm("tok ended")
            } else if left <= TOKEN_ENDS {
                let text = format!("tok {}:{:02}", left.as_secs() / 60, left.as_secs() % 60);
                if self.sync.link.renewable { plain(text) } else { alarm(text) }
            } else {
                let minutes = left.as_secs() / 60;
                plain(if minutes < 2 * 24 * 60 {
                    format!("tok {minutes}m")
                } else {
                    format!("tok {}d", minutes / 1_440)
                })
            });
        }
        if let Some(rtt) = self.sync.link.rtt {
            pieces.push(plain(format!("rtt {}ms", rtt.as_millis())));
        }
        let drafts = self.store.drafts.keys().filter(|id| self.panes.has_draft(&self.store, **id)).count();
        if drafts > 0 {
            pieces.push(plain(format!("{drafts} {}", if drafts == 1 { "draft" } else { "drafts" })));
        }
        pieces
    }
}

impl Sync {
    fn freshness(&self, cx: &Context) -> Piece {
        let held = self.sweep.held_up.as_ref();
        let age = self.sweep.synced.map(|at| cx.now.since(at));
        let retry = held.and_then(|held| held.retry_at).map_or_else(String::new, |at| {
            format!(", again in {}s", at.saturating_sub(cx.now.mono).as_secs_f64().ceil())
        });
        match (held, age) {
            (Some(_), Some(age)) => alarm(format!("STALE {}{retry}", coarse(age))),
            (Some(held), None) => alarm(format!("{}{retry}", absence(held.trouble.kind))),
            (None, _) if self.sweep.is_running() => {
                let loaded = self.sweep.seen();
                match self.sweep.total {
                    Some(total) => plain(format!("reading {loaded}/{total}")),
                    None => plain("reading"),
                }
            }
            (None, Some(age)) => plain(format!("synced {}", coarse(age))),
            (None, None) => plain("not read"),
        }
    }

    /// Times at which a piece will read differently by itself.
    pub(in crate::app) fn status_changes_at(&self, cx: &Context) -> Vec<Duration> {
        let now = cx.now.mono;
        let mut times = Vec::new();
        if let Some(synced) = self.sweep.synced {
            times.push(now + until_coarse_changes(cx.now.since(synced)));
        }
        if let Some((_, age)) = cx.in_flight() {
            let next = if age < MENTIONED { MENTIONED } else { Duration::from_secs(age.as_secs() + 1) };
            times.push(now + next.saturating_sub(age));
        }
        if let Some(left) = self.token_until.map(|until| until.saturating_sub(now)).filter(|left| !left.is_zero()) {
            // Beyond two minutes the text changes with each minute, below with each second.
            let step = if left > TOKEN_ENDS + Duration::from_secs(1) { 60 } else { 1 };
            let past = left.as_secs() % step;
            times.push(now + Duration::from_secs(past) + Duration::from_nanos(u64::from(left.subsec_nanos()) + 1));
        }
        times
    }
}

//! What the status line says, in pieces with a priority: the right end drops first on a narrow screen.

use std::time::Duration;

use crate::domain::count::counted;
use crate::domain::request_error::{RequestError, RequestErrorKind};

use crate::app::core::{Access, Context};
use crate::app::model::piece::{StatusPiece, Weight, alarm, left, plain};
use crate::app::model::time::{coarse, until_coarse_changes};
use crate::app::rooms::Rooms;
use crate::app::store::Store;
use crate::app::sync::Sync;

/// From this age on a request in flight is mentioned.
const MENTIONED: Duration = Duration::from_millis(300);

/// Below this a token's end is counted down.
const TOKEN_ENDS: Duration = Duration::from_secs(120);

/// From this age on the list is old news.
const OLD: Duration = Duration::from_secs(120);

/// Why nothing is there: the server is away, we are not let in, or it answered something else.
const fn absence(error: &RequestError) -> &'static str {
    match error.kind {
        RequestErrorKind::Unreachable
        | RequestErrorKind::Cut
        | RequestErrorKind::TimedOut
        | RequestErrorKind::Certificate
        | RequestErrorKind::Busy => "OFFLINE",
        RequestErrorKind::TokenRefused => "NOT SIGNED IN",
        _ if error.asks_to_sign_in() => "NOT SIGNED IN",
        _ => "NOT READ",
    }
}

/// The setting alone, without where it stands.
fn short(name: &str) -> &str {
    name.split_once(' ').map_or(name, |(setting, _)| setting)
}

/// The pieces as they stand from left to right, each with its rank.
pub fn status(rooms: &Rooms) -> Vec<StatusPiece> {
    let setup = &rooms.cx.setup;
    let mut pieces = Vec::new();
    if let Some(badge) = &setup.badge {
        pieces.push(left(Weight::Badge, 0, badge.clone()));
    }
    pieces.push(left(Weight::Name, 0, setup.name().to_owned()));
    if setup.plaintext {
        pieces.push(StatusPiece { weight: Weight::Alarm, ..left(Weight::Plain, 1, "PLAINTEXT".to_owned()) });
    }
    if setup.host() != setup.name() {
        pieces.push(left(Weight::Plain, 6, setup.host().to_owned()));
    }
    if let Some(user) = rooms.cx.link.user.as_ref().or(setup.user.as_ref()) {
        // Who changes something is more than how fast the link is.
        pieces.push(left(Weight::Faint, 5, user.clone()));
    }
    let access = if setup.access == Access::Write { Weight::Faint } else { Weight::Warn };
    pieces.push(left(access, 2, setup.access.word().to_owned()));
    if let Some(name) = &rooms.cx.link.waits_for {
        pieces.push(alarm(3, "", format!("waiting for {}", short(name))));
    }
    pieces.push(rooms.sync.freshness(&rooms.cx, &rooms.store));
    pieces.extend(rooms.store.live_piece(&rooms.cx));
    if let Some((text, failing)) = rooms.sync.watch.status() {
        pieces.push(if failing { alarm(3, "", text) } else { plain(3, "", text) });
    }
    // Before what gives way first: the next action is about them.
    if !rooms.store.marked().is_empty() {
        pieces.push(plain(3, "", rooms.store.marks.count.text()));
    }
    let alone = rooms.store.writes.under_way.values().filter(|under_way| !under_way.among_many).count();
    if alone > 0 {
        pieces.push(plain(3, "writing", alone.to_string()));
    }
    pieces.extend(rooms.writes.batch_piece(&rooms.cx));
    let drafts = rooms.store.drafts.keys().filter(|id| rooms.store.has_draft(**id)).count();
    if drafts > 0 {
        pieces.push(plain(9, "", counted(drafts, "draft")));
    }
    if let Some((count, age)) = rooms.cx.in_flight()
        && age >= MENTIONED
    {
        let requests = counted(count, "request");
        pieces.push(plain(4, "", format!("{requests} {}s", age.as_secs())));
    }
    pieces.extend(rooms.sync.token_piece(&rooms.cx));
    if let Some(rtt) = rooms.cx.link.rtt {
        pieces.push(plain(7, "rtt", format!("{} ms", rtt.as_millis())));
    }
    pieces
}

impl Sync {
    fn freshness(&self, cx: &Context, store: &Store) -> StatusPiece {
        let held = self.sweep.held_up.as_ref();
        let age = store.loaded.synced.map(|at| cx.now.since(at));
        let retry = held.and_then(|held| held.retry_at).map_or_else(String::new, |at| {
            format!(", again in {}s", at.saturating_sub(cx.now.mono).as_secs_f64().ceil())
        });
        match (held, age) {
            (Some(_), Some(age)) => alarm(1, "", format!("STALE {}{retry}", coarse(age))),
            (Some(held), None) => alarm(1, "", format!("{}{retry}", absence(&held.error))),
            (None, _) if self.sweep.is_running() => {
                // The first reading counts the records loaded, as the list's header does. A later one counts those it
                // has compared: all of them are loaded already.
                let loaded = if store.loaded.synced.is_none() { store.records.len() } else { self.sweep.seen() };
                match store.loaded.total {
                    Some(total) => plain(1, "reading", format!("{loaded}/{total}")),
                    None => plain(1, "", "reading"),
                }
            }
            (None, Some(age)) if age >= OLD => StatusPiece { weight: Weight::Warn, ..plain(1, "synced", coarse(age)) },
            (None, Some(age)) => plain(1, "synced", coarse(age)),
            (None, None) => plain(1, "", "not read"),
        }
    }

    /// Times at which a piece will read differently by itself.
    pub(in crate::app) fn status_changes_at(&self, cx: &Context, store: &Store) -> Vec<Duration> {
        let now = cx.now.mono;
        let mut times = Vec::new();
        if let Some(synced) = store.loaded.synced {
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

    pub(in crate::app) fn token_piece(&self, cx: &Context) -> Option<StatusPiece> {
        let left = self.token_until?.saturating_sub(cx.now.mono);
        Some(if left.is_zero() {
            alarm(2, "", "token ended")
        } else if left <= TOKEN_ENDS {
            let text = format!("{}:{:02}", left.as_secs() / 60, left.as_secs() % 60);
            if cx.link.renewable { plain(5, "token", text) } else { alarm(3, "token", text) }
        } else {
            let minutes = left.as_secs() / 60;
            let text = if minutes < 2 * 24 * 60 { format!("{minutes}m") } else { format!("{}d", minutes / 1_440) };
            plain(9, "token", text)
        })
    }
}

//! When the app needs to be woken, and what it does then. An idle app asks for no more than once a minute.

use std::time::Duration;

use crate::domain::answer::Link;

use crate::app::core::context::Context;
use crate::app::core::effect::Effect;
use crate::app::core::effect::Read;
use crate::app::core::notice::Tone;
use crate::app::core::ticket::Slot;
use crate::app::sync::Sync;
use crate::app::{App, Side};

/// How long before its end a token is renewed, where it lives long enough.
pub(in crate::app) const RENEW_AHEAD: Duration = Duration::from_secs(30);

/// Seconds of clock difference from which it is reported.
const CLOCKS_APART: i64 = 300;

/// Whose clock counts for what; `ahead` is in seconds.
fn clocks_apart(ahead: i64) -> String {
    let minutes = ahead.unsigned_abs() / 60;
    let span = match (minutes / 60, minutes % 60) {
        (0, minutes) => format!("{minutes} min"),
        (hours, _) if hours >= 48 => format!("{} days", hours / 24),
        (hours, 0) => format!("{hours} h"),
        (hours, minutes) => format!("{hours} h {minutes} min"),
    };
    let side = if ahead > 0 { "ahead of" } else { "behind" };
    format!(
        "The server's clock is {span} {side} this machine's. Check both clocks; times on screen are this machine's."
    )
}

impl App {
    /// A time has come.
    pub(in crate::app) fn woke(&mut self) {
        let mono = self.cx.now.mono;
        for side in &mut self.panes.stack {
            if let Some(until) = side.revealed_until_mut()
                && until.is_some_and(|until| until <= mono)
            {
                *until = None;
            }
        }
        self.writes.batch_woke(&mut self.cx, &mut self.store);
        if self.sync.sweep.held_up.as_ref().and_then(|held| held.retry_at).is_some_and(|at| at <= mono) {
            self.sync.sweep.retry(&mut self.cx, &self.store.records);
        }
        self.store.read_back_due(&mut self.cx);
        self.watch_woke();
        if self.sync.renewal_at(&self.cx).is_some_and(|at| at <= mono) {
            let effect = Effect::Read { ticket: self.cx.tickets.open(Slot::SignIn), read: Read::Renew };
            self.cx.effect(effect);
        }
    }

    /// When the app next needs to be woken, if at all. An idle app asks for no more than once a minute.
    #[must_use]
    pub fn wake_at(&self) -> Option<Duration> {
        let mono = self.cx.now.mono;
        if let Some(lock) = &self.lock.locked {
            let read_back = self.store.writes.read_back_at().filter(|_| !lock.forgotten);
            let read_back = read_back.map(|at| at.max(mono + Duration::from_millis(1)));
            return self.batch_wakes_at().into_iter().chain(read_back).filter(|at| *at > mono).min();
        }
        let mut times: Vec<Duration> = Vec::new();
        times.extend(self.lock.locks_at());
        times.extend(self.store.writes.read_back_at().map(|at| at.max(mono + Duration::from_millis(1))));
        times.extend(self.sync.status_changes_at(&self.cx, &self.store));
        times.extend(self.sync.renewal_at(&self.cx));
        times.extend(self.batch_wakes_at());
        times.extend(self.overlay.progress_wakes_at());
        times.extend(self.rests_at());
        times.extend(self.store.live_wakes_at().map(|at| at.max(mono + Duration::from_millis(1))));
        // A key may come between its time and the waking: it is still to be looked then.
        times.extend(self.sync.watch.wake_at().map(|at| at.max(mono + Duration::from_millis(1))));
        for side in &self.panes.stack {
            match side {
                Side::Detail(pane) => times.extend(pane.revealed_until),
                Side::Form(form) => times.extend(form.revealed_until),
                Side::Document { .. } | Side::Target(_) => {}
            }
        }
        if let Some(at) = self.sync.sweep.held_up.as_ref().and_then(|held| held.retry_at) {
            // The countdown shows whole seconds.
            let left = at.saturating_sub(mono);
            times.push(mono + Duration::from_nanos(u64::from(left.subsec_nanos()).max(1)));
            times.push(at);
        }
        times.into_iter().filter(|at| *at > mono).min()
    }
}

impl Sync {
    /// The connection reported its state. A token that ends later than the last one is new, and as long is its life.
    pub(in crate::app) fn linked(&mut self, cx: &mut Context, link: Link) {
        let until = link.token_left.map(|left| cx.now.mono.saturating_add(left));
        if let (Some(left), Some(until)) = (link.token_left, until)
            && self.token_until.is_none_or(|known| until > known + Duration::from_secs(1))
        {
            // A short life must not be spent on renewing: that would be a sign-in every second.
            self.renew_ahead = RENEW_AHEAD.min(left / 20 * 3);
        }
        self.token_until = until;
        let (before, now) = (cx.link.skew.unwrap_or_default(), link.skew.unwrap_or_default());
        cx.link = link;
        if now.abs() >= CLOCKS_APART && now.abs_diff(before) >= CLOCKS_APART.unsigned_abs() {
            cx.say(Tone::Plain, clocks_apart(now));
        }
    }

    /// When a new token is to be had in the background: before the old one ends.
    fn renewal_at(&self, cx: &Context) -> Option<Duration> {
        let until = self.token_until?;
        let under_way = cx.flights.values().any(|(flying, _)| flying.slot == Slot::SignIn);
        if !cx.link.renewable || under_way {
            return None;
        }
        Some(until.saturating_sub(self.renew_ahead).max(cx.now.mono.min(until)))
    }
}

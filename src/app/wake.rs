//! When the app needs to be woken, and what it does then. An idle app asks for no more than once a minute.

use std::time::Duration;

use crate::domain::answer::Link;

use super::effect::{Effect, Read};
use super::ticket::Slot;
use super::{App, Side};

/// How long before its end a token is renewed, where it lives long enough.
pub(super) const RENEW_AHEAD: Duration = Duration::from_secs(30);

impl App {
    /// A time has come.
    pub(super) fn woke(&mut self) -> Vec<Effect> {
        let mono = self.now.mono;
        for side in &mut self.side {
            if let Some(until) = side.revealed_until_mut()
                && until.is_some_and(|until| until <= mono)
            {
                *until = None;
            }
        }
        let mut effects = Vec::new();
        if self.loading.held_up.as_ref().and_then(|held| held.retry_at).is_some_and(|at| at <= mono) {
            effects.extend(self.loading.retry());
        }
        if self.renewal_at().is_some_and(|at| at <= mono) {
            effects.push(Self::read(self.tickets.open(Slot::SignIn), Read::Renew));
        }
        effects
    }

    /// The connection told of itself. A token that ends later than the last one is new, and as long is its life.
    pub(super) fn linked(&mut self, link: Link) {
        let until = link.token_left.map(|left| self.now.mono + left);
        if let (Some(left), Some(until)) = (link.token_left, until)
            && self.token_until.is_none_or(|known| until > known + Duration::from_secs(1))
        {
            // A short life must not be spent on renewing: that would be a sign-in every second.
            self.renew_ahead = RENEW_AHEAD.min(left * 3 / 20);
        }
        self.token_until = until;
        self.link = link;
    }

    /// When a new token is to be had in the background: before the old one ends.
    fn renewal_at(&self) -> Option<Duration> {
        let until = self.token_until?;
        let under_way = self.flights.values().any(|(flying, _)| flying.slot == Slot::SignIn);
        if !self.link.renewable || under_way {
            return None;
        }
        Some(until.saturating_sub(self.renew_ahead).max(self.now.mono.min(until)))
    }

    /// When the app next needs to be woken, if at all. An idle app asks for no more than once a minute.
    #[must_use]
    pub fn wake_at(&self) -> Option<Duration> {
        if self.lock.is_some() {
            return None;
        }
        let mono = self.now.mono;
        let mut times: Vec<Duration> = Vec::new();
        times.extend(self.locks_at());
        times.extend(self.status_changes_at());
        times.extend(self.renewal_at());
        for side in &self.side {
            match side {
                Side::Detail(pane) => times.extend(pane.revealed_until),
                Side::Form(form) => times.extend(form.revealed_until),
                Side::Document { .. } | Side::Target(_) => {}
            }
        }
        if let Some(at) = self.loading.held_up.as_ref().and_then(|held| held.retry_at) {
            // The countdown shows whole seconds.
            let left = at.saturating_sub(mono);
            times.push(mono + Duration::from_nanos(u64::from(left.subsec_nanos()).max(1)));
            times.push(at);
        }
        times.into_iter().filter(|at| *at > mono).min()
    }
}

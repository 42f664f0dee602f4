//! Watching: at every period the records in view are read again, rarely the whole list, never two things at a
//! time, and the slower the server the rarer. Says when and what to read; what came of it is noticed elsewhere.

use std::time::Duration;

use crate::domain::answer::{Conditional, Page, Tag};
use crate::domain::record::Record as _;
use crate::domain::request_error::RequestError;
use crate::keys::{Command, Scope};

use crate::app::core::{Context, Effect, Intent, Read, Reply, Slot, Ticket, Tone};
use crate::app::model::argument_mistake::ArgumentMistake;
use crate::app::store::Store;
use crate::app::sync::Sync;
use crate::app::sync::sweep::FIRST_PAGE;

/// How often the watch reads where no one says.
const PERIOD: Duration = Duration::from_secs(30);

/// The shortest and the longest period.
const PERIODS: (Duration, Duration) = (Duration::from_secs(5), Duration::from_secs(24 * 3600));

/// The server rests at least so many times as long as it worked.
const REST: u32 = 5;

/// Periods between two readings of the whole list, and the bounds of the time that makes.
const SWEEP_EVERY: u32 = 10;
const SWEEPS: (Duration, Duration) = (Duration::from_secs(60), Duration::from_secs(300));

/// A reply that waits until a dialog is closed.
pub(in crate::app) type HeldReply = (Option<u64>, Ticket, Read, Reply);

/// What is being read for the watch.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
enum WatchRead {
    /// Nothing.
    #[default]
    Nothing,
    /// The records in view, since then, with so many answers to come.
    InView { since: Duration, open: usize },
    /// The whole list, since then.
    List { since: Duration },
}

/// State of the watch.
#[derive(Debug, Clone, Default)]
pub struct Watch {
    /// How often the watch reads; `None` while it is off.
    pub period: Option<Duration>,
    /// The period that it had last, while it is off.
    last_period: Option<Duration>,
    /// When it reads next.
    pub(in crate::app) due: Option<Duration>,
    reading: WatchRead,
    /// How long the last read took, and the last reading of the whole list.
    took: (Duration, Duration),
    /// What the last read brought: ids, tag, and the collection as it was then. Held to the rule for pages.
    known: Option<(Vec<u64>, Tag, u64)>,
    failures: u32,
    pub(in crate::app) held: Vec<HeldReply>,
}

/// What someone looks at.
#[derive(Debug, Clone)]
pub(in crate::app) struct WatchedView {
    /// The rows of the list, and the record that the focused pane is about.
    pub ids: Vec<u64>,
    /// The record in the pane on top.
    pub detail: Option<u64>,
    /// The screen that has the keyboard.
    pub scope: Scope,
}

impl Watch {
    /// What the status line says of it, and whether it fails.
    pub fn status(&self) -> Option<(String, bool)> {
        let period = self.period?;
        let every = self.interval(period);
        let slowed = if every > period { format!(", slow server: {}", spoken(every)) } else { String::new() };
        let failing = if self.failures > 0 { ", failing" } else { "" };
        Some((format!("watch {}{slowed}{failing}", spoken(period)), self.failures > 0))
    }

    /// The time from the start of a read to the next: the server rests in between.
    fn interval(&self, period: Duration) -> Duration {
        period.max(whole(self.took.0 * REST))
    }

    fn sweep_every(&self, period: Duration) -> Duration {
        let (least, most) = SWEEPS;
        (period * SWEEP_EVERY).clamp(least, most).max(period).max(self.took.1 * REST)
    }

    /// Gives up what is under way; it wants nothing until [`Watch::resume`].
    pub(in crate::app) fn pause(&mut self) {
        self.held.clear();
        self.reading = WatchRead::Nothing;
        self.due = None;
    }

    /// Goes on, where it is on.
    pub(in crate::app) fn resume(&mut self, now: Duration) {
        self.due = self.period.map(|period| now + self.interval(period));
    }

    pub(in crate::app) fn sweeps(&self) -> bool {
        matches!(self.reading, WatchRead::List { .. })
    }
}

/// Up to the next whole second.
const fn whole(time: Duration) -> Duration {
    Duration::from_secs(time.as_secs() + if time.subsec_nanos() > 0 { 1 } else { 0 })
}

/// A time as people say it: `30s`, `2m`, `1m30s`.
pub fn spoken(time: Duration) -> String {
    let seconds = time.as_secs();
    match (seconds / 3600, seconds / 60 % 60, seconds % 60) {
        (0, 0, seconds) => format!("{seconds}s"),
        (0, minutes, 0) => format!("{minutes}m"),
        (0, minutes, seconds) => format!("{minutes}m{seconds}s"),
        (hours, 0, _) => format!("{hours}h"),
        (hours, minutes, _) => format!("{hours}h{minutes}m"),
    }
}

/// What the argument of the command asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Wish {
    Off,
    Every(Duration),
}

/// Reads `30s`, `2m`, `1h`, `1m30s`, a bare number of seconds, or `off`.
fn wish(text: &str) -> Option<Wish> {
    let text = text.trim();
    if text.eq_ignore_ascii_case("off") {
        return Some(Wish::Off);
    }
    if let Ok(seconds) = text.parse() {
        return Some(Wish::Every(Duration::from_secs(seconds)));
    }
    let mut total = 0_u64;
    let mut number = String::new();
    for c in text.chars() {
        let unit = match c {
            '0'..='9' => {
                number.push(c);
                continue;
            }
            's' => 1,
            'm' => 60,
            'h' => 3600,
            _ => return None,
        };
        total = total.checked_add(number.parse::<u64>().ok()?.checked_mul(unit)?)?;
        number.clear();
    }
    (number.is_empty() && !text.is_empty()).then(|| Wish::Every(Duration::from_secs(total)))
}

impl Sync {
    /// `W` turns the watch on or off.
    pub(in crate::app) fn toggle_watch(&mut self, cx: &mut Context, store: &mut Store, in_view: &WatchedView) {
        if self.watch.period.is_some() {
            self.stop_watch(cx);
        } else {
            self.start_watch(cx, store, in_view, self.watch.last_period.unwrap_or(PERIOD));
        }
    }

    /// `:watch 2m` watches at that period, `:watch off` no longer.
    ///
    /// # Errors
    /// The text is neither.
    pub(in crate::app) fn watch_every(
        &mut self,
        cx: &mut Context,
        store: &mut Store,
        in_view: &WatchedView,
        argument: &str,
    ) -> Result<(), ArgumentMistake> {
        match wish(argument) {
            Some(Wish::Every(period)) => {
                self.start_watch(cx, store, in_view, period);
                Ok(())
            }
            Some(Wish::Off) => {
                self.stop_watch(cx);
                Ok(())
            }
            None => Err(ArgumentMistake::Period(argument.to_owned())),
        }
    }

    /// Watches at this period from now on.
    fn start_watch(&mut self, cx: &mut Context, store: &mut Store, in_view: &WatchedView, period: Duration) {
        let (least, most) = PERIODS;
        let period = period.clamp(least, most);
        self.watch.period = Some(period);
        self.watch.last_period = Some(period);
        let sweep = spoken(whole(self.watch.sweep_every(period)));
        let keys = cx
            .setup
            .keymap
            .keys_of(in_view.scope, Command::Watch)
            .map(|keys| format!(". {keys}: stop"))
            .unwrap_or_default();
        let every = spoken(period);
        let text = format!("Watching: visible registrations every {every}, the whole list every {sweep}{keys}");
        cx.say(Tone::Plain, text);
        if self.watch.reading == WatchRead::Nothing {
            self.read_watched(cx, store, in_view);
        }
    }

    /// Reads what is in view, or at the whole list where that is due.
    pub(in crate::app) fn read_watched(&mut self, cx: &mut Context, store: &mut Store, in_view: &WatchedView) {
        let Some(period) = self.watch.period else { return };
        let now = cx.now.mono;
        self.watch.due = Some(now + self.watch.interval(period));
        let stopped = self.sweep.held_up.as_ref().filter(|held| held.retry_at.is_none());
        if stopped.is_some_and(|held| !held.error.asks_to_sign_in()) {
            // Reading the list stopped for a reason that may have passed.
            self.sweep.retry(cx, &store.records);
            return;
        }
        if self.watch.reading != WatchRead::Nothing || self.sweep.is_running() || !self.watch.held.is_empty() {
            // Never two things at a time.
            return;
        }
        let Some(synced) = store.loaded.synced else { return };
        self.age_links(store);
        // A list of one small page costs the server no more than the rows in view.
        let small = store.records.len() < FIRST_PAGE as usize;
        if small || cx.now.since(synced) >= self.watch.sweep_every(period) {
            self.watch.due = None;
            self.watch.reading = WatchRead::List { since: now };
            self.sweep.refresh(cx, &store.records);
            return;
        }
        let ids = in_view.ids.clone();
        let mut reads = Vec::new();
        if !ids.is_empty() {
            let vouches = |(asked, _, revision): &&(Vec<u64>, Tag, u64)| {
                *asked == ids && store.records.is_as_at(*revision, asked)
            };
            let known = self.watch.known.as_ref().filter(vouches).map(|(_, tag, _)| tag.clone());
            reads.push(Read::Some { ids, known });
        }
        if let Some(fetched) = in_view.detail.and_then(|id| store.fetched.get(&id)) {
            reads.push(Read::Record { id: fetched.registration.id(), known: fetched.tag.clone() });
        }
        if reads.is_empty() {
            return;
        }
        self.watch.due = None;
        self.watch.reading = WatchRead::InView { since: now, open: reads.len() };
        let ticket = cx.tickets.open(Slot::Watch);
        cx.extend(reads.into_iter().map(|read| Effect::Read { ticket, read }));
    }

    /// A read got no answer. The next one comes by itself, later.
    pub(in crate::app) fn watch_read_failed(&mut self, cx: &mut Context, error: RequestError, is_busy: bool) {
        self.watch.failures += 1;
        if let WatchRead::InView { since, .. } = self.watch.reading {
            self.watch.took.0 = cx.now.since(since);
            self.rest_until(cx, since);
        }
        // The other answer of the same read is of no use any more.
        let _ = cx.tickets.open(Slot::Watch);
        if let (Some(wait), Some(due)) = (error.retry_in(self.watch.failures, 0.0), self.watch.due) {
            self.watch.due = Some(due.max(cx.now.mono + wait));
        }
        if self.watch.failures > 1 {
            return;
        }
        let signed_out = error.asks_to_sign_in();
        if signed_out && !is_busy {
            cx.ask(Intent::SignIn(error));
        } else {
            cx.say(Tone::Bad, format!("Watch failed: {}. It retries on its own.", error.message));
        }
    }

    /// Watches at this period as the profile has it: nothing is said, and the first read is a period away.
    pub fn watch_from_the_start(&mut self, period: Duration) {
        let (least, most) = PERIODS;
        let period = period.clamp(least, most);
        (self.watch.period, self.watch.last_period) = (Some(period), Some(period));
        self.watch.due = Some(period);
    }

    fn stop_watch(&mut self, cx: &mut Context) {
        if self.watch.period.take().is_none() {
            cx.say(Tone::Plain, "Watch is already off");
            return;
        }
        self.watch.due = None;
        self.watch.failures = 0;
        cx.say(Tone::Plain, "Watch off");
        if self.watch.sweeps() {
            // The list is read to its end, as any other refresh.
            return;
        }
        self.watch.reading = WatchRead::Nothing;
        self.watch.held.clear();
        cx.give_up(&[Slot::Watch]);
    }

    /// One of the answers of a read is there.
    pub(in crate::app) fn watch_read_answered(&mut self, cx: &mut Context) {
        self.watch.failures = 0;
        if let WatchRead::InView { since, open } = self.watch.reading {
            if open > 1 {
                self.watch.reading = WatchRead::InView { since, open: open - 1 };
            } else {
                self.watch.took.0 = cx.now.since(since);
                self.rest_until(cx, since);
            }
        }
    }

    fn rest_until(&mut self, cx: &mut Context, since: Duration) {
        self.watch.reading = WatchRead::Nothing;
        self.watch.due = self.watch.period.map(|period| (since + self.watch.interval(period)).max(cx.now.mono));
    }

    /// The reading of the whole list that the watch began may have ended, one way or the other.
    pub(in crate::app) fn follow_watch(&mut self, cx: &mut Context) {
        if let WatchRead::List { since } = self.watch.reading
            && !self.sweep.is_running()
            && self.watch.held.is_empty()
        {
            self.watch.took.1 = cx.now.since(since);
            self.watch.reading = WatchRead::Nothing;
            let rest = self.watch.took.1 * REST;
            self.watch.due =
                self.watch.period.map(|period| (since + self.watch.interval(period).max(rest)).max(cx.now.mono));
        }
    }

    /// The records in view came.
    pub(in crate::app) fn watch_read_came(
        &mut self,
        cx: &mut Context,
        store: &mut Store,
        sent: Option<u64>,
        ids: Vec<u64>,
        answer: Conditional<Page>,
    ) {
        if let Conditional::Changed(page) = answer {
            let page = store.up_to_date(&page, sent).unwrap_or(page);
            store.add_targets(&page.targets);
            store.note_page(cx, &page, sent);
            let mut all_there = page.skipped.is_empty();
            if all_there {
                let there: std::collections::BTreeSet<u64> = page.segment.iter().map(|row| row.id()).collect();
                let missing: Vec<u64> =
                    ids.iter().copied().filter(|id| !there.contains(id) && !store.is_outdated(*id, sent)).collect();
                all_there = there.len() == ids.len();
                let gone = store.mark_deleted(cx, &missing);
                store.report_deleted(cx, &gone);
            }
            store.records.absorb(page.segment);
            let revision = store.records.revision();
            self.watch.known = page.tag.filter(|_| all_there).map(|tag| (ids, tag, revision));
            store.hide_deleted();
            store.report_changes(cx);
            store.touch();
        }
        self.watch_read_answered(cx);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn periods_read_as_people_write_them() {
        let every = |seconds| Some(Wish::Every(Duration::from_secs(seconds)));
        assert_eq!(wish("30s"), every(30));
        assert_eq!(wish(" 45 "), every(45));
        assert_eq!(wish("1m30s"), every(90));
        assert_eq!(wish("2h"), every(7_200));
        assert_eq!(wish("Off"), Some(Wish::Off));
        for odd in ["", "s", "m5", "5x", "-3", "1m30", "99999999999999999999h", "9999999999999999h"] {
            assert_eq!(wish(odd), None, "{odd}");
        }
        for seconds in [1, 59, 60, 90, 3_600, 5_400] {
            let time = Duration::from_secs(seconds);
            assert_eq!(wish(&spoken(time)), every(seconds));
        }
    }

    #[test]
    fn a_slow_server_is_asked_less_often_and_that_is_said() {
        let mut watch = Watch { period: Some(PERIOD), ..Watch::default() };
        assert_eq!(watch.status(), Some(("watch 30s".to_owned(), false)));
        watch.took.0 = Duration::from_millis(10_100);
        assert_eq!(watch.interval(PERIOD), Duration::from_secs(51));
        assert_eq!(watch.status(), Some(("watch 30s, slow server: 51s".to_owned(), false)));
    }

    #[test]
    fn the_whole_list_is_read_rarely() {
        let mut watch = Watch::default();
        let seconds = Duration::from_secs;
        assert_eq!(watch.sweep_every(seconds(5)), seconds(60));
        assert_eq!(watch.sweep_every(seconds(30)), seconds(300));
        assert_eq!(watch.sweep_every(seconds(600)), seconds(600));
        watch.took.1 = seconds(200);
        assert_eq!(watch.sweep_every(seconds(30)), seconds(1_000));
    }
}

//! How far something long is: what, how fast, how long it takes, its error, how to stop it. One shape for
//! reading the list and for what is done to many records. The screen follows four times a second at most.

use std::time::Duration;

use crate::domain::count::counted;
use crate::keys::{Code, Command, Key};

use crate::app::core::{Context, Intent};
use crate::app::model::piece::{StatusPiece, alarm, plain};
use crate::app::overlay::{After, Dialog, Dialogs, KeyHandling, Overlay};
use crate::app::rooms::Rooms;
use crate::app::store::Store;
use crate::app::write::Writes;
use crate::app::write::bulk::{Batch, BatchStep, BounceWait, Leg};

/// The screen follows no faster.
const TICK: Duration = Duration::from_millis(250);

/// How far something is.
#[derive(Debug, Clone, PartialEq)]
pub struct WorkProgress {
    /// What it is.
    pub what: String,
    /// How many are over.
    pub done: usize,
    /// Of how many, where that is known.
    pub total: Option<usize>,
    /// How many a second.
    pub rate: Option<f64>,
    /// How long the rest takes.
    pub left: Option<Duration>,
    /// How many errors there were.
    pub errors: usize,
    /// How it is stopped.
    pub stop: String,
    at: Duration,
}

impl WorkProgress {
    /// `12 of 30   40 %   3.1/s   6 s left   2 errors`.
    pub fn line(&self) -> String {
        let mut parts = vec![match self.total {
            Some(total) => format!("{} of {total}", self.done),
            None => self.done.to_string(),
        }];
        if let Some(percent) = self.total.filter(|total| *total > 0).map(|total| self.done * 100 / total) {
            parts.push(format!("{percent} %"));
        }
        if let Some(rate) = self.rate {
            parts.push(if rate < 10.0 { format!("{rate:.1}/s") } else { format!("{rate:.0}/s") });
        }
        if let Some(left) = self.left.filter(|left| !left.is_zero()) {
            parts.push(format!("{} left", span(left)));
        }
        if self.errors > 0 {
            parts.push(counted(self.errors, "error"));
        }
        parts.join("   ")
    }

    /// How many of so many cells are full.
    pub fn cells(&self, room: usize) -> usize {
        match self.total {
            Some(total) if total > 0 => room * self.done.min(total) / total,
            Some(_) | None => 0,
        }
    }
}

/// `4:35`, or `35 s` under a minute.
pub fn span(time: Duration) -> String {
    let seconds = time.as_millis().div_ceil(1000);
    if seconds < 60 { format!("{seconds} s") } else { format!("{}:{:02}", seconds / 60, seconds % 60) }
}

/// How far the longest thing that runs is.
pub fn progress(rooms: &Rooms) -> Option<WorkProgress> {
    if let Some(batch) = &rooms.writes.bulk {
        return Some(rooms.writes.progress_of(&rooms.cx, &rooms.store, batch));
    }
    let since = rooms.sync.reading_since?;
    let done = rooms.sync.sweep.seen();
    let total = rooms.store.loaded.total.and_then(|total| usize::try_from(total).ok());
    let spent = rooms.cx.now.since(since).as_secs_f64();
    let rate = (spent > 0.0 && done > 0).then(|| f64::from(u32::try_from(done).unwrap_or(u32::MAX)) / spent);
    let rest = total.map(|total| f64::from(u32::try_from(total.saturating_sub(done)).unwrap_or(u32::MAX)));
    let left = rate.zip(rest).and_then(|(rate, rest)| Duration::try_from_secs_f64(rest / rate).ok());
    let stop = rooms.cx.key(Command::Interrupt);
    Some(WorkProgress {
        what: format!("Loading the list from {}", rooms.cx.setup.profile),
        done,
        total,
        rate,
        left,
        errors: rooms.sync.sweep.held_up.as_ref().map_or(0, |held| held.attempt as usize),
        stop: format!("{stop}: stop loading (keeps what is loaded)   Esc: close (continues)"),
        at: rooms.cx.now.mono,
    })
}

/// Since when the list is read, and what the screen says of it.
pub(in crate::app) fn follow_reading(rooms: &mut Rooms, dialogs: &mut Dialogs) {
    if !rooms.sync.sweep.is_running() {
        rooms.sync.reading_since = None;
        if matches!(dialogs.current, Some(Overlay::Progress(_))) {
            dialogs.current = None;
        }
        return;
    }
    rooms.sync.reading_since.get_or_insert(rooms.cx.now.mono);
    if let Some(Overlay::Progress(shown)) = &dialogs.current
        && rooms.cx.now.since(shown.at) >= TICK
        && let Some(progress) = progress(rooms)
    {
        dialogs.current = Some(Overlay::Progress(Box::new(progress)));
    }
}

impl Dialog for WorkProgress {
    fn manner(&self, _: &Rooms) -> KeyHandling {
        KeyHandling::list(None, "b")
    }

    fn key(&mut self, rooms: &mut Rooms, _: &mut Dialogs, key: Key) -> After {
        match (key.ctrl, key.code) {
            (false, Code::Char('b')) => After::Close,
            (true, Code::Char('c')) => {
                rooms.cx.ask(Intent::Run(Command::Interrupt));
                After::Close
            }
            _ => After::Unused,
        }
    }
}

impl Writes {
    fn progress_of(&self, cx: &Context, store: &Store, batch: &Batch) -> WorkProgress {
        let counts = batch.seen.counts;
        let (done, total) = match &batch.step {
            BatchStep::Looking(looking) => (looking.done, looking.total()),
            BatchStep::Asking => (0, batch.foreseen.to_send),
            BatchStep::Waiting(_) | BatchStep::Going | BatchStep::Finished => (counts.ended(), counts.total()),
        };
        let (rate, left) =
            if matches!(batch.step, BatchStep::Going) { (batch.seen.rate, batch.seen.left) } else { (None, None) };
        WorkProgress {
            what: format!("{} {}", batch.task.verb(), crate::app::write::bulk::registrations(total)),
            done,
            total: Some(total),
            rate,
            left,
            errors: counts.failed + counts.unknown,
            stop: self.batch_keys(cx, store),
            at: cx.now.mono,
        }
    }

    /// What the status line says of what is done to many records.
    pub(in crate::app) fn batch_piece(&self, cx: &Context) -> Option<StatusPiece> {
        let batch = self.bulk.as_ref()?;
        let noun = batch.task.noun();
        let counts = batch.seen.counts;
        let text = match &batch.step {
            BatchStep::Looking(_) | BatchStep::Asking | BatchStep::Finished => return None,
            BatchStep::Waiting(BounceWait { at, then, .. }) => {
                let verb = if *then == Leg::On { "enable" } else { "disable" };
                format!("{noun}: {verb} at {}", cx.clock(*at))
            }
            BatchStep::Going if batch.is_paused() => {
                return Some(alarm(3, "", format!("{noun} PAUSED {}/{}", counts.ended(), counts.total())));
            }
            BatchStep::Going => format!("{noun} {}/{}", counts.ended(), counts.total()),
        };
        Some(plain(3, "", text))
    }

    /// What would become of what is done to many records, if the program ended now.
    pub(in crate::app) fn batch_at_the_end(&self, cx: &Context) -> Option<String> {
        let batch = self.bulk.as_ref().filter(|batch| batch.is_going())?;
        let counts = batch.bulk.counts();
        let left = counts.waiting + counts.running;
        let records = crate::app::write::bulk::registrations(counts.total());
        Some(match &batch.step {
            BatchStep::Waiting(BounceWait { then: Leg::On, at, .. }) => format!(
                "A bounce of {records} is running (disabled until {}). They would stay disabled; the next start asks \
                 about them",
                cx.clock(*at)
            ),
            _ => format!(
                "{} {records} is running, {left} not done yet. The next start offers to finish or undo it",
                batch.task.verb()
            ),
        })
    }
}

impl Dialogs {
    /// When the pane of reading wants to be drawn again.
    pub(in crate::app) fn progress_wakes_at(&self) -> Option<Duration> {
        match &self.current {
            Some(Overlay::Progress(shown)) => Some(shown.at + TICK * 4),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_says_how_far_how_fast_how_long_and_what_went_wrong() {
        let mut progress = WorkProgress {
            what: String::new(),
            done: 12,
            total: Some(30),
            rate: Some(3.12),
            left: Some(Duration::from_millis(5_700)),
            errors: 2,
            stop: String::new(),
            at: Duration::ZERO,
        };
        assert_eq!(progress.line(), "12 of 30   40 %   3.1/s   6 s left   2 errors");
        assert_eq!(progress.cells(20), 8);
        progress = WorkProgress { total: None, rate: None, left: None, errors: 0, ..progress };
        assert_eq!((progress.line().as_str(), progress.cells(20)), ("12", 0));
    }

    #[test]
    fn a_time_begun_counts_as_a_second_and_minutes_begin_at_sixty() {
        let of = |millis| span(Duration::from_millis(millis));
        assert_eq!(
            [0, 1, 59_000, 59_001, 60_000, 60_001, 275_000].map(of),
            ["0 s", "1 s", "59 s", "1:00", "1:00", "1:01", "4:35"]
        );
    }
}

//! A bulk change: its task, its progress, and what the screen shows of it. Which record is
//! next and when to stop is `domain::bulk`'s to decide; what is sent is decided in `preview`, when in `run`.

pub(in crate::app) mod bounce;
mod ended;
mod foreseen;
mod late;
mod looked;
mod lot;
mod planned;
mod preview;
pub mod resume;
pub(crate) mod room;
mod run;
pub(in crate::app) mod start;
mod summary;

use chrono::{DateTime, Utc};
use std::collections::BTreeMap;
use std::time::Duration;

use crate::domain::change::bulk::{Bulk, BulkCounts, Item, ItemState, Phase};
use crate::domain::change::{Action, RecordOutcome};
use crate::domain::count::counted;
use crate::domain::record::{FieldId, Registration, Secret, Value};

use crate::app::core::{Context, IfMatch};
use crate::app::model::time::Moment;
use crate::app::store::Store;
use crate::app::widget::{LineEditor, Pager};
use crate::app::write::Writes;
use crate::app::write::bulk::foreseen::Foreseen;
use crate::app::write::bulk::looked::Looked;

pub use crate::app::model::part::Leg;
pub use lot::{Ahead, Lot};

/// Values by record.
pub type ValuesOf = BTreeMap<u64, Vec<(FieldId, Value)>>;

/// The screen follows no faster: a slow link has better things to carry.
const TICK: Duration = Duration::from_millis(250);

/// Up to this many records are confirmed by one key.
pub const FEW: usize = 3;

/// What is done.
#[derive(Debug, Clone, PartialEq)]
pub enum Task {
    /// The same fields get the same values everywhere.
    Set(Vec<(FieldId, Value)>),
    /// Records go.
    Delete,
    /// Entries of the history, by record, are undone or redone.
    TakeBack(BTreeMap<u64, usize>, Action),
    /// What an earlier run did not finish, or is to be undone of it.
    Finish(ValuesOf, Action),
    /// Off, a poll of the nodes, on.
    Bounce,
    /// The second half of a bounce that someone else began.
    SwitchOn,
}

/// A wait of a bounce.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BounceWait {
    /// Until when, on the monotonic clock.
    pub until: Duration,
    /// The same as a time of day.
    pub at: DateTime<Utc>,
    /// What comes then.
    pub then: Leg,
    /// Whether it is asked what else is to happen.
    pub choosing: bool,
}

/// How far it is.
#[derive(Debug, Clone)]
pub enum BatchStep {
    /// The records are read as they are now.
    Looking(Looking),
    /// What would happen is shown, and whether it is to.
    Asking,
    /// A bounce waits.
    Waiting(BounceWait),
    /// Records are written.
    Going,
    /// Nothing more happens by itself.
    Finished,
}

/// Reading the records as they are now.
#[derive(Debug, Clone, Default)]
pub struct Looking {
    /// Ids not asked for yet.
    left: Vec<u64>,
    /// All of them.
    ids: Vec<u64>,
    /// What came.
    found: Vec<Looked>,
    /// What is deleted can be brought back whole while its password is known.
    with_passwords: bool,
    /// Passwords that came with it.
    passwords: BTreeMap<u64, Secret>,
    /// How many were looked for.
    pub done: usize,
}

impl Looking {
    /// All records that are looked for.
    pub const fn total(&self) -> usize {
        self.ids.len()
    }
}

/// What the screen shows of it, no newer than a tick.
#[derive(Debug, Clone, Default)]
pub struct ShownProgress {
    /// Where each record stands, those with trouble first.
    pub items: Vec<Item<u64>>,
    /// How many stand where.
    pub counts: BulkCounts,
    /// Those under way, in the order of their ids.
    running: Vec<u64>,
    /// Records a second.
    pub rate: Option<f64>,
    /// How long the rest takes.
    pub left: Option<Duration>,
    at: Duration,
}

/// Whether it stands on the disk how far it is, so that it can be finished after a crash.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Planning {
    /// The plan is on disk.
    Kept,
    /// The disk refused, and it is asked whether to go on all the same.
    Refused,
    /// It does not, as someone said.
    Without,
}

/// One thing done to many records.
#[derive(Debug, Clone)]
pub struct Batch {
    /// What is done.
    pub task: Task,
    /// How far it is.
    pub step: BatchStep,
    /// Each record.
    pub lots: BTreeMap<u64, Lot>,
    /// What comes to all of them: counted once, since a hundred thousand are not to be counted for each frame.
    pub foreseen: Foreseen,
    /// Which is next.
    pub bulk: Bulk<u64>,
    /// What the screen shows.
    pub seen: ShownProgress,
    /// Over the table.
    pub pager: Pager,
    /// The count being typed.
    pub typed: LineEditor,
    /// Whether it can be finished after a crash.
    pub planning: Planning,
    /// Why it pauses; `None` where too many failed in a row.
    pub pause: Option<String>,
    /// What the last key did not do.
    pub hint: String,
    /// Whether what deserves a look before it is sent was in view.
    seen_ahead: bool,
    /// Which of this session it is; its entries of the history carry it.
    pub(in crate::app) number: u64,
    /// Which half of a bounce goes on.
    leg: Leg,
    /// Nothing is sent before, and why.
    not_before: Option<(Duration, String)>,
    /// Ended in the first half of a bounce, and not to be switched on.
    finished: Vec<Item<u64>>,
    /// Of those that a bounce waits to enable: what nothing showed to be disabled, and whether something showed that it
    /// is not.
    pub not_off: BTreeMap<u64, bool>,
    /// Read or written, and not in the list yet.
    fresh: Vec<Registration>,
    /// Whether deletions carry `If-Match`.
    if_match: IfMatch,
    /// What an earlier run left of this is to be forgotten when it is over.
    unfinished: Option<String>,
    /// Whether someone asked to leave disabled what a bounce has disabled.
    pub left: bool,
    /// Whether the screen is behind.
    behind: bool,
}

/// `1 registration`, `12 registrations`.
pub fn registrations(count: usize) -> String {
    counted(count, "registration")
}

impl Task {
    /// What `y` does, what the task does, what was done; and to what of the records.
    fn words(&self) -> ([&'static str; 3], String) {
        let (words, of) = match self {
            Self::Set(values) => match values.as_slice() {
                [(FieldId::Enabled, Value::Flag(true))] => (["enable", "enable", "Enabled"], ""),
                [(FieldId::Enabled, Value::Flag(false))] => (["disable", "disable", "Disabled"], ""),
                values => {
                    let labels: Vec<&str> = values.iter().map(|(field, _)| field.field().label).collect();
                    return (["save", "set", "Set"], format!(" {} of", labels.join(", ")));
                }
            },
            Self::Delete => (["delete", "delete", "Deleted"], ""),
            Self::TakeBack(_, Action::Redo) => (["redo", "redo", "Redid"], " changes of"),
            Self::TakeBack(..) | Self::Finish(_, Action::Undo) => (["undo", "undo", "Undid"], " changes of"),
            Self::Finish(..) => (["finish", "finish", "Finished"], " changes of"),
            Self::Bounce => (["bounce", "bounce", "Bounced"], ""),
            Self::SwitchOn => (["re-enable", "re-enable", "Re-enabled"], ""),
        };
        (words, of.to_owned())
    }

    /// What it does, before `12 registrations`.
    pub fn verb(&self) -> String {
        let ([_, does, _], of) = self.words();
        format!("{does}{of}")
    }

    /// What `y` does, in one verb.
    pub fn key_verb(&self) -> &'static str {
        let ([key, ..], _) = self.words();
        key
    }

    /// What was done, before `12 registrations`.
    pub fn past(&self) -> String {
        let ([.., did], of) = self.words();
        format!("{did}{of}")
    }

    /// What it is called where there is little room.
    pub const fn noun(&self) -> &'static str {
        match self {
            Self::Bounce | Self::SwitchOn => "bounce",
            Self::Set(_) | Self::Delete | Self::TakeBack(..) | Self::Finish(..) => "bulk",
        }
    }

    /// The journal's name for it.
    fn action(&self) -> Action {
        match self {
            Self::Set(values) if values.iter().all(|(field, _)| *field == FieldId::Enabled) => Action::Toggle,
            Self::Set(_) => Action::Edit,
            Self::Delete => Action::Delete,
            Self::TakeBack(_, action) | Self::Finish(_, action) => *action,
            Self::Bounce | Self::SwitchOn => Action::Bounce,
        }
    }

    /// The entry of the history that a record's part of it undoes or does again.
    pub(in crate::app) fn entry_of(&self, id: u64) -> Option<usize> {
        match self {
            Self::TakeBack(entries, _) => entries.get(&id).copied(),
            Self::Set(_) | Self::Delete | Self::Finish(..) | Self::Bounce | Self::SwitchOn => None,
        }
    }

    /// Whether the number of records is to be typed for so many.
    pub const fn wants_count(&self, records: usize) -> bool {
        records > FEW || matches!(self, Self::Delete)
    }
}

impl Batch {
    /// Whether records are written, or will be by themselves.
    pub const fn is_going(&self) -> bool {
        matches!(self.step, BatchStep::Going | BatchStep::Waiting(_))
    }

    /// What is not sent before a time, and why.
    pub fn held_back(&self, now: Moment) -> Option<(Duration, &str)> {
        let (until, why) = self.not_before.as_ref()?;
        (*until > now.mono).then(|| (until.saturating_sub(now.mono), why.as_str()))
    }

    /// Whether three failures in a row, or something else, hold it up.
    pub fn is_paused(&self) -> bool {
        matches!(self.step, BatchStep::Going) && self.bulk.phase() == Phase::Paused
    }

    /// Why it pauses, and the question.
    pub fn pause_question(&self) -> String {
        if self.planning == Planning::Refused {
            return "Cannot write the plan to disk, so nothing more is sent. Continue without it?".to_owned();
        }
        let why = self.pause.as_deref().unwrap_or("three failures in a row").trim_end_matches('.');
        format!("Nothing more is sent: {why}. Continue?")
    }

    /// Whether the screen says that a write of this record is under way.
    pub fn shows_running(&self, id: u64) -> bool {
        matches!(self.step, BatchStep::Going) && self.seen.running.binary_search(&id).is_ok()
    }

    /// Whether nothing was sent yet: the table shows what would become of the records.
    pub const fn is_ahead(&self) -> bool {
        use BatchStep::{Asking, Looking, Waiting};
        matches!(self.step, Looking(_) | Asking | Waiting(BounceWait { then: Leg::Off, .. }))
    }

    /// How many rows the table has.
    pub const fn rows(&self) -> usize {
        if self.is_ahead() { self.foreseen.order.len() } else { self.seen.items.len() }
    }

    /// The record on a row of the table.
    pub fn id_on(&self, row: usize) -> Option<u64> {
        if self.is_ahead() {
            self.foreseen.order.get(row).copied()
        } else {
            self.seen.items.get(row).map(|item| item.key)
        }
    }

    /// Takes what the screen shows from where it stands now.
    pub(in crate::app) fn look(&mut self, now: Duration) {
        let mut items = self.finished.clone();
        items.extend(self.bulk.items().iter().cloned());
        items.sort_by_key(|item| match &item.state {
            ItemState::Ended(RecordOutcome::Unknown(_)) => 0,
            ItemState::Ended(RecordOutcome::Failed(_)) => 1,
            ItemState::Ended(RecordOutcome::Conflict(_)) => 2,
            ItemState::Running => 3,
            ItemState::Ended(RecordOutcome::Done) => 4,
            ItemState::Ended(RecordOutcome::AlreadySo) => 5,
            ItemState::Ended(RecordOutcome::NotSent) => 6,
            ItemState::Waiting => 7,
        });
        let counts = BulkCounts::of(&items);
        let (rate, left) = (self.bulk.pace().rate(now), self.bulk.time_left(now));
        let running = items.iter().filter(|item| item.state == ItemState::Running).map(|item| item.key);
        let mut running: Vec<u64> = running.collect();
        running.sort_unstable();
        self.seen = ShownProgress { items, counts, running, rate, left, at: now };
        self.behind = false;
    }
}

impl Writes {
    /// When what is done to many records needs the app again.
    pub(in crate::app) fn batch_wakes_at(&self, cx: &Context, is_shown: bool) -> Option<Duration> {
        let batch = self.bulk.as_ref()?;
        let countdown = |until: Duration| {
            if is_shown {
                // The countdown shows whole seconds.
                let left = until.saturating_sub(cx.now.mono);
                let next = cx.now.mono + Duration::from_nanos(u64::from(left.subsec_nanos()));
                if next > cx.now.mono { next.min(until) } else { (next + Duration::from_secs(1)).min(until) }
            } else {
                until
            }
        };
        match &batch.step {
            BatchStep::Waiting(wait) => Some(countdown(wait.until)),
            BatchStep::Going if batch.behind => Some(batch.seen.at + TICK),
            BatchStep::Asking => batch.held_back(cx.now).map(|(left, _)| countdown(cx.now.mono + left)),
            BatchStep::Going => batch.bulk.held_until(cx.now.mono),
            BatchStep::Looking(_) | BatchStep::Finished => None,
        }
    }

    /// Whether a write of this record is shown as under way.
    pub fn is_pending(&self, store: &Store, id: u64) -> bool {
        let alone = store.writes.under_way.values().any(|under_way| under_way.id == id && !under_way.among_many);
        alone || store.writes.is_unsettled(id) || self.bulk.as_ref().is_some_and(|batch| batch.shows_running(id))
    }

    /// Whether answers to writes of many records come in one behind the other.
    pub(in crate::app) fn is_sending_many(&self) -> bool {
        self.bulk.as_ref().is_some_and(|batch| matches!(batch.step, BatchStep::Going) && !batch.is_paused())
    }

    /// Whether something is done to many records, or waits to be.
    pub(in crate::app) fn batch_goes(&self) -> bool {
        self.bulk.as_ref().is_some_and(|batch| batch.is_going())
    }
}

//! Writes that got no clear answer. The server may still do them, so their records stay in progress: they are read
//! again by a schedule and after each refresh, until it is known what became of the write. Nothing is sent twice.

use std::collections::BTreeMap;
use std::time::Duration;

use chrono::{DateTime, Utc};

use crate::domain::change::{Aim, Outcome, ReadBack, Recheck, WriteId};
use crate::domain::record::{Equality, FieldId, Record, Value, ValueRef, equality};
use crate::domain::request_error::{Effectiveness, RequestError, RequestErrorKind};

use crate::app::core::{Context, Effect, IfMatch, Tone, Write};
use crate::app::model::part::{BulkPart, Leg};
use crate::app::store::Store;

/// How often a record is read again after the schedule has ended, where reading it fails.
const AFTER_THE_LIMIT: Duration = Duration::from_secs(60);

/// When what an earlier run left is read back, unless the list is read before.
const SOON: Duration = Duration::from_secs(5);

/// Why nothing more is sent about a record whose write is under way, behind its name.
pub(in crate::app) const IS_SENDING: &str = "is already being saved; wait for the answer";

/// When the end of a write was read back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LateEnd {
    /// So long after the loss of the answer.
    After(Duration),
    /// At the next start: it was sent at this time, and sipreg ended before an answer came.
    NextStart(DateTime<Utc>),
}

/// A write of which the outcome is not known yet.
#[derive(Debug, Clone)]
pub struct Unsettled {
    /// The write as it was sent.
    under_way: UnderWay,
    /// What came in place of an answer.
    error: RequestError,
    /// When the write was given up.
    since: Duration,
    /// When the record is read again.
    next: Duration,
    /// When it was sent, where that was in an earlier run, and how long ago that was at the start.
    earlier: Option<(DateTime<Utc>, Duration)>,
}

/// A write under way.
#[derive(Debug, Clone, PartialEq)]
pub struct UnderWay {
    /// Which record.
    pub id: u64,
    /// What was sent.
    pub write: Write,
    /// The entry of the history that it undoes or does again.
    pub of: Option<usize>,
    /// Whether it is one of many, and reported with those.
    pub among_many: bool,
    /// The change of many that it is a part of.
    pub part: Option<BulkPart>,
    /// When it was read back; `None` where it is the answer.
    pub late: Option<LateEnd>,
    /// What its lines in the journal have in common.
    pub noted: Option<WriteId>,
}

/// Writes that are not answered for yet, and when records were written.
#[derive(Debug, Default)]
pub struct OpenWrites {
    /// Writes under way, by number.
    pub under_way: BTreeMap<u64, UnderWay>,
    /// Writes of which the outcome is not known yet, by record.
    pub(in crate::app) unsettled: BTreeMap<u64, Unsettled>,
    /// Number of the last write.
    pub(super) written: u64,
    /// When records were last written by us.
    pub(in crate::app) touched: BTreeMap<u64, Duration>,
    /// Whether writes carry `If-Match`.
    pub(in crate::app) if_match: IfMatch,
    /// Whether the program got the signal to end: nothing more is begun.
    pub(in crate::app) leaving: bool,
}

impl Store {
    /// Decides whether an outcome settles its write. Returns the write as it was sent, and the outcome to report;
    /// `None` where there is nothing new to say.
    pub(in crate::app) fn finish_or_wait(
        &mut self,
        cx: &mut Context,
        ended: UnderWay,
        outcome: Outcome,
    ) -> Option<(UnderWay, Outcome)> {
        let (id, now) = (ended.id, cx.now.mono);
        if !matches!(ended.write, Write::ReadBack { .. }) {
            self.writes.keep_unsettled(now, &ended, &outcome);
            return Some((ended, outcome));
        }
        let unsettled = self.writes.unsettled.get_mut(&id)?;
        let earlier = unsettled.earlier.map(|(_, before)| before).unwrap_or_default();
        let passed = now.saturating_sub(unsettled.since);
        let over = passed + earlier >= Recheck::CONSOLE.limit();
        match outcome.report().seen {
            Some(ReadBack::Nothing(after)) => {
                let first_late = over && unsettled.next <= unsettled.since + Recheck::CONSOLE.limit();
                let wait = Recheck::CONSOLE.next_after(passed).unwrap_or(passed + AFTER_THE_LIMIT);
                unsettled.next = unsettled.since + wait;
                if first_late {
                    let (display_name, why) = (self.display_name(id), after.message.clone());
                    let text = format!(
                        "{display_name}: the result of the last change is still UNKNOWN: reading it failed ({why})"
                    );
                    cx.say(Tone::Bad, text);
                }
                return None;
            }
            Some(ReadBack::AsBefore(_) | ReadBack::Absent) if !over => {
                let wait = Recheck::CONSOLE.next_after(passed).unwrap_or(Recheck::CONSOLE.limit());
                unsettled.next = unsettled.since + wait;
                return None;
            }
            Some(ReadBack::AsBefore(_) | ReadBack::Absent | ReadBack::Nameless) | None => {}
        }
        let Unsettled { under_way, earlier, .. } = self.writes.unsettled.remove(&id)?;
        let late = earlier.map_or(LateEnd::After(passed), |(at, _)| LateEnd::NextStart(at));
        Some((UnderWay { late: Some(late), ..under_way }, outcome.given_up()))
    }

    /// Reads again what is due.
    pub(in crate::app) fn read_back_due(&mut self, cx: &mut Context) {
        let now = cx.now.mono;
        let due = self.writes.unsettled.iter().filter(|(_, unsettled)| unsettled.next <= now);
        let due: Vec<u64> = due.map(|(id, _)| *id).collect();
        for id in due {
            self.read_back(cx, id);
        }
    }
}

impl Unsettled {
    /// When the schedule ends.
    fn end(&self) -> Duration {
        self.since + Recheck::CONSOLE.limit()
    }

    /// Whether the record is yet to be read by the schedule. Later it is read only where reading it failed.
    fn is_scheduled(&self) -> bool {
        self.next <= self.end()
    }
}

impl UnderWay {
    /// A write by itself, of which nothing else is known.
    pub(in crate::app) const fn new(id: u64, write: Write) -> Self {
        Self { id, write, of: None, among_many: false, part: None, late: None, noted: None }
    }

    /// How long a write was given: words that follow "NOT applied ".
    pub(in crate::app) fn so_far(&self, cx: &Context) -> String {
        match self.late {
            None => "so far".to_owned(),
            Some(LateEnd::After(late)) => format!("within {} s", late.as_secs()),
            Some(LateEnd::NextStart(at)) => format!("(sent at {}, before sipreg ended)", cx.clock(at)),
        }
    }

    /// How it is known that a write was applied that got no answer, in brackets behind the message.
    pub(in crate::app) fn how_known(&self, cx: &Context, error: &RequestError) -> String {
        match (self.late, error.kind) {
            (Some(LateEnd::NextStart(at)), _) => format!(" (sent at {}, before sipreg ended)", cx.clock(at)),
            (Some(LateEnd::After(late)), RequestErrorKind::TimedOut) => {
                format!(" (applied {} s after the time-out)", late.as_secs())
            }
            (Some(LateEnd::After(late)), _) => format!(" (applied {} s after the answer was lost)", late.as_secs()),
            (None, _) => format!(" (the answer was lost: {})", error.message),
        }
    }
}

impl Store {
    /// Why nothing more is sent about a record now; `sending` says it for a write whose answer is awaited.
    pub fn in_the_way(&self, cx: &Context, id: u64, sending: &str) -> Option<String> {
        let display_name = || self.display_name(id);
        match self.writes.unsettled.get(&id) {
            Some(unsettled) if !self.writes.is_sending(id) => {
                let left = unsettled.next.saturating_sub(cx.now.mono).as_secs() + 1;
                Some(format!(
                    "{}: the last change got no answer and may still be applied. Nothing else is sent until the \
                     result is known; checking again in {left} s",
                    display_name()
                ))
            }
            Some(_) => Some(format!("{}: the last change got no answer; checking its result", display_name())),
            None if self.writes.is_sending(id) => Some(format!("{} {sending}", display_name())),
            None => None,
        }
    }

    /// A write of an earlier run keeps its record in progress, too.
    pub(in crate::app) fn keep_pending(&mut self, cx: &Context, under_way: UnderWay, at: DateTime<Utc>) {
        let before = (cx.now.wall - at).to_std().unwrap_or_default();
        let error = RequestError {
            effect: Effectiveness::Pending,
            ..RequestError::unanswered("sipreg ended before the answer came".to_owned())
        };
        let (since, next) = (cx.now.mono, cx.now.mono + SOON);
        let earlier = Some((at, before));
        self.writes.unsettled.entry(under_way.id).or_insert(Unsettled { under_way, error, since, next, earlier });
    }

    /// Reads back what became of the last write of a record.
    fn read_back(&mut self, cx: &mut Context, id: u64) {
        let Some(unsettled) = self.writes.unsettled.get(&id).filter(|_| !self.writes.leaving) else { return };
        if self.writes.is_sending(id) {
            return;
        }
        let (write, error) = (unsettled.under_way.write.clone(), unsettled.error.clone());
        let write = Write::ReadBack { write: Box::new(write), error: Box::new(error) };
        self.write_of(cx, id, write, unsettled.under_way.of);
    }

    /// The list was read to its end: what is not settled is read back, too.
    pub(in crate::app) fn read_back_all(&mut self, cx: &mut Context) {
        let ids: Vec<u64> = self.writes.unsettled().collect();
        for id in ids {
            self.read_back(cx, id);
        }
    }

    /// Sends a write; there is never more than one for a record.
    pub(in crate::app) fn write(&mut self, cx: &mut Context, id: u64, write: Write) {
        self.write_of(cx, id, write, None);
    }

    /// Sends a write that takes an entry of the history back, or does it again.
    pub(in crate::app) fn write_of(&mut self, cx: &mut Context, id: u64, write: Write, of: Option<usize>) {
        let number = self.writes.begin(UnderWay { of, ..UnderWay::new(id, write.clone()) });
        cx.effect(Effect::Write { number, write });
    }
}

impl OpenWrites {
    /// Notes that a write is sent. Returns its number.
    pub(in crate::app) fn begin(&mut self, under_way: UnderWay) -> u64 {
        self.written += 1;
        self.under_way.insert(self.written, under_way);
        self.written
    }

    /// Whether a write of this record is under way, or has no known outcome yet.
    pub fn is_writing(&self, id: u64) -> bool {
        self.is_sending(id) || self.is_unsettled(id)
    }

    /// Whether the answer to a write of this record is awaited.
    pub(in crate::app) fn is_sending(&self, id: u64) -> bool {
        self.under_way.values().any(|under_way| under_way.id == id)
    }

    /// Whether a record that no one knew is one that a write of ours is making.
    pub(in crate::app) fn is_being_made(&self, record: &impl Record) -> bool {
        let name = record.name();
        self.open_writes().any(|write| matches!(write, Write::Create(draft) if draft.text(FieldId::Name) == Some(name)))
    }

    /// Whether a write is open that creates a record.
    pub(in crate::app) fn makes_any(&self) -> bool {
        self.open_writes().any(|write| write.aim() == Aim::Create)
    }

    /// Whether the outcome of a write of this record is not known yet.
    pub fn is_unsettled(&self, id: u64) -> bool {
        self.unsettled.contains_key(&id)
    }

    /// Records whose last write has no known outcome.
    pub fn unsettled(&self) -> impl Iterator<Item = u64> {
        self.unsettled.keys().copied()
    }

    /// A write whose outcome is not known keeps its record in progress.
    pub(in crate::app) fn keep_unsettled(&mut self, now: Duration, ended: &UnderWay, outcome: &Outcome) {
        let report = outcome.report();
        let Some((error, seen)) = report.error.zip(report.seen) else { return };
        if matches!(seen, ReadBack::Nameless) {
            return;
        }
        let under_way = UnderWay { among_many: false, ..ended.clone() };
        let wait = Recheck::CONSOLE.next_after(Duration::ZERO).unwrap_or(AFTER_THE_LIMIT);
        self.unsettled.insert(
            ended.id,
            Unsettled { under_way, error: error.clone(), since: now, next: now + wait, earlier: None },
        );
    }

    /// Whether the outcome of a part of a change of many is not known yet.
    pub(in crate::app) fn has_open_parts(&self, number: u64) -> bool {
        self.unsettled.values().filter_map(|it| it.under_way.part).any(|part| part.number == number)
    }

    /// Whether a bounce waits for what is known of its first half.
    pub(in crate::app) fn awaits_halves(&self, number: u64) -> bool {
        let scheduled = self.unsettled.values().filter(|unsettled| unsettled.is_scheduled());
        scheduled.filter_map(|it| it.under_way.part).any(|part| part.number == number && part.half == Some(Leg::Off))
    }

    /// Whether half of a bounce of this record has no known outcome; if so, whether it is yet to be read back by the
    /// schedule.
    pub(in crate::app) fn open_half(&self, id: u64) -> Option<bool> {
        let unsettled = self.unsettled.get(&id)?;
        unsettled.under_way.part.and_then(|part| part.half).map(|_| unsettled.is_scheduled())
    }

    /// The second half of a bounce ended whose first half has no known outcome. Where the record was seen on the way,
    /// that shows what became of both; else it is read now.
    pub(in crate::app) fn finish_half(&mut self, id: u64, seen: bool, now: Duration) {
        if self.open_half(id).is_none() {
            return;
        }
        if seen {
            self.unsettled.remove(&id);
        } else if let Some(unsettled) = self.unsettled.get_mut(&id) {
            unsettled.next = now;
        }
    }

    /// How many records are read back by the schedule, and until when. What could not be read until then is left out.
    pub fn read_back_until(&self) -> Option<(usize, Duration)> {
        let ends = self.unsettled.values().filter(|unsettled| unsettled.is_scheduled()).map(Unsettled::end);
        let ends: Vec<Duration> = ends.collect();
        Some((ends.len(), ends.into_iter().max()?))
    }

    /// When a record is read again.
    pub(in crate::app) fn read_back_at(&self) -> Option<Duration> {
        if self.leaving {
            return None;
        }
        self.unsettled.iter().filter(|(id, _)| !self.is_sending(**id)).map(|(_, unsettled)| unsettled.next).min()
    }

    /// Whether a write without an answer wanted this value: then no one else is blamed for it.
    pub(in crate::app) fn is_wanted(&self, id: u64, field: FieldId, value: ValueRef<'_>) -> bool {
        let wanted = match self.unsettled.get(&id).map(|unsettled| &unsettled.under_way.write) {
            Some(Write::Switch { to, .. }) if field == FieldId::Enabled => Some(Value::Flag(to.enabled())),
            Some(Write::Save { draft, .. } | Write::Change { draft, .. }) => draft.changes().get(&field).cloned(),
            _ => None,
        };
        wanted.is_some_and(|wanted| equality(wanted.as_ref(), value) != Equality::Different)
    }

    /// Writes under way and writes without a known outcome.
    pub(in crate::app) fn open_writes(&self) -> impl Iterator<Item = &Write> {
        let unsettled = self.unsettled.values().map(|unsettled| &unsettled.under_way.write);
        self.under_way.values().map(|under_way| &under_way.write).chain(unsettled)
    }

    /// Drops the text of every secret that waits here.
    pub(in crate::app) fn withhold_secrets(&mut self) {
        for unsettled in self.unsettled.values_mut() {
            match &mut unsettled.under_way.write {
                Write::Save { draft, .. } | Write::Change { draft, .. } | Write::Create(draft) => {
                    draft.withhold_secrets();
                }
                Write::Switch { shown, .. } | Write::Delete { shown, .. } => shown.withhold_secrets(),
                Write::ReadBack { .. } => {}
            }
        }
    }
}

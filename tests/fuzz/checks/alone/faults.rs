//! What goes wrong between the console and a server that it has for itself: answers are lost, writes are done late or
//! never, reads fail. What the console is told then is what the engine tells after reading back.

use sipreg::app::core::{Outcome, Read, Reply, Write};
use sipreg::domain::change::merge::{self, LateResult, merge as merge_with};
use sipreg::domain::change::outcome::{Created, Deleted, Switched};
use sipreg::domain::change::{ChangeOutcome, Draft, ReadBack, SaveOutcome, Toggle};
use sipreg::domain::record::{Equality, FieldId, Record as _, Registration, Value, equality};
use sipreg::domain::request_error::{Effectiveness, RequestError, RequestErrorKind};

use super::{Server, error};

/// What becomes of a write.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fate {
    Answered,
    /// It is done; the answer is lost.
    AnswerLost,
    /// It is done; the answer is lost, and reading back fails.
    Dark,
    /// It never arrives.
    Lost,
    /// It is done some time later.
    Late,
    /// A proxy answers in its place, and it is done.
    ProxyAfter,
    /// A proxy answers in its place, and it is not done.
    ProxyBefore,
    /// It never left.
    Unsent,
}

impl Fate {
    pub fn of(byte: u8) -> Self {
        match byte {
            0..=159 => Self::Answered,
            160..=175 => Self::AnswerLost,
            176..=187 => Self::Dark,
            188..=203 => Self::Lost,
            204..=223 => Self::Late,
            224..=233 => Self::ProxyAfter,
            234..=243 => Self::ProxyBefore,
            244..=255 => Self::Unsent,
        }
    }

    fn does(self) -> bool {
        matches!(self, Self::Answered | Self::AnswerLost | Self::Dark | Self::ProxyAfter)
    }
}

/// The record that a write is about; of one that is made there is none.
fn subject(write: &Write) -> Option<u64> {
    match write {
        Write::Save { draft, .. } | Write::Change { draft, .. } => Some(draft.id()),
        Write::Switch { shown, .. } | Write::Delete { shown, .. } => Some(shown.id()),
        Write::Create(_) | Write::ReadBack { .. } => None,
    }
}

/// Whether the server did what was asked.
fn was_done(outcome: &Outcome) -> bool {
    matches!(
        outcome,
        Outcome::Saved(SaveOutcome::Applied { .. })
            | Outcome::Changed(ChangeOutcome::Sent { saved: SaveOutcome::Applied { .. }, .. })
            | Outcome::Switched(Switched::Applied { .. })
            | Outcome::Created(Created::Applied { .. })
            | Outcome::Deleted(Deleted::Applied)
    )
}

impl Server {
    /// Answers a read, or does not.
    pub fn read_or_fail(&self, read: &Read, byte: u8) -> Result<Reply, RequestError> {
        let local = matches!(read, Read::Preview(_) | Read::Exchanges | Read::Login | Read::SignIn { .. });
        let failed = |kind, status| Err(RequestError { status, ..error(kind, Effectiveness::NotApplied) });
        match byte {
            _ if local => self.read(read),
            232..=239 => failed(RequestErrorKind::TimedOut, None),
            240..=245 => failed(RequestErrorKind::ServerError, Some(502)),
            246..=249 => failed(RequestErrorKind::Unreadable, Some(404)),
            250..=255 => failed(RequestErrorKind::Cut, None),
            _ => self.read(read),
        }
    }

    /// Carries a write out, or not, and answers it, or does not.
    pub fn write_or_fail(&mut self, write: &Write, fate: Fate) -> Outcome {
        if let Write::ReadBack { write, error } = write {
            return self.read_back(write, error, matches!(fate, Fate::Dark | Fate::Lost | Fate::Unsent));
        }
        // Who comes later waits for the row.
        self.land(subject(write));
        // What would not be done in any case is answered.
        let would = self.tried().write(write);
        if fate == Fate::Answered || !was_done(&would) {
            return self.write(write);
        }
        if fate.does() {
            let _ = self.write(write);
        }
        let effect = match fate {
            Fate::Unsent => Effectiveness::NotApplied,
            Fate::ProxyAfter | Fate::ProxyBefore => Effectiveness::Unknown,
            Fate::Answered | Fate::AnswerLost | Fate::Dark | Fate::Lost | Fate::Late => Effectiveness::Pending,
        };
        let kind =
            if effect == Effectiveness::Pending { RequestErrorKind::TimedOut } else { RequestErrorKind::Unreachable };
        let why = error(kind, effect);
        if fate == Fate::Unsent {
            return match write {
                Write::Switch { .. } => Outcome::Switched(Switched::Refused(why)),
                Write::Create(_) => Outcome::Created(Created::Refused(why)),
                Write::Delete { .. } => Outcome::Deleted(Deleted::Refused(why)),
                Write::Change { draft, .. } => {
                    Outcome::Changed(ChangeOutcome::Unsent { draft: draft.clone(), why: SaveOutcome::Refused(why) })
                }
                Write::Save { .. } | Write::ReadBack { .. } => Outcome::Saved(SaveOutcome::Refused(why)),
            };
        }
        if fate == Fate::Late {
            self.late.push((self.who, write.clone()));
        }
        match (write, self.read_back(write, &why, fate == Fate::Dark)) {
            (Write::Change { draft, .. }, Outcome::Saved(saved)) => {
                Outcome::Changed(ChangeOutcome::Sent { draft: draft.clone(), theirs: Vec::new(), saved })
            }
            (_, outcome) => outcome,
        }
    }

    /// Does what was asked for long ago: about this record, or everything.
    pub fn land(&mut self, id: Option<u64>) {
        let asks = self.who;
        for (who, write) in std::mem::take(&mut self.late) {
            if id.is_none() || subject(&write) == id {
                self.who = who;
                let _ = self.write(&write);
            } else {
                self.late.push((who, write));
            }
        }
        self.who = asks;
    }

    fn read_back(&self, write: &Write, error: &RequestError, fails: bool) -> Outcome {
        let error = error.clone();
        let after = super::error(RequestErrorKind::TimedOut, Effectiveness::NotApplied);
        let seen = if fails { Some(ReadBack::Nothing(after)) } else { None };
        match write {
            Write::Save { draft, .. } | Write::Change { draft, .. } => Outcome::Saved(match seen {
                Some(seen) => SaveOutcome::Unknown { error, seen },
                None => self.read_back_save(draft, error),
            }),
            Write::Switch { shown, to, .. } => Outcome::Switched(match seen {
                Some(seen) => Switched::Unknown { error, seen },
                None => self.read_back_switch(shown, *to, error),
            }),
            Write::Create(draft) => Outcome::Created(match seen {
                Some(seen) => Created::Unknown { error, seen },
                None => self.look_up(draft, error),
            }),
            Write::Delete { shown, .. } => Outcome::Deleted(match (seen, self.records.get(&shown.id())) {
                (Some(seen), _) => Deleted::Unknown { error, seen },
                (None, None) => Deleted::AppliedUnseen(error),
                (None, Some(now)) if error.effect == Effectiveness::Pending => {
                    Deleted::Unknown { error, seen: ReadBack::AsBefore(self.fetched(now)) }
                }
                (None, Some(now)) => Deleted::NotApplied { now: self.fetched(now), error },
            }),
            Write::ReadBack { write, .. } => self.read_back(write, &error, fails),
        }
    }

    fn read_back_save(&self, draft: &Draft, error: RequestError) -> SaveOutcome {
        let Some(stored) = self.records.get(&draft.id()) else { return SaveOutcome::Gone };
        let now = self.fetched(stored);
        match merge::read_back(draft, &now.registration) {
            LateResult::Applied => SaveOutcome::AppliedUnseen { now, error },
            LateResult::NotApplied if error.effect == Effectiveness::Pending => {
                SaveOutcome::Unknown { error, seen: ReadBack::AsBefore(now) }
            }
            LateResult::NotApplied => SaveOutcome::NotApplied { now, error },
            LateResult::Unknown => {
                let merge = Box::new(merge_with(draft, &now.registration, now.tag.clone()));
                SaveOutcome::Unclear { now, merge, error }
            }
        }
    }

    fn read_back_switch(&self, shown: &Registration, to: Toggle, error: RequestError) -> Switched {
        let mut base = shown.clone();
        base.set(FieldId::Enabled, Value::Flag(to.reversed().enabled()));
        let mut draft = Draft::new(base, None);
        draft.set(FieldId::Enabled, Value::Flag(to.enabled()));
        match self.read_back_save(&draft, error) {
            SaveOutcome::AppliedUnseen { now, error } => Switched::AppliedUnseen { now, error },
            SaveOutcome::NotApplied { now, error } => Switched::NotApplied { now, error },
            SaveOutcome::Unclear { now, error, .. } => Switched::Unclear { now, error },
            SaveOutcome::Unknown { error, seen } => Switched::Unknown { error, seen },
            _ => Switched::Gone,
        }
    }

    fn look_up(&self, draft: &Draft, error: RequestError) -> Created {
        let Some(found) = self.records.values().find(|record| record.name() == draft.name()) else {
            return if error.effect == Effectiveness::Pending {
                Created::Unknown { error, seen: ReadBack::Absent }
            } else {
                Created::NotApplied(error)
            };
        };
        let now = self.fetched(found);
        let differs = |(field, wanted): (&FieldId, &Value)| {
            equality(wanted.as_ref(), now.registration.value(*field)) == Equality::Different
        };
        if draft.changes().iter().any(differs) {
            return Created::Unclear { now, differences: Vec::new(), error };
        }
        Created::AppliedUnseen { now, error }
    }
}

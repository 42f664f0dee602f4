//! What became of a write, in words: the line about the record, what else is to be said, and what the journal gets.
//! Decides and says, for the console and the commands alike; writes nothing itself. Names nobody for a change: who it
//! was is not known here (see [`By`](crate::domain::change::change_log::By)).

mod whole;

use std::borrow::Cow;
use std::time::Duration;

pub use whole::{created, deleted};

use crate::domain::change::bulk::Fate;
use crate::domain::change::journal::{Change, Ending};
use crate::domain::change::merge::{Cause, Difference, Merge, Row};
use crate::domain::change::outcome::{Changed, Saved, Seen, explain, words};
use crate::domain::record::draft::Draft;
use crate::domain::record::field::{FieldId, Kind};
use crate::domain::record::registration::{Record, Registration};
use crate::domain::record::relation::Targets;
use crate::domain::record::show;
use crate::domain::record::value::ValueRef;
use crate::domain::request_error::{Trouble, TroubleKind};
use crate::domain::text::visible;

/// What became of one record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verdict {
    /// How it ended, for the whole.
    pub fate: Fate,
    /// Why it ended so.
    pub why: Why,
    /// The one line about it, without id and name. Of what was not done it says why, and is no data.
    pub line: String,
    /// What else is to be known.
    pub notes: Vec<String>,
    /// What the journal gets, where something was sent or refused.
    pub entry: Option<Entry>,
    /// The record as it is now, where it is known.
    pub now: Option<Box<Registration>>,
}

/// Why a write ended as it did.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Why {
    /// It is as wanted.
    Done,
    /// It was changed, but the server shows other values than were sent.
    Altered,
    /// Somebody else changed it.
    Conflict,
    /// The record is gone.
    NoSuchRecord,
    /// Looking failed, or the server refused.
    Refused(Box<Trouble>),
    /// This came in place of an answer, and reading back showed that it was not done.
    NotApplied(Box<Trouble>),
    /// Whether it was done is not known.
    Unknown,
    /// It was answered as another kind of write.
    Impossible,
    /// Anything else.
    Failed,
}

/// What the journal gets.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// The fields.
    pub changes: Vec<Change>,
    /// How it ended.
    pub ending: Ending,
    /// Our id of the request, where it is known.
    pub request: Option<String>,
}

/// `16 betatel-1`; of a record that is to be made its name. On one line, and fit to be shown.
#[must_use]
pub fn called(record: &impl Record) -> String {
    let name = visible(record.name());
    match record.id() {
        0 => name.into_owned(),
        id => format!("{id} {name}"),
    }
}

/// `enabled yes -> no, expire (node default) -> 600`.
#[must_use]
pub fn changes(draft: &Draft, targets: &Targets) -> String {
    let told = |field: &FieldId| {
        let (before, after) = (draft.base().value(*field), draft.value(*field));
        match (field.field().kind, before.is_unset(), after.is_unset()) {
            (Kind::Secret, true, _) => format!("{} set", field.field().name),
            (Kind::Secret, false, true) => format!("{} removed", field.field().name),
            (Kind::Secret, false, false) => format!("{} changed", field.field().name),
            _ => format!(
                "{} {} -> {}",
                field.field().name,
                value(*field, before, targets),
                value(*field, after, targets)
            ),
        }
    };
    draft.changes().keys().map(told).collect::<Vec<_>>().join(", ")
}

/// What a field of a draft says before, where that is to be told, and after.
#[must_use]
pub fn sides(draft: &Draft, field: FieldId, targets: &Targets) -> (Option<String>, String) {
    let (before, after) = (draft.base().value(field), draft.value(field));
    let is_new = draft.base().id() == 0;
    let told = |side: ValueRef<'_>| match field.field().kind {
        Kind::Secret if side.is_unset() => format!("({})", field.field().unset),
        Kind::Secret => show::MASK.to_owned(),
        _ => value(field, side, targets).into_owned(),
    };
    let after = match field.field().kind {
        Kind::Secret if !before.is_unset() && !after.is_unset() && !is_new => format!("{} (another one)", show::MASK),
        _ => told(after),
    };
    ((!is_new).then(|| told(before)), after)
}

/// `domain acme.example, username 100`.
#[must_use]
pub fn values(draft: &Draft, targets: &Targets) -> String {
    let told = |field: &FieldId| format!("{} {}", field.field().name, value(*field, draft.value(*field), targets));
    draft.changes().keys().filter(|field| **field != FieldId::Name).map(told).collect::<Vec<_>>().join(", ")
}

fn value<'a>(field: FieldId, value: ValueRef<'a>, targets: &'a Targets) -> Cow<'a, str> {
    match (field.field().kind, value) {
        (_, ValueRef::Missing) => Cow::Borrowed("?"),
        (Kind::Reference(_), value) => show::cell(field, value, targets),
        (_, value) if value.is_unset() => Cow::Owned(format!("({})", field.field().unset)),
        (_, value) => show::cell(field, value, targets),
    }
}

/// What became of a change.
#[must_use]
pub fn changed(asked: &Draft, changed: &Changed, targets: &Targets) -> Verdict {
    match changed {
        Changed::AlreadySo { now, theirs } => Verdict {
            notes: foreign(theirs).into_iter().collect(),
            now: now.as_ref().map(|now| Box::new(now.registration.clone())),
            ..Verdict::already(already(asked, targets))
        },
        Changed::Unsent { draft, why } => saved(draft, &[], why, targets),
        Changed::Sent { draft, theirs, saved: ended } => saved(draft, theirs, ended, targets),
    }
}

/// What is so already.
#[must_use]
pub fn already(asked: &Draft, targets: &Targets) -> String {
    let fields = asked.changes().keys();
    let told = |field: &FieldId| match field.field().kind {
        Kind::Secret => field.field().name.to_owned(),
        _ => format!("{} {}", field.field().name, value(*field, asked.value(*field), targets)),
    };
    match fields.map(told).collect::<Vec<_>>() {
        told if told.is_empty() => "unchanged".to_owned(),
        told => format!("already {}", told.join(", ")),
    }
}

fn foreign(fields: &[FieldId]) -> Option<String> {
    let names: Vec<&str> = fields.iter().map(|field| field.field().name).collect();
    (!names.is_empty()).then(|| format!("{} changed on the server since it was read; left so", names.join(", ")))
}

fn saved(draft: &Draft, theirs: &[FieldId], saved: &Saved, targets: &Targets) -> Verdict {
    let shown = shown(draft, saved);
    let done = changes(&shown, targets);
    let entry = Entry { changes: Change::of_draft(&shown), ending: saved.into(), request: None };
    let mut verdict = match saved {
        Saved::Applied { now, differences } => Verdict {
            notes: differences.iter().map(|difference| differing(difference, targets)).collect(),
            now: Some(Box::new(now.registration.clone())),
            ..if differences.iter().any(|difference| difference.cause == Cause::Altered) {
                Verdict::failed(Why::Altered, done)
            } else {
                Verdict::done(done)
            }
        },
        Saved::AppliedUnseen { now, trouble } => Verdict {
            notes: vec![format!("no clear answer ({}), but a check shows that it was saved", trouble.message)],
            now: Some(Box::new(now.registration.clone())),
            ..Verdict::done(done)
        },
        Saved::Moved { now, merge } => {
            Verdict { now: Some(Box::new(now.registration.clone())), ..Verdict::conflict(moved(merge, targets)) }
        }
        Saved::CannotCompare => Verdict::failed(
            Why::Failed,
            "not changed: the server cannot compare its own ETags; set if_match = false in the profile",
        ),
        Saved::Gone => Verdict::failed(Why::NoSuchRecord, "not changed: it was deleted"),
        Saved::Refused(trouble) => Verdict::failed(
            Why::Refused(Box::new(trouble.clone())),
            format!("not changed: {}", refusal(trouble, draft)),
        ),
        Saved::NotApplied { now, trouble } => {
            Verdict { now: Some(Box::new(now.registration.clone())), ..not_applied("changed", trouble) }
        }
        Saved::Unclear { now, trouble, .. } => Verdict {
            now: Some(Box::new(now.registration.clone())),
            ..Verdict::unknown(format!(
                "UNKNOWN whether it was changed: it now has neither the old nor the new values; check it (no clear \
                 answer: {})",
                trouble.message
            ))
        },
        Saved::Unknown { trouble, seen } => unknown("changed", trouble, seen),
    };
    verdict.notes.extend(foreign(theirs));
    verdict.entry = Some(Entry { request: trouble_of(saved).and_then(|trouble| trouble.request_id.clone()), ..entry });
    verdict
}

/// The draft with what the server shows now in place of what was sent.
fn shown(draft: &Draft, saved: &Saved) -> Draft {
    let mut shown = draft.clone();
    if let Saved::Applied { differences, .. } = saved {
        for difference in differences.iter().filter(|difference| difference.cause == Cause::Altered) {
            shown.set(difference.field, difference.answer.clone());
        }
    }
    shown
}

const fn trouble_of(saved: &Saved) -> Option<&Trouble> {
    match saved {
        Saved::Refused(trouble)
        | Saved::AppliedUnseen { trouble, .. }
        | Saved::NotApplied { trouble, .. }
        | Saved::Unclear { trouble, .. }
        | Saved::Unknown { trouble, .. } => Some(trouble),
        Saved::Applied { .. } | Saved::Moved { .. } | Saved::CannotCompare | Saved::Gone => None,
    }
}

/// What somebody else did to the fields that were to be changed.
fn moved(merge: &Merge, targets: &Targets) -> String {
    let open = merge.open();
    let told = |row: &Row| {
        let name = row.field.field().name;
        match row.field.field().kind {
            Kind::Secret => format!("{name} was changed"),
            _ => format!(
                "{name} {} -> {}",
                value(row.field, row.base.as_ref(), targets),
                value(row.field, row.theirs.as_ref(), targets)
            ),
        }
    };
    let rows = merge.rows().iter().filter(|row| open.contains(&row.field));
    match rows.map(told).collect::<Vec<_>>() {
        told if told.is_empty() => "not changed: it changed on the server at that moment; run it again".to_owned(),
        told => format!(
            "not changed: it changed on the server since it was read ({}); check it, then run the command again",
            told.join(", ")
        ),
    }
}

fn differing(difference: &Difference, targets: &Targets) -> String {
    let name = difference.field.field().name;
    let secret = matches!(difference.field.field().kind, Kind::Secret);
    let answer = value(difference.field, difference.answer.as_ref(), targets);
    match difference.cause {
        Cause::Foreign if secret => format!("meanwhile {name} changed on the server"),
        Cause::Foreign => format!("meanwhile {name} changed on the server: it is {answer} now"),
        Cause::Altered if secret => format!("the server stored another {name} than was sent"),
        Cause::Altered => {
            let wanted = value(difference.field, difference.wanted.as_ref(), targets);
            format!("the server changed {name}: {wanted} was sent, {answer} is stored")
        }
    }
}

fn refusal(trouble: &Trouble, draft: &Draft) -> String {
    let explanation = explain(trouble, draft);
    let mut parts: Vec<String> =
        explanation.fields.iter().map(|(field, text)| format!("{} {text}", field.field().name)).collect();
    parts.extend(explanation.general);
    if parts.is_empty() || trouble.kind != TroubleKind::Invalid {
        parts.insert(0, trouble.message.clone());
    }
    parts.join("; ")
}

/// A trouble with what the server said about it.
#[must_use]
pub fn said(trouble: &Trouble) -> String {
    let mut text = trouble.message.clone();
    for error in &trouble.errors {
        if !error.detail.is_empty() && !text.contains(&error.detail) {
            text.push_str("; ");
            text.push_str(&error.detail);
        }
    }
    text
}

fn not_applied(done: &str, trouble: &Trouble) -> Verdict {
    Verdict::failed(
        Why::NotApplied(Box::new(trouble.clone())),
        format!("not {done}: the server shows it as it was before (no clear answer: {})", said(trouble)),
    )
}

fn unknown(done: &str, trouble: &Trouble, seen: &Seen) -> Verdict {
    Verdict::unknown(words::unknown(done, seen, "", trouble))
}

impl Verdict {
    fn new(fate: Fate, why: Why, line: String) -> Self {
        Self { fate, why, line, notes: Vec::new(), entry: None, now: None }
    }

    fn done(line: String) -> Self {
        Self::new(Fate::Done, Why::Done, line)
    }

    /// A record that is as wanted.
    #[must_use]
    pub fn already(line: String) -> Self {
        Self::new(Fate::AlreadySo, Why::Done, line)
    }

    fn conflict(line: String) -> Self {
        Self::new(Fate::Conflict(line.clone()), Why::Conflict, line)
    }

    /// A record that was not touched for this reason.
    #[must_use]
    pub fn failed(why: Why, line: impl Into<String>) -> Self {
        let line = line.into();
        Self::new(Fate::Failed(line.clone()), why, line)
    }

    fn unknown(line: String) -> Self {
        Self::new(Fate::Unknown(line.clone()), Why::Unknown, line)
    }

    /// For how long the server wants to be left alone, where it refused for that and nothing else (429).
    #[must_use]
    pub fn wait(&self) -> Option<Duration> {
        match &self.why {
            Why::Refused(trouble) if trouble.status == Some(429) => trouble.retry_after,
            _ => None,
        }
    }

    /// Whether the record is as it was wanted.
    #[must_use]
    pub const fn is_as_wanted(&self) -> bool {
        matches!(self.fate, Fate::Done | Fate::AlreadySo)
    }

    /// Whether the line is data: it says what is so now.
    #[must_use]
    pub const fn is_data(&self) -> bool {
        match self.why {
            Why::Done | Why::Altered => true,
            Why::Conflict
            | Why::NoSuchRecord
            | Why::Refused(_)
            | Why::NotApplied(_)
            | Why::Unknown
            | Why::Impossible
            | Why::Failed => false,
        }
    }
}

/// A few of many, for a question: `16 a, 17 b and 28 more`.
#[must_use]
pub fn some_of(names: &[String]) -> String {
    const SHOWN: usize = 5;
    let shown: Vec<Cow<'_, str>> = names.iter().take(SHOWN).map(|name| visible(name)).collect();
    match names.len().saturating_sub(SHOWN) {
        0 => shown.join(", "),
        more => format!("{} and {more} more", shown.join(", ")),
    }
}

#[cfg(test)]
mod tests;

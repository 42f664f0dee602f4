//! What became of a write, in words: the line about the record, what else is to be said, and what the journal gets.
//! Decides and says, for the console and the commands alike; writes nothing itself. Names no one for a change: who it
//! was is not known here (see [`By`](crate::domain::change::change_log::By)).

use std::borrow::Cow;
use std::time::Duration;

use crate::domain::change::bulk::RecordOutcome;
use crate::domain::change::draft::Draft;
use crate::domain::change::journal::{Change, Ending};
use crate::domain::change::merge::{Cause, Difference, MergeRow};
use crate::domain::change::outcome::{Aim, Outcome, OutcomeReport, ReadBack, Upshot, Wording, explain};
use crate::domain::record::{FieldId, MASK, Record, Registration, Targets, ValueKind, ValueRef, show};
use crate::domain::request_error::{RequestError, RequestErrorKind};
use crate::domain::text::visible;

/// What was to become of a record.
#[derive(Debug, Clone, Copy)]
pub enum WantedRecord<'a> {
    /// Fields of it were to be changed.
    Change(&'a Draft),
    /// It was to be created.
    Create(&'a Draft),
    /// It was to be deleted, as it was shown.
    Delete(&'a Registration),
}

impl WantedRecord<'_> {
    /// What that is to do to the record.
    pub const fn aim(self) -> Aim {
        match self {
            Self::Change(_) => Aim::Change,
            Self::Create(_) => Aim::Create,
            Self::Delete(_) => Aim::Delete,
        }
    }

    /// The record, as it was before or as it is to be created.
    pub fn subject(self) -> Registration {
        match self {
            Self::Change(draft) => draft.base().clone(),
            Self::Create(draft) => draft.result(),
            Self::Delete(shown) => shown.clone(),
        }
    }

    /// What it is to change, for the journal.
    pub fn changes(self) -> Vec<Change> {
        match self {
            Self::Change(draft) | Self::Create(draft) => Change::of_draft(draft),
            Self::Delete(shown) => Change::between(shown, &Registration::new(shown.id())),
        }
    }
}

/// What became of one record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RecordVerdict {
    /// How it ended, for the whole.
    pub fate: RecordOutcome,
    /// How it ended.
    pub upshot: Upshot,
    /// Why it was refused, where it was.
    pub refused: Option<Box<RequestError>>,
    /// The one line about it, without id and name. Of what was not done it says why, and is no data.
    pub line: String,
    /// What else is to be known.
    pub notes: Vec<String>,
    /// What the journal gets, where something was sent or refused.
    pub entry: Option<JournalEntry>,
    /// The record as it is now, where it is known.
    pub now: Option<Box<Registration>>,
    /// Of an unknown result: whether the server still shows the record as it was.
    pub as_before: bool,
}

/// What the journal gets.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct JournalEntry {
    /// The fields.
    pub changes: Vec<Change>,
    /// How it ended.
    pub ending: Ending,
    /// Our id of the request, where it is known.
    pub request: Option<String>,
}

/// `16 betatel-1`; of a record that is to be made its name. On one line, and fit to be shown.
pub fn display_name(record: &impl Record) -> String {
    let name = visible(record.name());
    match record.id() {
        0 => name.into_owned(),
        id => format!("{id} {name}"),
    }
}

/// `enabled yes -> no, expire (node default) -> 600`.
pub fn changes(draft: &Draft, targets: &Targets) -> String {
    let reported = |field: &FieldId| {
        let (before, after) = (draft.base().value(*field), draft.value(*field));
        match (field.field().kind, before.is_unset(), after.is_unset()) {
            (ValueKind::Secret, true, _) => format!("{} set", field.field().name),
            (ValueKind::Secret, false, true) => format!("{} removed", field.field().name),
            (ValueKind::Secret, false, false) => format!("{} changed", field.field().name),
            _ => format!(
                "{} {} -> {}",
                field.field().name,
                value(*field, before, targets),
                value(*field, after, targets)
            ),
        }
    };
    draft.changes().keys().map(reported).collect::<Vec<_>>().join(", ")
}

/// What a field of a draft says before, where that is to be shown, and after.
pub fn sides(draft: &Draft, field: FieldId, targets: &Targets) -> (Option<String>, String) {
    let (before, after) = (draft.base().value(field), draft.value(field));
    let is_new = draft.base().id() == 0;
    let reported = |side: ValueRef<'_>| match field.field().kind {
        ValueKind::Secret if side.is_unset() => format!("({})", field.field().unset),
        ValueKind::Secret => MASK.to_owned(),
        _ => value(field, side, targets).into_owned(),
    };
    let after = match field.field().kind {
        ValueKind::Secret if !before.is_unset() && !after.is_unset() && !is_new => {
            format!("{MASK} (another one)")
        }
        _ => reported(after),
    };
    ((!is_new).then(|| reported(before)), after)
}

/// `domain acme.example, username 100`.
pub fn values(draft: &Draft, targets: &Targets) -> String {
    let reported = |field: &FieldId| format!("{} {}", field.field().name, value(*field, draft.value(*field), targets));
    draft.changes().keys().filter(|field| **field != FieldId::Name).map(reported).collect::<Vec<_>>().join(", ")
}

fn value<'a>(field: FieldId, value: ValueRef<'a>, targets: &'a Targets) -> Cow<'a, str> {
    match (field.field().kind, value) {
        (_, ValueRef::Missing) => Cow::Borrowed("?"),
        (ValueKind::Reference(_), value) => show::cell(field, value, targets),
        (_, value) if value.is_unset() => Cow::Owned(format!("({})", field.field().unset)),
        (_, value) => show::cell(field, value, targets),
    }
}

/// What became of a record that someone wanted something of.
pub fn verdict(wanted: WantedRecord<'_>, outcome: &Outcome, targets: &Targets) -> RecordVerdict {
    let report = outcome.report();
    let done = report.upshot.is_done();
    let draft = match wanted {
        WantedRecord::Change(draft) | WantedRecord::Create(draft) => Some(report.sent.unwrap_or(draft)),
        WantedRecord::Delete(_) => None,
    };
    let refused = report.error.filter(|_| report.upshot == Upshot::Refused);
    let why = refused.zip(draft).map(|(error, draft)| refusal(error, draft));
    let then = if report.upshot == Upshot::Moved { look_again(&report, targets) } else { String::new() };
    let wording =
        Wording { changed: "it changed on the server", why: why.as_deref(), then: &then, ..Wording::default() };
    let sentence = report.sentence(wanted.aim(), wording);
    let now = report.now.map(|now| &now.registration);
    let (line, changes) = match (wanted, draft) {
        (WantedRecord::Change(_), Some(draft)) if done => {
            let stored = stored(draft, report.differences);
            (changes(&stored, targets), Change::of_draft(&stored))
        }
        (WantedRecord::Change(asked), Some(draft)) if report.upshot == Upshot::AlreadySo => {
            (already(asked.wishes(), targets), Change::of_draft(draft))
        }
        (WantedRecord::Create(_), Some(draft)) if done => {
            let changes = now.map(|now| Change::between(&Registration::new(now.id()), now));
            (format!("created: {}", values(draft, targets)), changes.unwrap_or_default())
        }
        (_, Some(draft)) => (sentence.clone(), Change::of_draft(draft)),
        (_, None) if done => (wanted.aim().done().to_owned(), wanted.changes()),
        (_, None) => (sentence.clone(), wanted.changes()),
    };
    let mut notes = Vec::new();
    if done {
        notes.extend(report.differences.iter().map(|difference| differing(difference, targets)));
    }
    if report.upshot == Upshot::AppliedUnseen {
        notes.push(sentence);
    }
    notes.extend(foreign(report.theirs));
    let request = report.error.and_then(|error| error.request_id.clone());
    RecordVerdict {
        refused: refused.map(|error| Box::new(error.clone())),
        notes,
        entry: report.upshot.row().ending.map(|ending| JournalEntry { changes, ending, request }),
        // A record of the same name may be anyone's.
        now: now.filter(|_| done || wanted.aim() != Aim::Create).map(|now| Box::new(now.clone())),
        as_before: matches!(report.seen, Some(ReadBack::AsBefore(_))),
        ..RecordVerdict::new(report.upshot, line)
    }
}

/// What is so already: `already disabled, expire 600`; `unchanged` without a field.
pub fn already<'a>(asked: impl IntoIterator<Item = (FieldId, ValueRef<'a>)>, targets: &Targets) -> String {
    let of = |(field, asked): (FieldId, ValueRef<'_>)| match (field.field().kind, asked) {
        (ValueKind::Secret, _) => field.field().name.to_owned(),
        (_, ValueRef::Flag(on)) if field == FieldId::Enabled => (if on { "enabled" } else { "disabled" }).to_owned(),
        (_, asked) => format!("{} {}", field.field().name, value(field, asked, targets)),
    };
    match asked.into_iter().map(of).collect::<Vec<_>>() {
        fields if fields.is_empty() => "unchanged".to_owned(),
        fields => format!("already {}", fields.join(", ")),
    }
}

fn foreign(fields: &[FieldId]) -> Option<String> {
    let names: Vec<&str> = fields.iter().map(|field| field.field().name).collect();
    (!names.is_empty()).then(|| format!("{} changed on the server since it was read; left so", names.join(", ")))
}

/// The draft with what the server shows now in place of what was sent.
fn stored(draft: &Draft, differences: &[Difference]) -> Draft {
    let mut stored = draft.clone();
    for difference in differences.iter().filter(|difference| difference.cause == Cause::Altered) {
        stored.set(difference.field, difference.answer.clone());
    }
    stored
}

/// What someone else did to the fields that count, and what to do about it.
fn look_again(report: &OutcomeReport<'_>, targets: &Targets) -> String {
    let reported = |field: FieldId, was: ValueRef<'_>, is: ValueRef<'_>| match field.field().kind {
        ValueKind::Secret => format!("{} was changed", field.field().name),
        _ => format!("{} {} -> {}", field.field().name, value(field, was, targets), value(field, is, targets)),
    };
    let open = report.merge.map(|merge| (merge.rows(), merge.open()));
    let clashes = open.iter().flat_map(|(rows, open)| rows.iter().filter(|row| open.contains(&row.field)));
    let clashes = clashes.map(|row: &MergeRow| reported(row.field, row.base.as_ref(), row.theirs.as_ref()));
    let differs = |it: &Difference| reported(it.field, it.wanted.as_ref(), it.answer.as_ref());
    match clashes.chain(report.differences.iter().map(differs)).collect::<Vec<_>>() {
        reported if reported.is_empty() => "; run it again".to_owned(),
        reported => format!(" ({}); check it, then run the command again", reported.join(", ")),
    }
}

fn differing(difference: &Difference, targets: &Targets) -> String {
    let name = difference.field.field().name;
    let secret = matches!(difference.field.field().kind, ValueKind::Secret);
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

fn refusal(error: &RequestError, draft: &Draft) -> String {
    let explanation = explain(error, draft);
    let mut parts: Vec<String> =
        explanation.fields.iter().map(|(field, text)| format!("{} {text}", field.field().name)).collect();
    parts.extend(explanation.general);
    if parts.is_empty() || error.kind != RequestErrorKind::Invalid {
        // It quotes what the server said.
        parts.retain(|part| !error.message.contains(part.as_str()));
        parts.insert(0, error.message.clone());
    }
    parts.join("; ")
}

impl RecordVerdict {
    /// A record that ended like this, with this line and nothing else.
    pub fn new(upshot: Upshot, line: String) -> Self {
        let fate = (upshot.row().fate)(line.clone());
        Self { fate, upshot, refused: None, line, notes: Vec::new(), entry: None, now: None, as_before: false }
    }

    /// For how long the server wants to be left alone, where it refused for that and nothing else (429).
    pub fn wait(&self) -> Option<Duration> {
        self.refused.as_ref().filter(|error| error.status == Some(429))?.retry_after
    }

    /// Whether the record is as it was wanted.
    pub const fn is_as_wanted(&self) -> bool {
        matches!(self.fate, RecordOutcome::Done | RecordOutcome::AlreadySo)
    }

    /// Whether the line is data: it says what is so now.
    pub fn is_data(&self) -> bool {
        self.upshot.is_as_wanted() || self.upshot.is_done()
    }
}

/// A few of many, for a question: `16 a, 17 b and 28 more`.
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

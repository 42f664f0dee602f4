//! What became of a record, as an object for programs: id, name, result, what was before and what is after, our id of
//! the request, and the line that people get.

use serde_json::{Map, Value as Json, json};

use super::wording::RecordVerdict;
use super::{WriteJob, WriteKind};
use crate::cli::CommandOutput;
use crate::domain::change::{Draft, Upshot};
use crate::domain::formats::json::{self, JsonLayout, JsonPasswords};
use crate::domain::query::Column;
use crate::domain::record::{FieldId, Record, Registration, Targets};

/// A record that is as wanted without a write.
pub(super) fn already(output: &mut CommandOutput, record: &Registration, line: &str) {
    put(output, record, "unchanged", [Json::Null, Json::Null], None, line, &[]);
}

/// What a rehearsal says of a record.
pub(super) fn planned(output: &mut CommandOutput, job: &WriteJob, targets: &Targets) {
    let sides = sides(job, Known::Wanted, targets);
    put(output, &job.what.subject(), "planned", sides, None, "would be written", &[]);
}

/// How a write ended.
pub(super) fn reported(
    output: &mut CommandOutput,
    job: &WriteJob,
    verdict: &RecordVerdict,
    targets: &Targets,
    request: Option<&str>,
) {
    let subject = match (&verdict.now, job.what.subject()) {
        (Some(now), subject) if subject.id() == 0 => (**now).clone(),
        (_, subject) => subject,
    };
    let known = match &verdict.now {
        Some(now) => Known::Shown(now),
        None => Known::Nothing,
    };
    let sides = sides(job, known, targets);
    put(output, &subject, verdict.upshot.row().word, sides, request, &verdict.line, &verdict.notes);
}

/// A record that was not sent.
pub(super) fn unsent(output: &mut CommandOutput, job: &WriteJob, targets: &Targets) {
    without_answer(output, job, targets, "not-sent", "not sent");
}

/// A record that was sent, and no answer was waited for.
pub(super) fn unanswered(output: &mut CommandOutput, job: &WriteJob, targets: &Targets, line: &str) {
    without_answer(output, job, targets, Upshot::Unknown.row().word, line);
}

fn without_answer(output: &mut CommandOutput, job: &WriteJob, targets: &Targets, result: &str, line: &str) {
    put(output, &job.what.subject(), result, sides(job, Known::Nothing, targets), None, line, &[]);
}

/// What is known of a record after a write.
#[derive(Clone, Copy)]
enum Known<'a> {
    /// What the server shows.
    Shown(&'a Registration),
    /// It is, or would be, as it was wanted.
    Wanted,
    /// Nothing: it was not sent, or no one saw what became of it.
    Nothing,
}

/// The fields in question before and after; null for what is not known.
fn sides(job: &WriteJob, known: Known<'_>, targets: &Targets) -> [Json; 2] {
    match &job.what {
        WriteKind::Change(draft) => {
            let after = match known {
                Known::Shown(now) => values(draft, now, targets),
                Known::Wanted => values(draft, draft.as_ref(), targets),
                Known::Nothing => Json::Null,
            };
            [values(draft, draft.base(), targets), after]
        }
        WriteKind::Create(draft) => {
            let set = |record: &Registration| {
                fields(FieldId::all().filter(|field| !record.value(*field).is_unset()), record, targets)
            };
            let after = match known {
                Known::Shown(now) => set(now),
                Known::Wanted => set(&draft.result()),
                Known::Nothing => Json::Null,
            };
            [Json::Null, after]
        }
        WriteKind::Delete(shown) => {
            let set = FieldId::all().filter(|field| !shown.value(*field).is_unset());
            [fields(set, shown.as_ref(), targets), Json::Null]
        }
    }
}

fn put(
    output: &mut CommandOutput,
    record: &Registration,
    result: &str,
    [before, after]: [Json; 2],
    request: Option<&str>,
    message: &str,
    notes: &[String],
) {
    let id = record.id();
    let object = json!({
        "id": (id != 0).then(|| id.to_string()),
        "name": record.name(),
        "result": result,
        "before": before,
        "after": after,
        "request-id": request,
        "message": message,
        "notes": notes,
    });
    output.result(id, object);
}

/// The fields that a draft changes, as this record has them.
pub fn values(draft: &Draft, record: &impl Record, targets: &Targets) -> Json {
    fields(draft.changes().keys().copied(), record, targets)
}

/// These fields of a record, as `list -o json` writes them.
pub fn fields(fields: impl IntoIterator<Item = FieldId>, record: &impl Record, targets: &Targets) -> Json {
    let columns: Vec<Column> = fields.into_iter().map(Column::Field).collect();
    let mut text = String::new();
    json::write(&mut text, record, targets, &columns, JsonPasswords::Masked, JsonLayout::Line);
    // It was written a moment ago.
    serde_json::from_str(&text).unwrap_or_else(|_| Json::Object(Map::new()))
}

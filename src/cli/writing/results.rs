//! What became of a record, as an object for programs: id, name, result, what was before and what is after, our id of
//! the request, and the line that people get.

use serde_json::{Map, Value as Json, json};

use super::told::RecordVerdict;
use super::{WriteJob, WriteKind};
use crate::cli::output::CommandOutput;
use crate::domain::formats::json::{self, JsonLayout, JsonPasswords};
use crate::domain::query::column::Column;
use crate::domain::record::draft::Draft;
use crate::domain::record::field::FieldId;
use crate::domain::record::registration::{Record, Registration};
use crate::domain::record::relation::Targets;

/// A record that is as wanted without a write.
pub(super) fn already(output: &mut CommandOutput, record: &Registration, line: &str) {
    let object = object(Some(record.id()), record.name(), "unchanged", [Json::Null, Json::Null], None, line, &[]);
    output.result(record.id(), object);
}

/// What a rehearsal says of a record.
pub(super) fn planned(output: &mut CommandOutput, job: &WriteJob, targets: &Targets) {
    let subject = job.what.subject();
    let object =
        object(id(&subject), subject.name(), "planned", sides(job, None, targets), None, "would be written", &[]);
    output.result(subject.id(), object);
}

/// How a write ended.
pub(super) fn told(
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
    let result = verdict.upshot.row().word;
    let sides = sides(job, verdict.now.as_deref(), targets);
    let object = object(id(&subject), subject.name(), result, sides, request, &verdict.line, &verdict.notes);
    output.result(subject.id(), object);
}

/// A record that was not sent.
pub(super) fn unsent(output: &mut CommandOutput, job: &WriteJob, targets: &Targets) {
    let subject = job.what.subject();
    let object = object(id(&subject), subject.name(), "not-sent", sides(job, None, targets), None, "not sent", &[]);
    output.result(subject.id(), object);
}

fn id(record: &Registration) -> Option<u64> {
    (record.id() != 0).then(|| record.id())
}

/// The fields in question before and after.
fn sides(job: &WriteJob, now: Option<&Registration>, targets: &Targets) -> [Json; 2] {
    match &job.what {
        WriteKind::Change(draft) => {
            let after = now.map_or_else(|| values(draft, draft.as_ref(), targets), |now| values(draft, now, targets));
            [values(draft, draft.base(), targets), after]
        }
        WriteKind::Create(draft) => {
            let set = |record: &Registration| {
                fields(FieldId::all().filter(|field| !record.value(*field).is_unset()), record, targets)
            };
            [Json::Null, now.map_or_else(|| set(&draft.result()), set)]
        }
        WriteKind::Delete(shown) => {
            let set = FieldId::all().filter(|field| !shown.value(*field).is_unset());
            [fields(set, shown.as_ref(), targets), Json::Null]
        }
    }
}

fn object(
    id: Option<u64>,
    name: &str,
    result: &str,
    [before, after]: [Json; 2],
    request: Option<&str>,
    message: &str,
    notes: &[String],
) -> Json {
    json!({
        "id": id.map(|id| id.to_string()),
        "name": name,
        "result": result,
        "before": before,
        "after": after,
        "request-id": request,
        "message": message,
        "notes": notes,
    })
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

//! Each row beside the record that it is about: what is to be created, what is to be changed, and what is wrong.
//! Everything is looked at before anything is said to be all right.

use std::collections::{HashMap, HashSet};

use crate::domain::change::apply::json::value_of;
use crate::domain::change::apply::names::{NameIndex, Similar};
use crate::domain::change::apply::order::{self, Move};
use crate::domain::change::apply::planned_row::{Damaged, PlannedRow, RowStep};
use crate::domain::change::apply::{FileError, FileRow, Said};
use crate::domain::change::assignment::existing;
use crate::domain::change::draft::Draft;
use crate::domain::change::outlook::Outlook;
use crate::domain::formats::csv::{self, CsvCell};
use crate::domain::formats::json::JsonPasswords;
use crate::domain::formats::spreadsheet::{self, TextDamage};
use crate::domain::query::Collection;
use crate::domain::record::fresh_id::id_of_row;
use crate::domain::record::{
    Equality, FieldId, FieldPresence, MASK, Record, Registration, Relation, Resolved, Secret, Targets, Value,
    ValueKind, ValueRef, equality,
};
use crate::domain::rules::{Census, CheckContext, Finding, OnServer, RuleSet, Severity};

/// What is done about damaged values.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Damages {
    /// They are reported and not checked further: nothing may be sent.
    Reported,
    /// They are what someone wants.
    Wanted,
}

/// What is to be done about a file.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ApplyPlan {
    /// In the order of the file.
    pub rows: Vec<PlannedRow>,
    /// Writes of rows that have to wait for each other; the others may go at any time.
    pub moves: Vec<Move>,
    /// How many records of the server are not in the file. Nothing is done about them.
    pub absent: usize,
}

/// Whether a file says passwords, so that they must be known to see whether they are to be changed.
pub fn has_passwords(rows: &[FileRow]) -> bool {
    rows.iter().flat_map(|row| &row.fields).any(|(field, said)| {
        matches!(field.field().kind, ValueKind::Secret)
            && match said {
                Said::Cell(cell) => !cell.is_empty() && cell != MASK,
                Said::Json(json) => json.as_str().is_some_and(|text| !text.is_empty() && text != MASK),
            }
    })
}

/// Of pops, nodes and transport protocols, those that a file names, so that they must be known to read it.
pub fn refer_to(rows: &[FileRow]) -> Vec<Relation> {
    let named = |relation: &Relation| {
        rows.iter().flat_map(|row| &row.fields).any(|(field, said)| {
            *field == relation.field()
                && match said {
                    Said::Cell(cell) => !cell.is_empty(),
                    Said::Json(json) => !json.is_null(),
                }
        })
    };
    Relation::ALL.into_iter().filter(named).collect()
}

/// Lays the rows of a file beside the records of the server, all of them, with their passwords where those are
/// known.
///
/// # Errors
/// Everything that is wrong with the values, with row and column. Nothing should be done about the file then.
pub fn plan(
    rows: &[FileRow],
    records: &Collection,
    password: impl Fn(u64) -> Option<Secret>,
    targets: &Targets,
    ignored: RuleSet,
    judgement: Damages,
) -> Result<ApplyPlan, Vec<FileError>> {
    let names = NameIndex::of(records);
    let census = Census::of(records.iter(), targets);
    let context = CheckContext::new(targets, Some(&census), OnServer::Loaded).ignoring(ignored);
    let mut mistakes = Vec::new();
    let mut planned: Vec<PlannedRow> = Vec::new();
    let mut about: HashMap<u64, usize> = HashMap::new();
    for row in rows {
        let name = name_of(row);
        let id = match (row.id.filter(|id| records.get(*id).is_some()), &name) {
            (Some(id), _) => Some(id),
            (None, Some(name)) => names.holder(name),
            (None, None) => None,
        };
        if let Some(first) = id.and_then(|id| about.insert(id, row.number)) {
            let message = format!("is the same registration as row {first}");
            mistakes.push(FileError::new(Some(row.number), None, message));
        }
        let work = Work { row, context: &context, judgement };
        let result = match (id, &name) {
            (Some(id), _) => work.change(base(id, records, password(id), targets)),
            (None, None) => {
                let message = row.id.map_or_else(
                    || "has neither ID nor name".to_owned(),
                    |id| format!("no registration {id}, and the row has no name to create one"),
                );
                Err(vec![FileError::new(Some(row.number), None, message)])
            }
            (None, Some(name)) => match unknown(row, name, &names) {
                Some(mistake) => Err(vec![mistake]),
                // What cannot be created was probably meant to be there.
                None => work.create().map_err(|mistakes| {
                    let meant = names.suggestion(name).map(|near| meant(row, name, &near));
                    meant.into_iter().chain(mistakes).collect()
                }),
            },
        };
        match result {
            Ok((step, mut warnings, damaged)) => {
                let lost_id = row.id.filter(|_| id.is_none());
                let similar = new_name(&step).and_then(|name| names.similar(name)).filter(|near| Some(near.id) != id);
                if similar.is_some() {
                    // It is reported and asked about by itself.
                    warnings.retain(|warning| warning.rule.is_none_or(|rule| rule.id != "similar-name"));
                }
                planned.push(PlannedRow { row: row.number, step, lost_id, warnings, damaged, similar });
            }
            Err(more) => mistakes.extend(more),
        }
    }
    mistakes.extend(clashes(&planned, &names));
    if !mistakes.is_empty() {
        mistakes.sort_by_key(|mistake| mistake.row);
        return Err(mistakes);
    }
    compare(&mut planned, records, &context);
    let moves = order::moves(&planned, &names);
    Ok(ApplyPlan { rows: planned, moves, absent: records.len() - about.len() })
}

/// Judges each row once more beside all records as they will be: rows are compared with each other, too.
fn compare(planned: &mut [PlannedRow], records: &Collection, now: &CheckContext<'_>) {
    let mut outlook = Outlook::default();
    for row in planned.iter() {
        match &row.step {
            RowStep::Change(draft) => outlook.changes(&**draft),
            RowStep::Create(draft) => outlook.comes(draft, id_of_row(row.row)),
            RowStep::Unchanged(_) => {}
        }
    }
    let census = outlook.census(records.iter(), now.targets());
    let then = now.with(&census);
    let findings: Vec<Vec<Finding>> = planned
        .iter()
        .map(|row| match &row.step {
            RowStep::Change(draft) => draft.new_findings(now, &then),
            RowStep::Create(draft) => {
                Draft::clone(draft).with_base(Registration::new(id_of_row(row.row))).findings(&then.of_new())
            }
            RowStep::Unchanged(_) => Vec::new(),
        })
        .collect();
    for (row, mut findings) in planned.iter_mut().zip(findings) {
        findings.retain(|finding| finding.severity != Severity::Error);
        row.warnings = findings;
    }
}

/// The name that a step gives to a record.
fn new_name(step: &RowStep) -> Option<&str> {
    match step {
        RowStep::Create(draft) => Some(draft.name()),
        RowStep::Change(draft) => draft.is_changed(FieldId::Name).then(|| draft.name()),
        RowStep::Unchanged(_) => None,
    }
}

/// A row that names no record and says too little to create one, with the name that was probably meant.
fn unknown(row: &FileRow, name: &str, names: &NameIndex<'_>) -> Option<FileError> {
    let said = |field: FieldId| {
        let said = row.fields.iter().find(|(said, _)| *said == field);
        said.is_some_and(|(_, said)| match said {
            Said::Cell(cell) => !cell.is_empty(),
            Said::Json(json) => !json.is_null(),
        })
    };
    let needed = FieldId::all().filter(|field| {
        field.field().presence == FieldPresence::Required && matches!(field.field().kind, ValueKind::Text)
    });
    let lacking: Vec<&str> = needed.filter(|field| !said(*field)).map(|field| field.field().name).collect();
    if lacking.is_empty() {
        return None;
    }
    let lacks = || format!("no registration is called {name:?}; to create it the row needs {}", lacking.join(", "));
    let suggestion = names.suggestion(name).map(|near| meant(row, name, &near));
    Some(suggestion.unwrap_or_else(|| FileError::new(Some(row.number), None, lacks())))
}

/// The registration that a row probably means.
fn meant(row: &FileRow, name: &str, near: &Similar) -> FileError {
    let message = format!("no registration is called {name:?}; did you mean {} ({})?", near.name, near.id);
    FileError::new(Some(row.number), None, message)
}

/// The name that a row gives.
fn name_of(row: &FileRow) -> Option<String> {
    let (_, said) = row.fields.iter().find(|(field, _)| *field == FieldId::Name)?;
    let name = match said {
        Said::Cell(cell) => csv::unguarded(cell).to_owned(),
        Said::Json(json) => json.as_str()?.to_owned(),
    };
    (!name.is_empty()).then_some(name)
}

/// The record as it is, relationships that are known by their links resolved.
fn base(id: u64, records: &Collection, password: Option<Secret>, targets: &Targets) -> Registration {
    let mut record = records.get(id).map_or_else(|| Registration::new(id), |row| Registration::from_record(&row));
    if let Some(password) = password {
        record.set(FieldId::AuthPassword, Value::Secret(password));
    }
    for field in FieldId::all().filter(|field| field.relation().is_some()) {
        match (record.value(field), targets.resolve(record.value(field))) {
            (ValueRef::Linked(_), Resolved::Target(id)) => record.set(field, Value::Reference(id)),
            (ValueRef::Linked(_), Resolved::Nothing) => record.set(field, Value::Null),
            _ => {}
        }
    }
    record
}

type Outcome = Result<(RowStep, Vec<Finding>, Vec<Damaged>), Vec<FileError>>;

/// One row, and how it is judged.
struct Work<'w> {
    row: &'w FileRow,
    context: &'w CheckContext<'w>,
    judgement: Damages,
}

impl Work<'_> {
    fn change(&self, record: Registration) -> Outcome {
        let targets = self.context.targets();
        let id = record.id();
        let mut draft = Draft::new(record, None);
        let (mut mistakes, mut damaged) = (Vec::new(), Vec::new());
        for (field, said) in &self.row.fields {
            if says_the_same(*field, said, draft.base(), targets) {
                continue;
            }
            let read = value(*field, said, targets);
            let damage = match &read {
                Ok(CsvCell::Withheld) => None,
                Ok(CsvCell::Value(value)) if equality(draft.base().value(*field), value.as_ref()) == Equality::Same => {
                    None
                }
                Ok(CsvCell::Value(_)) | Err(_) => damage_to(*field, said, Some(draft.base()), targets),
            };
            let reported = damage.is_some() && self.judgement == Damages::Reported;
            damaged.extend(damage);
            match read {
                Ok(CsvCell::Withheld) => {}
                Ok(CsvCell::Value(value)) => draft.set(*field, value),
                Err(_) if reported => {}
                Err(finding) => mistakes.push(mistake(self.row, &finding)),
            }
        }
        mistakes.extend(dangling(self.row, &draft, targets));
        if mistakes.is_empty() && draft.changes().is_empty() {
            return Ok((RowStep::Unchanged(id), Vec::new(), damaged));
        }
        let (draft, warnings) = self.judged(draft, self.context, mistakes, &damaged)?;
        Ok((RowStep::Change(Box::new(draft)), warnings, damaged))
    }

    fn create(&self) -> Outcome {
        let targets = self.context.targets();
        let mut draft = Draft::new(Registration::default(), None);
        let (mut mistakes, mut damaged) = (Vec::new(), Vec::new());
        for (field, said) in &self.row.fields {
            let damage = damage_to(*field, said, None, targets);
            let reported = damage.is_some() && self.judgement == Damages::Reported;
            damaged.extend(damage);
            match value(*field, said, targets) {
                Ok(CsvCell::Withheld) => {
                    let message = "is masked in this file; a new registration needs the real password, or none";
                    mistakes.push(FileError::new(Some(self.row.number), Some(field.field().name), message));
                }
                // The server's default.
                Ok(CsvCell::Value(value)) if value.as_ref().is_unset() => {}
                Ok(CsvCell::Value(value)) => draft.set(*field, value),
                Err(_) if reported => {}
                Err(finding) => mistakes.push(mistake(self.row, &finding)),
            }
        }
        mistakes.extend(dangling(self.row, &draft, targets));
        let (draft, warnings) = self.judged(draft, &self.context.of_new(), mistakes, &damaged)?;
        Ok((RowStep::Create(Box::new(draft)), warnings, damaged))
    }

    /// The draft with what is to be looked at, unless something is wrong with it. A field that could not be read is
    /// not judged a second time, nor is one that is reported as damaged.
    fn judged(
        &self,
        draft: Draft,
        context: &CheckContext<'_>,
        mut mistakes: Vec<FileError>,
        damaged: &[Damaged],
    ) -> Result<(Draft, Vec<Finding>), Vec<FileError>> {
        let mut reported: HashSet<Option<String>> = mistakes.iter().map(|mistake| mistake.column.clone()).collect();
        if self.judgement == Damages::Reported {
            reported.extend(damaged.iter().map(|damaged| Some(damaged.field.field().name.to_owned())));
        }
        let (errors, warnings): (Vec<Finding>, Vec<Finding>) =
            draft.new_findings(context, context).into_iter().partition(|finding| finding.severity == Severity::Error);
        let errors = errors.iter().map(|finding| mistake(self.row, finding));
        mistakes.extend(errors.filter(|mistake| !reported.contains(&mistake.column)));
        if mistakes.is_empty() { Ok((draft, warnings)) } else { Err(mistakes) }
    }
}

/// What a spreadsheet did to a text on its way through the file. What has an apostrophe in front was kept from that.
fn damage_to(field: FieldId, said: &Said, record: Option<&Registration>, targets: &Targets) -> Option<Damaged> {
    let kind = field.field().kind;
    let new =
        match (kind, said) {
            (ValueKind::Text | ValueKind::Secret | ValueKind::Texts | ValueKind::Reference(_), Said::Cell(cell)) => {
                cell.as_str()
            }
            (ValueKind::Text | ValueKind::Secret, Said::Json(json)) => json.as_str()?,
            (ValueKind::Flag | ValueKind::Number { .. } | ValueKind::Choice(_), Said::Cell(cell)) => {
                // They are no texts; an error in place of one is still reported.
                return spreadsheet::suspect(cell)
                    .filter(|damage| *damage == TextDamage::Error)
                    .map(|damage| Damaged { field, old: String::new(), new: cell.clone(), damage });
            }
            (_, Said::Json(_)) => return None,
        };
    let old = record.map(|record| csv::cell(field, record.value(field), targets, JsonPasswords::Shown).into_owned());
    let guarded = matches!(said, Said::Cell(cell) if csv::unguarded(cell) != cell);
    let damage = match old.as_deref().map(csv::unguarded) {
        Some(old) if guarded => (old == new).then_some(TextDamage::Apostrophe),
        None if guarded => None,
        Some(old) => spreadsheet::damage(old, new),
        None => spreadsheet::suspect(new),
    }?;
    let shown = |text: &str| if matches!(kind, ValueKind::Secret) { MASK.to_owned() } else { text.to_owned() };
    let old = old.as_deref().map(csv::unguarded).unwrap_or_default();
    Some(Damaged { field, old: if old.is_empty() { String::new() } else { shown(old) }, new: shown(new), damage })
}

fn mistake(row: &FileRow, finding: &Finding) -> FileError {
    FileError::new(Some(row.number), Some(finding.field.field().name), finding.message.clone())
}

fn value(field: FieldId, said: &Said, targets: &Targets) -> Result<CsvCell, Finding> {
    match said {
        Said::Cell(cell) => csv::read_cell(field, cell, targets),
        Said::Json(json) => value_of(field, json, targets),
    }
}

/// Changes that refer to what is not there. What a record refers to already is not this file's mistake.
fn dangling(row: &FileRow, draft: &Draft, targets: &Targets) -> Vec<FileError> {
    let changes = draft.changes().iter();
    let findings = changes.filter_map(|(field, value)| existing(*field, value.clone(), targets).err());
    findings.map(|finding| mistake(row, &finding)).collect()
}

/// Whether this is what would be written of the record as it is. Decides also for values that no text can say: of
/// a wrong type, not sent, or known by a link only.
fn says_the_same(field: FieldId, said: &Said, record: &Registration, targets: &Targets) -> bool {
    let now = record.value(field);
    match said {
        Said::Cell(cell) => *cell == csv::cell(field, now, targets, JsonPasswords::Masked),
        Said::Json(json) => match now {
            ValueRef::Odd(odd) => serde_json::from_str::<serde_json::Value>(odd).is_ok_and(|odd| odd == *json),
            ValueRef::Linked(_) | ValueRef::Missing => json.is_null(),
            _ => false,
        },
    }
}

/// Names that two records would have. One that the file takes away from a record is free.
fn clashes(planned: &[PlannedRow], names: &NameIndex<'_>) -> Vec<FileError> {
    let mut given: HashMap<&str, usize> = HashMap::new();
    let freed: HashSet<u64> = planned
        .iter()
        .filter_map(|planned| match &planned.step {
            RowStep::Change(draft) if draft.is_changed(FieldId::Name) => Some(draft.id()),
            RowStep::Change(_) | RowStep::Create(_) | RowStep::Unchanged(_) => None,
        })
        .collect();
    let mut mistakes = Vec::new();
    for planned in planned {
        let Some(name) = new_name(&planned.step) else { continue };
        let id = match &planned.step {
            RowStep::Change(draft) => draft.id(),
            RowStep::Create(_) | RowStep::Unchanged(_) => 0,
        };
        let holder = names.holder(name).filter(|holder| *holder != id && !freed.contains(holder));
        let message = match (holder, given.get(name)) {
            (Some(holder), _) => Some(format!("registration {holder} already has this name")),
            (None, Some(first)) => Some(format!("same name as row {first}")),
            (None, None) => None,
        };
        match message {
            Some(message) => {
                mistakes.push(FileError::new(Some(planned.row), Some(FieldId::Name.field().name), message));
            }
            None => {
                given.insert(name, planned.row);
            }
        }
    }
    mistakes
}

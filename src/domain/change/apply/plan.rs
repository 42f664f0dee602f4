//! Each row beside the record that it is about: what is to be created, what is to be changed, and what is wrong.
//! Everything is looked at before anything is said to be all right.

use std::collections::{HashMap, HashSet};

use crate::domain::change::apply::json::value_of;
use crate::domain::change::apply::{Mistake, Row, Said};
use crate::domain::formats::csv::{self, Cell};
use crate::domain::formats::json::Passwords;
use crate::domain::query::collection::Collection;
use crate::domain::record::assignment::existing;
use crate::domain::record::draft::Draft;
use crate::domain::record::field::{FieldId, Kind};
use crate::domain::record::registration::{Record, Registration};
use crate::domain::record::relation::{Relation, Resolved, Targets};
use crate::domain::record::show::MASK;
use crate::domain::record::value::{Secret, Value, ValueRef};
use crate::domain::rules::check::{Census, Context, Finding, Severity, Standing};
use crate::domain::rules::rule::RuleSet;

/// What is to be done about a row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Step {
    /// A record is created.
    Create(Box<Draft>),
    /// A record is changed.
    Change(Box<Draft>),
    /// The record is as the row says.
    Unchanged(u64),
}

/// One row with what is to be done about it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Planned {
    /// As [`Row::number`].
    pub row: usize,
    /// What is done.
    pub step: Step,
    /// An id that the row has although no record does: a new one has another.
    pub lost_id: Option<u64>,
    /// What somebody should look at; it can be saved.
    pub warnings: Vec<Finding>,
}

/// What is to be done about a file.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Plan {
    /// In the order of the file.
    pub rows: Vec<Planned>,
    /// How many records of the server are not in the file. Nothing is done about them.
    pub absent: usize,
}

/// Whether a file says passwords, so that they must be known to tell whether they are to be changed.
#[must_use]
pub fn tells_passwords(rows: &[Row]) -> bool {
    rows.iter().flat_map(|row| &row.fields).any(|(field, said)| {
        matches!(field.field().kind, Kind::Secret)
            && match said {
                Said::Cell(cell) => !cell.is_empty() && cell != MASK,
                Said::Json(json) => json.as_str().is_some_and(|text| !text.is_empty() && text != MASK),
            }
    })
}

/// Of pops, nodes and transport protocols, those that a file names, so that they must be known to read it.
#[must_use]
pub fn refer_to(rows: &[Row]) -> Vec<Relation> {
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
/// Everything that is wrong with the file, with row and column. Nothing should be done about it then.
pub fn plan(
    rows: &[Row],
    records: &Collection,
    password: impl Fn(u64) -> Option<Secret>,
    targets: &Targets,
    ignored: RuleSet,
) -> Result<Plan, Vec<Mistake>> {
    let names: HashMap<&str, u64> = records
        .iter()
        .filter_map(|row| match row.get(FieldId::Name) {
            ValueRef::Text(name) => Some((name, row.id())),
            _ => None,
        })
        .collect();
    let census = Census::of(records.iter(), targets);
    let context = Context::new(targets, Some(&census), Standing::Loaded).ignoring(ignored);
    let mut mistakes = Vec::new();
    let mut planned: Vec<Planned> = Vec::new();
    let mut about: HashMap<u64, usize> = HashMap::new();
    for row in rows {
        let name = name_of(row);
        let id = match (row.id.filter(|id| records.get(*id).is_some()), &name) {
            (Some(id), _) => Some(id),
            (None, Some(name)) => names.get(name.as_str()).copied(),
            (None, None) => None,
        };
        if let Some(first) = id.and_then(|id| about.insert(id, row.number)) {
            let message = format!("is about the same record as row {first}");
            mistakes.push(Mistake::new(Some(row.number), None, message));
            continue;
        }
        let result = match id {
            Some(id) => change(row, base(id, records, password(id), targets), &context),
            None if name.is_none() => {
                let message = row.id.map_or_else(
                    || "says neither id nor name, so that nobody knows which record it is about".to_owned(),
                    |id| format!("there is no record {id}, and the row has no name to create it with"),
                );
                Err(vec![Mistake::new(Some(row.number), None, message)])
            }
            None => create(row, &context),
        };
        match result {
            Ok((step, warnings)) => {
                let lost_id = row.id.filter(|_| id.is_none());
                planned.push(Planned { row: row.number, step, lost_id, warnings });
            }
            Err(more) => mistakes.extend(more),
        }
    }
    mistakes.extend(clashes(&planned, &names));
    if !mistakes.is_empty() {
        mistakes.sort_by_key(|mistake| mistake.row);
        return Err(mistakes);
    }
    Ok(Plan { rows: planned, absent: records.len() - about.len() })
}

/// The name that a row gives.
fn name_of(row: &Row) -> Option<String> {
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

type Outcome = Result<(Step, Vec<Finding>), Vec<Mistake>>;

fn change(row: &Row, record: Registration, context: &Context<'_>) -> Outcome {
    let targets = context.targets();
    let id = record.id();
    let mut draft = Draft::new(record, None);
    let mut mistakes = Vec::new();
    for (field, said) in &row.fields {
        if says_the_same(*field, said, draft.base(), targets) {
            continue;
        }
        match value(*field, said, targets) {
            Ok(Cell::Withheld) => {}
            Ok(Cell::Value(value)) => draft.set(*field, value),
            Err(finding) => mistakes.push(mistake(row, &finding)),
        }
    }
    mistakes.extend(dangling(row, &draft, targets));
    if mistakes.is_empty() && draft.changes().is_empty() {
        return Ok((Step::Unchanged(id), Vec::new()));
    }
    judged(row, draft, context, mistakes).map(|(draft, warnings)| (Step::Change(Box::new(draft)), warnings))
}

fn create(row: &Row, context: &Context<'_>) -> Outcome {
    let targets = context.targets();
    let mut draft = Draft::new(Registration::default(), None);
    let mut mistakes = Vec::new();
    for (field, said) in &row.fields {
        match value(*field, said, targets) {
            Ok(Cell::Withheld) => {
                let message = "is masked in this file; a new record needs the password itself, or none";
                mistakes.push(Mistake::new(Some(row.number), Some(field.field().name), message));
            }
            // The server's default.
            Ok(Cell::Value(value)) if value.as_ref().is_unset() => {}
            Ok(Cell::Value(value)) => draft.set(*field, value),
            Err(finding) => mistakes.push(mistake(row, &finding)),
        }
    }
    mistakes.extend(dangling(row, &draft, targets));
    judged(row, draft, &context.of_new(), mistakes).map(|(draft, warnings)| (Step::Create(Box::new(draft)), warnings))
}

/// The draft with what is to be looked at, unless something is wrong with it. A field that could not be read is
/// not judged a second time.
fn judged(
    row: &Row,
    draft: Draft,
    context: &Context<'_>,
    mut mistakes: Vec<Mistake>,
) -> Result<(Draft, Vec<Finding>), Vec<Mistake>> {
    let told: HashSet<Option<String>> = mistakes.iter().map(|mistake| mistake.column.clone()).collect();
    let (errors, warnings): (Vec<Finding>, Vec<Finding>) =
        draft.new_findings(context).into_iter().partition(|finding| finding.severity == Severity::Error);
    let errors = errors.iter().map(|finding| mistake(row, finding));
    mistakes.extend(errors.filter(|mistake| !told.contains(&mistake.column)));
    if mistakes.is_empty() { Ok((draft, warnings)) } else { Err(mistakes) }
}

fn mistake(row: &Row, finding: &Finding) -> Mistake {
    Mistake::new(Some(row.number), Some(finding.field.field().name), finding.message.clone())
}

fn value(field: FieldId, said: &Said, targets: &Targets) -> Result<Cell, Finding> {
    match said {
        Said::Cell(cell) => csv::read_cell(field, cell, targets),
        Said::Json(json) => value_of(field, json, targets),
    }
}

/// Changes that refer to what is not there. What a record refers to already is not this file's mistake.
fn dangling(row: &Row, draft: &Draft, targets: &Targets) -> Vec<Mistake> {
    let changes = draft.changes().iter();
    let findings = changes.filter_map(|(field, value)| existing(*field, value.clone(), targets).err());
    findings.map(|finding| mistake(row, &finding)).collect()
}

/// Whether this is what would be written of the record as it is. Decides also for values that no text can say: of
/// a wrong type, not told, or known by a link only.
fn says_the_same(field: FieldId, said: &Said, record: &Registration, targets: &Targets) -> bool {
    let now = record.value(field);
    match said {
        Said::Cell(cell) => *cell == csv::cell(field, now, targets, Passwords::Masked),
        Said::Json(json) => match now {
            ValueRef::Odd(odd) => serde_json::from_str::<serde_json::Value>(odd).is_ok_and(|odd| odd == *json),
            ValueRef::Linked(_) | ValueRef::Missing => json.is_null(),
            ValueRef::Null
            | ValueRef::Text(_)
            | ValueRef::Withheld
            | ValueRef::Secret(_)
            | ValueRef::Flag(_)
            | ValueRef::Number(_)
            | ValueRef::Texts(_)
            | ValueRef::Reference(_)
            | ValueRef::Cut(_) => false,
        },
    }
}

/// Names that two records would have. One that the file takes away from a record is free.
fn clashes(planned: &[Planned], names: &HashMap<&str, u64>) -> Vec<Mistake> {
    let mut given: HashMap<String, usize> = HashMap::new();
    let mut freed: HashSet<u64> = HashSet::new();
    let draft_of = |planned: &Planned| match &planned.step {
        Step::Create(draft) => Some((0, draft.clone())),
        Step::Change(draft) if draft.is_changed(FieldId::Name) => Some((draft.id(), draft.clone())),
        Step::Change(_) | Step::Unchanged(_) => None,
    };
    let renamed: Vec<(usize, u64, String)> = planned
        .iter()
        .filter_map(|planned| {
            let (id, draft) = draft_of(planned)?;
            freed.insert(id);
            Some((planned.row, id, draft.name().to_owned()))
        })
        .collect();
    let mut mistakes = Vec::new();
    for (row, id, name) in renamed {
        let holder = names.get(name.as_str()).filter(|holder| **holder != id && !freed.contains(holder));
        let message = match (holder, given.get(&name)) {
            (Some(holder), _) => Some(format!("record {holder} has this name; names are unique")),
            (None, Some(first)) => Some(format!("row {first} gives the same name; names are unique")),
            (None, None) => None,
        };
        match message {
            Some(message) => mistakes.push(Mistake::new(Some(row), Some(FieldId::Name.field().name), message)),
            None => {
                given.insert(name, row);
            }
        }
    }
    mistakes
}

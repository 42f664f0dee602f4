//! `field=value` as typed behind a command: which field is meant, and which value. Reads arguments in two steps,
//! since names of pops, nodes and transports need the server and names of fields do not. Repeats no password.

use std::collections::BTreeMap;

use crate::domain::nearest::nearest;
use crate::domain::query::Column;
use crate::domain::record::{FIELDS, FieldId, MASK, Relation, Secret, Targets, Value, ValueKind};
use crate::domain::rules::Finding;
use crate::domain::rules::check::parse_cell;

/// Stands for a password that is asked for, so that it does not stand in the shell's history.
pub const ASKED: &str = "-";

/// Why an argument cannot be taken. May quote what was typed: hostile until sanitised.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum AssignmentError {
    /// IDs are no field.
    #[error("id: the server assigns IDs; they cannot be changed")]
    Id,
    /// No field has this name; the one that was probably meant.
    #[error("no field {}{}", quoted(.0), .1.map_or_else(String::new, |near| format!("; did you mean {near}?")))]
    NoField(String, Option<&'static str>),
    /// The field of this name stands there twice.
    #[error("{0} is given twice; give it once")]
    Twice(&'static str),
    /// The field of this name has no value.
    #[error("{0}: value missing: use {0}=VALUE, or --null {0} to clear it")]
    NoValue(&'static str),
    /// No `=`. It is not repeated: it may be a password that was meant for the field before it.
    #[error("not an assignment: use FIELD=VALUE, in quotes if it has spaces")]
    NoAssignment,
}

/// What was typed for one field.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Given {
    Null,
    Text(String),
    /// One argument for each time that the field was named.
    Texts(Vec<String>),
    Secret(Secret),
    /// [`ASKED`].
    Asked,
}

/// Fields with what was typed for them.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Assignments(BTreeMap<FieldId, Given>);

impl Assignments {
    /// Reads arguments of the form `field=value`, and names of fields that are to be `null`.
    ///
    /// A list may be given at once, its entries separated by spaces, or one entry each time.
    ///
    /// # Errors
    /// Every argument that is no assignment, and every field that is named twice.
    pub fn parse(assignments: &[String], nulls: &[String]) -> Result<Self, Vec<AssignmentError>> {
        let (mut all, mut mistakes) = (Self::default(), Vec::new());
        for argument in assignments {
            if let Err(mistake) = all.take(argument) {
                mistakes.push(mistake);
            }
        }
        for name in nulls {
            let taken = field_named(name).and_then(|field| match all.0.insert(field, Given::Null) {
                None => Ok(()),
                Some(_) => Err(AssignmentError::Twice(field.field().name)),
            });
            if let Err(mistake) = taken {
                mistakes.push(mistake);
            }
        }
        if mistakes.is_empty() { Ok(all) } else { Err(mistakes) }
    }

    fn take(&mut self, argument: &str) -> Result<(), AssignmentError> {
        let Some((name, text)) = argument.split_once('=') else { return Err(no_assignment(argument)) };
        let field = field_named(name)?;
        let given = match (field.field().kind, self.0.remove(&field)) {
            (ValueKind::Texts, None) => Given::Texts(vec![text.to_owned()]),
            (ValueKind::Texts, Some(Given::Texts(mut texts))) => {
                texts.push(text.to_owned());
                Given::Texts(texts)
            }
            (_, Some(_)) => return Err(AssignmentError::Twice(field.field().name)),
            (ValueKind::Secret, None) if text == ASKED => Given::Asked,
            (ValueKind::Secret, None) => Given::Secret(Secret::new(text)),
            (
                ValueKind::Text
                | ValueKind::Flag
                | ValueKind::Number { .. }
                | ValueKind::Choice(_)
                | ValueKind::Reference(_),
                None,
            ) => Given::Text(text.to_owned()),
        };
        self.0.insert(field, given);
        Ok(())
    }

    /// Whether nothing was assigned.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The fields, in table order.
    pub fn fields(&self) -> impl Iterator<Item = FieldId> {
        self.0.keys().copied()
    }

    /// Fields whose values are to be asked for.
    pub fn asked(&self) -> impl Iterator<Item = FieldId> {
        self.0.iter().filter(|(_, given)| **given == Given::Asked).map(|(field, _)| *field)
    }

    /// Takes the answer to such a question.
    pub fn answer(&mut self, field: FieldId, secret: Secret) {
        if let Some(given) = self.0.get_mut(&field)
            && *given == Given::Asked
        {
            *given = Given::Secret(secret);
        }
    }

    /// Of pops, nodes and transport protocols, those of which a name or id is among the values, so that they must
    /// be known before [`Assignments::values`] can be asked for.
    pub fn refer_to(&self) -> Vec<Relation> {
        let is_none = |given: &Given| match given {
            Given::Null => true,
            Given::Text(text) => text.trim().is_empty(),
            Given::Texts(_) | Given::Secret(_) | Given::Asked => false,
        };
        self.0.iter().filter(|(_, given)| !is_none(given)).filter_map(|(field, _)| field.relation()).collect()
    }

    /// The values, each checked for its shape, and references for being there.
    ///
    /// # Errors
    /// What cannot be a value of its field.
    pub fn values(&self, targets: &Targets) -> Result<Vec<(FieldId, Value)>, Vec<Finding>> {
        let (mut values, mut findings) = (Vec::new(), Vec::new());
        for (field, given) in &self.0 {
            let value = match given {
                Given::Null if matches!(field.field().kind, ValueKind::Texts) => Ok(Value::Texts(Vec::new())),
                Given::Null => Ok(Value::Null),
                Given::Text(text) => parse_cell(*field, text, targets),
                Given::Texts(texts) => parse_cell(*field, &texts.join(" "), targets),
                Given::Secret(secret) if secret.expose().is_empty() => Ok(Value::Null),
                // Copied from what was printed, most likely: it would be the end of the real one.
                Given::Secret(secret) if secret.expose() == MASK => {
                    let message = format!("{MASK} stands for a hidden value; omit the field to keep that value");
                    Err(Finding::error(*field, message))
                }
                Given::Secret(secret) => Ok(Value::Secret(secret.clone())),
                // No one answered: there is no value to set.
                Given::Asked => continue,
            };
            match value.and_then(|value| existing(*field, value, targets)) {
                Ok(value) => values.push((*field, value)),
                Err(finding) => findings.push(finding),
            }
        }
        if findings.is_empty() { Ok(values) } else { Err(findings) }
    }
}

/// The same value, unless it refers to something that is known not to be there: the server would fail on it.
///
/// # Errors
/// A finding that says so.
pub fn existing(field: FieldId, value: Value, targets: &Targets) -> Result<Value, Finding> {
    match (field.relation(), &value) {
        (Some(relation), Value::Reference(id))
            if targets.is_complete(relation) && targets.get(relation, *id).is_none() =>
        {
            let message = format!("no {} with ID {id}", relation.noun());
            Err(Finding::error(field, message))
        }
        _ => Ok(value),
    }
}

/// The field with exactly this name or label. A beginning is not enough to write to a field.
///
/// # Errors
/// No field, or the ID.
pub fn field_named(typed: &str) -> Result<FieldId, AssignmentError> {
    let wanted = typed.trim().to_lowercase().replace('_', "-");
    if let Some(row) = FIELDS.iter().find(|row| row.name == wanted || row.label == wanted) {
        return Ok(row.id);
    }
    if wanted == Column::Id.name() {
        return Err(AssignmentError::Id);
    }
    let near = match Column::parse(typed) {
        Ok(column) => Some(column.name()),
        Err(_) => nearest(&wanted, FIELDS.iter().map(|row| row.name)),
    };
    Err(AssignmentError::NoField(typed.to_owned(), near))
}

/// What is wrong with an argument without `=`: only what looks like a field is repeated.
fn no_assignment(argument: &str) -> AssignmentError {
    match Column::parse(argument) {
        Ok(Column::Field(field)) => AssignmentError::NoValue(field.field().name),
        Ok(Column::Id | Column::Live) | Err(_) => AssignmentError::NoAssignment,
    }
}

fn quoted(typed: &str) -> String {
    const LONGEST: usize = 40;
    let short: String = typed.chars().take(LONGEST).collect();
    let rest = if typed.chars().nth(LONGEST).is_some() { ".." } else { "" };
    format!("{short:?}{rest}")
}

#[cfg(test)]
mod tests;

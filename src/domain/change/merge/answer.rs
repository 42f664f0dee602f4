//! What a server made of a write: compares its answer, or what was read back, with what was wanted.

use crate::domain::change::draft::Draft;
use crate::domain::record::{Equality, FieldId, Record, Registration, Value, equality, is_stated};

/// Why an answer differs from what was wanted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Cause {
    /// We did not send the field: someone changed it meanwhile.
    Foreign,
    /// We sent another value: the server stored it differently, or someone overwrote it at once.
    Altered,
}

/// A field in which an answer differs from what was wanted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Difference {
    /// Which field.
    pub field: FieldId,
    /// Whose doing it is.
    pub cause: Cause,
    /// What should be there.
    pub wanted: Value,
    /// What is there.
    pub answer: Value,
}

/// The fields in which the server's answer to a write differs from the draft that was sent. What the answer
/// does not contain is no difference.
pub fn compare(wanted: &Draft, answer: &Registration) -> Vec<Difference> {
    FieldId::all()
        .filter(|field| equality(wanted.value(*field), answer.value(*field)) == Equality::Different)
        .map(|field| Difference {
            field,
            cause: if wanted.is_changed(field) { Cause::Altered } else { Cause::Foreign },
            wanted: wanted.value(field).to_value(),
            answer: answer.get(field).clone(),
        })
        .collect()
}

/// What became of a write whose answer never came.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LateResult {
    /// Every change is there.
    Applied,
    /// None is: the fields are as in the base.
    NotApplied,
    /// Neither: someone else wrote too, or the server did not send enough. The conflict flow decides.
    Unknown,
}

/// Reads the fate of a write from the record as it is now. Looks at the changed fields only; those that the
/// record does not contain decide nothing.
pub fn read_back(sent: &Draft, now: &Registration) -> LateResult {
    let reported: Vec<(FieldId, &Value)> = sent
        .changes()
        .iter()
        .map(|(field, value)| (*field, value))
        .filter(|(field, _)| is_stated(now.value(*field)))
        .collect();
    let all_like = |value: &dyn Fn(FieldId) -> Value| {
        !reported.is_empty()
            && reported.iter().all(|(field, _)| equality(value(*field).as_ref(), now.value(*field)) == Equality::Same)
    };
    if all_like(&|field| sent.value(field).to_value()) {
        LateResult::Applied
    } else if all_like(&|field| sent.base().get(field).clone()) {
        LateResult::NotApplied
    } else {
        LateResult::Unknown
    }
}

//! What becomes of a registration: a registrar that exists in the data only. The same record has the same fate, whatever
//! happened before.

use super::super::seed::Chance;
use super::super::store::StoredResource;
use crate::domain::record::{FieldId, Value};

/// Seconds that a registrar grants where nothing is asked for.
const DEFAULT: u64 = 1800;

/// How a registration goes, from the moment it is loaded.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum RegistrarCourse {
    /// Accepted after so many seconds, for so long.
    Accepted { after: u64, granted: u64 },
    /// Refused each time.
    Refused { code: u16, reason: &'static str, by: &'static str },
    /// The node spaces its attempts out and waits so many seconds before the first one.
    Postponed { by: u64, granted: u64 },
}

/// How it stands at a moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct RegistrarState {
    pub code: u8,
    pub state: &'static str,
    pub granted: u64,
    pub left: u64,
    pub attempt: u64,
    /// Seconds since it was loaded.
    pub asked: Option<u64>,
    pub succeeded: Option<u64>,
    pub postponed_ms: u64,
}

impl RegistrarCourse {
    /// What becomes of this record.
    pub(super) fn of(row: &StoredResource) -> Self {
        let text = |field| match row.value(field) {
            Value::Text(text) => text,
            _ => String::new(),
        };
        let refused = |code, reason, by| Self::Refused { code, reason, by };
        let mut chance = Chance::new(7, row.id, "registrar");
        let has_password =
            matches!(row.value(FieldId::AuthPassword), Value::Secret(secret) if !secret.expose().is_empty());
        let asked = match row.value(FieldId::Expire) {
            Value::Number(seconds) => u64::try_from(seconds).unwrap_or_default(),
            _ => 0,
        };
        let granted = if asked == 0 { DEFAULT } else { asked };
        let wants_password = chance.one_in(4);
        if !has_password && wants_password {
            return refused(401, "Unauthorized", "remote");
        }
        if chance.one_in(30) {
            return refused(403, "Forbidden", "remote");
        }
        if text(FieldId::Domain).starts_with("203.0.113.") && chance.one_in(2) {
            return refused(408, "Timeout", "local");
        }
        if (1..=60).contains(&asked) && chance.one_in(3) {
            return refused(423, "Interval Too Brief", "remote");
        }
        if chance.one_in(25) {
            return Self::Postponed { by: 10 + chance.below(20), granted };
        }
        let after = if chance.one_in(12) { 8 + chance.below(10) } else { 1 };
        Self::Accepted { after, granted }
    }

    /// How it stands so many seconds after it was loaded.
    pub(super) fn at(self, age: u64, retry: u64, most: u64) -> RegistrarState {
        let pending = RegistrarState {
            code: 0,
            state: "RegisterPending",
            granted: 0,
            left: 0,
            attempt: 1,
            asked: Some(0),
            succeeded: None,
            postponed_ms: 0,
        };
        match self {
            Self::Accepted { after, .. } if age < after => pending,
            Self::Accepted { after, granted } => active(age, after, granted),
            Self::Postponed { by, .. } if age < by => RegistrarState {
                code: 4,
                state: "RegisterPostponed",
                asked: None,
                attempt: 0,
                postponed_ms: (by - age) * 1000,
                ..pending
            },
            Self::Postponed { by, granted } => active(age, by, granted),
            Self::Refused { .. } => {
                let tried = age / retry.max(1) + 1;
                let attempt = if most == 0 { tried } else { tried.min(most) };
                RegistrarState {
                    code: 2,
                    state: "RegisterError",
                    attempt,
                    asked: Some((attempt - 1) * retry.max(1)),
                    ..pending
                }
            }
        }
    }
}

/// A node refreshes at half of what is granted.
fn active(age: u64, after: u64, granted: u64) -> RegistrarState {
    let refreshed = (age - after) / (granted / 2).max(1) * (granted / 2).max(1) + after;
    RegistrarState {
        code: 1,
        state: "RegisterActive",
        granted,
        left: granted.saturating_sub(age - refreshed),
        attempt: 0,
        asked: Some(refreshed),
        succeeded: Some(refreshed),
        postponed_ms: 0,
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::super::super::seed;
    use super::*;

    #[test]
    fn the_demonstration_has_every_outcome_that_documentation_speaks_of() {
        let [rows, ..] = seed::estate(1, 120).rows;
        let mut found: BTreeMap<String, usize> = BTreeMap::new();
        for row in &rows {
            let word = match RegistrarCourse::of(row) {
                RegistrarCourse::Accepted { after: 1, .. } => "active".to_owned(),
                RegistrarCourse::Accepted { .. } => "slow".to_owned(),
                RegistrarCourse::Postponed { .. } => "postponed".to_owned(),
                RegistrarCourse::Refused { code, by, .. } => format!("{code} {by}"),
            };
            *found.entry(word).or_default() += 1;
        }
        for outcome in ["slow", "postponed", "401 remote", "403 remote", "408 local", "423 remote"] {
            assert!(found.contains_key(outcome), "{outcome} is missing: {found:?}");
        }
        assert!(found["active"] > 80, "{found:?}");
    }

    #[test]
    fn a_node_refreshes_at_half_of_the_granted_time() {
        let fate = RegistrarCourse::Accepted { after: 1, granted: 60 };
        assert_eq!(fate.at(0, 5, 0).state, "RegisterPending");
        let left: Vec<u64> = [1, 30, 31, 45].map(|age| fate.at(age, 5, 0).left).into();
        assert_eq!(left, [60, 31, 60, 46]);
    }

    #[test]
    fn attempts_end_at_their_most() {
        let fate = RegistrarCourse::Refused { code: 403, reason: "Forbidden", by: "remote" };
        assert_eq!([0, 5, 60].map(|age| fate.at(age, 5, 3).attempt), [1, 2, 3]);
        assert_eq!(fate.at(60, 5, 0).attempt, 13);
    }
}

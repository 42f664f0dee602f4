//! The sentence about the end of a write: the text of its row, with who did it, why, and what is done next put in.

use crate::domain::change::outcome::{OutcomeReport, Toggle, Upshot, said};
use crate::domain::record::Record as _;

/// What a write was to do to its record.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Aim {
    /// Change fields of it.
    Change,
    /// Enable or disable it.
    Switch(Toggle),
    /// Create it.
    Create,
    /// Delete it.
    Delete,
}

impl Aim {
    /// The participle, for sentences about it.
    pub const fn done(self) -> &'static str {
        match self {
            Self::Change => "changed",
            Self::Switch(Toggle::On) => "enabled",
            Self::Switch(Toggle::Off) => "disabled",
            Self::Create => "created",
            Self::Delete => "deleted",
        }
    }
}

/// What a sentence about an end says beside it.
#[derive(Debug, Clone, Copy, Default)]
pub struct Wording<'a> {
    /// Who changed it, a sentence: `someone changed it`.
    pub changed: &'a str,
    /// Who deleted or switched it, behind that: ` by someone`.
    pub by: &'a str,
    /// Why it was refused, where the trouble alone does not say it.
    pub why: Option<&'a str>,
    /// How long it was waited for: ` within 60 s`.
    pub late: &'a str,
    /// What is kept, done next, or to be pressed, with what separates it from the sentence.
    pub then: &'a str,
}

impl OutcomeReport<'_> {
    /// The sentence about the end of a write, without id and name.
    pub fn sentence(&self, aim: Aim, wording: Wording<'_>) -> String {
        let mut text = String::new();
        for (at, part) in self.upshot.row().text.split(['{', '}']).enumerate() {
            match part {
                _ if at % 2 == 0 => text.push_str(part),
                "done" => text.push_str(aim.done()),
                "changed" => text.push_str(wording.changed),
                "by" => text.push_str(wording.by),
                "late" => text.push_str(wording.late),
                "then" => text.push_str(wording.then),
                "seen" => text.push_str(&self.read_back(aim)),
                _ => match (wording.why, self.error) {
                    (Some(why), _) => text.push_str(why),
                    (None, Some(error)) => text.push_str(&said(error)),
                    (None, None) => {}
                },
            }
        }
        text
    }

    /// What reading back showed.
    fn read_back(&self, aim: Aim) -> String {
        let text = match (self.upshot, aim, self.seen) {
            (Upshot::Unknown, _, Some(seen)) => return seen.words(),
            (Upshot::Unclear, Aim::Create, _) => {
                let id = self.now.map(|now| format!("{} ", now.registration.id())).unwrap_or_default();
                return format!("registration {id}has that name with other values, most likely another one");
            }
            (Upshot::Unclear, Aim::Switch(_), _) => "the server does not show whether it is enabled",
            (Upshot::Unclear, ..) => "it now has neither the old nor the new values",
            (_, Aim::Create, _) => "no registration has that name",
            _ => "the server shows it as it was before",
        };
        text.to_owned()
    }
}

//! A line of the journal in words, and of several lines about one write the one that has its result.

use std::collections::BTreeSet;

use super::{Action, Change, Ending, JournalLine};
use crate::domain::record::{Targets, Value, ValueKind, show};
use crate::domain::text::visible;

/// Each write once, of lines with the newest first: the line before it was sent only where no other has its result.
pub fn ended(lines: Vec<JournalLine>) -> Vec<JournalLine> {
    let mut reported = BTreeSet::new();
    lines.into_iter().filter(|line| line.write.as_ref().is_none_or(|write| reported.insert(write.clone()))).collect()
}

impl JournalLine {
    /// Who, what, of which registration, how it ended, and our id of the request where it failed. Nothing in it acts
    /// on a terminal.
    pub fn reported(&self) -> String {
        let who = visible(self.author.user.as_deref().unwrap_or("?"));
        let request = self.request_id.as_ref().map_or_else(String::new, |id| format!(" (request {})", visible(id)));
        let live = self.live.as_ref().filter(|_| !self.changes.is_empty());
        let live = live.map_or_else(String::new, |live| format!("; {}", visible(live)));
        let (action, ending) = (self.action.word(), self.ending.reported());
        let reported =
            format!("{who}  {action:<7} {}: {}; {ending}{live}{request}", self.display_name(), self.describe_changes());
        visible(&reported).into_owned()
    }

    /// The registration by id and name.
    pub fn display_name(&self) -> String {
        let name = visible(&self.name);
        self.id.map_or_else(|| name.to_string(), |id| format!("{id} {name}"))
    }

    /// What changed, field by field.
    pub fn describe_changes(&self) -> String {
        if self.changes.is_empty() {
            // A line of its own says how a change took effect on the nodes.
            return self.live.as_deref().map_or_else(|| "nothing".to_owned(), |live| visible(live).into_owned());
        }
        self.changes.iter().map(Change::reported).collect::<Vec<_>>().join(", ")
    }
}

impl Action {
    /// As the journal writes it.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Edit => "edit",
            Self::Toggle => "toggle",
            Self::Undo => "undo",
            Self::Redo => "redo",
            Self::Create => "create",
            Self::Delete => "delete",
            Self::Bounce => "bounce",
        }
    }
}

impl Ending {
    /// In words.
    pub const fn reported(self) -> &'static str {
        match self {
            Self::Applied => "done",
            Self::AppliedUnseen => "done (answer lost, checked on the server)",
            Self::Refused => "refused",
            Self::Conflict => "not done: changed on the server meanwhile",
            Self::Gone => "not done: the registration was deleted",
            Self::NotApplied => "not done",
            Self::Unknown => "UNKNOWN",
            Self::Sent => "UNKNOWN: sipreg ended before the answer",
        }
    }
}

impl Change {
    fn reported(&self) -> String {
        let field = self.field().field();
        if matches!(field.kind, ValueKind::Secret) {
            return format!("{} changed", field.name);
        }
        let targets = Targets::default();
        let text = |value: &Value| match value.as_ref() {
            unset if unset.is_unset() => format!("({})", field.unset),
            value => show::cell(self.field(), value, &targets).into_owned(),
        };
        format!("{} {} -> {}", field.name, text(self.before()), text(self.after()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_words_of_actions_are_those_of_the_file() {
        for action in
            [Action::Edit, Action::Toggle, Action::Undo, Action::Redo, Action::Create, Action::Delete, Action::Bounce]
        {
            assert_eq!(serde_json::to_value(action).unwrap(), action.word());
        }
    }
}

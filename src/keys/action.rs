//! What the action menu offers for the thing under the cursor of each screen, as a table. What can be done just
//! now, and why not, is the app's to say.

use super::command::{Command, Scope};

/// What can be done to a registration, wherever it is under the cursor.
#[rustfmt::skip]
const RECORD: &[Command] = &[
    Command::Edit,
    Command::Toggle,
    Command::Bounce,
    Command::Create,
    Command::Clone,
    Command::Delete,
    Command::Undo,
    Command::Redo,
    Command::EditText,
    Command::EditTextWithPassword,
    Command::Discard,
    Command::Recreate,
    Command::GoPop,
    Command::GoNode,
    Command::GoTransport,
    Command::RecordHistory,
    Command::Compare,
    Command::CopyId,
    Command::CopyName,
    Command::CopyAddress,
    Command::CopyContact,
    Command::CopyJson,
    Command::CopyRequest,
    Command::CopyTicket,
];

/// Screen by screen, in groups: what this line is about, then what the record is about.
#[rustfmt::skip]
const ACTIONS: &[(Scope, &[&[Command]])] = &[
    (Scope::List, &[&[Command::Open], RECORD, &[Command::Mark, Command::BulkEnable, Command::BulkDisable, Command::BulkSet, Command::BulkDelete, Command::Export, Command::ShowValue, Command::CopyCell, Command::SameValue, Command::SameDomain]]),
    (Scope::Detail, &[&[Command::Open, Command::RevealPassword, Command::ShowDocument], RECORD]),
    (Scope::Document, &[&[Command::Edit, Command::Toggle, Command::Bounce, Command::Create, Command::Clone, Command::Delete, Command::Undo, Command::Redo, Command::EditText,
        Command::EditTextWithPassword, Command::Discard, Command::Recreate]]),
    (Scope::Target, &[&[Command::Open, Command::GoPop, Command::Refresh]]),
    (Scope::Form, &[&[Command::Input, Command::SetNull, Command::Revert, Command::LongHelp, Command::ShowBase,
        Command::RevealPassword, Command::NextMarked, Command::PreviousMarked, Command::Save, Command::EditText,
        Command::EditTextWithPassword, Command::Discard, Command::Recreate]]),
    (Scope::Review, &[&[Command::Apply, Command::Decline, Command::ShowBody, Command::CopyCurl]]),
    (Scope::Conflict, &[&[Command::Mine, Command::Theirs, Command::TypeChoice, Command::NextMarked,
        Command::PreviousMarked, Command::AllMine, Command::AllTheirs, Command::Save]]),
];

/// The actions of a screen, in the order of the menu.
pub fn of(scope: Scope) -> impl Iterator<Item = Command> {
    let of_scope = ACTIONS.iter().filter(move |(known, _)| *known == scope);
    of_scope.flat_map(|(_, groups)| groups.iter()).flat_map(|group| group.iter().copied())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_action_works_on_its_screen_and_stands_there_once() {
        for scope in Scope::ALL {
            let actions: Vec<Command> = of(scope).collect();
            for action in &actions {
                assert!(action.row().works_in(scope), "{} in {}", action.row().name, scope.name());
                assert_eq!(actions.iter().filter(|other| *other == action).count(), 1, "{}", action.row().name);
            }
        }
    }
}

//! Keys that come at once, as from a paste that is not bracketed: none of them writes, and none asks to write. Every
//! binding of every screen is tried, whatever command it is for.

use sipreg::app::core::{Burst, Effect, Message, Read, Reply};
use sipreg::app::form::{Form, FormStage};
use sipreg::app::overlay::Overlay;
use sipreg::app::{App, SidePane};
use sipreg::domain::answer::Conditional;
use sipreg::domain::record::FieldId;
use sipreg::keys::{COMMANDS, Command, Key, Keymap, Scope, ServerUse};

use crate::desk::{Desk, base, fetched};

/// A console on each screen that has keys of its own.
fn screens() -> Vec<(Scope, fn() -> Desk)> {
    vec![
        (Scope::List, Desk::new),
        (Scope::List, || {
            let mut desk = Desk::new();
            desk.keys("Space Space");
            desk
        }),
        (Scope::Detail, || {
            let mut desk = Desk::new();
            desk.keys("Enter");
            desk
        }),
        (Scope::Detail, detail),
        (Scope::Document, || {
            let mut desk = detail();
            desk.command("document");
            desk
        }),
        (Scope::Target, || {
            let mut desk = detail();
            desk.keys("g p");
            desk
        }),
        (Scope::Form, || {
            let mut desk = Desk::editing();
            desk.to(FieldId::Expire).keys("i").write("600");
            desk.keys("Enter");
            desk
        }),
        (Scope::Review, Desk::reviewing),
        (Scope::Conflict, Desk::in_conflict),
    ]
}

/// The pane of a record that was read.
fn detail() -> Desk {
    let mut desk = Desk::new();
    desk.keys("Enter").reply(
        |read| matches!(read, Read::Record { .. }),
        Ok(Reply::Record(Conditional::Changed(fetched(base(), "1")))),
    );
    desk
}

/// What is on the screen that a single key more would write.
fn asks(app: &App) -> Option<String> {
    if let Some(
        Overlay::Question(_) | Overlay::Deletion(_) | Overlay::Batch(_) | Overlay::Many(_) | Overlay::Offer(_),
    ) = &app.overlay.current
    {
        return Some("a question".to_owned());
    }
    app.panes.stack.iter().rev().find_map(|side| match side {
        SidePane::Form(form) => match form.as_ref() {
            Form { stage: FormStage::Checking | FormStage::Review(_) | FormStage::Saving, .. } => {
                Some("a review".to_owned())
            }
            _ => None,
        },
        _ => None,
    })
}

fn writes(desk: &Desk) -> usize {
    let is_write = |effect: &&Effect| matches!(effect, Effect::Write { .. } | Effect::WriteNoted { .. });
    desk.effects.iter().filter(is_write).count()
}

#[test]
fn no_key_of_any_screen_writes_or_asks_to_write_inside_a_burst() {
    let map = Keymap::default();
    let mut tried = 0;
    for (scope, open) in screens() {
        for row in COMMANDS.iter().filter(|row| row.works_in(scope)) {
            for keys in map.all_keys_of(scope, row.command) {
                let mut desk = open();
                assert_eq!(desk.app.panes.scope(), scope);
                let (asked, written) = (asks(&desk.app), writes(&desk));
                desk.update(Message::Burst(Burst::Begins));
                for key in Key::parse_sequence(&keys).unwrap() {
                    desk.update(Message::Typed(key));
                }
                // What a paste may go on with.
                for key in ["y", "Enter", "d", "2", "Enter"] {
                    desk.update(Message::Typed(Key::parse(key).unwrap()));
                }
                desk.update(Message::Burst(Burst::Ends));
                let what = format!("{keys} ({}) in {}", row.name, scope.name());
                assert_eq!(writes(&desk), written, "{what} wrote");
                let now = asks(&desk.app);
                assert!(now.is_none() || now == asked, "{what} opens {now:?}: {}", desk.screen());
                tried += 1;
            }
        }
    }
    assert!(tried > 150, "{tried} keys tried");
}

#[test]
fn a_burst_that_would_open_the_review_says_so_and_drops_the_rest() {
    let mut desk = Desk::editing();
    desk.to(FieldId::Expire).keys("i").write("600");
    desk.keys("Enter");
    let looks = desk.looks();
    desk.update(Message::Burst(Burst::Begins));
    for key in ["j", "w", "y"] {
        desk.update(Message::Typed(Key::parse(key).unwrap()));
    }
    desk.update(Message::Burst(Burst::Ends));
    assert_eq!(desk.looks(), looks);
    assert!(desk.is_editing());
    desk.assert_said(&["w was not run", "as from a paste", "and were dropped"]);
}

#[test]
fn every_command_that_leads_to_a_question_or_a_review_is_known_to() {
    for command in [Command::Save, Command::Apply, Command::Toggle, Command::Delete, Command::Undo, Command::Bounce] {
        assert_ne!(command.row().writes, ServerUse::Nothing, "{}", command.row().name);
    }
}

//! `E`: the record as TOML in the user's own editor, back into the same draft and review.

use sipreg::app::core::effect::Effect;
use sipreg::app::core::message::Message;
use sipreg::domain::record::field::FieldId;
use sipreg::domain::record::value::{Secret, Value};

use crate::desk::{Desk, PLANTED};

/// The text that the editor is given.
fn given(desk: &Desk) -> String {
    match desk.effects.last() {
        Some(Effect::EditText(text)) => text.expose().to_owned(),
        other => panic!("{other:?}"),
    }
}

fn came_back(desk: &mut Desk, text: &str) {
    desk.update(Message::TextEdited { text: Some(Secret::new(text)), failure: None });
}

#[test]
fn what_was_changed_in_the_text_is_a_draft_and_goes_to_the_review() {
    let mut desk = Desk::editing();
    desk.command("edit-text");
    let text = given(&desk);
    assert!(text.contains("# expire =") || text.contains("expire ="), "{text}");
    let looks = desk.looks();
    came_back(&mut desk, &text.replace("retry-delay = 5", "retry-delay = 47"));
    assert_eq!(desk.wants(FieldId::RetryDelay), Some(Value::Number(47)));
    assert_eq!(desk.looks(), looks + 1, "the server is looked at before the review");
}

#[test]
fn the_password_is_in_the_text_only_when_asked_for() {
    let mut desk = Desk::editing();
    desk.command("edit-text");
    assert!(!given(&desk).contains(PLANTED));
    let text = given(&desk);
    came_back(&mut desk, &text);
    desk.assert_said(&["nothing was changed in the text"]);
    desk.command("edit-text-with-password");
    assert!(given(&desk).contains(PLANTED));
    // It does not print itself all the same.
    assert!(!format!("{:?}", desk.effects).contains(PLANTED));
}

#[test]
fn a_mistake_goes_back_into_the_editor_with_its_line() {
    let mut desk = Desk::editing();
    desk.command("edit-text");
    let text = given(&desk).replace("retry-delay = 5", "retry-dealy = 5");
    came_back(&mut desk, &text);
    let again = given(&desk);
    assert!(again.starts_with("#! "), "{again}");
    assert!(again.contains("retry-delay") && again.contains("retry-dealy = 5"), "nothing typed is lost: {again}");
    assert!(desk.draft().is_empty());
}

#[test]
fn an_editor_that_failed_changes_nothing_and_what_was_typed_begins_the_next() {
    let mut desk = Desk::editing();
    desk.command("edit-text");
    let typed = Some(Secret::new("retry-delay = 99"));
    desk.update(Message::TextEdited { text: typed, failure: Some("the editor ended with 1".to_owned()) });
    desk.assert_said(&["nothing was taken over", "the editor ended with 1"]);
    assert!(desk.draft().is_empty());
    desk.command("edit-text");
    assert_eq!(given(&desk), "retry-delay = 99");
    came_back(&mut desk, "\n");
    desk.assert_said(&["the text was empty"]);
}

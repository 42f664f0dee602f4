//! `set FIELD VALUE` on the command line: a draft in the form, never a write.

use sipreg::app::Access;
use sipreg::app::core::{Effect, Read, Reply};
use sipreg::domain::answer::Conditional;
use sipreg::domain::record::{FieldId, Value};

use crate::desk::{Desk, base, fetched, text};

fn line(desk: &mut Desk, line: &str) {
    desk.keys(":");
    desk.write(line);
    desk.keys("Enter");
}

#[test]
fn a_value_from_the_command_line_is_a_change_of_the_draft_and_nothing_is_sent() {
    let mut desk = Desk::new();
    line(&mut desk, "set expire 600");
    desk.assert_said(&["22 carrierx-ams: expire set to 600 in the draft. w: review and save"]);
    desk.reply(
        |read| matches!(read, Read::Record { .. }),
        Ok(Reply::Record(Conditional::Changed(fetched(base(), "1")))),
    );
    assert_eq!(desk.wants(FieldId::Expire), Some(Value::Number(600)));
    assert_eq!(desk.form().pager.cursor, FieldId::Expire.place());
    assert!(desk.effects.iter().any(|effect| matches!(effect, Effect::KeepDraft(_))), "{:?}", desk.effects);
    assert!(desk.writes().is_empty() && desk.looks() == 0);
}

#[test]
fn an_open_form_takes_it_at_once_and_other_changes_stay() {
    let mut desk = Desk::editing();
    desk.to(FieldId::RetryDelay).keys("i Ctrl-u '30' Enter");
    line(&mut desk, "set pop LON");
    line(&mut desk, "set contact=sip:me@192.0.2.1");
    line(&mut desk, "set display-username \"two words \"");
    desk.assert_said(&["display-username is two words  in the draft", "w: review", "u: revert"]);
    assert_eq!(desk.wants(FieldId::Pop), Some(Value::Reference(4)));
    assert_eq!(desk.wants(FieldId::Contact), Some(text("sip:me@192.0.2.1")));
    assert_eq!(desk.wants(FieldId::DisplayUsername), Some(text("two words ")));
    assert_eq!(desk.wants(FieldId::RetryDelay), Some(Value::Number(30)));
    line(&mut desk, "set pop AMS");
    desk.assert_said(&["pop is already AMS on the server, nothing to send"]);
    assert_eq!(desk.wants(FieldId::Pop), None);
    line(&mut desk, "set retry-delay \"\"");
    assert_eq!(desk.wants(FieldId::RetryDelay), Some(Value::Null));
}

#[test]
fn a_password_is_not_taken_and_leaves_no_trace() {
    let mut desk = Desk::editing();
    line(&mut desk, "set auth-password hunter2");
    desk.assert_said(&["type the password in the form, where it is hidden"]);
    desk.keys("Esc");
    assert!(!desk.app.overlay.asked.iter().any(|line| line.contains("hunter2")));
    assert!(!desk.app.cx.notices.all().iter().any(|notice| notice.text.contains("hunter2")));
    assert_eq!(desk.wants(FieldId::AuthPassword), None);
}

#[test]
fn a_read_only_profile_and_a_review_refuse_it() {
    let mut desk = Desk::of(Access::ReadOnly, (80, 24));
    line(&mut desk, "set expire 600");
    desk.assert_said(&["is read-only"]);
    desk.keys("Esc x");
    desk.assert_shows(&["no: Profile eu-noc is read-only"]);
    let mut desk = Desk::reviewing();
    line(&mut desk, "set expire 700");
    desk.assert_said(&["set works only in: List"]);
    desk.keys("Esc");
    assert_eq!(desk.wants(FieldId::Expire), Some(Value::Number(600)));
}

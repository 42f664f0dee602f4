//! Typing into the form.

use sipreg::app::Access;
use sipreg::app::core::{Effect, Message, Read};
use sipreg::app::form::Editing;
use sipreg::domain::change::Checked;
use sipreg::domain::record::{FieldId, Secret, Value};

use crate::desk::{Desk, PLANTED, text};

#[test]
fn an_error_blocks_saving_with_the_cursor_on_its_field() {
    let mut desk = Desk::editing();
    desk.to(FieldId::Expire).keys("i '-5' Enter g g w");
    assert_eq!(desk.field(), FieldId::Expire);
    desk.assert_said(&["Not sent", "expire"]);
    assert_eq!(desk.looks(), 0);
    desk.assert_shows(&["1 error", "Expire", "✗", "Not sent"]);
    desk.keys("i Ctrl-u '600' Enter w").checked(Checked::Same);
    assert!(desk.is_reviewing());
    assert!(!desk.screen().contains("Not sent"), "an error that was mended stands under no review: {}", desk.screen());
}

#[test]
fn text_that_is_no_value_stays_as_typed_and_blocks() {
    let mut desk = Desk::editing();
    desk.to(FieldId::RetryDelay).keys("i Ctrl-u 'soon' Enter w");
    desk.assert_shows(&["Retry delay", "✗", "soon"]);
    assert_eq!((desk.looks(), desk.field()), (0, FieldId::RetryDelay));
    desk.keys("i");
    let Some(Editing::Line(line)) = &desk.form().editing else { panic!() };
    assert_eq!(line.text(), "soon");
}

#[test]
fn a_paste_is_one_insert() {
    let mut desk = Desk::editing();
    desk.to(FieldId::Contact).keys("i Ctrl-u").effects.clear();
    desk.update(Message::Pasted(Secret::new("sip:new@192.0.2.7\n")));
    assert_eq!(desk.wants(FieldId::Contact), Some(text("sip:new@192.0.2.7")));
    assert_eq!(desk.effects.iter().filter(|effect| matches!(effect, Effect::KeepDraft(_))).count(), 1);
    assert!(matches!(desk.form().editing, Some(Editing::Line(_))), "a line end in it does not press Enter");
}

#[test]
fn a_route_set_has_an_entry_a_line() {
    let mut desk = Desk::editing();
    desk.to(FieldId::RouteSet).keys("i '<sip:a.example;lr>' Enter '<sip:b.example;lr>' Esc");
    let routes = ["<sip:a.example;lr>", "<sip:b.example;lr>"].map(str::to_owned).to_vec();
    assert_eq!(desk.wants(FieldId::RouteSet), Some(Value::Texts(routes)));
}

#[test]
fn a_picker_lists_what_the_server_has_filters_and_offers_any() {
    let mut desk = Desk::editing();
    desk.to(FieldId::Node).keys("Space");
    assert!(desk.effects.iter().any(|effect| matches!(effect, Effect::Read { read: Read::Targets(..), .. })));
    desk.assert_shows(&["(any)", "lon-n1", "in LON", "ams-n1", "in AMS"]);
    desk.keys("'ams'");
    assert!(!desk.screen().contains("lon-n1"));
    desk.keys("Enter");
    assert_eq!(desk.wants(FieldId::Node), Some(Value::Reference(8)));
    desk.to(FieldId::TransportProtocol).keys("Space 'nothing' Enter");
    desk.assert_said(&["No match"]);
}

#[test]
fn x_sets_null_and_u_takes_it_back() {
    let mut desk = Desk::editing();
    desk.to(FieldId::AuthPassword).keys("X");
    assert_eq!(desk.wants(FieldId::AuthPassword), Some(Value::Null));
    desk.keys("u");
    assert!(desk.draft().is_empty());
    desk.to(FieldId::Name).keys("X");
    desk.assert_said(&["Name cannot be empty"]);
}

#[test]
fn space_switches_a_flag() {
    let mut desk = Desk::editing();
    desk.to(FieldId::ForceExpire).keys("Space");
    assert_eq!(desk.wants(FieldId::ForceExpire), Some(Value::Flag(true)));
}

#[test]
fn k_explains_b_hides_what_was_and_n_finds_changes() {
    let mut desk = Desk::editing();
    desk.to(FieldId::RetryDelay).keys("i Ctrl-u '30' Enter");
    desk.assert_shows(&["was 5"]);
    desk.keys("b");
    assert!(!desk.screen().contains("was 5"));
    desk.keys("g g n");
    assert_eq!(desk.field(), FieldId::RetryDelay);
    desk.keys("K");
    desk.assert_shows(&["Retry delay  Seconds to the next try"]);
}

#[test]
fn p_shows_the_password_for_ten_seconds_only() {
    let mut desk = Desk::editing();
    desk.assert_silent_about(PLANTED);
    desk.keys("P");
    desk.assert_shows(&[PLANTED]);
    desk.later(11);
    desk.assert_silent_about(PLANTED);
}

#[test]
fn one_record_has_one_form() {
    let mut desk = Desk::editing();
    desk.to(FieldId::Expire).keys("i '600' Enter");
    desk.app.cx.size = (120, 40);
    desk.app.panes.focus = sipreg::app::Focus::List;
    desk.keys("e");
    assert_eq!(desk.app.panes.stack.len(), 1);
    assert_eq!(desk.field(), FieldId::Expire);
}

#[test]
fn ctrl_s_saves_while_typing_and_e_in_the_review_edits_more() {
    let mut desk = Desk::editing();
    desk.to(FieldId::Expire).keys("i '600' Ctrl-s").checked(Checked::Same);
    assert!(desk.is_reviewing());
    desk.keys("e");
    assert!(desk.is_editing() && desk.has_draft());
}

#[test]
fn a_field_being_typed_into_does_not_pretend_to_go_on_at_its_end() {
    for width in [60, 80, 120, 200] {
        let mut desk = Desk::of(Access::Write, (width, 30));
        desk.edit().to(FieldId::MaxAttempts).keys("i");
        let screen = desk.screen();
        let line = screen.lines().find(|line| line.contains("✎ Max attempts")).unwrap();
        assert!(!line.trim_end().ends_with('…'), "{line:?}");
    }
}

#[test]
fn text_that_is_no_value_is_a_draft_too_and_not_lost_unasked() {
    let mut desk = Desk::editing();
    desk.to(FieldId::MaxAttempts).keys("i 'abc' Enter");
    desk.assert_shows(&["1 draft"]);
    desk.keys("Esc");
    desk.assert_said(&["Draft saved: 22"]);
    let screen = desk.screen();
    assert!(screen.lines().any(|line| line.contains("✎●>  22 carrierx-ams")), "{screen}");
    desk.keys("q");
    desk.assert_shows(&["the text typed for max-attempts is not", "Quit anyway?"]);
    assert!(!desk.effects.iter().any(|effect| matches!(effect, Effect::Quit)));
    desk.keys("n e");
    desk.assert_shows(&["abc"]);
}

#[test]
fn escape_closes_the_long_help_before_it_leaves_the_form() {
    let mut desk = Desk::editing();
    desk.to(FieldId::SipSchemaId).keys("K");
    desk.assert_shows(&["RFC 3261"]);
    desk.keys("Esc");
    assert!(desk.is_editing());
    assert!(!desk.screen().contains("RFC 3261"));
    desk.keys("Esc");
    assert!(desk.app.panes.stack.is_empty());
}

#[test]
fn picking_and_listing_draw_in_the_smallest_window() {
    for field in [FieldId::Pop, FieldId::RouteSet] {
        let mut desk = Desk::editing();
        desk.to(field).keys("i");
        for size in [(80, 8), (30, 4), (10, 3), (4, 2), (1, 1)] {
            desk.app.cx.size = size;
            // It is drawn; at one cell there is nothing to read.
            let _ = desk.screen();
        }
    }
}

#[test]
fn tab_goes_on_typing_in_the_next_text_field() {
    let mut desk = Desk::editing();
    desk.to(FieldId::Name).keys("i Ctrl-u 'one' Tab");
    assert_eq!(desk.field(), FieldId::Username);
    // Letters that are commands elsewhere are text here.
    desk.keys("Ctrl-u 'user1' Tab Ctrl-u 'sip.acme.example' Shift-Tab '.x'");
    assert_eq!(desk.wants(FieldId::Name), Some(text("one")));
    assert_eq!(desk.wants(FieldId::Username), Some(text("user1.x")));
    assert_eq!(desk.wants(FieldId::Domain), Some(text("sip.acme.example")));
}

#[test]
fn tab_never_leaves_typing_whatever_field_it_comes_from() {
    for field in FieldId::all() {
        let mut desk = Desk::editing();
        desk.to(field).keys("i");
        if desk.form().editing.is_none() {
            continue;
        }
        for _ in 0..20 {
            desk.keys("Tab");
            assert!(matches!(desk.form().editing, Some(Editing::Line(_) | Editing::Lines(_))), "{}", field.caption());
        }
        assert!(desk.draft().is_empty(), "{} was changed by Tab alone", field.caption());
    }
}

#[test]
fn enter_in_a_picker_that_was_only_opened_changes_nothing() {
    for field in [FieldId::Pop, FieldId::Node, FieldId::TransportProtocol, FieldId::SipSchemaId] {
        let mut desk = Desk::editing();
        desk.to(field).keys("i Enter");
        assert!(desk.draft().is_empty(), "{}", field.caption());
    }
}

#[test]
fn a_letter_goes_to_the_field_that_begins_with_it_and_a_digit_begins_a_number() {
    let mut desk = Desk::editing();
    desk.keys("e");
    assert_eq!(desk.field(), FieldId::Enabled);
    desk.keys("e");
    assert_eq!(desk.field(), FieldId::Expire);
    desk.keys("'3600' Enter");
    assert_eq!(desk.wants(FieldId::Expire), Some(Value::Number(3600)));
    desk.keys("c '7'");
    assert_eq!(desk.field(), FieldId::Contact);
    assert_eq!(desk.wants(FieldId::Contact), None);
}

#[test]
fn a_field_is_found_by_a_part_of_its_name() {
    let mut desk = Desk::editing();
    desk.keys("/ 'no'");
    assert_eq!(desk.field(), FieldId::Node);
    desk.keys("Enter 'lon' Enter");
    assert_eq!(desk.wants(FieldId::Node), Some(Value::Reference(7)));
    desk.keys("/ 'pass'");
    assert_eq!(desk.field(), FieldId::AuthPassword);
    desk.keys("Esc");
    assert_eq!(desk.field(), FieldId::Node);
    desk.keys("/ 'zzz' Enter");
    desk.assert_said(&["No field has this in its name"]);
    desk.keys("Ctrl-u 'enab' Enter");
    assert_eq!((desk.field(), desk.wants(FieldId::Enabled)), (FieldId::Enabled, None));
    desk.keys("/").update(Message::Pasted(Secret::new("retry")));
    assert_eq!(desk.field(), FieldId::RetryDelay);
}

#[test]
fn node_and_expire_take_fifteen_keys_from_list_to_saved() {
    let mut desk = Desk::new();
    let keys = "e j j Enter 'lon' Enter e '3600' Ctrl-s y";
    let count: usize = keys.split(' ').map(|key| if key.starts_with('\'') { key.len() - 2 } else { 1 }).sum();
    assert_eq!(count, 15);
    desk.edit();
    desk.keys("j j Enter 'lon' Enter e '3600'");
    assert_eq!(desk.wants(FieldId::Node), Some(Value::Reference(7)));
    assert_eq!(desk.wants(FieldId::Expire), Some(Value::Number(3600)));
    desk.keys("Ctrl-s");
    assert_eq!(desk.looks(), 1);
}

#[test]
fn a_text_that_is_no_value_is_one_error_and_is_not_called_empty() {
    for (field, typed) in [
        (FieldId::RetryDelay, "abc"),
        (FieldId::RetryDelay, "99999999999999999999"),
        (FieldId::Expire, "soon"),
        (FieldId::MaxAttempts, "-"),
    ] {
        let mut desk = Desk::editing();
        desk.to(field).keys("i Ctrl-u").write(typed).keys("Enter");
        desk.assert_shows(&["1 error", "must be"]);
        assert!(!desk.screen().contains("cannot be empty"), "{}", desk.screen());
    }
}

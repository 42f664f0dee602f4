//! Moving, opening, and keys that mean nothing.

use std::time::Duration;

use sipreg::app::widget::DetailPlace;

use crate::sitting::Sitting;

#[test]
fn keys_that_mean_nothing_say_so_and_change_nothing() {
    let mut sitting = Sitting::ready((80, 24), 20);
    sitting.press("j Z");
    assert!(sitting.screen().contains("Unknown key Z. ?: help"), "{}", sitting.screen());
    assert_eq!(sitting.app.list.rows.position(), 1);
}

#[test]
fn a_prefix_waits_for_as_long_as_it_takes_and_shows_what_may_follow() {
    let mut sitting = Sitting::ready((80, 24), 40);
    sitting.press("G g");
    sitting.pass(Duration::from_secs(3_600));
    assert!(sitting.screen().contains("  p open its POP"), "{}", sitting.screen());
    sitting.press("g");
    assert_eq!(sitting.app.list.rows.position(), 0);
    sitting.press("g Esc");
    assert!(!sitting.screen().contains("g …"));
    sitting.press("g x");
    assert!(sitting.screen().contains("Unknown key g x; after g: p n t h d g"), "{}", sitting.screen());
}

#[test]
fn a_number_in_the_palette_goes_to_that_record() {
    let mut sitting = Sitting::ready((80, 24), 60);
    sitting.press(":");
    sitting.write("22");
    sitting.press("Enter");
    assert_eq!(sitting.app.list.rows.cursor(), Some(22));
    let row = sitting.screen().lines().find(|line| line.starts_with('>')).map(str::to_owned);
    assert!(row.unwrap().contains("22 carrierx-ams"), "{}", sitting.screen());
}

#[test]
fn a_number_that_nobody_has_says_so() {
    let mut sitting = Sitting::ready((80, 24), 20);
    sitting.press(":");
    sitting.write("99999");
    sitting.carry_out("Enter");
    assert!(sitting.screen().contains("Registration 99999 does not exist on the server"), "{}", sitting.screen());
    sitting.press("Esc");
    assert!(sitting.screen().contains("acme-fra-main"));
}

#[test]
fn a_record_that_was_deleted_meanwhile_says_so_when_it_is_opened() {
    let mut sitting = Sitting::ready((80, 24), 20);
    sitting.press(":");
    sitting.write("7");
    sitting.press("Enter");
    assert!(sitting.server.control().remove(7));
    sitting.carry_out("Enter");
    assert!(sitting.screen().contains("Registration 7 acme-fra-main does not exist"), "{}", sitting.screen());
}

#[test]
fn a_late_answer_about_one_record_is_not_shown_for_another() {
    let mut sitting = Sitting::ready((80, 24), 20);
    sitting.press("Enter");
    let late = sitting.fetch().unwrap();
    sitting.press("Esc j Enter");
    sitting.tell(late);
    let screen = sitting.screen();
    assert!(screen.contains("from the list; loading"), "{screen}");
    sitting.answer_all();
    assert!(sitting.screen().contains("ETag"), "{}", sitting.screen());
}

#[test]
fn a_failure_that_nobody_waits_for_any_more_is_not_told() {
    use sipreg::demo::faults::{Fault, FaultEffect};
    let mut sitting = Sitting::ready((80, 24), 20);
    sitting.server.fault(Fault::next("GET", "/registrations", FaultEffect::ServerError));
    sitting.press("Enter");
    let late = sitting.fetch().unwrap();
    sitting.press("Esc");
    sitting.tell(late);
    assert!(!sitting.screen().contains("!!"), "{}", sitting.screen());
    assert_eq!(sitting.app.cx.in_flight(), None);
}

#[test]
fn the_password_is_masked_shown_for_ten_seconds_and_masked_again() {
    let mut sitting = Sitting::ready((80, 40), 20);
    let password = sitting.server.control().registration(3).unwrap();
    let password = match password.get(sipreg::domain::record::FieldId::AuthPassword) {
        sipreg::domain::record::Value::Secret(secret) => secret.expose().to_owned(),
        other => panic!("{other:?}"),
    };
    sitting.carry_out("j j Enter");
    assert!(!sitting.screen().contains(&password));
    sitting.press("P");
    assert!(sitting.screen().contains(&password));
    sitting.pass(Duration::from_millis(9_999));
    assert!(sitting.screen().contains(&password));
    sitting.pass(Duration::from_millis(1));
    assert!(!sitting.screen().contains(&password), "{}", sitting.screen());
    sitting.press("b");
    assert!(!sitting.screen().contains(&password), "{}", sitting.screen());
    assert!(!format!("{:?}", sitting.app).contains(&password));
}

#[test]
fn a_command_of_another_screen_says_where_it_works() {
    let mut sitting = Sitting::ready((80, 24), 20);
    sitting.press(":");
    sitting.write("reveal-password");
    sitting.press("Enter");
    assert!(sitting.screen().contains("reveal-password works only in: Detail"), "{}", sitting.screen());
}

/// Whose the pane beside the list is, or the one below it.
fn beside(sitting: &Sitting) -> String {
    let layout = sitting.app.cx.layout();
    let line = sitting.screen().lines().nth(usize::from(layout.side.y)).unwrap_or_default().to_owned();
    line.chars().skip(usize::from(layout.side.x) + 1).collect::<String>().trim_start().to_owned()
}

#[test]
fn the_pane_beside_the_list_follows_once_the_cursor_rests() {
    let mut sitting = Sitting::ready((120, 40), 60);
    for name in ["2 yarravoice", "3 iberfon"] {
        sitting.run("j");
        assert!(!beside(&sitting).starts_with(name), "{}", sitting.screen());
        sitting.pass(Duration::from_millis(150));
        assert!(beside(&sitting).starts_with(name), "{}", sitting.screen());
    }
}

#[test]
fn while_a_key_is_held_the_pane_waits_and_says_whose_it_is() {
    for size in [(120, 40), (160, 48)] {
        let mut sitting = Sitting::ready(size, 60);
        for _ in 0..10 {
            sitting.run("j");
            sitting.pass(Duration::from_millis(33));
            assert!(beside(&sitting).starts_with("1 carrierx"), "{}", sitting.screen());
        }
        assert_eq!(sitting.app.list.rows.position(), 10);
        sitting.pass(Duration::from_millis(120));
        assert!(beside(&sitting).starts_with("11 rheinfon"), "{}", sitting.screen());
        sitting.pass(Duration::from_millis(1));
        assert!(sitting.app.wake_at().is_none_or(|at| at > Duration::from_secs(30)), "nothing is left to wake up for");
    }
}

#[test]
fn what_is_opened_during_a_run_is_the_record_under_the_cursor() {
    let mut sitting = Sitting::ready((120, 40), 60);
    sitting.run("j j j Enter");
    assert!(beside(&sitting).contains("Registration 4 "), "{}", sitting.screen());
}

#[test]
fn on_a_narrow_screen_what_is_wrong_is_said_once_the_cursor_rests() {
    let mut sitting = Sitting::ready((80, 24), 60);
    sitting.run("j j j j");
    assert!(!sitting.screen().contains("no node will load it"), "{}", sitting.screen());
    sitting.pass(Duration::from_millis(150));
    assert!(sitting.screen().contains("5 oresundtel-fra-main"), "{}", sitting.screen());
    assert!(sitting.screen().contains("no node will load"), "{}", sitting.screen());
}

#[test]
fn z_turns_the_detail_beside_below_and_off() {
    let mut sitting = Sitting::ready((160, 48), 60);
    let mut places = Vec::new();
    for _ in 0..4 {
        places.push(sitting.app.cx.layout().place);
        sitting.press("z");
    }
    assert_eq!(places, [DetailPlace::Beside, DetailPlace::Below, DetailPlace::Off, DetailPlace::Beside]);
    let mut narrow = Sitting::ready((80, 24), 60);
    narrow.press("z");
    assert!(narrow.screen().contains("No room for the detail"), "{}", narrow.screen());
}

#[test]
fn while_the_list_scrolls_by_nothing_stands_beside_it() {
    let mut sitting = Sitting::ready((160, 48), 120);
    sitting.press("G g g");
    sitting.pass(Duration::from_secs(1));
    for _ in 0..50 {
        sitting.run("j");
        sitting.pass(Duration::from_millis(33));
    }
    let layout = sitting.app.cx.layout();
    let screen = sitting.screen();
    for line in screen.lines().skip(2).take(usize::from(layout.inside.height)) {
        let pane: String = line.chars().skip(usize::from(layout.inside.x)).collect();
        assert_eq!(pane.trim_end_matches('│').trim(), "", "{screen}");
    }
    sitting.pass(Duration::from_millis(120));
    let id = sitting.app.list.rows.cursor().unwrap();
    assert!(beside(&sitting).starts_with(&format!("{id} ")), "{}", sitting.screen());
}

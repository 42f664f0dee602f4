//! Moving, opening, and keys that mean nothing.

use std::time::Duration;

use crate::sitting::Sitting;

#[test]
fn keys_that_mean_nothing_say_so_and_change_nothing() {
    let mut sitting = Sitting::ready((80, 24), 20);
    sitting.press("j Z");
    assert!(sitting.screen().contains("Z does nothing here; ? lists the keys"), "{}", sitting.screen());
    assert_eq!(sitting.app.list.rows.position(), 1);
}

#[test]
fn a_prefix_waits_for_as_long_as_it_takes_and_shows_what_may_follow() {
    let mut sitting = Sitting::ready((80, 24), 40);
    sitting.press("G g");
    sitting.pass(Duration::from_secs(3_600));
    assert!(sitting.screen().contains("  p open its pop"), "{}", sitting.screen());
    sitting.press("g");
    assert_eq!(sitting.app.list.rows.position(), 0);
    sitting.press("g Esc");
    assert!(!sitting.screen().contains("g …"));
    sitting.press("g x");
    assert!(sitting.screen().contains("g x does nothing here; after g comes one of p n t d g"), "{}", sitting.screen());
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
    sitting.press("Enter");
    sitting.answer_all();
    assert!(sitting.screen().contains("registration 99999 does not exist on the server"), "{}", sitting.screen());
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
    sitting.press("Enter");
    sitting.answer_all();
    assert!(sitting.screen().contains("registration 7 acme-fra-main does not exist"), "{}", sitting.screen());
}

#[test]
fn a_late_answer_about_one_record_is_not_shown_for_another() {
    let mut sitting = Sitting::ready((80, 24), 20);
    sitting.press("Enter");
    let late = sitting.fetch().unwrap();
    sitting.press("Esc j Enter");
    sitting.tell(late);
    let screen = sitting.screen();
    assert!(screen.contains("as listed; reading"), "{screen}");
    sitting.answer_all();
    assert!(sitting.screen().contains("ETag"), "{}", sitting.screen());
}

#[test]
fn a_failure_that_nobody_waits_for_any_more_is_not_told() {
    use sipreg::demo::faults::{Effect, Fault};
    let mut sitting = Sitting::ready((80, 24), 20);
    sitting.server.control().add_fault(Fault::next("GET", "/registrations", Effect::ServerError));
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
    let password = match password.get(sipreg::domain::record::field::FieldId::AuthPassword) {
        sipreg::domain::record::value::Value::Secret(secret) => secret.expose().to_owned(),
        other => panic!("{other:?}"),
    };
    sitting.press("j j Enter");
    sitting.answer_all();
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
    assert!(sitting.screen().contains("reveal-password works in: Detail"), "{}", sitting.screen());
}

/// The title of the pane beside the list.
fn beside(sitting: &Sitting) -> String {
    let screen = sitting.screen();
    let title = screen.lines().nth(1).and_then(|line| line.split_once('│')).map(|(_, title)| title.trim().to_owned());
    title.unwrap_or_default()
}

#[test]
fn the_pane_beside_the_list_follows_each_single_move_at_once() {
    let mut sitting = Sitting::ready((120, 40), 60);
    for name in ["2 yarravoice", "3 iberfon"] {
        sitting.run("j");
        assert!(beside(&sitting).contains(name), "{}", sitting.screen());
        sitting.pass(Duration::from_millis(200));
    }
}

#[test]
fn while_a_key_is_held_the_pane_beside_the_list_waits_and_says_whose_it_is() {
    let mut sitting = Sitting::ready((120, 40), 60);
    for _ in 0..10 {
        sitting.run("j");
        sitting.pass(Duration::from_millis(33));
        assert!(beside(&sitting).contains("Registration 2 yarravoice"), "{}", sitting.screen());
    }
    assert_eq!(sitting.app.list.rows.position(), 10);
    sitting.pass(Duration::from_millis(120));
    assert!(beside(&sitting).contains("Registration 11 rheinfon"), "{}", sitting.screen());
    sitting.pass(Duration::from_millis(1));
    assert!(sitting.app.wake_at().is_none_or(|at| at > Duration::from_secs(30)), "nothing is left to wake up for");
}

#[test]
fn what_is_opened_during_a_run_is_the_record_under_the_cursor() {
    let mut sitting = Sitting::ready((120, 40), 60);
    sitting.run("j j j Enter");
    assert!(beside(&sitting).contains("Registration 4 "), "{}", sitting.screen());
}

#[test]
fn a_narrow_screen_has_no_pane_to_wake_up_for() {
    let mut sitting = Sitting::ready((80, 24), 60);
    let wakes = sitting.app.wake_at();
    sitting.run("j j j");
    assert_eq!(sitting.app.wake_at(), wakes);
}

#[test]
fn while_the_list_scrolls_by_nothing_stands_beside_it() {
    let mut sitting = Sitting::ready((120, 40), 120);
    sitting.press("G g g");
    sitting.pass(Duration::from_secs(1));
    for _ in 0..50 {
        sitting.run("j");
        sitting.pass(Duration::from_millis(33));
    }
    assert_eq!(beside(&sitting), "…", "{}", sitting.screen());
    let blank = |line: &str| line.split_once('│').is_none_or(|(_, pane)| pane.trim().is_empty());
    assert!(sitting.screen().lines().skip(2).all(blank), "{}", sitting.screen());
    sitting.pass(Duration::from_millis(120));
    let id = sitting.app.list.rows.cursor().unwrap();
    assert!(beside(&sitting).contains(&format!("Registration {id} ")), "{}", sitting.screen());
}

//! Someone goes away: the console locks by itself, and opens again for who signs in.

use std::time::Duration;

use sipreg::app::core::{Effect, Message, Read, Reply, Slot, Tickets};
use sipreg::app::lock::{Locking, SignInAgain};
use sipreg::demo::User;
use sipreg::domain::record::Secret;
use sipreg::keys::Key;

use super::creating::assert_shows;
use crate::sitting::Sitting;

/// Locks the console by its command.
pub fn lock(sitting: &mut Sitting) {
    sitting.press("Esc :");
    sitting.write("lock");
    sitting.press("Enter");
    assert_shows(sitting, &["LOCKED"]);
}

/// Whether token and password were given up.
pub fn is_signed_out(sitting: &Sitting) -> bool {
    sitting.asked.iter().any(|effect| matches!(effect, Effect::SignOut))
}

const QUARTER: Duration = Duration::from_secs(15 * 60);
const ALMOST: Duration = Duration::from_secs(15 * 60 - 1);

fn lockable() -> Sitting {
    let mut sitting = Sitting::ready((80, 24), 20);
    sitting.app.lock.rules = Locking::new(Some(QUARTER), SignInAgain::Typing);
    sitting.tell(Message::Woke);
    sitting.answer_all();
    sitting
}

fn is_locked(sitting: &Sitting) -> bool {
    let screen = sitting.screen();
    assert_eq!(screen.contains("LOCKED"), !screen.contains("acme"), "{screen}");
    screen.contains("LOCKED")
}

#[test]
fn a_quarter_of_an_hour_without_a_key_locks() {
    let mut sitting = lockable();
    sitting.pass(ALMOST);
    assert!(!is_locked(&sitting));
    sitting.press("j");
    sitting.pass(ALMOST);
    assert!(!is_locked(&sitting), "a key begins the time anew");
    sitting.pass(Duration::from_secs(1));
    assert!(is_locked(&sitting));
    assert!(sitting.asked.contains(&Effect::SignOut));
    assert!(sitting.unanswered().is_empty(), "nothing is asked for any more");
}

#[test]
fn a_token_that_comes_while_it_is_locked_does_not_open_it() {
    let mut sitting = lockable();
    sitting.pass(QUARTER);
    assert!(is_locked(&sitting));
    let mut tickets = Tickets::default();
    for _ in 0..9 {
        let ticket = tickets.open(Slot::Login);
        let result = Ok(Reply::Login(Some("demo".to_owned()), Secret::new("t0ken")));
        sitting.tell(Message::Reply { ticket, read: Read::Login, result });
    }
    assert!(is_locked(&sitting));
    assert!(!sitting.asked.iter().any(|effect| matches!(effect, Effect::UseToken(_))));
}

#[test]
fn without_the_setting_it_never_locks_by_itself() {
    let mut sitting = Sitting::ready((80, 24), 20);
    sitting.pass(Duration::from_secs(24 * 3600));
    assert!(!is_locked(&sitting));
}

#[test]
fn the_key_that_finds_the_console_idle_after_a_sleep_is_not_taken() {
    let mut sitting = lockable();
    // The machine slept: no time passed but on the wall.
    let mut awake = sitting.app.cx.now;
    awake.wall += QUARTER;
    let asked: Vec<_> = sitting.app.update(awake, Message::Typed(Key::char('t'))).collect();
    assert!(is_locked(&sitting));
    assert!(!asked.iter().any(|effect| matches!(effect, Effect::Write { .. })), "{asked:?}");
    assert!(sitting.app.lock.locked.as_ref().is_some_and(|lock| lock.asking.password.text().is_empty()));
}

#[test]
fn signing_in_goes_back_to_the_record_that_was_open() {
    let mut sitting = lockable();
    sitting.carry_out("j j Enter");
    sitting.press("j j j");
    let before = sitting.screen();
    sitting.pass(QUARTER);
    assert!(is_locked(&sitting));
    sitting.write("demo");
    sitting.carry_out("Enter");
    let pane = |screen: &str| screen.lines().skip(1).take(20).map(str::to_owned).collect::<Vec<_>>();
    assert_eq!(pane(&sitting.screen()), pane(&before));
    assert!(sitting.screen().contains("Signed in as demo"), "{}", sitting.screen());
    sitting.press("P");
    assert!(!sitting.screen().contains("still loading"), "{}", sitting.screen());
}

#[test]
fn a_wrong_password_leaves_it_locked_and_says_so() {
    let mut sitting = lockable();
    sitting.pass(QUARTER);
    sitting.write("wrong");
    sitting.carry_out("Enter");
    assert!(is_locked(&sitting));
    assert!(sitting.screen().contains("refused"), "{}", sitting.screen());
    assert!(!sitting.screen().contains("wrong "), "{}", sitting.screen());
    sitting.server.control().set_users(vec![User::new(1, "demo", "demo")]);
    sitting.write("demo");
    sitting.carry_out("Enter");
    assert!(!is_locked(&sitting));
}

#[test]
fn where_a_command_signs_in_enter_alone_runs_it_again() {
    let mut sitting = lockable();
    sitting.app.lock.rules.again = SignInAgain::Setting("token_command");
    sitting.press(":");
    sitting.write("lock");
    sitting.press("Enter");
    assert!(sitting.screen().contains("Enter: use token_command"), "{}", sitting.screen());
    sitting.press("Enter");
    assert_eq!(sitting.unanswered(), [Read::SignInAgain]);
}

//! Who the user is: asked when it is not known, asked again when it is refused, and forgotten by no one.

use sipreg::api::Labels;
use sipreg::app::core::Effect;
use sipreg::demo::User;

use crate::sitting::{AtHand, Sitting};

fn nobody() -> Sitting {
    let mut sitting = Sitting::with((80, 24), 20, AtHand::Nothing, Labels::Include);
    sitting.answer_all();
    sitting
}

#[test]
fn without_credentials_they_are_asked_for_and_the_list_is_read() {
    let mut sitting = nobody();
    assert!(sitting.screen().contains("Sign in"), "{}", sitting.screen());
    sitting.write("demo");
    assert!(sitting.screen().contains("Password   ****"), "{}", sitting.screen());
    sitting.carry_out("Enter");
    assert!(sitting.screen().contains("acme-fra-main"), "{}", sitting.screen());
    assert!(sitting.screen().contains("Signed in as demo"));
}

#[test]
fn a_wrong_password_is_told_asked_again_and_never_sent_twice() {
    let mut sitting = nobody();
    sitting.write("wrong");
    sitting.carry_out("Enter");
    let screen = sitting.screen();
    assert!(screen.contains("Sign in") && screen.contains("refused"), "{screen}");
    assert!(!screen.contains("wrong"));
    let tries = |sitting: &Sitting| {
        sitting.server.control().exchanges().iter().filter(|exchange| exchange.path().ends_with("/auth")).count()
    };
    assert_eq!(tries(&sitting), 1);
    sitting.pass(std::time::Duration::from_secs(600));
    sitting.answer_all();
    assert_eq!(tries(&sitting), 1);
    sitting.write("demo");
    sitting.carry_out("Enter");
    assert!(sitting.screen().contains("acme-fra-main"), "{}", sitting.screen());
}

#[test]
fn leaving_the_question_says_how_to_be_asked_again() {
    let mut sitting = nobody();
    sitting.press("Esc");
    assert!(sitting.screen().contains("Not signed in. r: sign in"), "{}", sitting.screen());
    sitting.carry_out("r");
    assert!(sitting.screen().contains("Sign in"), "{}", sitting.screen());
    sitting.press("Ctrl-c");
    assert_eq!(sitting.asked, [Effect::Quit]);
}

#[test]
fn a_sign_in_that_ends_while_working_is_asked_for_and_the_reading_goes_on() {
    let mut sitting = Sitting::ready((80, 24), 20);
    let control = sitting.server.control();
    control.revoke_tokens();
    control.set_users(vec![User::new(1, "demo", "changed")]);
    sitting.carry_out("j j Enter");
    assert!(sitting.screen().contains("Sign in"), "{}", sitting.screen());
    sitting.write("changed");
    sitting.carry_out("Enter");
    let screen = sitting.screen();
    assert!(screen.contains("ETag") && !screen.contains("could not be read"), "{screen}");
    sitting.carry_out("Esc r");
    assert!(sitting.screen().contains("synced <1m"));
}

#[test]
fn a_token_is_renewed_before_it_ends_and_nobody_is_asked() {
    let mut sitting = Sitting::ready((80, 24), 20);
    sitting.pass(std::time::Duration::from_secs(9 * 60 + 20));
    assert!(sitting.screen().contains("token 0:40"), "{}", sitting.screen());
    sitting.pass(std::time::Duration::from_secs(10));
    assert_eq!(sitting.unanswered(), [sipreg::app::core::Read::Renew]);
    sitting.answer_all();
    assert!(sitting.app.overlay.current.is_none());
    assert!(sitting.screen().contains("token 9m") || sitting.screen().contains("token 10m"), "{}", sitting.screen());
}

#[test]
fn what_is_typed_while_a_sign_in_is_under_way_is_there_for_the_next_try() {
    let mut sitting = nobody();
    sitting.write("wrong");
    sitting.press("Enter");
    sitting.write("demo");
    assert!(sitting.screen().contains("Password   ****"), "{}", sitting.screen());
    sitting.press("Enter");
    assert!(sitting.screen().contains("Waiting for the server"), "{}", sitting.screen());
    sitting.answer_all();
    assert!(sitting.screen().contains("refused"), "{}", sitting.screen());
    sitting.carry_out("Enter");
    assert!(sitting.screen().contains("Signed in as demo"), "{}", sitting.screen());
}

#[test]
fn nobody_has_to_wait_for_a_sign_in() {
    let mut sitting = nobody();
    sitting.write("demo");
    sitting.press("Enter Esc");
    assert!(sitting.screen().contains("Sign-in cancelled"), "{}", sitting.screen());
    assert!(sitting.unanswered().is_empty());
    sitting.carry_out("r");
    assert!(sitting.screen().contains("Sign in"), "{}", sitting.screen());
}

#[test]
fn a_token_that_never_ends_by_any_count_of_years_breaks_nothing() {
    use sipreg::app::core::Message;
    let mut sitting = Sitting::ready((100, 24), 20);
    let mut link = sitting.app.cx.link.clone();
    link.token_left = Some(std::time::Duration::from_secs(u64::MAX));
    sitting.tell(Message::Linked(link));
    assert!(sitting.screen().contains("token "), "{}", sitting.screen());
    sitting.pass(std::time::Duration::from_secs(120));
    assert!(sitting.unanswered().is_empty());
}

#[test]
fn clocks_apart_are_told_once() {
    use sipreg::app::core::Message;
    let mut sitting = Sitting::ready((200, 30), 20);
    for skew in [10_920, 10_925, 10_919] {
        let mut link = sitting.app.cx.link.clone();
        link.skew = Some(skew);
        sitting.tell(Message::Linked(link));
    }
    assert!(
        sitting.screen().contains("The server's clock is 3 h 2 min ahead of this machine's"),
        "{}",
        sitting.screen()
    );
    assert_eq!(sitting.app.cx.notices.all().len(), 1);
}

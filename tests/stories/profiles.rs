//! Switching to another profile: what is asked, what stays, and how the session ends for it.

use sipreg::app::Access;
use sipreg::app::core::{Effect, Message, Read, Reply};
use sipreg::app::overlay::profiles::ProfileOffer;
use sipreg::domain::request_error::{Effectiveness, RequestError, RequestErrorKind};

use crate::sitting::Sitting;

fn profile(name: &str, badge: Option<&str>, access: Access) -> ProfileOffer {
    let server = Some(format!("https://{name}.example"));
    ProfileOffer {
        name: name.to_owned(),
        badge: badge.map(str::to_owned),
        server,
        access,
        is_current: name == "eu-noc",
    }
}

fn with_profiles(size: (u16, u16)) -> Sitting {
    let mut sitting = Sitting::ready(size, 20);
    sitting.app.overlay.profiles = vec![
        profile("eu-noc", Some("PROD"), Access::Confirm),
        profile("lab", Some("LAB"), Access::Write),
        profile("us-noc", Some("PROD"), Access::ReadOnly),
    ];
    sitting
}

/// The server of a profile is reached, or not.
fn reached(sitting: &mut Sitting, result: Result<Option<&str>, &str>) {
    let (ticket, read) = sitting.waiting.back().cloned().unwrap();
    let result = result.map(|warning| Reply::Profile(warning.map(str::to_owned))).map_err(|message| RequestError {
        kind: RequestErrorKind::Unreachable,
        status: None,
        request_id: None,
        message: message.to_owned(),
        errors: Vec::new(),
        effect: Effectiveness::NotApplied,
        retry_after: None,
    });
    sitting.tell(Message::Reply { ticket, read, result });
}

/// What ends the session.
fn ending(sitting: &Sitting) -> Vec<Effect> {
    let ends = |effect: &&Effect| matches!(effect, Effect::NextProfile(_) | Effect::Quit);
    sitting.asked.iter().filter(ends).cloned().collect()
}

fn switched(name: &str) -> Vec<Effect> {
    vec![Effect::NextProfile(name.to_owned()), Effect::Quit]
}

#[test]
fn the_box_shows_badge_name_server_and_access() {
    for (name, size) in [("80x24", (80, 24)), ("120x40", (120, 40)), ("40x10", (40, 10))] {
        let mut sitting = with_profiles(size);
        sitting.press("p");
        insta::assert_snapshot!(format!("profiles-{name}"), sitting.screen());
        sitting.press("j Enter");
        insta::assert_snapshot!(format!("profiles-{name}-connecting"), sitting.screen());
        reached(&mut sitting, Err("no connection to https://lab.example: connection refused"));
        insta::assert_snapshot!(format!("profiles-{name}-refused"), sitting.screen());
    }
}

#[test]
fn a_profile_is_opened_once_its_server_is_reached() {
    let mut sitting = with_profiles((80, 24));
    sitting.press("p j Enter");
    assert_eq!(sitting.unanswered(), [Read::Profile("lab".to_owned())]);
    assert!(ending(&sitting).is_empty());
    reached(&mut sitting, Ok(None));
    assert_eq!(ending(&sitting), switched("lab"));
}

#[test]
fn where_it_is_not_reached_everything_stays_as_it_is() {
    let mut sitting = with_profiles((80, 24));
    sitting.press("j Space p G Enter");
    reached(&mut sitting, Err("no connection"));
    assert!(sitting.screen().contains("You stay on"), "{}", sitting.screen());
    sitting.press("Esc");
    assert!(ending(&sitting).is_empty());
    assert!(
        sitting.screen().contains("acme-fra-main") && sitting.screen().contains("1 marked"),
        "{}",
        sitting.screen()
    );
}

#[test]
fn connecting_can_be_cancelled_and_an_answer_that_comes_later_switches_nothing() {
    let mut sitting = with_profiles((80, 24));
    for cancel in ["Esc", "Ctrl-c"] {
        sitting.press("p j Enter");
        let (ticket, read) = sitting.waiting.back().cloned().unwrap();
        sitting.press("x");
        assert!(sitting.screen().contains("Connecting"), "{}", sitting.screen());
        sitting.press(cancel);
        assert!(sitting.unanswered().is_empty() && !sitting.screen().contains("Connecting"));
        sitting.tell(Message::Reply { ticket, read, result: Ok(Reply::Profile(None)) });
        assert!(ending(&sitting).is_empty());
        sitting.press("Esc");
        assert!(sitting.app.overlay.current.is_none());
    }
}

#[test]
fn a_profile_is_opened_by_its_name_and_completed() {
    let mut sitting = with_profiles((80, 24));
    sitting.press(":");
    sitting.write("profile us");
    assert!(sitting.screen().contains("https://us-noc.example"), "{}", sitting.screen());
    sitting.press("Tab Enter");
    assert_eq!(sitting.unanswered(), [Read::Profile("us-noc".to_owned())]);
    sitting.press("Esc Esc :");
    sitting.write("profile eu-noc");
    sitting.press("Enter");
    assert!(sitting.screen().contains("Profile eu-noc is open already"), "{}", sitting.screen());
    assert!(sitting.unanswered().is_empty());
}

#[test]
fn what_would_be_lost_is_asked_about_and_no_keeps_it() {
    let mut sitting = with_profiles((80, 24));
    sitting.press("j t");
    // The write is not answered yet.
    assert_eq!(sitting.writes.len(), 1);
    sitting.press("p j Enter");
    reached(&mut sitting, Ok(Some("http://lab.example is not encrypted: password and token can be intercepted")));
    let screen = sitting.screen();
    assert!(screen.contains("is being saved; the result"), "{screen}");
    assert!(screen.contains("not encrypted") && screen.contains("Open profile lab?"), "{screen}");
    sitting.press("Enter n");
    assert!(ending(&sitting).is_empty() && sitting.app.overlay.current.is_none());
    sitting.press("p j Enter");
    reached(&mut sitting, Ok(Some("not encrypted")));
    sitting.press("y");
    assert_eq!(ending(&sitting), switched("lab"));
}

#[test]
fn without_profiles_p_says_how_to_get_one() {
    let mut sitting = Sitting::ready((80, 24), 20);
    sitting.press("p");
    assert!(sitting.screen().contains("No profile to switch to. sipreg config init"), "{}", sitting.screen());
    assert!(sitting.app.overlay.current.is_none());
}

#[test]
fn in_a_form_p_is_still_the_field_that_begins_with_it() {
    let mut sitting = with_profiles((80, 24));
    sitting.carry_out("e");
    sitting.press("p");
    assert!(sitting.app.overlay.current.is_none(), "{}", sitting.screen());
    sitting.press("Esc ?");
    sitting.write("profile");
    assert!(sitting.screen().contains("switch to another profile"), "{}", sitting.screen());
}

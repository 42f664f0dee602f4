//! Live state in the list and in a registration.

use std::time::Duration;

use sipreg::demo::ServerClock;

use crate::sitting::{BEGINNING, Sitting};
use crate::{SIZES, look, look_at_each_size};

/// Nodes were asked a minute after they loaded everything.
fn asked(size: (u16, u16)) -> Sitting {
    let mut sitting = Sitting::live(size, 120, Duration::from_secs(15));
    sitting.server.control().set_clock(ServerClock::Fixed(BEGINNING + 60));
    sitting.answer_all();
    sitting.pass(Duration::from_secs(15));
    sitting
}

#[test]
fn the_list_has_the_state_beside_the_name() {
    look_at_each_size("live_list", asked);
}

#[test]
fn the_user_is_named_before_the_speed_of_the_link() {
    let mut sitting = asked((80, 24));
    sitting.app.cx.setup.user = Some("alice".to_owned());
    sitting.app.cx.link.user = None;
    let screen = sitting.screen();
    assert!(screen.lines().next().unwrap().contains("  alice  "), "{screen}");
}

#[test]
fn a_registration_begins_with_its_nodes() {
    for size in SIZES {
        let mut sitting = asked(size);
        sitting.carry_out(": 1 2 9 Enter Enter");
        look(&sitting, "live_detail");
    }
}

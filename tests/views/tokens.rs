//! A token is renewed before it ends, without anyone noticing, and no sooner than it needs to be.

use std::time::Duration;

use chrono::DateTime;
use sipreg::app::core::{Effect, Message, Read};
use sipreg::app::model::time::Moment;
use sipreg::domain::answer::ConnectionState;

use crate::screen::Desk;

fn at(millis: u64) -> Moment {
    Moment { mono: Duration::from_millis(millis), wall: DateTime::UNIX_EPOCH }
}

/// When a console asks for a new token that was told of one with this life, in seconds, woken when it wants to be.
fn renewed_after(life: u64) -> Duration {
    let mut desk = Desk::six();
    let link =
        ConnectionState { token_left: Some(Duration::from_secs(life)), renewable: true, ..ConnectionState::default() };
    desk.app.update(at(0), Message::Linked(link.clone()));
    // Another answer tells of the same token.
    let later = ConnectionState { token_left: Some(Duration::from_millis(life * 500)), ..link };
    desk.app.update(at(life * 500), Message::Linked(later));
    for _ in 0..10_000 {
        let mono = desk.app.wake_at().unwrap();
        let effects: Vec<_> = desk.app.update(Moment { mono, ..at(0) }, Message::Woke).collect();
        if effects.iter().any(|effect| matches!(effect, Effect::Read { read: Read::Renew, .. })) {
            return mono;
        }
    }
    panic!("it was never renewed");
}

#[test]
fn a_token_is_renewed_half_a_minute_before_its_end() {
    assert_eq!(renewed_after(600).as_secs(), 570);
}

#[test]
fn a_short_token_is_used_before_it_is_renewed() {
    assert_eq!(renewed_after(20).as_secs(), 17);
    assert_eq!(renewed_after(2).as_millis(), 1_700);
}

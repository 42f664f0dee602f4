//! How the console begins in a test, and what is done for it at once, wherever it runs.

use std::time::Duration;

use chrono::DateTime;
use sipreg::app::core::{Effect, IfMatch, Message};
use sipreg::app::model::time::Moment;
use sipreg::app::{Access, Setup};
use sipreg::domain::rules::RuleSet;
use sipreg::keys::{Key, Keymap, bindings};

/// 2024-05-01 10:00:00 UTC, for the console and for the server.
pub const BEGINNING: u64 = 1_714_557_600;

/// A profile with all rights, and the keys as they are delivered.
pub fn setup() -> Setup {
    Setup {
        profile: "eu-noc".into(),
        plaintext: false,
        badge: None,
        server: "https://yeti.example".into(),
        access: Access::Write,
        user: Some("alice".into()),
        timezone: chrono_tz::UTC,
        keymap: Keymap::default(),
        if_match: IfMatch::Send,
        ignored: RuleSet::NONE,
        node_poll: Duration::from_secs(300),
        pid: 1,
    }
}

/// The beginning, so long after the program started.
pub fn beginning(mono: Duration) -> Moment {
    Moment { mono, wall: DateTime::from_timestamp(BEGINNING.cast_signed(), 0).expect("a time") }
}

/// Keys by their names, separated by spaces; `'text'` is typed letter by letter, with `_` for a space.
pub fn keys(names: &str) -> Vec<Key> {
    names
        .split(' ')
        .flat_map(|word| match word.strip_prefix('\'').and_then(|word| word.strip_suffix('\'')) {
            Some(text) => text.chars().map(|c| Key::char(if c == '_' { ' ' } else { c })).collect(),
            None => vec![Key::parse(word).expect("the name of a key")],
        })
        .collect()
}

/// All keys that a command is bound to.
pub fn bound_keys() -> Vec<Key> {
    let mut keys: Vec<Key> = bindings().filter_map(|(_, keys, _)| Key::parse_sequence(keys).ok()).flatten().collect();
    keys.sort_unstable();
    keys.dedup();
    keys
}

/// Does what a worker does, and tells the answer. Gives back what is nothing for a worker.
pub fn work(effect: Effect, tell: impl FnOnce(Message)) -> Option<Effect> {
    tell(match effect {
        Effect::Arrange { ticket, job } => Message::Arranged { ticket, ids: job.run() },
        Effect::Lint { ticket, job } => Message::Linted { ticket, findings: job.run() },
        Effect::Count { job, .. } => Message::Counted { counted: Box::new(job.run()) },
        other => return Some(other),
    });
    None
}

//! Whatever the size and whatever the server sends: it draws, and nothing that a terminal would obey gets through.

use proptest::prelude::*;
use ratatui::buffer::Buffer;
use sipreg::app::core::Message;
use sipreg::domain::record::{FieldId, Relation, Value};

use crate::sitting::Sitting;
use crate::{HOSTILE, detail_of};

/// Ways to each screen, from the list.
const WAYS: &[&str] = &[
    "",
    "Enter",
    "Enter G",
    "Enter P",
    "Enter b",
    "Enter b G",
    "g p",
    "g n",
    "g t",
    "?",
    ":",
    "!",
    "g",
    "x",
    "Enter x",
    ": j Tab",
    ": s e t Space p o p Space",
    ": g o t o Space",
    ": f i l t e r Space d",
    "Z",
    "Enter ?",
    "g p Enter",
    "Space v j v",
    "a Down i x Enter",
    "c",
    "D PgDn",
    "* t",
    "* t d",
    "Space Space t d y",
    "Space B y",
    "* B",
    ": b u l k - s e t Space a u t h - p a s s w o r d Enter",
    "/",
    "f",
    "f Enter",
    "f Enter Enter",
    "f Down Down Down Enter Enter",
    "s",
    "C",
    "F",
    "F s",
    "l l l K",
    "K G",
];

/// Fields whose text the server chooses.
const TEXTS: [FieldId; 8] = [
    FieldId::Name,
    FieldId::Domain,
    FieldId::Username,
    FieldId::DisplayUsername,
    FieldId::Contact,
    FieldId::AuthUser,
    FieldId::SipInterfaceName,
    FieldId::RouteSet,
];

fn obeyed(buffer: &Buffer) -> Option<String> {
    let active = |c: char| {
        c.is_control() || matches!(c, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
    };
    let cell = buffer.content().iter().find(|cell| cell.symbol().is_empty() || cell.symbol().chars().any(active))?;
    Some(format!("{:?}", cell.symbol()))
}

fn text() -> impl Strategy<Value = String> {
    prop_oneof![
        any::<String>(),
        proptest::sample::select(HOSTILE).prop_map(str::to_owned),
        "[\\x00-\\x1f\\x7f-\\x9f\u{202e}\u{200b}a東👩]{0,300}",
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 16, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn every_screen_draws_at_every_size(
        texts in proptest::collection::vec(text(), TEXTS.len()..=TEXTS.len()),
        label in text(),
        sizes in proptest::collection::vec((1_u16..=300, 1_u16..=100), 4),
    ) {
        let mut sitting = Sitting::before((80, 24), 12);
        let control = sitting.server.control();
        for (field, text) in TEXTS.into_iter().zip(texts) {
            let value = if field == FieldId::RouteSet { Value::Texts(vec![text.clone(), text]) } else { Value::Text(text) };
            prop_assert!(control.change(1, field, value));
        }
        for relation in Relation::ALL {
            prop_assert!(control.rename(relation, 1, &label));
        }
        sitting.answer_all();
        for way in WAYS {
            sitting.carry_out(way);
            for size in &sizes {
                sitting.tell(Message::Resized(size.0, size.1));
                let found = obeyed(&sitting.buffer());
                prop_assert!(found.is_none(), "{:?} after {way:?} at {size:?}", found);
            }
            prop_assert_eq!(sitting.unanswered(), []);
            sitting.press("Esc Esc Esc Esc");
        }
        prop_assert!(sitting.asked.is_empty());
    }
}

#[test]
fn a_screen_draws_at_each_small_size() {
    let mut sitting = detail_of((80, 24), "17");
    for height in 1..30 {
        for width in 1..70 {
            sitting.tell(Message::Resized(width, height));
            assert_eq!(obeyed(&sitting.buffer()), None, "{width}x{height}");
        }
    }
    sitting.tell(Message::Resized(80, 24));
    assert!(sitting.screen().contains("Registration 17"), "{}", sitting.screen());
}

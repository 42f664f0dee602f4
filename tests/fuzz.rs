//! What has to hold for any input, tried on a corpus and on random input. The same checks run under a fuzzer that
//! looks for new paths: see `tests/fuzz/Cargo.toml`.
#![expect(clippy::indexing_slicing, clippy::expect_used, reason = "a test may fail")]
#![expect(
    clippy::cast_possible_truncation,
    clippy::cast_possible_wrap,
    reason = "bytes of a script become whatever number is needed"
)]

#[path = "fuzz/checks/alone.rs"]
mod alone;
#[path = "fuzz/checks/decode.rs"]
mod decode;
#[path = "fuzz/checks/filter.rs"]
mod filter;
#[path = "fuzz/checks/input.rs"]
mod input;
#[path = "fuzz/checks/keys.rs"]
mod keys;
#[path = "kit/kit.rs"]
mod kit;
#[path = "fuzz/checks/links.rs"]
mod links;
#[path = "fuzz/checks/live.rs"]
mod live;
#[path = "fuzz/checks/orders.rs"]
mod orders;
#[path = "fuzz/checks/alone/seat.rs"]
mod seat;
#[path = "fuzz/checks/alone/server.rs"]
mod server;
#[path = "fuzz/checks/sip.rs"]
mod sip;
#[path = "fuzz/checks/text.rs"]
mod text;
#[path = "fuzz/checks/together.rs"]
mod together;
#[path = "fuzz/checks/toml.rs"]
mod toml;

use std::fs;
use std::path::Path;

use kit::{records, setup};
use proptest::prelude::*;
use proptest::test_runner::RngSeed;

/// How often a random check is run: as often as `FUZZ_CASES` says, for a long look, or so often.
fn cases(usual: u32) -> u32 {
    std::env::var("FUZZ_CASES").ok().and_then(|cases| cases.parse().ok()).unwrap_or(usual)
}

/// The courses of a usual run are the same each time, so that the gate can be repeated; a long look takes others.
fn seed() -> RngSeed {
    if std::env::var_os("FUZZ_CASES").is_some() { RngSeed::Random } else { RngSeed::Fixed(3) }
}

/// Runs a check on each file of its corpus. Tells how many there were.
fn corpus(name: &str, check: impl Fn(&[u8])) -> usize {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fuzz/corpus").join(name);
    let files = fs::read_dir(folder).expect("a corpus").map(|entry| entry.expect("a file").path());
    let bodies = files.map(|file| fs::read(file).expect("readable"));
    bodies.map(|body| check(&body)).count()
}

#[test]
fn any_answer_is_records_or_a_sentence() {
    assert!(corpus("decode", decode::check) > 0);
}

#[test]
fn any_link_stays_on_the_server() {
    assert!(corpus("links", links::check) > 0);
}

#[test]
fn any_filter_is_read_or_complained_about() {
    assert!(corpus("filter", filter::check) > 0);
}

#[test]
fn any_edited_text_is_read_or_complained_about() {
    assert!(corpus("toml", toml::check) > 0);
}

#[test]
fn any_answer_of_a_node_is_registrations_or_a_sentence() {
    assert!(corpus("live", live::check) > 0);
}

#[test]
fn any_address_is_read_or_refused() {
    assert!(corpus("sip", sip::check) > 0);
}

#[test]
fn any_text_fits() {
    assert!(corpus("text", text::check) > 0);
}

#[test]
fn bytes_that_no_keyboard_sends_never_cause_a_write() {
    assert!(corpus("input", input::check) > 0);
    // Each answer cut in two at every byte, with every kind of delay.
    for (number, answer) in input::ANSWERS.iter().enumerate() {
        for at in 0..answer.len().min(24) {
            for wait in [0, 20, 45, 90, 250] {
                input::check(&[number as u8, at as u8, wait]);
            }
        }
        // And every byte by itself.
        for wait in [0, 60, 250] {
            let script: Vec<u8> = (0..12).flat_map(|_| [1, wait]).collect();
            input::check(&[&[number as u8], script.as_slice()].concat());
        }
    }
}

#[test]
fn any_messages_in_any_order_keep_the_console_whole() {
    assert!(corpus("keys", keys::check) > 0);
}

#[test]
fn in_whatever_order_answers_come_nobody_is_said_to_have_made_or_deleted_what_they_did_not() {
    for course in orders::COURSES {
        orders::check(course, cases(8).into());
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: cases(64), ..ProptestConfig::default() })]

    #[test]
    fn random_bytes_break_nothing(bytes in proptest::collection::vec(any::<u8>(), 0..600)) {
        decode::check(&bytes);
        links::check(&bytes);
        filter::check(&bytes);
        toml::check(&bytes);
        text::check(&bytes);
        live::check(&bytes);
        sip::check(&bytes);
    }

    #[test]
    fn an_answer_cut_anywhere_never_causes_a_write(script in proptest::collection::vec(any::<u8>(), 1..26)) {
        input::check(&script);
    }

}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2_000, ..ProptestConfig::default() })]

    #[test]
    fn addresses_of_any_shape_break_nothing(
        text in r#"(sip:|sips:|<|>|@|,|;|"|\\|\[|\]|:|\?|=|lr|transport|tcp|_sip|_udp|h|\.|1|255|::|%|%41| |é|\x{200b}){0,24}"#,
    ) {
        sip::check(text.as_bytes());
    }
}

proptest! {
    // Ten thousand messages take a while, and drawing is most of it.
    #![proptest_config(ProptestConfig { cases: cases(24) / 24, max_shrink_iters: 0, ..ProptestConfig::default() })]

    #[test]
    fn ten_thousand_messages_in_any_order_break_nothing(seed in proptest::collection::vec(any::<u8>(), 10_000)) {
        keys::check(&seed);
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: cases(24), max_shrink_iters: 60, rng_seed: seed(), ..ProptestConfig::default() })]

    #[test]
    fn who_is_alone_with_a_server_blames_nobody(script in proptest::collection::vec(any::<u8>(), 600)) {
        alone::check(&script);
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: cases(24), max_shrink_iters: 200, rng_seed: seed(), ..ProptestConfig::default() })]

    #[test]
    fn two_who_share_a_server_write_nothing_over_unseen(script in proptest::collection::vec(any::<u8>(), 1_000)) {
        together::check(&script);
    }
}

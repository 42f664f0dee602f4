use crossterm::event::{KeyEventKind, MouseEvent};
use proptest::prelude::*;

use super::*;

/// Names of what bytes mean that come at once, after all waits.
fn names(bytes: &[u8]) -> Vec<String> {
    in_pieces(&[bytes], 0)
}

/// The same for pieces this many milliseconds apart.
fn in_pieces(pieces: &[&[u8]], apart: u64) -> Vec<String> {
    let mut decoder = Decoder::default();
    play(&mut decoder, pieces, apart).iter().map(name).collect()
}

fn play(decoder: &mut Decoder, pieces: &[&[u8]], apart: u64) -> Vec<Event> {
    let mut now = Duration::from_secs(1);
    for piece in pieces {
        decoder.feed(now, piece);
        let next = now + Duration::from_millis(apart);
        settle(decoder, next);
        now = next;
    }
    settle(decoder, now + Duration::from_secs(60));
    decoder.filter(|event| !matches!(event, Event::BurstBegins | Event::BurstEnds)).collect()
}

fn settle(decoder: &mut Decoder, until: Duration) {
    while let Some(at) = decoder.deadline().filter(|at| *at <= until) {
        decoder.elapse(at);
    }
}

fn name(event: &Event) -> String {
    match event {
        Event::Key(KeyEvent { code, modifiers, kind, .. }) => {
            let held = if *kind == KeyEventKind::Repeat { "held " } else { "" };
            let modifiers = modifiers.iter_names().fold(String::new(), |all, (name, _)| all + name + "-");
            let modifiers = if matches!(code, KeyCode::Char(_)) { modifiers.replace("SHIFT-", "") } else { modifiers };
            match code {
                KeyCode::Char(char) => format!("{held}{modifiers}{char}"),
                code => format!("{held}{modifiers}{code:?}"),
            }
        }
        Event::Mouse(MouseEvent { kind, column, row, .. }) => format!("{kind:?} {column},{row}"),
        Event::Paste(text) => format!("paste {text:?}"),
        Event::Unknown(text) => format!("? {text}"),
        Event::BurstBegins => "(".to_owned(),
        Event::BurstEnds => ")".to_owned(),
    }
}

#[test]
fn keys_of_a_plain_terminal_are_known() {
    assert_eq!(names(b"jG:"), ["j", "G", ":"]);
    assert_eq!(names("é東😀".as_bytes()), ["é", "東", "😀"]);
    assert_eq!(names(b"\r\t\x7f"), ["Enter", "Tab", "Backspace"]);
    assert_eq!(names(b"\x03\x04\x0a\x1a\0"), ["c", "d", "j", "z", " "].map(|key| format!("CONTROL-{key}")));
    assert_eq!(names(b"\x1c\x1d\x1e\x1f"), ["\\", "]", "^", "_"].map(|key| format!("CONTROL-{key}")));
    assert_eq!(
        names(b"\x1b[A\x1bOB\x1b[5~\x1b[6~\x1b[H\x1b[4~\x1b[1~\x1b[7~\x1bOF"),
        ["Up", "Down", "PageUp", "PageDown", "Home", "End", "Home", "Home", "End"]
    );
    assert_eq!(names(b"\x1b[Z\x1b[1;5C\x1b[3;2~"), ["SHIFT-BackTab", "CONTROL-Right", "SHIFT-Delete"]);
    assert_eq!(
        names(b"\x1bOP\x1b[15~\x1b[[A\x1b[2~\x1b[24~\x1b[1;5R"),
        ["F(1)", "F(5)", "F(1)", "Insert", "F(12)", "CONTROL-F(3)"]
    );
    assert_eq!(names(b"\x1bOM\x1bOp\x1bOk"), ["Enter", "0", "+"]);
}

#[test]
fn keys_told_as_numbers_are_known() {
    assert_eq!(names(b"\x1b[115;5u\x1b[27;5;115~"), ["CONTROL-s"; 2]);
    assert_eq!(names(b"\x1b[27u\x1b[13u\x1b[9;2u\x1b[127;5u"), ["Esc", "Enter", "SHIFT-BackTab", "CONTROL-Backspace"]);
    // Shift makes another letter, whether the terminal says which or not; of a digit no one knows which sign.
    assert_eq!(names(b"\x1b[116;2u\x1b[116:84;2u\x1b[49;2u\x1b[49:33;2u"), ["T", "T", "? ESC[49;2u", "!"]);
    assert_eq!(names(b"\x1b[57399u\x1b[57419u\x1b[57441;2u\x1b[57376u"), ["0", "Up", "F(13)"]);
    assert_eq!(names(b"\x1b[116;9u\x1b[116;65u"), ["SUPER-t", "t"]);
}

#[test]
fn keys_of_the_keypad_and_of_functions_are_known_by_their_numbers() {
    let keypad = ["Left", "Right", "Up", "Down", "PageUp", "PageDown", "Home", "End", "Insert", "Delete"];
    for (number, key) in (57417..).zip(keypad) {
        assert_eq!(names(format!("\x1b[{number}u").as_bytes()), [key]);
    }
    for (number, sign) in (57399..).zip("0123456789./*-+".chars()) {
        assert_eq!(names(format!("\x1b[{number}u").as_bytes()), [sign.to_string()]);
    }
    let functions = [11, 12, 13, 14, 15, 17, 18, 19, 20, 21, 23, 24, 25, 26, 28, 29, 31, 32, 33, 34];
    for (number, function) in functions.into_iter().zip(1..) {
        assert_eq!(names(format!("\x1b[{number}~").as_bytes()), [format!("F({function})")]);
    }
    for number in [16, 22, 27, 30, 35] {
        let reported = names(format!("\x1b[{number}~").as_bytes());
        assert!(reported.iter().all(|reported| reported.starts_with('?')), "{number} is {reported:?}");
    }
    assert_eq!(names(b"\x1b[8~\x1b[8;5~"), ["End", "CONTROL-End"]);
}

#[test]
fn a_string_behind_an_escape_that_was_told_as_the_key_is_swallowed_all_the_same() {
    for answer in [&b"]11;rgb:1d1d/1f1f/2121\x07"[..], b"]l;title\x1b\\", b"P>|tmux 3.4\x1b\\", b"_Gi=31;OK\x1b\\"] {
        assert_eq!(in_pieces(&[b"\x1b", answer, b"j"], 100), ["Esc", "j"], "{}", names::written(answer));
    }
    // What no answer begins with was typed.
    for typed in [&b"]x"[..], b"Px", b"_x"] {
        let reported = in_pieces(&[b"\x1b", typed], 100);
        assert_eq!(reported.concat(), format!("Esc{}", String::from_utf8_lossy(typed)));
    }
}

#[test]
fn letting_go_of_a_key_is_no_key_and_holding_it_is_told_apart() {
    assert_eq!(names(b"\x1b[116;1:1u\x1b[116;1:2u\x1b[116;1:3u"), ["t", "held t"]);
    assert_eq!(names(b"\x1b[1;1:2B\x1b[1;1:3B\x1b[3;1:3~"), ["held Down"]);
}

#[test]
fn escape_is_a_key_when_nothing_follows_for_its_time() {
    let mut decoder = Decoder::default();
    decoder.feed(Duration::from_secs(1), b"\x1b");
    assert_eq!(decoder.deadline(), Some(Duration::from_millis(1_050)));
    decoder.elapse(Duration::from_millis(1_049));
    assert_eq!(decoder.next(), None);
    decoder.elapse(Duration::from_millis(1_050));
    assert_eq!(decoder.next().as_ref().map(name).as_deref(), Some("Esc"));
    assert_eq!(names(b"\x1b\x1b"), ["Esc", "Esc"]);
    let slow = Decoder::new(Duration::from_millis(1), InputEncoding::Utf8);
    assert_eq!(slow.escape_delay, ESCAPE_DELAY);
}

#[test]
fn alt_is_a_modifier_of_the_key_behind_the_escape() {
    assert_eq!(
        names(b"\x1bx\x1bT\x1b\x7f\x1b\x08\x1b\r"),
        ["ALT-x", "ALT-T", "ALT-Backspace", "ALT-Backspace", "ALT-Enter"]
    );
    assert_eq!(names(b"\x1b\x1b[D\x1b[1;3D\x1b["), ["ALT-Left", "ALT-Left", "ALT-["]);
    // What begins a string is the key where nothing follows.
    assert_eq!(names(b"\x1bP"), ["ALT-P"]);
    assert_eq!(names("\u{1b}é".as_bytes()), ["ALT-é"]);
    assert_eq!(names(b"\x1b\x03"), ["CONTROL-c"]);
}

#[test]
fn the_rest_of_a_key_may_come_late() {
    for apart in [20, 49, 50, 100, 300] {
        for (bytes, key) in [
            (&b"\x1b[D"[..], "Left"),
            (b"\x1bOB", "Down"),
            (b"\x1b[1;5C", "CONTROL-Right"),
            (b"\x1b[5~", "PageUp"),
            (b"\x1b[200~Dt\x1b[201~", "paste \"Dt\""),
        ] {
            for at in 1..bytes.len() {
                let (first, second) = bytes.split_at(at);
                let mut reported = in_pieces(&[first, second], apart);
                reported.retain(|name| name != "Esc");
                assert_eq!(reported, [key], "{bytes:?} after {at} bytes and {apart} ms");
            }
        }
    }
    // Pressed one after the other they are themselves.
    assert_eq!(in_pieces(&[b"\x1b", b"j", b"O"], 300), ["Esc", "j", "O"]);
    assert_eq!(in_pieces(&[b"\x1b", b"O", b"j"], 1_500), ["Esc", "O", "j"]);
    assert_eq!(in_pieces(&[b"\x1b", b"X", b"P"], 300), ["Esc", "X", "P"]);
}

#[test]
fn a_paste_is_one_event_with_its_line_ends() {
    assert_eq!(names(b"\x1b[200~a\r\nb\rc\x1b[Aq\x1b[201~j"), ["paste \"a\\nb\\nc\\u{1b}[Aq\"", "j"]);
    // One whose end never comes ends by itself.
    assert_eq!(in_pieces(&[b"\x1b[200~abc", b"j"], 3_000), ["paste \"abc\"", "j"]);
}

#[test]
fn an_endless_paste_fills_no_memory() {
    let mut decoder = Decoder::default();
    decoder.feed(Duration::ZERO, b"\x1b[200~");
    (0..80).for_each(|_| decoder.feed(Duration::ZERO, &vec![b'x'; 1 << 16]));
    decoder.feed(Duration::ZERO, b"\x1b[201~");
    assert!(matches!(decoder.next(), Some(Event::Paste(text)) if text.len() == LONGEST_PASTE));
}

#[test]
fn the_mouse_is_understood_in_every_form() {
    assert_eq!(names(b"\x1b[<0;5;3M\x1b[<0;5;3m\x1b[<65;1;1M"), ["Down(Left) 4,2", "Up(Left) 4,2", "ScrollDown 0,0"]);
    assert_eq!(
        names(b"\x1b[M %#\x1b[M#%#\x1b[32;5;3M\x1b[96;5;3M"),
        ["Down(Left) 4,2", "Up(Right) 4,2", "Down(Left) 4,2", "ScrollUp 4,2"]
    );
    // Coordinates as UTF-8, and a report that is cut off.
    assert_eq!(names("\u{1b}[M \u{c8}t".as_bytes()), ["Down(Left) 167,83"]);
    assert_eq!(names(b"\x1b[M t"), ["? ESC[M"]);
}

#[test]
fn answers_are_swallowed_and_what_nobody_knows_is_told() {
    for answer in ANSWERS {
        let reported = names(answer);
        assert!(reported.is_empty(), "{} is {reported:?}", names::written(answer));
    }
    assert_eq!(names(b"\x1b[99~\x1b[12Q\x1bOz"), ["? ESC[99~", "? ESC[12Q", "? ESCOz"]);
    assert_eq!(names(b"\x1b[12\x03j"), ["? ESC[12", "CONTROL-c", "j"]);
    assert_eq!(names(b"\xffj\xc3j"), ["? <ff>", "j", "? <c3>", "j"]);
    assert_eq!(names("\u{9b}Dj".as_bytes()), ["? <c2><9b>", "D", "j"]);
}

#[test]
fn a_string_ends_by_itself_and_one_without_an_end_up_to_a_silence() {
    assert_eq!(in_pieces(&[b"\x1bP>|tmux", b"j"], 1_500), ["? ESCP", "j"]);
    let mut decoder = Decoder::default();
    decoder.feed(Duration::ZERO, b"\x1b]52;c;");
    decoder.feed(Duration::ZERO, &vec![b't'; 2 << 20]);
    decoder.feed(Duration::from_millis(150), b"ttt");
    decoder.feed(Duration::from_millis(400), b"j");
    assert_eq!(decoder.by_ref().map(|event| name(&event)).collect::<Vec<_>>(), ["? ESC]", "j"]);
}

#[test]
fn eight_bit_forms_count_only_where_the_terminal_is_not_utf_8() {
    let mut decoder = Decoder::new(ESCAPE_DELAY, InputEncoding::EightBit);
    let reported: Vec<String> =
        play(&mut decoder, &[b"\x9bD\x90>|tDt\x9c\x8fA\x9d52;c;t\x07j\xc5\x9b"], 0).iter().map(name).collect();
    assert_eq!(reported, ["Left", "Up", "j", "ś"]);
}

#[test]
fn four_printable_bytes_in_one_read_are_a_burst() {
    let marks = |bytes: &[u8]| {
        let mut decoder = Decoder::default();
        decoder.feed(Duration::ZERO, bytes);
        decoder.map(|event| name(&event)).collect::<Vec<_>>().concat()
    };
    assert_eq!(marks(b"jjj"), "jjj");
    assert_eq!(marks(b"jjjt\r"), "(jjjtEnter)");
    assert_eq!(marks(b"\x1b[B\x1b[B\x1b[B"), "DownDownDown");
    assert_eq!(marks("東東".as_bytes()), "(東東)");
}

/// What terminals send that is no key.
const ANSWERS: &[&[u8]] = &[
    b"\x1bP>|tmux 3.4\x1b\\",
    b"\x1bP>|kitty(0.32.2)\x1b\\",
    b"\x1bP1$r0;4:3m\x1b\\",
    b"\x1bP1+r544e=787465726d\x1b\\",
    b"\x1bP!|00000000\x1b\\",
    b"\x1b]52;c;dGVzdA==\x07",
    b"\x1b]11;rgb:1d1d/1f1f/2121\x1b\\",
    b"\x1b]1337;ReportCellSize=17.0;8.0;2.0\x1b\\",
    b"\x1b_Gi=31;OK\x1b\\",
    b"\x1b^tDt\x1b\\",
    b"\x1bXtDt\x07",
    b"\x1b[?62;22c\x1b[>41;354;0c\x1b[=0c",
    b"\x1b[24;80R\x1b[0n\x1b[?1;2$y\x1b[4;2$y\x1b[8;24;80t",
    b"\x1b[I\x1b[O\x1b[?0u\x1b[?997;1n",
    b"\x1b[116;1:3u",
];

proptest! {
    #[test]
    fn the_pieces_do_not_matter(
        parts in prop::collection::vec(prop_oneof![
            Just(&b"j"[..]), Just(&b"\x1b[A"[..]), Just(&b"\x1b[1;5C"[..]), Just("東".as_bytes()),
            Just(&b"\x1b[200~p\rq\x1b[201~"[..]), Just(&b"\x1bOB"[..]), Just(&b"\x1b[<0;5;3M"[..]),
            Just(&b"\xff"[..]), prop::sample::select(ANSWERS)
        ], 0..20),
        size in 1..7usize,
    ) {
        let bytes = parts.concat();
        let pieces: Vec<&[u8]> = bytes.chunks(size).collect();
        prop_assert_eq!(in_pieces(&pieces, 0), names(&bytes));
    }

    #[test]
    fn an_answer_is_no_key_wherever_and_however_long_it_is_cut(
        // SOS is left out: no terminal answers with one, and X right behind Esc is a key.
        answer in prop::sample::select(ANSWERS).prop_filter("SOS", |answer| answer.get(1) != Some(&b'X')),
        cuts in prop::collection::vec((1..40usize, 0..300u64), 0..6),
    ) {
        let mut decoder = Decoder::default();
        let mut now = Duration::from_secs(1);
        let mut rest = answer;
        for (at, apart) in cuts {
            let (piece, behind) = rest.split_at(at.min(rest.len()));
            decoder.feed(now, piece);
            now += Duration::from_millis(apart);
            settle(&mut decoder, now);
            rest = behind;
        }
        decoder.feed(now, rest);
        settle(&mut decoder, now + Duration::from_secs(60));
        let typed: Vec<String> = decoder.map(|event| name(&event)).filter(|name| name != "Esc").collect();
        prop_assert!(typed.iter().all(|name| !matches!(name.as_str(), "t" | "D" | "T" | "c" | "R")), "{:?}", typed);
    }

    #[test]
    fn no_bytes_do_harm(bytes in prop::collection::vec(prop_oneof![Just(0x1b), Just(b'['), Just(b';'), any::<u8>()], 0..300)) {
        let mut decoder = Decoder::default();
        decoder.feed(Duration::ZERO, &bytes);
        let mut steps = 0;
        while let Some(at) = decoder.deadline() {
            decoder.elapse(at);
            steps += 1;
            prop_assert!(steps < 4, "it waits for ever");
        }
    }
}

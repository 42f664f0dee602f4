//! The one grammar that the console speaks to a terminal. Whatever else is in the stream came from data.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use sipreg::domain::text::{MARKS_PER_CHARACTER, is_hidden};
use unicode_width::UnicodeWidthChar as _;

/// Final letters of the control sequences with numbers for parameters: movement, erasing, margins. SGR apart.
const MOVES: &[u8] = b"ABCDHKr";

/// Sequences that stand for themselves: character set, modes, title kept and given back, erasing at the end.
const FIXED: &[&str] = &[
    "(B", "M", "[J", "[22;0t", "[23;0t", "[?1049h", "[?1049l", "[?7h", "[?7l", "[?2004h", "[?2004l", "[?25h", "[?25l",
    "[?2026h", "[?2026l", "[?1000h", "[?1000l", "[?1006h", "[?1006l",
    // Modes that others may have left on, off.
    "[4l", "[?1l", ">", "[?9l", "[?1001l", "[?1002l", "[?1003l", "[?1004l", "[?1005l", "[?1015l", "[?1016l", "[=0;1u",
    "[>4m",
];

/// Parameters of SGR that themes use: no blinking, nothing hidden.
fn is_pen(parameters: &str) -> bool {
    let mut numbers = parameters.split(';');
    while let Some(number) = numbers.next() {
        match number {
            "" | "0" | "1" | "2" | "3" | "4" | "7" | "22" | "23" | "24" | "27" | "39" | "49" => {}
            "38" | "48" => {
                let rest = match numbers.next() {
                    Some("5") => 1,
                    Some("2") => 3,
                    _ => return false,
                };
                for _ in 0..rest {
                    if numbers.next().is_none_or(|number| number.parse::<u8>().is_err()) {
                        return false;
                    }
                }
            }
            other => {
                if !other.parse::<u8>().is_ok_and(|number| matches!(number, 30..=37 | 40..=47 | 90..=97 | 100..=107)) {
                    return false;
                }
            }
        }
    }
    true
}

/// What a stream held besides the picture.
#[derive(Debug, Default)]
pub struct Spoken {
    /// What was put on the clipboard.
    pub copied: Vec<Vec<u8>>,
    /// Everything that was written as text.
    pub text: String,
}

/// Reads everything that the console wrote to a terminal.
///
/// # Errors
/// What is no sequence of ours, or no text that may be shown, with what stands before and after it.
pub fn spoken(bytes: &[u8]) -> Result<Spoken, String> {
    let mut spoken = Spoken::default();
    let stream = std::str::from_utf8(bytes).map_err(|error| around(bytes, error.valid_up_to(), "no UTF-8"))?;
    let mut rest = stream;
    let mut marks = 0;
    while let Some(c) = rest.chars().next() {
        let at = stream.len() - rest.len();
        rest = rest.split_at(c.len_utf8()).1;
        match c {
            '\x1b' => {
                let length = sequence(rest, &mut spoken).ok_or_else(|| around(bytes, at, "a sequence not ours"))?;
                rest = rest.split_at(length).1;
            }
            // Carriage return, line feed, backspace; shift in, with the character set.
            '\r' | '\n' | '\x08' | '\x0f' => {}
            c if c.is_control() || is_hidden(c) => return Err(around(bytes, at, "a character that acts or hides")),
            c => spoken.text.push(c),
        }
        marks = if c.width() == Some(0) { marks + 1 } else { 0 };
        if marks > MARKS_PER_CHARACTER {
            return Err(around(bytes, at, "a flood of marks"));
        }
    }
    Ok(spoken)
}

/// The length of a sequence behind its escape, if it is one of ours.
fn sequence(rest: &str, spoken: &mut Spoken) -> Option<usize> {
    if let Some(fixed) = FIXED.iter().find(|fixed| rest.starts_with(**fixed)) {
        return Some(fixed.len());
    }
    if let Some(osc) = rest.strip_prefix(']') {
        let end = osc.find('\x07')?;
        let body = osc.split_at(end).0;
        if let Some(payload) = body.strip_prefix("52;c;") {
            spoken.copied.push(STANDARD.decode(payload).ok()?);
        } else {
            let title = body.strip_prefix("2;")?;
            if title.chars().any(|c| c.is_control() || is_hidden(c)) {
                return None;
            }
        }
        return Some(end + 2);
    }
    let csi = rest.strip_prefix('[')?;
    let end = csi.find(|c: char| !(c.is_ascii_digit() || c == ';'))?;
    let last = csi.as_bytes()[end];
    let ours = MOVES.contains(&last) || (last == b'm' && is_pen(csi.split_at(end).0));
    ours.then_some(end + 2)
}

fn around(bytes: &[u8], at: usize, what: &str) -> String {
    let from = at.saturating_sub(60);
    let to = bytes.len().min(at + 60);
    let [before, after] = [&bytes[from..at], &bytes[at..to]].map(|part| String::from_utf8_lossy(part).into_owned());
    format!("{what} at byte {at}: {before:?} -> {after:?}")
}

#[test]
fn what_others_could_send_is_not_in_the_grammar() {
    for foreign in [
        "\x1b[2J",
        "\x1b[6n",
        "\x1bc",
        "\x1b]0;x\x07",
        "\x1bPq\x1b\\",
        "\x1b[5m",
        "\x1b[8m",
        "\x1b[1;5m",
        "\x1b[31",
        "\x1b[?1047h",
        "\u{9b}31m",
        "\x07",
        "\t",
        "\u{202e}",
        "\u{200b}",
        "\u{2028}",
        "e\u{301}\u{301}\u{301}\u{301}",
        "\x1b]2;a\u{202e}\x07",
        "\x1b]52;c;!\x07",
        "\u{7f}",
        "\u{85}",
    ] {
        assert!(spoken(format!("a{foreign}b").as_bytes()).is_err(), "{foreign:?}");
    }
    assert!(spoken(b"a\xff").is_err());
    let ours = "\x1b[?2026h\x1b[H\x1b[0;1;38;5;4mname\u{301}\x1b[3;4H\x1b[K\r\n\x1b]52;c;YQ==\x07\x1b[?2026l";
    let spoken = spoken(ours.as_bytes()).unwrap();
    assert_eq!((spoken.text.as_str(), spoken.copied), ("name\u{301}", vec![b"a".to_vec()]));
}

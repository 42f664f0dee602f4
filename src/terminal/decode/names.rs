//! Sequences as people write them, for messages.

use std::fmt::Write as _;

/// Characters of a sequence that are shown.
const LONGEST: usize = 24;

/// `ESC[99~` for the bytes of that sequence. ASCII only.
pub(super) fn written(bytes: &[u8]) -> String {
    let mut text = String::new();
    for (number, byte) in bytes.iter().enumerate() {
        if number == LONGEST {
            text.push_str("..");
            break;
        }
        match byte {
            0x1b => text.push_str("ESC"),
            0x20..=0x7e => text.push(char::from(*byte)),
            // Writing to a string cannot fail.
            other => {
                let _ = write!(text, "<{other:02x}>");
            }
        }
    }
    text
}

//! The bytes that ask a terminal to put text on the user's clipboard (OSC 52), also from inside tmux and GNU screen.
//!
//! It writes nothing: the screen does.

use base64::{Engine as _, engine::general_purpose::STANDARD};

use super::plain::plain_lines;

/// The longest text, in bytes, that is sent. Many terminals stop at an escape sequence of 100,000 bytes; 74,994 bytes
/// are 99,992 in base64, and the frame around them takes the rest. A longer text would be cut off without a word.
pub const LIMIT: usize = 74_994;

/// GNU screen keeps at most 256 bytes of one device control string in its older versions.
const SCREEN_PIECE: usize = 240;

/// The program between us and the terminal that swallows what it does not know.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Multiplexer {
    /// None that we know of.
    None,
    /// tmux, here or on the far side of an SSH link.
    Tmux,
    /// GNU screen.
    Screen,
}

impl Multiplexer {
    /// Chooses from the values of `TERM`, `TMUX` and `STY`, which GNU screen sets. Those two do not travel through SSH,
    /// `TERM` does.
    pub fn detect(term: Option<&str>, tmux: Option<&str>, sty: Option<&str>) -> Self {
        let term = term.unwrap_or_default();
        let set = |value: Option<&str>| value.is_some_and(|value| !value.is_empty());
        if set(tmux) || term.starts_with("tmux") {
            Self::Tmux
        } else if set(sty) || term.starts_with("screen") {
            Self::Screen
        } else {
            Self::None
        }
    }
}

/// The text is too long for a terminal's clipboard.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("{length} bytes are more than the {LIMIT} that a terminal's clipboard takes")]
pub struct TooLong {
    /// The length of the text in bytes.
    pub length: usize,
}

/// The bytes that copy the text.
///
/// Control characters except line feed and tab are replaced by visible marks: what is copied here is pasted into
/// shells. Inside a multiplexer the request is sent twice, as it is (tmux takes it with `set-clipboard on`, and a
/// `TERM` of screen is also what tmux calls itself on the far side of SSH) and wrapped to be handed through.
///
/// # Errors
/// [`TooLong`] past [`LIMIT`].
pub fn copy(text: &str, multiplexer: Multiplexer) -> Result<Vec<u8>, TooLong> {
    let text = plain_lines(text);
    if text.len() > LIMIT {
        return Err(TooLong { length: text.len() });
    }
    let bare = format!("\x1b]52;c;{}\x07", STANDARD.encode(text)).into_bytes();
    let mut bytes = bare.clone();
    match multiplexer {
        Multiplexer::None => {}
        Multiplexer::Tmux => {
            bytes.extend_from_slice(b"\x1bPtmux;\x1b");
            bytes.extend_from_slice(&bare);
            bytes.extend_from_slice(b"\x1b\\");
        }
        Multiplexer::Screen => {
            for piece in bare.chunks(SCREEN_PIECE) {
                bytes.extend_from_slice(b"\x1bP");
                bytes.extend_from_slice(piece);
                bytes.extend_from_slice(b"\x1b\\");
            }
        }
    }
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_sent_in_base64() {
        assert_eq!(copy("hello", Multiplexer::None), Ok(b"\x1b]52;c;aGVsbG8=\x07".to_vec()));
    }

    #[test]
    fn tmux_hands_it_through() {
        let bytes = copy("hello", Multiplexer::Tmux).unwrap();
        assert_eq!(bytes, b"\x1b]52;c;aGVsbG8=\x07\x1bPtmux;\x1b\x1b]52;c;aGVsbG8=\x07\x1b\\");
    }

    #[test]
    fn screen_gets_it_in_pieces() {
        let bytes = copy(&"x".repeat(600), Multiplexer::Screen).unwrap();
        let bare = copy(&"x".repeat(600), Multiplexer::None).unwrap();
        let wrapped = bytes.strip_prefix(bare.as_slice()).unwrap();
        let pieces: Vec<&[u8]> = wrapped
            .strip_prefix(b"\x1bP")
            .unwrap()
            .strip_suffix(b"\x1b\\")
            .unwrap()
            .split(|&byte| byte == b'\\')
            .collect();
        assert_eq!(pieces.len(), 4);
        let joined: Vec<u8> =
            String::from_utf8(wrapped.to_vec()).unwrap().replace("\x1b\\", "").replace("\x1bP", "").into();
        assert_eq!(joined, bare);
    }

    #[test]
    fn what_is_pasted_into_a_shell_steers_nothing() {
        assert_eq!(copy("a\x1b[2J", Multiplexer::None), copy("a\u{241b}[2J", Multiplexer::None));
        assert_eq!(copy("1\n2", Multiplexer::None), Ok(b"\x1b]52;c;MQoy\x07".to_vec()));
    }

    #[test]
    fn a_text_that_would_be_cut_off_is_refused() {
        assert!(copy(&"x".repeat(LIMIT), Multiplexer::None).is_ok_and(|bytes| bytes.len() <= 100_000));
        let error = copy(&"x".repeat(LIMIT + 1), Multiplexer::None).unwrap_err();
        assert_eq!(error.to_string(), "74995 bytes are more than the 74994 that a terminal's clipboard takes");
    }

    #[test]
    fn the_multiplexer_is_known_by_its_variables() {
        assert_eq!(
            Multiplexer::detect(Some("screen-256color"), Some("/tmp/tmux-0/default,1,0"), None),
            Multiplexer::Tmux
        );
        assert_eq!(Multiplexer::detect(Some("tmux-256color"), None, Some("1.host")), Multiplexer::Tmux);
        assert_eq!(Multiplexer::detect(Some("screen.xterm-256color"), None, None), Multiplexer::Screen);
        assert_eq!(Multiplexer::detect(Some("xterm"), None, Some("1.pts-0.host")), Multiplexer::Screen);
        assert_eq!(Multiplexer::detect(Some("xterm"), Some(""), Some("")), Multiplexer::None);
    }
}

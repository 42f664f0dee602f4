//! Modes of the terminal that another program may have left on, and input that was not meant for us: both go when the
//! terminal is taken over, at the start and after an editor, a shell or a crash of either.

use std::io;

use rustix::termios::{QueueSelector, tcflush};

/// What a VT100 knows: insert mode off, cursor keys and keypad as usual.
const RESET_VT: &str = "\x1b[4l\x1b[?1l\x1b>";

/// What others know besides: the mouse in each of its ways, reports of focus, the keys of kitty, xterm's
/// `modifyOtherKeys`.
const RESET: &str = "\x1b[4l\x1b[?1l\x1b>\x1b[?9l\x1b[?1000l\x1b[?1001l\x1b[?1002l\x1b[?1003l\x1b[?1004l\x1b[?1005l\
    \x1b[?1006l\x1b[?1015l\x1b[?1016l\x1b[=0;1u\x1b[>4m";

/// Whether the terminal of this `TERM` prints what it does not know: the console of Linux and the VT family.
pub(super) fn is_plain(term: &str) -> bool {
    term.is_empty() || term == "dumb" || term == "linux" || term.starts_with("linux-") || term.starts_with("vt")
}

/// Everything off that would change what keys send. To be sent on the screen that we draw on: kitty keeps its modes
/// for each.
pub(super) fn reset(term: &str) -> &'static str {
    if is_plain(term) { RESET_VT } else { RESET }
}

/// Drops what was typed, and what the terminal answered, before the terminal was ours.
pub(super) fn flush_input() {
    // Where it is no terminal, there is nothing to drop.
    let _ = tcflush(io::stdout(), QueueSelector::IFlush);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_terminal_is_sent_only_what_it_knows() {
        assert!(!reset("vt220").contains("1000l") && !reset("linux").contains('u'));
        for mode in ["?1000l", "?1003l", "?1004l", "?1006l", "[4l", "=0;1u"] {
            assert!(reset("xterm-256color").contains(mode), "{mode}");
        }
    }
}

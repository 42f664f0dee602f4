//! Any text is measured, shortened and broken without a panic, and nothing that a terminal would obey is left in it.

use sipreg::domain::text::{fit, visible, width, wrap};

/// The first byte is a width, the rest the text.
pub fn check(data: &[u8]) {
    let Some((cells, rest)) = data.split_first() else { return };
    let cells = usize::from(*cells);
    let text = String::from_utf8_lossy(rest);
    let shown = visible(&text);
    harmless(&shown);
    assert_eq!(visible(&shown), shown, "made visible twice is made visible once");
    assert_eq!(width(&text), width(&shown));
    let cut = fit(&text, cells);
    harmless(&cut);
    assert!(width(&cut) <= cells, "{cells} cells, and {cut:?} takes {}", width(&cut));
    if width(&text) <= cells {
        assert_eq!(cut, shown, "nothing is cut that fits");
    }
    for line in wrap(&text, cells) {
        harmless(&line);
        // A character of two cells stands alone in a line of one.
        assert!(width(&line) <= cells.max(2), "{cells} cells, and a line {line:?} takes {}", width(&line));
    }
}

fn harmless(text: &str) {
    let hostile =
        |c: char| c.is_control() || ('\u{202a}'..='\u{202e}').contains(&c) || ('\u{2066}'..='\u{2069}').contains(&c);
    assert!(!text.contains(hostile), "{text:?}");
}

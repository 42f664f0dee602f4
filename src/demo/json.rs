//! JSON text, byte for byte as the server writes it. Tags digest the bytes, so the escapes matter: documents
//! escape only what JSON demands, error documents also what HTML and JavaScript dislike.

use std::fmt::Write as _;

/// Which characters are escaped beyond those that JSON demands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Escapes {
    /// None: documents.
    Required,
    /// `<`, `>`, `&`, U+2028 and U+2029: errors.
    Html,
}

/// Appends a JSON string.
pub(super) fn write_text(out: &mut String, text: &str, escapes: Escapes) {
    // A text can always be written.
    let json = serde_json::to_string(text).unwrap_or_default();
    if escapes == Escapes::Required {
        out.push_str(&json);
        return;
    }
    for character in json.chars() {
        match character {
            '<' | '>' | '&' | '\u{2028}' | '\u{2029}' => {
                let _ = write!(out, "\\u{:04x}", u32::from(character));
            }
            other => out.push(other),
        }
    }
}

/// Appends a number.
pub(super) fn write_number(out: &mut String, number: impl std::fmt::Display) {
    let _ = write!(out, "{number}");
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(text: &str, escapes: Escapes) -> String {
        let mut out = String::new();
        write_text(&mut out, text, escapes);
        out
    }

    #[test]
    fn documents_escape_only_what_json_demands() {
        assert_eq!(
            written("a\u{1b}[31m\u{7}\u{7f}\u{9b}<&\u{2028}\"\\\n", Escapes::Required),
            "\"a\\u001b[31m\\u0007\u{7f}\u{9b}<&\u{2028}\\\"\\\\\\n\""
        );
    }

    #[test]
    fn errors_also_escape_html() {
        assert_eq!(written("<b>&\u{2028}", Escapes::Html), "\"\\u003cb\\u003e\\u0026\\u2028\"");
    }
}

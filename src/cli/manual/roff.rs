//! Text as the `man` macros want it.

use std::fmt::Write as _;

/// A page, or its end, as it grows.
#[derive(Debug, Default)]
pub struct Roff(pub String);

impl Roff {
    /// A page from its head on: `name \- about` in a section of the manual.
    pub fn titled(name: &str, section: char, about: &str) -> Self {
        let mut page = Self(head(name, section));
        page.section("NAME");
        let _ = writeln!(page.0, "{} \\- {}", escaped(name), escaped(about));
        page
    }

    /// The heading of a section.
    pub fn section(&mut self, title: &str) {
        let _ = writeln!(self.0, ".SH \"{title}\"");
    }

    /// The heading of a part of a section.
    pub fn part(&mut self, title: &str) {
        let _ = writeln!(self.0, ".SS \"{}\"", escaped(title).replace('"', "\\(dq"));
    }

    /// A paragraph, which the reader's screen breaks.
    pub fn paragraph(&mut self, text: &str) {
        let _ = writeln!(self.0, ".PP\n{}", text.split('\n').map(line).collect::<Vec<_>>().join("\n"));
    }

    /// A word and what it means.
    pub fn item(&mut self, word: &str, meaning: &str) {
        let _ = writeln!(self.0, ".TP\n\\fB{}\\fR\n{}", escaped(word), line(meaning));
    }

    /// Lines as they stand.
    pub fn verbatim(&mut self, text: &str) {
        let _ = writeln!(self.0, ".PP\n.nf\n{}\n.fi", text.split('\n').map(line).collect::<Vec<_>>().join("\n"));
    }
}

/// The line that begins a page. A date that is not known is empty.
pub fn head(name: &str, section: char) -> String {
    let (title, date, version) = (name.to_uppercase(), super::date(), env!("CARGO_PKG_VERSION"));
    format!(".TH {title} {section} \"{date}\" \"sipreg {version}\" \"sipreg manual\"\n")
}

/// A line that no macro is seen in.
fn line(text: &str) -> String {
    let text = escaped(text.trim_end());
    if text.is_empty() || text.starts_with(['.', '\'']) { format!("\\&{text}") } else { text }
}

/// Signs that are something else to roff, or that it prints as a look-alike which no shell takes.
pub fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len() + 8);
    for c in text.chars() {
        match c {
            '\\' => escaped.push_str("\\e"),
            '-' => escaped.push_str("\\-"),
            '\'' => escaped.push_str("\\(aq"),
            '^' => escaped.push_str("\\(ha"),
            '~' => escaped.push_str("\\(ti"),
            '`' => escaped.push_str("\\(ga"),
            '\t' => escaped.push_str("    "),
            _ => escaped.push(c),
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_text_becomes_a_macro_or_an_escape() {
        let mut page = Roff::default();
        page.verbatim(".TH x\n'br\n\\fB\n\n-f 'a'");
        assert_eq!(page.0, ".PP\n.nf\n\\&.TH x\n\\(aqbr\n\\efB\n\\&\n\\-f \\(aqa\\(aq\n.fi\n");
    }
}

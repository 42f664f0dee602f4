//! An address as Contact and Route have it: a name-addr (`"Acme" <sip:u@h;lr>;q=0.5`) or a bare URI, whose
//! parameters then belong to the header (RFC 3261, 20.10 and 25.1).

use crate::domain::text::split_at_ascii;

/// One address, as written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SipAddress<'a> {
    /// What stands in front of the angle bracket: a display name, with its quotes.
    pub display: &'a str,
    /// The URI: what is in the brackets, or a bare one up to its first `;`.
    pub uri: &'a str,
    /// Whether the URI stands in angle brackets.
    pub bracketed: bool,
    /// What stands behind the URI: parameters of the header, with their `;`.
    pub after: &'a str,
}

/// Why a text is no address.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AddressFault {
    /// Nothing.
    Empty,
    /// A quote that is never closed.
    OpenQuote,
    /// A `<` that is never closed, or a `>` without its `<`.
    OpenBracket,
    /// A display name without an address behind it.
    NoUri,
}

impl AddressFault {
    /// The reason, for a sentence that names the text.
    pub const fn reason(self) -> &'static str {
        match self {
            Self::Empty => "it is empty",
            Self::OpenQuote => "its quote is never closed",
            Self::OpenBracket => "one of its angle brackets is missing",
            Self::NoUri => "it has no <URI> behind the display name",
        }
    }
}

impl<'a> SipAddress<'a> {
    /// Splits one address.
    ///
    /// # Errors
    /// The text is not an address.
    pub fn parse(text: &'a str) -> Result<Self, AddressFault> {
        let text = trim(text);
        if text.is_empty() {
            return Err(AddressFault::Empty);
        }
        let quoted = match text.strip_prefix('"') {
            Some(rest) => end_of_quoted(rest).ok_or(AddressFault::OpenQuote)? + 1,
            None => 0,
        };
        let rest = text.get(quoted..).unwrap_or_default();
        let Some((before, inside)) = split_at_ascii(rest, b'<') else {
            return match (quoted, rest.bytes().any(|byte| byte == b'>')) {
                (_, true) => Err(AddressFault::OpenBracket),
                (0, false) => Ok(Self::bare(text)),
                (_, false) => Err(AddressFault::NoUri),
            };
        };
        let (uri, after) = split_at_ascii(inside, b'>').ok_or(AddressFault::OpenBracket)?;
        if before.contains('>') {
            return Err(AddressFault::OpenBracket);
        }
        let display = trim(text.get(..quoted + before.len()).unwrap_or_default());
        Ok(Self { display, uri, bracketed: true, after: trim(after) })
    }

    fn bare(text: &'a str) -> Self {
        let end = text.bytes().position(|byte| byte == b';').unwrap_or(text.len());
        let (uri, after) = text.split_at_checked(end).unwrap_or((text, ""));
        Self { display: "", uri: trim(uri), bracketed: false, after: trim(after) }
    }

    /// Whether what stands around the URI is what may stand there: a quoted name or words of token characters in
    /// front, parameters behind.
    pub fn is_clean(&self) -> bool {
        let token = |c: char| c.is_ascii_alphanumeric() || "-.!%*_+`'~ \t".contains(c);
        let quoted = self.display.strip_prefix('"').is_some_and(|rest| end_of_quoted(rest) == Some(rest.len()));
        (quoted || self.display.chars().all(token)) && (self.after.is_empty() || self.after.starts_with(';'))
    }
}

/// Where a quoted text ends, behind its closing quote.
fn end_of_quoted(rest: &str) -> Option<usize> {
    let mut escaped = false;
    for (at, c) in rest.char_indices() {
        match c {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            '"' => return Some(at + 1),
            _ => {}
        }
    }
    None
}

fn trim(text: &str) -> &str {
    text.trim_matches([' ', '\t', '\r', '\n'])
}

/// The addresses of a header, separated by commas outside of quotes and angle brackets. Never none.
pub fn list(text: &str) -> impl Iterator<Item = &str> {
    let mut rest = Some(text);
    std::iter::from_fn(move || {
        let now = rest?;
        let Some((first, behind)) = end_of_first(now).and_then(|at| Some((now.get(..at)?, now.get(at + 1..)?))) else {
            rest = None;
            return Some(now);
        };
        rest = Some(behind);
        Some(first)
    })
}

fn end_of_first(text: &str) -> Option<usize> {
    if !text.bytes().any(|byte| byte == b',') {
        return None;
    }
    let (mut quoted, mut escaped, mut bracketed) = (false, false, false);
    for (at, c) in text.char_indices() {
        match c {
            _ if escaped => escaped = false,
            '\\' if quoted => escaped = true,
            '"' if !bracketed => quoted = !quoted,
            '<' if !quoted => bracketed = true,
            '>' if !quoted => bracketed = false,
            ',' if !quoted && !bracketed => return Some(at),
            _ => {}
        }
    }
    None
}

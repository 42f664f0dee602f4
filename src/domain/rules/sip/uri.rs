//! `sip:user:password@host:port;parameters?headers` (RFC 3261, 19.1.1 and 25.1), split into its parts.

use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};

use crate::domain::text::split_at_ascii;

/// Scheme of a URI.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scheme {
    /// `sip:`
    Sip,
    /// `sips:`
    Sips,
}

/// The parts of a URI, as written. The host is not judged: [`super::host::parse`] does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Uri<'a> {
    /// The scheme.
    pub scheme: Scheme,
    /// The user part in front of the `@`, with a password where there is one; `None` without an `@`.
    pub user: Option<&'a str>,
    /// Host and port; never empty.
    pub host: &'a str,
    /// What follows the first `;` behind the host, up to the `?`.
    pub parameters: &'a str,
    /// What follows the `?`.
    pub headers: &'a str,
}

/// Why a text is no SIP URI.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum UriFault {
    /// Neither `sip:` nor `sips:` in front.
    Scheme,
    /// No host behind it.
    NoHost,
    /// An IPv6 address whose bracket is never closed.
    OpenBracket,
}

impl UriFault {
    /// The reason, for a sentence that names the text.
    pub const fn reason(self) -> &'static str {
        match self {
            Self::Scheme => "it has no sip: or sips: in front",
            Self::NoHost => "it has no host",
            Self::OpenBracket => "its [ is never closed",
        }
    }
}

impl<'a> Uri<'a> {
    /// Splits a URI.
    ///
    /// # Errors
    /// The text is not a SIP URI.
    pub fn parse(text: &'a str) -> Result<Self, UriFault> {
        let (scheme, rest) = split_at_ascii(text, b':').ok_or(UriFault::Scheme)?;
        let scheme = match scheme {
            sip if sip.eq_ignore_ascii_case("sip") => Scheme::Sip,
            sips if sips.eq_ignore_ascii_case("sips") => Scheme::Sips,
            _ => return Err(UriFault::Scheme),
        };
        // A user part may contain ; and ?, parameters and headers no @.
        let (user, rest) = split_at_ascii(rest, b'@').map_or((None, rest), |(user, rest)| (Some(user), rest));
        let (before, headers) = split_at_ascii(rest, b'?').unwrap_or((rest, ""));
        let (host, parameters) = split_at_ascii(before, b';').unwrap_or((before, ""));
        if host.starts_with('[') && !host.contains(']') {
            return Err(UriFault::OpenBracket);
        }
        if host.is_empty() || host.starts_with(':') {
            return Err(UriFault::NoHost);
        }
        Ok(Self { scheme, user, host, parameters, headers })
    }

    /// Its parameters with their values; the value of one without `=` is empty.
    pub fn parameters(&self) -> impl Iterator<Item = (&'a str, &'a str)> {
        let named = self.parameters.split(';').filter(|parameter| !parameter.is_empty());
        named.map(|parameter| parameter.split_once('=').unwrap_or((parameter, "")))
    }

    /// The transport that it names.
    pub fn transport(&self) -> Option<&'a str> {
        self.parameters().find(|(name, _)| name.eq_ignore_ascii_case("transport")).map(|(_, value)| value)
    }

    /// Whether it asks for loose routing. A node looks for `lr` in lower case only.
    pub fn is_loose(&self) -> bool {
        self.parameters().any(|(name, _)| name == "lr")
    }
}

/// The first character that the user part of a URI cannot hold as it is (RFC 3261, 25.1: unreserved,
/// user-unreserved, escaped).
pub fn unescaped(user: &str) -> Option<char> {
    if user.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
        return None;
    }
    let escapes = |rest: &str| {
        let mut digits = rest.bytes().skip(1).take(2);
        digits.clone().count() == 2 && digits.all(|digit| digit.is_ascii_hexdigit())
    };
    user.char_indices().find_map(|(at, c)| match c {
        '-' | '_' | '.' | '!' | '~' | '*' | '\'' | '(' | ')' | '&' | '=' | '+' | '$' | ',' | ';' | '?' | '/' => None,
        '%' if user.get(at..).is_some_and(escapes) => None,
        c if c.is_ascii_alphanumeric() => None,
        c => Some(c),
    })
}

/// How a character is written in a URI: `%40`.
pub fn percent(c: char) -> String {
    utf8_percent_encode(c.encode_utf8(&mut [0; 4]), NON_ALPHANUMERIC).to_string()
}

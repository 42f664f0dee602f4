//! `host[:port]`: a name, an IPv4 address, or an IPv6 address in brackets (RFC 3261, 25.1; names as in RFC 1123,
//! 2.1). Says why a text cannot be one.

use std::net::{Ipv4Addr, Ipv6Addr};

use crate::domain::text::{is_hidden, split_at_ascii, visible};

/// What stands where a host belongs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Host<'a> {
    /// A name, as written.
    Name(&'a str),
    /// An IPv4 address.
    V4(Ipv4Addr),
    /// An IPv6 address.
    V6(Ipv6Addr),
}

/// A host and the port behind it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct HostPort<'a> {
    /// The host.
    pub host: Host<'a>,
    /// The port, where one is written.
    pub port: Option<u16>,
    /// Whether it is an IPv6 address without its brackets.
    pub bare: bool,
}

impl HostPort<'_> {
    /// Whether the host is a name with an underscore, which DNS has and host names do not.
    pub fn has_underscore(&self) -> bool {
        matches!(self.host, Host::Name(name) if name.contains('_'))
    }
}

/// Why a text is no host.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum HostFault {
    /// Nothing there.
    Empty,
    /// A space, inside or at an edge.
    Space,
    /// A character that no one sees, or a control character.
    Invisible(char),
    /// `sip:`, `tel:` or `http://` in front.
    Scheme,
    /// A user part with its `@`.
    UserPart,
    /// `;` or `?` and what follows.
    Parameters,
    /// Several hosts.
    Comma,
    /// An angle bracket.
    AngleBracket,
    /// A quote.
    Quote,
    /// A path or a prefix length.
    Slash,
    /// A wildcard.
    Wildcard,
    /// The name of an SRV record.
    ServiceName,
    /// A port that is not 1 to 65535.
    Port,
    /// Digits and dots that are no IPv4 address.
    Ipv4,
    /// `[` without its `]`, or the reverse.
    OpenBracket,
    /// Something else than an IPv6 address in brackets.
    Ipv6,
    /// An IPv6 address without brackets where they are needed.
    BareIpv6,
    /// A letter outside ASCII.
    NotAscii(char),
    /// Two dots in a row, or one in front.
    EmptyLabel,
    /// A label of more than 63 characters, or a name of more than 253.
    TooLong,
    /// A label that begins or ends with a hyphen.
    Hyphen,
    /// A character that no host name has.
    Character(char),
}

impl HostFault {
    /// The reason and what to do, such as "is no IPv4 address: four numbers of 0 to 255". Hostile characters are
    /// made visible.
    pub fn reason(self) -> String {
        match self {
            Self::Empty => "has no host".to_owned(),
            Self::Space => "contains a space; remove it".to_owned(),
            Self::Invisible(c) => {
                format!("contains the invisible character {}; type it again", visible(c.encode_utf8(&mut [0; 4])))
            }
            Self::Scheme => "begins with a scheme; give the host alone".to_owned(),
            Self::UserPart => "has a user part; give the host alone".to_owned(),
            Self::Parameters => "has parameters (; or ?); give host or host:port alone".to_owned(),
            Self::Comma => "has a comma; give one host".to_owned(),
            Self::AngleBracket => "has an angle bracket; give the host alone".to_owned(),
            Self::Quote => "has a quote; give the host alone".to_owned(),
            Self::Slash => "has a slash; give a host without path or prefix length".to_owned(),
            Self::Wildcard => "has a wildcard; give one host".to_owned(),
            Self::ServiceName => {
                "is the name of an SRV record; give the plain name without a port, and the node looks up SRV itself"
                    .to_owned()
            }
            Self::Port => "has no port of 1 to 65535 behind the colon".to_owned(),
            Self::Ipv4 => "is not an IPv4 address: four numbers of 0 to 255".to_owned(),
            Self::OpenBracket => "has one bracket of [ and ]; write an IPv6 address as [2001:db8::1]".to_owned(),
            Self::Ipv6 => "has no IPv6 address in its brackets; write it as [2001:db8::1]".to_owned(),
            Self::BareIpv6 => "is an IPv6 address without brackets; write it as [2001:db8::1]".to_owned(),
            Self::NotAscii(c) => format!("contains {c:?}; write an international name in its xn-- form"),
            Self::EmptyLabel => "has an empty label (two dots in a row, or one in front)".to_owned(),
            Self::TooLong => "is too long: 63 characters a label, 253 in all".to_owned(),
            Self::Hyphen => "has a label that begins or ends with a hyphen".to_owned(),
            Self::Character(c) => format!("contains {c:?}, which no host name has"),
        }
    }
}

/// Reads `host[:port]` of a URI, where an IPv6 address has brackets.
///
/// # Errors
/// Why it cannot be one.
pub fn parse(text: &str) -> Result<HostPort<'_>, HostFault> {
    if text.is_empty() {
        return Err(HostFault::Empty);
    }
    // Nearly every host is a name or an address without anything remarkable, which one look shows.
    let (mut usual, mut colons, mut bracket) = (true, 0, false);
    for byte in text.bytes() {
        match byte {
            b':' => colons += 1,
            b'[' | b']' => bracket = true,
            b'.' | b'-' | b'_' => {}
            byte => usual &= byte.is_ascii_alphanumeric(),
        }
    }
    if !usual && let Some(fault) = text.chars().find_map(foreign) {
        return Err(fault);
    }
    if bracket {
        let inner = text.strip_prefix('[').ok_or(HostFault::OpenBracket)?;
        let (address, behind) = inner.split_once(']').ok_or(HostFault::OpenBracket)?;
        let address = address.parse().map_err(|_not_an_address| HostFault::Ipv6)?;
        let port = match behind.strip_prefix(':') {
            Some(digits) => Some(port(digits)?),
            None if behind.is_empty() => None,
            None => return Err(HostFault::Ipv6),
        };
        return Ok(HostPort { host: Host::V6(address), port, bare: false });
    }
    if colons == 0 {
        return Ok(HostPort { host: host(text)?, port: None, bare: false });
    }
    if colons > 1 && text.parse::<Ipv6Addr>().is_ok() {
        return Err(HostFault::BareIpv6);
    }
    let (name, digits) = split_at_ascii(text, b':').unwrap_or((text, ""));
    let port = Some(port(digits)?);
    Ok(HostPort { host: host(name)?, port, bare: false })
}

/// Reads the `domain` of a registration: as [`parse`], and an IPv6 address may lack its brackets, which the node
/// adds. What belongs to a whole URI is named as such.
///
/// # Errors
/// Why it cannot be one.
pub fn domain(text: &str) -> Result<HostPort<'_>, HostFault> {
    let colons = text.bytes().filter(|byte| *byte == b':').count();
    if colons == 0 {
        return parse(text);
    }
    if colons > 1
        && let Ok(address) = text.parse()
    {
        return Ok(HostPort { host: Host::V6(address), port: None, bare: true });
    }
    let scheme =
        |name: &str| ["sip", "sips", "tel", "http", "https"].iter().any(|known| name.eq_ignore_ascii_case(known));
    if text.contains("://") || text.trim_start().split_once(':').is_some_and(|(name, _)| scheme(name)) {
        return Err(HostFault::Scheme);
    }
    parse(text)
}

/// A character that stands in no host at all.
fn foreign(c: char) -> Option<HostFault> {
    match c {
        ' ' | '\t' => Some(HostFault::Space),
        c if is_hidden(c) || c.is_control() => Some(HostFault::Invisible(c)),
        c if c.is_whitespace() => Some(HostFault::Space),
        '@' => Some(HostFault::UserPart),
        ';' | '?' => Some(HostFault::Parameters),
        ',' => Some(HostFault::Comma),
        '<' | '>' => Some(HostFault::AngleBracket),
        '"' | '\'' => Some(HostFault::Quote),
        '/' => Some(HostFault::Slash),
        '*' => Some(HostFault::Wildcard),
        c if !c.is_ascii() => Some(HostFault::NotAscii(c)),
        _ => None,
    }
}

fn port(digits: &str) -> Result<u16, HostFault> {
    if digits.is_empty() || !digits.bytes().all(|digit| digit.is_ascii_digit()) {
        return Err(HostFault::Port);
    }
    digits.parse().ok().filter(|port| *port > 0).ok_or(HostFault::Port)
}

fn host(text: &str) -> Result<Host<'_>, HostFault> {
    if text.starts_with(|c: char| c.is_ascii_digit())
        && let Ok(address) = text.parse()
    {
        return Ok(Host::V4(address));
    }
    let name = text.strip_suffix('.').unwrap_or(text);
    if name.is_empty() {
        return Err(if text.is_empty() { HostFault::Empty } else { HostFault::EmptyLabel });
    }
    if name.ends_with(|c: char| c.is_ascii_digit())
        && name.rsplit('.').next().is_some_and(|label| label.bytes().all(|digit| digit.is_ascii_digit()))
    {
        return Err(HostFault::Ipv4);
    }
    if name.len() > 253 {
        return Err(HostFault::TooLong);
    }
    labels(name)?;
    let service = |label: &str| {
        let known = ["_sip", "_sips", "_udp", "_tcp", "_tls", "_sctp", "_ws", "_wss"];
        known.iter().any(|known| label.eq_ignore_ascii_case(known))
    };
    if name.bytes().any(|byte| byte == b'_') && name.split('.').take(2).any(service) {
        return Err(HostFault::ServiceName);
    }
    Ok(Host::Name(text))
}

/// Looks at each label, in one pass.
fn labels(name: &str) -> Result<(), HostFault> {
    let (mut length, mut before) = (0, b'.');
    for byte in name.bytes().chain([b'.']) {
        match byte {
            b'.' if length == 0 => return Err(HostFault::EmptyLabel),
            b'.' if before == b'-' => return Err(HostFault::Hyphen),
            b'.' if length > 63 => return Err(HostFault::TooLong),
            b'.' => length = 0,
            b'-' if length == 0 => return Err(HostFault::Hyphen),
            b'-' | b'_' => length += 1,
            byte if byte.is_ascii_alphanumeric() => length += 1,
            byte => return Err(HostFault::Character(char::from(byte))),
        }
        before = byte;
    }
    Ok(())
}

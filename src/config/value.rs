//! From what stands in a file, variable or option to a value of the right type, or a refusal that says what
//! would be right. Pure.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::Duration;

use chrono_tz::Tz;
use reqwest::Url;
use toml::de::DeValue;

use super::words::SettingWord;
use super::{ConfigMistake, Setting};
use crate::domain::nearest::nearest;
use crate::domain::rules::check;
use crate::domain::rules::{RuleSet, Severity};

/// A value as it was written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Raw<'a> {
    /// A text; the only kind that variables and options have.
    Text(&'a str),
    /// A whole number.
    Number(i64),
    /// `true` or `false`.
    Flag(bool),
    /// Names with texts.
    Table(&'a [(String, String)]),
    /// Something else, by its name with an article.
    Other(&'static str),
}

impl Raw<'_> {
    fn shown(self) -> String {
        match self {
            Self::Text(text) => format!("{:?}", text.chars().take(80).collect::<String>()),
            Self::Number(number) => number.to_string(),
            Self::Flag(flag) => flag.to_string(),
            Self::Table(_) => "a table".to_owned(),
            Self::Other(kind) => kind.to_owned(),
        }
    }

    fn kind(self) -> &'static str {
        match self {
            Self::Text("") => "empty",
            Self::Text(_) => "a text",
            Self::Number(_) => "a number",
            Self::Flag(_) => "true or false",
            Self::Table(_) => "a table",
            Self::Other(kind) => kind,
        }
    }
}

/// Why a value was refused.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ValueRefusal {
    /// What was found; for secrets only its kind.
    pub found: String,
    /// What is accepted.
    pub accepted: String,
    /// What was probably meant.
    pub nearest: Option<String>,
}

impl ValueRefusal {
    fn new(raw: Raw<'_>, accepted: impl Into<String>) -> Self {
        Self { found: raw.shown(), accepted: accepted.into(), nearest: None }
    }
}

impl ValueRefusal {
    /// The same as the mistake of a setting.
    pub fn of(self, setting: Setting) -> ConfigMistake {
        let Self { found, accepted, nearest } = self;
        ConfigMistake::Value { setting: setting.key(), found, accepted, nearest }
    }
}

/// A text with something in it.
///
/// # Errors
/// Anything else.
pub fn text(raw: Raw<'_>) -> Result<String, ValueRefusal> {
    match raw {
        Raw::Text(text) if !text.is_empty() => Ok(text.to_owned()),
        other => Err(ValueRefusal::new(other, "a non-empty text")),
    }
}

/// A text that no message may repeat.
///
/// # Errors
/// Anything but a text with something in it.
pub fn secret(raw: Raw<'_>) -> Result<&str, ValueRefusal> {
    match raw {
        Raw::Text(text) if !text.is_empty() => Ok(text),
        other => {
            Err(ValueRefusal { found: other.kind().to_owned(), accepted: "a non-empty text".to_owned(), nearest: None })
        }
    }
}

/// One of a few words.
///
/// # Errors
/// Any other word, with the nearest right one.
pub fn word<W: SettingWord>(raw: Raw<'_>) -> Result<W, ValueRefusal> {
    let typed = match raw {
        Raw::Text(text) => text,
        Raw::Flag(true) => "true",
        Raw::Flag(false) => "false",
        Raw::Number(_) | Raw::Table(_) | Raw::Other(_) => "",
    };
    W::named(typed).ok_or_else(|| {
        let flags = W::WORDS.iter().any(|(word, _)| *word == "true");
        let words: Vec<String> =
            W::WORDS.iter().map(|(word, _)| if flags { (*word).to_owned() } else { format!("{word:?}") }).collect();
        ValueRefusal {
            nearest: nearest(typed, W::WORDS.iter().map(|(word, _)| *word)).map(str::to_owned),
            ..ValueRefusal::new(raw, words.join(", "))
        }
    })
}

/// Names of rules, separated by spaces or commas. An error cannot be ignored: it keeps a record from being sent.
///
/// # Errors
/// A name that no rule has, with the nearest right one.
pub fn rules(raw: Raw<'_>) -> Result<RuleSet, ValueRefusal> {
    const ACCEPTED: &str = "a list of rules, such as [\"retry-delay-short\"]; `sipreg lint --explain all` lists them";
    let Raw::Text(text) = raw else { return Err(ValueRefusal::new(raw, ACCEPTED)) };
    let mut set = RuleSet::NONE;
    for name in text.split([' ', ',']).filter(|name| !name.is_empty()) {
        let rule = check::find(name).ok_or_else(|| ValueRefusal {
            nearest: nearest(name, check::all().map(|rule| rule.id)).map(str::to_owned),
            ..ValueRefusal::new(Raw::Text(name), ACCEPTED)
        })?;
        if rule.severity == Severity::Error {
            let accepted = "rules below severity error (errors cannot be ignored)";
            return Err(ValueRefusal::new(Raw::Text(name), accepted));
        }
        set = set.with(rule);
    }
    Ok(set)
}

/// The same names for people; empty without any.
pub fn show_rules(set: RuleSet) -> String {
    set.rules().map(|rule| rule.id).collect::<Vec<_>>().join(" ")
}

/// Yes or no from a variable or an option.
///
/// # Errors
/// Other words.
pub fn flag(raw: Raw<'_>) -> Result<bool, ValueRefusal> {
    match raw {
        Raw::Flag(flag) => Ok(flag),
        Raw::Text("true" | "yes" | "on" | "1") => Ok(true),
        Raw::Text("false" | "no" | "off" | "0") => Ok(false),
        other => Err(ValueRefusal::new(other, "true, false, yes, no, on, off, 1, 0")),
    }
}

/// A span of time between two bounds: a number of seconds, or a text with the unit `ms`, `s`, `m` or `h`.
///
/// # Errors
/// Spans outside the bounds and texts that are none.
pub fn span(raw: Raw<'_>, least: Duration, most: Duration) -> Result<Duration, ValueRefusal> {
    let parsed = match raw {
        Raw::Number(seconds) => u64::try_from(seconds).ok().map(Duration::from_secs),
        Raw::Text(text) => parse_span(text),
        Raw::Flag(_) | Raw::Table(_) | Raw::Other(_) => None,
    };
    parsed.filter(|span| (least..=most).contains(span)).ok_or_else(|| {
        let bounds = format!("from {} to {}", show_span(least), show_span(most));
        ValueRefusal::new(raw, format!("seconds, or a text such as \"500ms\", \"30s\", \"2m\"; {bounds}"))
    })
}

/// A whole number within bounds.
///
/// # Errors
/// Anything else.
pub fn whole(raw: Raw<'_>, least: u64, most: u64) -> Result<u64, ValueRefusal> {
    let parsed = match raw {
        Raw::Number(number) => u64::try_from(number).ok(),
        Raw::Text(text) => text.trim().parse().ok(),
        Raw::Flag(_) | Raw::Table(_) | Raw::Other(_) => None,
    };
    let fits = parsed.filter(|number| (least..=most).contains(number));
    fits.ok_or_else(|| ValueRefusal::new(raw, format!("a whole number from {least} to {most}")))
}

/// Reads `500ms`, `30s`, `2m`, `1h`, or a number of seconds.
pub fn parse_span(text: &str) -> Option<Duration> {
    let text = text.trim();
    let split = text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len());
    let (digits, unit) = text.split_at_checked(split)?;
    let number: u64 = digits.parse().ok()?;
    match unit.trim() {
        "ms" => Some(Duration::from_millis(number)),
        "" | "s" => Some(Duration::from_secs(number)),
        "m" => number.checked_mul(60).map(Duration::from_secs),
        "h" => number.checked_mul(3600).map(Duration::from_secs),
        _ => None,
    }
}

/// A span as [`parse_span`] reads it, in the largest unit that is exact.
pub fn show_span(span: Duration) -> String {
    let millis = span.as_millis();
    match (millis % 1000, millis / 1000) {
        (0, seconds) if seconds >= 3600 && seconds % 3600 == 0 => format!("{}h", seconds / 3600),
        (0, seconds) if seconds >= 60 && seconds % 60 == 0 => format!("{}m", seconds / 60),
        (0, seconds) => format!("{seconds}s"),
        _ => format!("{millis}ms"),
    }
}

/// An IANA time zone.
///
/// # Errors
/// Names that are none, with the nearest one.
pub fn zone(raw: Raw<'_>) -> Result<Tz, ValueRefusal> {
    let typed = text(raw)?;
    typed.parse().map_err(|_not_a_zone| ValueRefusal {
        nearest: nearest(&typed, chrono_tz::TZ_VARIANTS.iter().map(|zone| zone.name())).map(str::to_owned),
        ..ValueRefusal::new(raw, "an IANA time zone such as \"Europe/Kyiv\" or \"UTC\"")
    })
}

/// An `http` or `https` address with a host, without user, query or fragment, and with no path but the API's.
///
/// # Errors
/// Other addresses. One with a user or password in it is not repeated.
pub fn url(raw: Raw<'_>) -> Result<String, ValueRefusal> {
    const ACCEPTED: &str = "\"https://HOST[:PORT]\", with or without /api/rest/admin behind it";
    let typed = text(raw)?;
    let refusal = || {
        // Before an "@" there may be a password, whatever the rest looks like.
        let found = if typed.contains('@') { "an address that contains a user".to_owned() } else { raw.shown() };
        ValueRefusal { found, accepted: ACCEPTED.to_owned(), nearest: None }
    };
    let parsed = Url::parse(&typed).map_err(|_not_a_url| refusal())?;
    let fits = matches!(parsed.scheme(), "http" | "https")
        && parsed.host().is_some()
        && !typed.contains('@')
        && (parsed.path().len() <= 1 || parsed.path().trim_end_matches('/').ends_with("/api/rest/admin"))
        && parsed.query().is_none()
        && parsed.fragment().is_none();
    if fits { Ok(typed) } else { Err(refusal()) }
}

/// The address of a proxy, or `none`. It may hold a password, which no message repeats.
///
/// # Errors
/// Other addresses: they are not passed over.
pub fn proxy(raw: Raw<'_>) -> Result<String, ValueRefusal> {
    let typed = text(raw)?;
    if typed.eq_ignore_ascii_case("none") {
        return Ok(typed);
    }
    let whole = if typed.contains("://") { typed.clone() } else { format!("http://{typed}") };
    let fits = Url::parse(&whole).is_ok_and(|url| {
        matches!(url.scheme(), "http" | "https")
            && url.host().is_some()
            && url.path().len() <= 1
            && url.query().is_none()
    });
    if fits {
        return Ok(typed);
    }
    let found = if typed.contains('@') { "an address with a user part".to_owned() } else { raw.shown() };
    Err(ValueRefusal {
        found,
        accepted: "\"http://HOST:PORT\", \"https://HOST:PORT\" or \"none\"".to_owned(),
        nearest: None,
    })
}

/// An address without the user and the password in it.
pub fn without_user(address: &str) -> String {
    match (address.split_once("://"), address.rsplit_once('@')) {
        (Some((scheme, _)), Some((_, host))) => format!("{scheme}://{host}"),
        (None, Some((_, host))) => host.to_owned(),
        (_, None) => address.to_owned(),
    }
}

/// An `http` or `https` address with a host and any path, without user, query or fragment.
///
/// # Errors
/// Other addresses. One with a user or password in it is not repeated.
pub fn address(raw: Raw<'_>) -> Result<String, ValueRefusal> {
    let typed = text(raw)?;
    let found = if typed.contains('@') { "an address that contains a user".to_owned() } else { raw.shown() };
    let refusal = ValueRefusal { found, accepted: "\"https://HOST[:PORT][/PATH]\"".to_owned(), nearest: None };
    let fits = Url::parse(&typed).is_ok_and(|url| {
        let bare = url.query().is_none() && url.fragment().is_none();
        matches!(url.scheme(), "http" | "https") && url.host().is_some() && bare
    });
    if fits && !typed.contains('@') { Ok(typed) } else { Err(refusal) }
}

/// Names of nodes, each with `host:port`.
///
/// # Errors
/// Anything else.
pub fn endpoints(raw: Raw<'_>) -> Result<BTreeMap<String, String>, ValueRefusal> {
    let accepted = "names of nodes with addresses: { \"fra-n1\" = \"10.0.0.5:7080\" }";
    let Raw::Table(entries) = raw else { return Err(ValueRefusal::new(raw, accepted)) };
    let fits = |address: &str| {
        let parts = address.rsplit_once(':');
        parts.is_some_and(|(host, port)| !host.is_empty() && port.parse::<u16>().is_ok_and(|port| port > 0))
    };
    let short = |text: &str| text.chars().take(80).collect::<String>();
    match entries.iter().find(|(_, address)| !fits(address)) {
        Some((name, address)) => {
            let found = format!("{:?} for {:?}", short(address), short(name));
            Err(ValueRefusal { found, accepted: "HOST:PORT".to_owned(), nearest: None })
        }
        None => Ok(entries.iter().cloned().collect()),
    }
}

/// What paths are relative to.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Base {
    /// Directory that relative paths start from; `None`: the current one.
    pub folder: Option<PathBuf>,
    /// What `~/` stands for; `None`: itself, since a shell has been there before.
    pub home: Option<PathBuf>,
}

/// A path.
///
/// # Errors
/// Anything but a text.
pub fn path(raw: Raw<'_>, base: &Base) -> Result<PathBuf, ValueRefusal> {
    let typed = text(raw)?;
    if let (Some(rest), Some(home)) = (typed.strip_prefix("~/"), &base.home) {
        return Ok(home.join(rest));
    }
    Ok(base.folder.as_deref().map_or_else(|| PathBuf::from(&typed), |folder: &Path| folder.join(&typed)))
}

/// What a value of the file is, in words.
pub(super) const fn kind(value: &DeValue<'_>) -> &'static str {
    match value {
        DeValue::String(_) => "a text",
        DeValue::Integer(_) => "a number",
        DeValue::Float(_) => "a number with a decimal point",
        DeValue::Boolean(_) => "true or false",
        DeValue::Datetime(_) => "a date",
        DeValue::Array(_) => "a list",
        DeValue::Table(_) => "a table",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::words::AccessSetting;
    use crate::domain::text::Characters;

    const SECOND: Duration = Duration::from_secs(1);

    #[test]
    fn spans_are_seconds_or_have_a_unit() {
        let read = |raw| span(raw, SECOND / 10, 600 * SECOND);
        assert_eq!(read(Raw::Number(30)), Ok(30 * SECOND));
        assert_eq!(read(Raw::Text("30")), Ok(30 * SECOND));
        assert_eq!(read(Raw::Text("30s")), Ok(30 * SECOND));
        assert_eq!(read(Raw::Text("2m")), Ok(120 * SECOND));
        assert_eq!(read(Raw::Text("500ms")), Ok(SECOND / 2));
        for wrong in [Raw::Number(-1), Raw::Number(601), Raw::Text("0"), Raw::Text("30 days"), Raw::Flag(true)] {
            assert!(read(wrong).unwrap_err().accepted.contains("from 100ms to 10m"), "{wrong:?}");
        }
        assert_eq!(parse_span("99999999999999999999h"), None);
        assert_eq!(parse_span("9999999999999999h"), None);
    }

    #[test]
    fn a_misspelt_word_is_answered_with_the_right_one() {
        let refusal = word::<AccessSetting>(Raw::Text("readonly")).unwrap_err();
        assert_eq!(refusal.nearest.as_deref(), Some("read-only"));
        assert_eq!(refusal.accepted, r#""write", "confirm", "read-only""#);
        assert_eq!(word::<Characters>(Raw::Flag(true)), Ok(Characters::Ascii));
        assert_eq!(word::<Characters>(Raw::Number(1)).unwrap_err().accepted, "true, false");
    }

    #[test]
    fn a_misspelt_time_zone_is_answered_with_the_right_one() {
        assert_eq!(zone(Raw::Text("Europe/Belrin")).unwrap_err().nearest.as_deref(), Some("Europe/Berlin"));
        assert_eq!(zone(Raw::Text("Europe/Berlin")), Ok(Tz::Europe__Berlin));
    }

    #[test]
    fn an_address_needs_a_scheme_and_a_host() {
        assert!(url(Raw::Text("https://yeti.example")).is_ok());
        assert!(url(Raw::Text("http://[::1]:6666/api/rest/admin")).is_ok());
        for wrong in
            ["yeti.example", "ftp://yeti.example", "https://", "https://h/?x=y", "https://h/#x", "https://h/admin", ""]
        {
            assert!(url(Raw::Text(wrong)).is_err(), "{wrong}");
        }
    }

    #[test]
    fn a_password_in_an_address_is_refused_and_not_repeated() {
        for wrong in ["https://bob:hunter2@yeti.example", "bob:hunter2@yeti.example", "https://bob:hunter2@ho st"] {
            let refusal = url(Raw::Text(wrong)).unwrap_err();
            assert!(!format!("{refusal:?}").contains("hunter2"), "{refusal:?}");
        }
    }

    #[test]
    fn a_secret_of_the_wrong_type_is_not_repeated() {
        assert_eq!(secret(Raw::Number(123_456)).unwrap_err().found, "a number");
    }

    #[test]
    fn paths_start_from_the_file_that_names_them() {
        let base = Base { folder: Some("/etc/sipreg".into()), home: Some("/home/bob".into()) };
        assert_eq!(path(Raw::Text("ca.pem"), &base), Ok("/etc/sipreg/ca.pem".into()));
        assert_eq!(path(Raw::Text("~/ca.pem"), &base), Ok("/home/bob/ca.pem".into()));
        assert_eq!(path(Raw::Text("/ca.pem"), &base), Ok("/ca.pem".into()));
        assert_eq!(path(Raw::Text("ca.pem"), &Base::default()), Ok("ca.pem".into()));
    }

    #[test]
    fn only_the_same_scheme_host_and_port_are_the_same_server() {}
}

//! Adds a profile to the text of a configuration file, or fills one in that says nothing yet: every other line stays
//! as it is, byte for byte. Pure; what comes out is read again before anyone gets it.

use std::fmt::Write as _;
use std::ops::Range;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::Setting;
use crate::domain::formats::toml::quoted;

/// A profile to be written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewProfile {
    pub name: String,
    /// Its settings as texts. None of them is a secret.
    pub settings: Vec<(Setting, String)>,
    /// Whether it is the one that holds where no one names one.
    pub becomes_default: bool,
}

/// What happens to a profile of the same name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Existing {
    /// It stays, and nothing is written.
    Keep,
    /// It goes, with all of its settings.
    Replace,
}

/// Another profile, as far as it counts for the choice of the default.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OtherProfile {
    pub name: String,
    /// Whether it names a server.
    pub has_url: bool,
}

/// Profiles of the host's configuration, which lies below this one.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Below {
    /// Whether it chooses one.
    pub has_default: bool,
    pub profiles: Vec<OtherProfile>,
}

/// Why there is no new text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NotAdded {
    /// There is a profile of this name.
    #[error("the profile exists already")]
    Exists,
    /// The file writes its profiles in a way that cannot be added to line by line.
    #[error("its profiles are not written as [profile.NAME] tables")]
    Shape,
}

/// The first lines of a new file.
pub const HEAD: &str =
    "# sipreg: configuration. `sipreg config show` prints every setting, its value and its source.\n";

/// The text of a file with this profile in it.
///
/// # Errors
/// See [`NotAdded`]; also for a text that is not TOML.
pub fn with_profile(text: &str, new: &NewProfile, existing: Existing, below: &Below) -> Result<String, NotAdded> {
    let parsed = DeTable::parse(text).map_err(|_mistakes| NotAdded::Shape)?;
    let document = parsed.get_ref();
    let mut edited = match profile(document, &new.name) {
        None => {
            let gap = match text {
                "" => "",
                _ if text.ends_with("\n\n") => "",
                _ if text.ends_with('\n') => "\n",
                _ => "\n\n",
            };
            format!("{text}{gap}[profile.{}]\n{}", new.name, lines(new))
        }
        Some((_, item)) if existing == Existing::Keep && !item.get_ref().as_table().is_some_and(DeTable::is_empty) => {
            return Err(NotAdded::Exists);
        }
        Some((key, item)) => filled_in(text, key, item, new)?,
    };
    if let Some(name) = default_profile(document, new, below) {
        edited = with_default(&edited, name)?;
    }
    if is_as_wanted(document, &edited, new) { Ok(edited) } else { Err(NotAdded::Shape) }
}

type Key<'i> = Spanned<std::borrow::Cow<'i, str>>;
type Item<'i> = Spanned<DeValue<'i>>;

fn profiles<'d, 'i>(document: &'d DeTable<'i>) -> Option<&'d DeTable<'i>> {
    document.get("profile")?.get_ref().as_table()
}

fn profile<'d, 'i>(document: &'d DeTable<'i>, name: &str) -> Option<(&'d Key<'i>, &'d Item<'i>)> {
    profiles(document)?.iter().find(|(key, _)| key.get_ref() == name)
}

/// The settings, a line each.
fn lines(new: &NewProfile) -> String {
    let mut lines = String::new();
    for (setting, value) in &new.settings {
        let _ = writeln!(lines, "{} = {}", setting.row().name(), written(*setting, value));
    }
    lines
}

fn written(setting: Setting, value: &str) -> String {
    if setting == Setting::AllowPlaintext { value.to_owned() } else { quoted(value) }
}

/// The text with new settings in the table of a profile, in place of those that it has. Comments stay.
fn filled_in(text: &str, key: &Key<'_>, item: &Item<'_>, new: &NewProfile) -> Result<String, NotAdded> {
    let mut cuts = Vec::new();
    cut(item, &mut cuts);
    let (mut edited, mut start, mut inserted) = (String::with_capacity(text.len()), 0, false);
    for line in text.split_inclusive('\n') {
        let place = start..start + line.len();
        start = place.end;
        if !inserted && place.contains(&key.span().start) {
            if !line.trim_start().starts_with('[') {
                return Err(NotAdded::Shape);
            }
            edited.push_str(line);
            if !line.ends_with('\n') {
                edited.push('\n');
            }
            edited.push_str(&lines(new));
            inserted = true;
        } else if !cuts.iter().any(|cut| cut.start < place.end && place.start < cut.end) {
            edited.push_str(line);
        }
    }
    Ok(edited)
}

/// Where the settings of a table stand, those of its tables among them.
fn cut(item: &Item<'_>, cuts: &mut Vec<Range<usize>>) {
    let Some(table) = item.get_ref().as_table() else { return };
    for (key, item) in table {
        cuts.push(key.span());
        if item.get_ref().as_table().is_some() {
            cut(item, cuts);
        }
        cuts.push(item.span());
    }
}

/// The profile that has to be named as the default, where that is to change. A second profile takes from the first
/// what it had as the only one: to hold without being named.
fn default_profile<'n>(document: &'n DeTable<'_>, new: &'n NewProfile, below: &'n Below) -> Option<&'n str> {
    if new.becomes_default {
        return Some(&new.name);
    }
    if document.contains_key("default_profile") || below.has_default {
        return None;
    }
    let own = profiles(document).into_iter().flatten().map(|(key, item)| {
        let has_url = item.get_ref().as_table().is_some_and(|table| table.contains_key("url"));
        (key.get_ref().as_ref(), has_url)
    });
    let own: Vec<(&str, bool)> = own.collect();
    let lower = below.profiles.iter().map(|other| (other.name.as_str(), other.has_url));
    let lower = lower.filter(|(name, _)| own.iter().all(|(known, _)| known != name));
    let others: Vec<(&str, bool)> = own.iter().copied().chain(lower).filter(|(name, _)| *name != new.name).collect();
    let is_there = own.iter().any(|(name, _)| *name == new.name);
    match others.as_slice() {
        [(_, false)] => Some(&new.name),
        [(name, true)] if !is_there => Some(name),
        _ => None,
    }
}

fn with_default(text: &str, name: &str) -> Result<String, NotAdded> {
    let parsed = DeTable::parse(text).map_err(|_mistakes| NotAdded::Shape)?;
    if let Some(item) = parsed.get_ref().get("default_profile") {
        let (before, after) = (text.get(..item.span().start), text.get(item.span().end..));
        let (Some(before), Some(after)) = (before, after) else { return Err(NotAdded::Shape) };
        return Ok(format!("{before}{}{after}", quoted(name)));
    }
    let (mark, rest) = text.strip_prefix('\u{feff}').map_or(("", text), |rest| ("\u{feff}", rest));
    // In front of the first table, behind what introduces the file.
    let head = if rest.starts_with(HEAD) { HEAD.len() } else { 0 };
    let (head, rest) = rest.split_at(head);
    Ok(format!("{mark}{head}default_profile = {}\n{rest}", quoted(name)))
}

/// Whether the edited text says the same as before but for the new profile, and of that what is wanted.
fn is_as_wanted(before: &DeTable<'_>, edited: &str, new: &NewProfile) -> bool {
    let Ok(after) = DeTable::parse(edited) else { return false };
    let after = after.get_ref();
    let without = |document: &DeTable<'_>, keys: &[&str]| {
        let kept = document.iter().filter(|(key, _)| !keys.contains(&key.get_ref().as_ref()));
        kept.map(|(key, item)| (key.get_ref().to_string(), format!("{:?}", bare(item.get_ref())))).collect::<Vec<_>>()
    };
    let others = |document: &DeTable<'_>| profiles(document).map(|all| without(all, &[&new.name])).unwrap_or_default();
    let Some(table) = profile(after, &new.name).and_then(|(_, item)| item.get_ref().as_table()) else { return false };
    let says = |(setting, value): &(Setting, String)| {
        table.get(setting.row().name()).is_some_and(|item| match item.get_ref() {
            DeValue::Boolean(flag) => flag.to_string() == *value,
            other => other.as_str() == Some(value),
        })
    };
    without(before, &["profile", "default_profile"]) == without(after, &["profile", "default_profile"])
        && others(before) == others(after)
        && table.len() == new.settings.len()
        && new.settings.iter().all(says)
}

/// A value without the places where it stands.
fn bare(value: &DeValue<'_>) -> Vec<String> {
    match value {
        DeValue::Table(table) => {
            let entries = table.iter().map(|(key, item)| format!("{} {:?}", key.get_ref(), bare(item.get_ref())));
            std::iter::once("table".to_owned()).chain(entries).collect()
        }
        DeValue::Array(items) => {
            let entries = items.iter().map(|item| format!("{:?}", bare(item.get_ref())));
            std::iter::once("list".to_owned()).chain(entries).collect()
        }
        plain => vec![format!("{plain:?}")],
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn new(name: &str) -> NewProfile {
        let settings = vec![
            (Setting::Url, "https://new.example".to_owned()),
            (Setting::Username, "al\"ice\\".to_owned()),
            (Setting::AllowPlaintext, "true".to_owned()),
        ];
        NewProfile { name: name.to_owned(), settings, becomes_default: false }
    }

    const LINES: &str = "url = \"https://new.example\"\nusername = \"al\\\"ice\\\\\"\nallow_plaintext = true\n";

    fn added(text: &str, name: &str) -> Result<String, NotAdded> {
        with_profile(text, &new(name), Existing::Keep, &Below::default())
    }

    fn replaced(text: &str, name: &str) -> Result<String, NotAdded> {
        with_profile(text, &new(name), Existing::Replace, &Below::default())
    }

    #[test]
    fn a_profile_is_added_behind_everything_that_is_there() {
        for before in [
            "",
            "# only words\n",
            "default_profile = \"a\"\n[profile.a]\nurl = \"https://a.example\" # mine\n",
            "default_profile = \"a\"\r\n[profile.a] # a\r\n\r\n[ui]\r\nmouse = true # end",
            "default_profile = 'a'\n[profile.\"a\"]\n[profile.a.live]\nsource = \"nodes\"\n[keys]\nquit = [\n \"q\",\n]\n\n",
        ] {
            let after = added(before, "eu").unwrap();
            assert!(after.starts_with(before), "{after}");
            assert!(after.ends_with(&format!("[profile.eu]\n{LINES}")), "{after}");
        }
    }

    #[test]
    fn a_profile_that_is_there_is_replaced_only_when_told_and_its_comments_stay() {
        let before = "# top\n[profile.a]\nurl = \"https://a.example\"\n\n# ours\n[profile.eu] # Europe\n# about the url\n\
                      url = \"https://old.example\" # old\nlabels = '''\nlinks'''\n[profile.eu.live]\nsource = \
                      \"nodes\"\nendpoints = { \"x\" = \"y:1\" }\n# before b\n[profile.b]\ntimeout = 3\n";
        assert_eq!(added(before, "eu"), Err(NotAdded::Exists));
        let after = replaced(before, "eu").unwrap();
        assert_eq!(
            after,
            format!(
                "# top\n[profile.a]\nurl = \"https://a.example\"\n\n# ours\n[profile.eu] # Europe\n{LINES}# about the \
                 url\n# before b\n[profile.b]\ntimeout = 3\n"
            )
        );
    }

    #[test]
    fn a_profile_that_says_nothing_is_filled_in() {
        let after = added("[profile.example]\n\n# url = \"\"\n[ui]\n", "example").unwrap();
        assert_eq!(after, format!("[profile.example]\n{LINES}\n# url = \"\"\n[ui]\n"));
        let after = added(crate::config::EXAMPLE, "example").unwrap();
        assert_eq!(after.replacen(LINES, "", 1), crate::config::EXAMPLE);
    }

    #[test]
    fn what_cannot_be_edited_line_by_line_is_left_alone() {
        for text in [
            "profile = { a = { url = \"https://a.example\" } }\n",
            "[profile]\neu.url = \"https://a.example\"\n",
            "profile.eu.url = \"https://a.example\"\n",
            "[profile]\neu = { url = \"https://a.example\" }\n",
            "not toml",
        ] {
            assert_eq!(replaced(text, "eu"), Err(NotAdded::Shape), "{text}");
        }
    }

    #[test]
    fn the_only_profile_goes_on_to_hold_when_a_second_one_comes() {
        let one = "[profile.a]\nurl = \"https://a.example\"\n";
        assert!(added(one, "eu").unwrap().starts_with("default_profile = \"a\"\n[profile.a]"));
        assert!(added("\u{feff}[profile.a]\n", "eu").unwrap().starts_with("\u{feff}default_profile = \"eu\"\n"));
        let two = format!("{one}[profile.b]\n");
        assert!(!added(&two, "eu").unwrap().contains("default_profile"), "nothing held before");
        let below = |has_default| Below {
            has_default,
            profiles: vec![OtherProfile { name: "host".to_owned(), has_url: true }],
        };
        let lower = |below: &Below| with_profile("", &new("eu"), Existing::Keep, below).unwrap();
        assert!(lower(&below(false)).starts_with("default_profile = \"host\"\n"));
        assert!(!lower(&below(true)).contains("default_profile"));
    }

    #[test]
    fn a_profile_is_made_the_default_when_told() {
        let chosen = NewProfile { becomes_default: true, ..new("eu") };
        let after = |text: &str| with_profile(text, &chosen, Existing::Keep, &Below::default()).unwrap();
        assert!(after("default_profile = 'a' # mine\n[profile.a]\n").starts_with("default_profile = \"eu\" # mine\n"));
        assert!(after(HEAD).starts_with(&format!("{HEAD}default_profile = \"eu\"\n")));
    }

    #[test]
    fn any_text_is_one_value() {
        for hostile in ["\u{1b}[2J", "a\"\n[profile.x]\nurl=\"", "'''", "\\", "\t\u{7f}\u{85}", "ä 漢 \u{202e}"] {
            let settings = vec![(Setting::Username, hostile.to_owned())];
            let profile = NewProfile { settings, ..new("eu") };
            assert!(with_profile("", &profile, Existing::Keep, &Below::default()).is_ok(), "{hostile:?}");
        }
    }
}

//! From the text of a configuration file to what it says: profiles, looks, keys. Pure: reads no file. Collects
//! all mistakes instead of stopping at the first.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::layer::Layer;
use super::value::{Base, Raw, kind};
use super::words::AccessSetting;
use super::{ConfigMistake, Origin, Problem, Problems, ServerAddress, Setting, SettingSection, Sourced, commands};
use crate::domain::nearest::nearest;
use crate::keys::CustomCommand;

/// What a configuration file says.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct File {
    /// Where it was read, and what lies below it.
    pub paths: Vec<PathBuf>,
    /// `default_profile`.
    pub default_profile: Option<Sourced<String>>,
    /// The `[profile.NAME]` tables, by name.
    pub profiles: Vec<ProfileTable>,
    /// The `[ui]` table.
    pub ui: Layer,
    /// The `[keys]` table.
    pub keys: Vec<KeyLine>,
    /// The `[[command]]` tables.
    pub commands: Vec<Sourced<CustomCommand>>,
}

/// One `[profile.NAME]` table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProfileTable {
    /// Name of the profile.
    pub name: String,
    /// Where it begins.
    pub origin: Origin,
    /// What it says.
    pub layer: Layer,
    /// Whether it spells out a password or a token, in words.
    pub secret: Option<&'static str>,
}

/// A profile, as far as it counts for a choice among them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProfileCandidate {
    /// Name of the profile.
    pub name: String,
    /// See [`Setting::Badge`].
    pub badge: Option<String>,
    /// See [`Setting::Url`].
    pub url: Option<String>,
    /// See [`Setting::Access`].
    pub access: AccessSetting,
}

impl ProfileTable {
    /// Whether it is about another server or user than the profile of the same name below it, whose secrets it must not
    /// get then.
    fn is_elsewhere(&self, lower: &Self) -> bool {
        let server = match (&self.layer.url, &lower.layer.url) {
            (Some(own), Some(other)) => ServerAddress::of(&own.value) != ServerAddress::of(&other.value),
            (Some(_), None) | (None, _) => false,
        };
        let user = match (&self.layer.username, &lower.layer.username) {
            (Some(own), Some(other)) => own.value != other.value,
            (Some(_), None) | (None, _) => false,
        };
        server || user
    }
}

/// One line of `[keys]` or `[keys.SCREEN]`: which keys do what. Names of commands, screens and keys are not
/// known here; the keymap checks them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeyLine {
    /// The screen of a `[keys.SCREEN]` table.
    pub screen: Option<String>,
    /// The name of the command.
    pub command: String,
    /// The keys, each as written, such as `"g g"`. None: the command has no key.
    pub keys: Vec<String>,
    /// Where it stands.
    pub origin: Origin,
}

const TOP: [&str; 5] = ["default_profile", "profile", "ui", "keys", "command"];

/// The table in a profile that is about live state.
const LIVE: &str = "live";

/// Longest name of a profile, in letters.
const LONGEST_NAME: usize = 64;

impl File {
    /// Reads the text of the file at `path`. `home` is what `~/` stands for in its paths.
    ///
    /// # Errors
    /// All mistakes that were found, in reading order.
    pub fn parse(text: &str, path: &Path, home: Option<&Path>) -> Result<Self, Problems> {
        let base = Base { folder: path.parent().map(Path::to_path_buf), home: home.map(Path::to_path_buf) };
        let mut reader = Reader {
            text,
            path: Arc::from(path),
            base,
            file: Self { paths: vec![path.to_path_buf()], ..Self::default() },
            problems: Problems::default(),
        };
        let (document, mistakes) = DeTable::parse_recoverable(text);
        if mistakes.is_empty() {
            reader.top(document.get_ref());
        } else {
            // The parser's full message quotes the line, which may hold a password.
            for mistake in mistakes {
                let place = reader.at(mistake.span().map_or(0, |span| span.start));
                reader.problems.add(place, ConfigMistake::Syntax { message: mistake.message().to_owned() });
            }
        }
        let Reader { file, problems, .. } = reader;
        problems.unless_any(file)
    }

    /// This file, with what it does not say filled in from a lower one: setting by setting in profiles of the same name
    /// and in `[ui]`, command by command in `[keys]`.
    #[must_use]
    pub fn over(mut self, lower: Self) -> Self {
        for mut below in lower.profiles {
            match self.profiles.iter_mut().find(|own| own.name == below.name) {
                Some(own) => {
                    if own.is_elsewhere(&below) {
                        below.layer.leave_secrets();
                    }
                    own.layer = std::mem::take(&mut own.layer).over(below.layer);
                }
                None => self.profiles.push(below),
            }
        }
        let is_own =
            |line: &KeyLine| self.keys.iter().any(|own| (&own.screen, &own.command) == (&line.screen, &line.command));
        let mut keys: Vec<KeyLine> = lower.keys.into_iter().filter(|line| !is_own(line)).collect();
        keys.append(&mut self.keys);
        for below in lower.commands {
            if !self.commands.iter().any(|own| own.value.name == below.value.name) {
                self.commands.push(below);
            }
        }
        self.paths.extend(lower.paths);
        Self {
            paths: self.paths,
            default_profile: self.default_profile.or(lower.default_profile),
            profiles: self.profiles,
            ui: self.ui.over(lower.ui),
            keys,
            commands: self.commands,
        }
    }

    /// The names of the profiles.
    pub fn names(&self) -> Vec<String> {
        self.profiles.iter().map(|profile| profile.name.clone()).collect()
    }

    /// What there is to choose from.
    pub fn choices(&self) -> Vec<ProfileCandidate> {
        let choice = |ProfileTable { name, layer, .. }: &ProfileTable| ProfileCandidate {
            name: name.clone(),
            badge: layer.badge.as_ref().map(|badge| badge.value.clone()),
            url: layer.url.as_ref().map(|url| url.value.clone()),
            access: layer.access.as_ref().map_or(AccessSetting::Write, |access| access.value),
        };
        self.profiles.iter().map(choice).collect()
    }

    /// The first password or token that the file spells out, in words.
    pub fn secret(&self) -> Option<&'static str> {
        self.profiles.iter().find_map(|profile| profile.secret)
    }
}

/// Whether this is a valid name of a profile.
pub fn is_profile_name(name: &str) -> bool {
    let plain = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '_';
    !name.is_empty() && name.len() <= LONGEST_NAME && name.chars().all(plain)
}

struct Reader<'t> {
    text: &'t str,
    path: Arc<Path>,
    base: Base,
    file: File,
    problems: Problems,
}

type Key<'i> = Spanned<std::borrow::Cow<'i, str>>;
type Item<'i> = Spanned<DeValue<'i>>;

impl Reader<'_> {
    fn at(&self, offset: usize) -> Origin {
        let before = self.text.get(..offset).unwrap_or(self.text);
        let line_start = before.rfind('\n').map_or(0, |newline| newline + 1);
        Origin::File {
            path: Arc::clone(&self.path),
            line: before.bytes().filter(|byte| *byte == b'\n').count() + 1,
            column: before.get(line_start..).unwrap_or_default().chars().count() + 1,
        }
    }

    fn top(&mut self, document: &DeTable<'_>) {
        for (key, item) in document {
            match key.get_ref().as_ref() {
                "default_profile" => self.default_profile(item),
                "profile" => self.profiles(item),
                "ui" => {
                    if let Some(table) = self.table(item, "ui") {
                        let mut layer = Layer::default();
                        self.section(table, SettingSection::Ui, "[ui]", &mut layer);
                        self.file.ui = layer;
                    }
                }
                "keys" => self.keys(item, None),
                "command" => self.commands(item),
                other => self.unknown(key, other, "the file", TOP.to_vec()),
            }
        }
    }

    fn default_profile(&mut self, item: &Item<'_>) {
        let place = self.at(item.span().start);
        if let Some(name) = item.get_ref().as_str() {
            self.file.default_profile = Some(Sourced::new(name.to_owned(), place));
        } else {
            let found = kind(item.get_ref());
            self.problems.add(place, ConfigMistake::value("default_profile", found, "the name of a profile"));
        }
    }

    fn profiles(&mut self, item: &Item<'_>) {
        let Some(profiles) = self.table(item, "profile") else { return };
        for (key, item) in profiles {
            let name = key.get_ref().as_ref();
            let place = self.at(key.span().start);
            if let Some(known) = Setting::named(SettingSection::Profile, name)
                && !item.get_ref().is_table()
            {
                self.problems
                    .add(place, ConfigMistake::Misplaced { found: known.key(), belongs: "a [profile.NAME] table" });
                continue;
            }
            if !is_profile_name(name) {
                let found = name.chars().take(LONGEST_NAME).collect();
                self.problems.add(place, ConfigMistake::ProfileName { found });
                continue;
            }
            let Some(table) = self.table(item, "profile.NAME") else { continue };
            let mut layer = Layer::default();
            let secret = self.section(table, SettingSection::Profile, &format!("[profile.{name}]"), &mut layer);
            self.file.profiles.push(ProfileTable { name: name.to_owned(), origin: place, layer, secret });
        }
    }

    /// Reads the settings of a table into `layer`; returns the secret it spells out, in words.
    fn section(
        &mut self,
        table: &DeTable<'_>,
        section: SettingSection,
        title: &str,
        layer: &mut Layer,
    ) -> Option<&'static str> {
        let mut secret = None;
        // In the order of the text, so that of two that exclude each other the later is blamed.
        let mut lines: Vec<(&Key<'_>, &Item<'_>)> = table.iter().collect();
        lines.sort_by_key(|(key, _)| key.span().start);
        for (key, item) in lines {
            let name = key.get_ref().as_ref();
            if section == SettingSection::Profile && name == LIVE {
                if let Some(table) = self.table(item, "profile.NAME.live") {
                    let title = format!("{}.live]", title.trim_end_matches(']'));
                    secret = self.section(table, SettingSection::Live, &title, layer).or(secret);
                }
                continue;
            }
            let Some(setting) = Setting::named(section, name) else {
                self.unknown(key, name, title, Setting::keys(section));
                continue;
            };
            if setting.is_secret() {
                let token = matches!(setting, Setting::Token | Setting::LiveToken);
                secret = Some(if token { "a token" } else { "a password" });
            }
            let place = self.at(item.span().start);
            let entries = entries(item.get_ref());
            let names = if setting == Setting::Ignore { list(item.get_ref()) } else { None };
            let raw = match (&entries, &names) {
                (Some(entries), _) => Raw::Table(entries),
                (None, Some(names)) => Raw::Text(names),
                (None, None) => raw(item.get_ref()),
            };
            if let Err(mistake) = layer.take(setting, raw, place.clone(), &self.base) {
                self.problems.0.push(Problem { place, mistake });
            }
        }
        secret
    }

    fn commands(&mut self, item: &Item<'_>) {
        let tables: Option<Vec<_>> = item
            .get_ref()
            .as_array()
            .and_then(|items| items.iter().map(|item| Some((item.span().start, item.get_ref().as_table()?))).collect());
        let Some(tables) = tables else {
            let mistake = ConfigMistake::value("command", kind(item.get_ref()), "tables: [[command]]");
            return self.problems.add(self.at(item.span().start), mistake);
        };
        for (start, table) in tables {
            let mut problems = std::mem::take(&mut self.problems);
            let command = commands::read(table, self.at(start), |offset| self.at(offset), &mut problems);
            self.problems = problems;
            let Some(command) = command else { continue };
            match self.file.commands.iter().find(|known| known.value.name == command.value.name) {
                Some(known) => {
                    let reason = format!("another command has it already ({})", known.origin);
                    self.problems.add(command.origin, ConfigMistake::Unusable { setting: "name", reason });
                }
                None => self.file.commands.push(command),
            }
        }
    }

    fn keys(&mut self, item: &Item<'_>, screen: Option<&str>) {
        let Some(table) = self.table(item, "keys") else { return };
        for (key, item) in table {
            let place = self.at(item.span().start);
            let command = key.get_ref().as_ref();
            if item.get_ref().is_table() && screen.is_none() {
                self.keys(item, Some(command));
                continue;
            }
            if let Some(keys) = commands::texts(item.get_ref()) {
                let screen = screen.map(str::to_owned);
                self.file.keys.push(KeyLine { screen, command: command.to_owned(), keys, origin: place });
            } else {
                let accepted = "a text such as \"g g\", or a list of texts";
                self.problems.add(place, ConfigMistake::value("a key", kind(item.get_ref()), accepted));
            }
        }
    }

    fn table<'v, 'i>(&mut self, item: &'v Item<'i>, setting: &'static str) -> Option<&'v DeTable<'i>> {
        let table = item.get_ref().as_table();
        if table.is_none() {
            let accepted = format!("a table: [{setting}{}]", if setting == "profile" { ".NAME" } else { "" });
            let mistake = ConfigMistake::value(setting, kind(item.get_ref()), accepted);
            self.problems.add(self.at(item.span().start), mistake);
        }
        table
    }

    fn unknown(&mut self, key: &Key<'_>, found: &str, section: &str, known: Vec<&'static str>) {
        let place = self.at(key.span().start);
        let elsewhere = [
            (SettingSection::Profile, "a [profile.NAME] table"),
            (SettingSection::Live, "the [profile.NAME.live] table"),
            (SettingSection::Ui, "the [ui] table"),
        ]
        .into_iter()
        .find_map(|(section, belongs)| Setting::named(section, found).map(|setting| (setting.row().name(), belongs)));
        let mistake = if let Some((found, belongs)) = elsewhere {
            ConfigMistake::Misplaced { found, belongs }
        } else {
            ConfigMistake::UnknownKey {
                found: found.chars().take(80).collect(),
                section: section.to_owned(),
                nearest: nearest(found, known.iter().copied()).map(str::to_owned),
                known: known.into_iter().map(str::to_owned).collect(),
            }
        };
        self.problems.add(place, mistake);
    }
}

/// The entries of a table, where all of them are texts.
fn entries(value: &DeValue<'_>) -> Option<Vec<(String, String)>> {
    let entries = value.as_table()?.iter();
    entries.map(|(key, item)| Some((key.get_ref().to_string(), item.get_ref().as_str()?.to_owned()))).collect()
}

/// A list of texts in one, for a setting that is a list.
fn list(value: &DeValue<'_>) -> Option<String> {
    let texts: Option<Vec<&str>> = value.as_array()?.iter().map(|item| item.get_ref().as_str()).collect();
    texts.map(|texts| texts.join(" "))
}

fn raw<'v>(value: &'v DeValue<'_>) -> Raw<'v> {
    match value {
        DeValue::String(text) => Raw::Text(text),
        DeValue::Boolean(flag) => Raw::Flag(*flag),
        DeValue::Integer(number) => i64::from_str_radix(number.as_str(), number.radix())
            .map_or(Raw::Other("a number that is too large"), Raw::Number),
        DeValue::Float(_) | DeValue::Datetime(_) | DeValue::Array(_) | DeValue::Table(_) => Raw::Other(kind(value)),
    }
}

#[cfg(test)]
mod tests;

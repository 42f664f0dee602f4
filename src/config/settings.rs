//! What holds for this run: argument > environment > file > default, for each setting by itself, and with its
//! origin. [`Sources::gather`] reads the file; everything else here is pure.

pub(crate) mod shown;

use std::path::PathBuf;
use std::time::Duration;

use chrono_tz::Tz;

use super::file::{File, KeyLine, ProfileCandidate, ProfileTable};
use super::identity::Named;
use super::layer::Layer;
use super::live::{LiveLayer, LiveSettings};
use super::locate::PROFILE;
use super::value::{self, Base, Raw};
use super::words::{
    AccessSetting, BadgeColorSetting, ColorSetting, CursorSetting, LabelsSetting, OutputFormat, ThemeSetting,
};
use super::{
    ConfigMistake, Environment, Homes, Origin, Places, Problem, Problems, SETTINGS, SecretSource, ServerAddress,
    ServerIdentity, Setting, SignInMethod, Sourced,
};
use crate::domain::nearest::nearest;
use crate::domain::record::Secret;
use crate::domain::rules::RuleSet;
use crate::domain::text::Characters;
use crate::domain::text::without_line_end;
use crate::keys::CustomCommand;

/// How often the console looks for changes in the demo.
const DEMO_WATCH: Duration = Duration::from_secs(30);

/// What the command line says, whatever parsed it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Arguments {
    /// `--config`.
    pub config: Option<PathBuf>,
    /// `--profile`.
    pub profile: Option<String>,
    /// Other options, each for the setting it overrides.
    pub given: Vec<(Setting, String)>,
}

/// Everything that settings come from, as it was read at the start. Another profile can be resolved from the
/// same sources at any time.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Sources {
    /// The command line.
    pub arguments: Arguments,
    /// The environment.
    pub environment: Environment,
    /// Paths that this run uses.
    pub places: Places,
    /// The configuration file, where there is one.
    pub file: Option<File>,
}

/// The settings of this run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Settings {
    /// The profile they come from. `None`: the file has none, or there is no file.
    pub profile: Option<Sourced<String>>,
    /// All profiles of the file.
    pub profiles: Vec<ProfileCandidate>,
    /// Name of the server, and of the folder that keeps its files.
    pub identity: Box<ServerIdentity>,
    /// See [`Setting::Url`].
    pub url: Option<Sourced<String>>,
    /// See [`Setting::Badge`]. `None` where the server is not the profile's own.
    pub badge: Option<Sourced<String>>,
    /// See [`Setting::AllowPlaintext`]. Never so where the server is not the profile's own.
    pub allow_plaintext: Sourced<bool>,
    /// See [`Setting::BadgeColor`].
    pub badge_color: Option<Sourced<BadgeColorSetting>>,
    /// See [`Setting::Username`].
    pub username: Option<Sourced<String>>,
    /// How to sign in.
    pub sign_in: SignInMethod,
    /// What may be changed.
    pub access: Sourced<AccessSetting>,
    /// How labels are read.
    pub labels: Sourced<LabelsSetting>,
    /// Whether `If-Match` is sent.
    pub if_match: Sourced<bool>,
    /// Time zone, where one was set.
    pub timezone: Option<Sourced<Tz>>,
    /// Longest wait for a whole request.
    pub timeout: Sourced<Duration>,
    /// Longest wait for a connection.
    pub connect_timeout: Sourced<Duration>,
    /// PEM file with certificate authorities.
    pub ca_file: Option<Sourced<PathBuf>>,
    /// See [`Setting::Proxy`].
    pub proxy: Option<Sourced<String>>,
    /// How often the switch's nodes read the registrations.
    pub node_poll: Sourced<Duration>,
    /// See [`Setting::Watch`]; `None`: only on request.
    pub watch: Option<Sourced<Duration>>,
    /// Source of the live state of registrations.
    pub live: Box<LiveSettings>,
    /// Rules whose findings are not shown.
    pub ignored: Sourced<RuleSet>,
    /// Colours of the console.
    pub theme: Sourced<ThemeSetting>,
    /// How the console shows its cursor.
    pub cursor: Sourced<CursorSetting>,
    /// Characters of the console.
    pub characters: Sourced<Characters>,
    /// Whether the console listens to the mouse.
    pub mouse: Sourced<bool>,
    /// Whether the console rings the bell.
    pub bell: Sourced<bool>,
    /// When to use colour.
    pub color: Sourced<ColorSetting>,
    /// How long the console waits for the rest of a key; `None`: as fits the link.
    pub escape_delay: Option<Sourced<Duration>>,
    /// Megabytes from which the journal begins a new file.
    pub journal_size: Sourced<u64>,
    /// Days after which it does; `None`: whatever its age.
    pub journal_age: Option<Sourced<u64>>,
    /// After how long without a key the console locks; `None`: never by itself.
    pub lock_after: Option<Sourced<Duration>>,
    /// Whether the demo shows tips.
    pub tips: Sourced<bool>,
    /// Form in which commands print data, where one was set.
    pub output: Option<Sourced<OutputFormat>>,
    /// The lines of `[keys]`, unjudged.
    pub keys: Vec<KeyLine>,
    /// Commands of the user's own; whether their keys are free is not judged.
    pub commands: Vec<Sourced<CustomCommand>>,
    /// Paths that this run uses.
    pub places: Places,
    /// What the user should know about how these settings came about, each a sentence.
    pub notes: Vec<String>,
}

impl Sources {
    /// Reads the configuration file, if there is one.
    ///
    /// # Errors
    /// A file that is missing although it was named, cannot be read, has mistakes in it, or holds a secret
    /// that others can read.
    pub fn gather(arguments: Arguments, environment: Environment, homes: Option<Homes>) -> Result<Self, Problems> {
        let places = Places::find(arguments.config.clone(), &environment, homes);
        let file = super::disk::read(&places)?;
        Ok(Self { arguments, environment, places, file })
    }

    /// The settings that hold.
    ///
    /// # Errors
    /// All mistakes in options, variables and the choice of the profile.
    pub fn resolve(&self) -> Result<Settings, Problems> {
        let mut problems = Problems::default();
        let given = self.given(&mut problems);
        let profile = self.profile(&mut problems);
        let mut notes: Vec<String> = self.places.foreign.iter().map(ToString::to_string).collect();
        let mut layer = profile.as_ref().map(|(_, profile)| profile.layer.clone()).unwrap_or_default();
        let named = profile.as_ref().map(|(_, profile)| Named {
            name: &profile.name,
            url: profile.layer.url.as_ref().map(|url| url.value.as_str()),
        });
        let badge = layer.badge.as_ref().map(|badge| badge.value.as_str());
        let identity = ServerIdentity::of(named, badge, given.url.as_ref().or(layer.url.as_ref()));
        notes.extend(identity.note.clone());
        if identity.note.is_some() {
            layer.badge = None;
            layer.allow_plaintext = None;
        }
        keep_secrets_at_home(&mut layer, &given, &mut notes);
        let name = profile.map(|(origin, profile)| Sourced::new(profile.name.clone(), origin));
        let settings = self.settings_of(name, identity, given.over(layer), notes);
        problems.unless_any(settings)
    }

    /// The settings for the embedded server: looks and keys as configured, but no profile and no credentials
    /// other than the server's own.
    ///
    /// # Errors
    /// As [`Sources::resolve`].
    pub fn resolve_demo(&self, url: &str, username: &str, password: &str) -> Result<Settings, Problems> {
        let mut problems = Problems::default();
        let demo = Layer {
            url: Some(Sourced::new(url.to_owned(), Origin::Demo)),
            username: Some(Sourced::new(username.to_owned(), Origin::Demo)),
            password: Some(Sourced::new(SecretSource::Given(Secret::new(password)), Origin::Demo)),
            watch: Some(Sourced::new(DEMO_WATCH, Origin::Demo)),
            ..Layer::default()
        };
        let notes = self.places.foreign.iter().map(ToString::to_string).collect();
        let name = Some(Sourced::new("demo".to_owned(), Origin::Demo));
        let settings = self.settings_of(name, ServerIdentity::demo(), demo.over(self.given(&mut problems)), notes);
        problems.unless_any(settings)
    }

    /// What arguments and environment say.
    fn given(&self, problems: &mut Problems) -> Layer {
        let mut arguments = Layer::default();
        for (setting, text) in &self.arguments.given {
            let origin = Origin::Argument(setting.row().argument.unwrap_or_default());
            let taken = arguments.take(*setting, Raw::Text(text), origin.clone(), &Base::default());
            note(problems, origin, taken);
        }
        let mut environment = Layer::default();
        for row in &SETTINGS {
            let Some(name) = row.environment else { continue };
            let Some(value) = self.environment.get(name) else { continue };
            let origin = Origin::Environment(name);
            let Some(text) = value.to_str() else {
                problems.add(origin, ConfigMistake::value(row.key, "a text that is not UTF-8", "UTF-8"));
                continue;
            };
            // A variable is often filled from a file, with what stands around the secret there.
            let text = if row.setting.is_secret() { without_line_end(text) } else { text };
            if row.setting == Setting::Access {
                environment.access = read_only(text, &origin, problems);
                continue;
            }
            let taken = environment.take(row.setting, Raw::Text(text), origin.clone(), &Base::default());
            note(problems, origin, taken);
        }
        let usual = self.environment.color.map(|(name, color)| Sourced::new(color, Origin::Environment(name)));
        environment.color = environment.color.or(usual);
        arguments.over(environment)
    }

    /// The profile that holds, and what chose it.
    fn profile(&self, problems: &mut Problems) -> Option<(Origin, &ProfileTable)> {
        let none = File::default();
        let file = self.file.as_ref().unwrap_or(&none);
        let by_argument = self.arguments.profile.clone().map(|name| Sourced::new(name, Origin::Argument("--profile")));
        let by_variable = || {
            let name = self.environment.get(PROFILE)?.to_string_lossy().into_owned();
            Some(Sourced::new(name, Origin::Environment(PROFILE)))
        };
        let Some(wanted) = by_argument.or_else(by_variable).or_else(|| file.default_profile.clone()) else {
            return match self.file.as_ref().map(|file| file.profiles.as_slice()) {
                None | Some([]) => None,
                Some([only]) => Some((only.origin.clone(), only)),
                Some(_) => {
                    problems.add(Origin::Default, ConfigMistake::WhichProfile { known: file.names() });
                    None
                }
            };
        };
        let profiles = self.file.as_ref().map_or(&[][..], |file| &file.profiles);
        let found = profiles.iter().find(|profile| profile.name == wanted.value);
        if found.is_none() {
            let known = file.names();
            let meant = nearest(&wanted.value, known.iter().map(String::as_str)).map(str::to_owned);
            problems.add(
                wanted.origin.clone(),
                ConfigMistake::UnknownProfile { found: wanted.value, nearest: meant, known },
            );
        }
        found.map(|profile| (wanted.origin, profile))
    }

    /// Fills in what no one said.
    fn settings_of(
        &self,
        profile: Option<Sourced<String>>,
        identity: ServerIdentity,
        layer: Layer,
        notes: Vec<String>,
    ) -> Settings {
        let layer = match &self.file {
            Some(file) => layer.over(file.ui.clone()),
            None => layer,
        };
        let sign_in = sign_in(&layer);
        Settings {
            profile,
            profiles: self.file.as_ref().map(File::choices).unwrap_or_default(),
            identity: Box::new(identity),
            url: layer.url,
            badge: layer.badge,
            allow_plaintext: layer.allow_plaintext.unwrap_or(Sourced::default(false)),
            badge_color: layer.badge_color,
            username: layer.username,
            sign_in,
            access: layer.access.unwrap_or(Sourced::default(AccessSetting::Write)),
            labels: layer.labels.unwrap_or(Sourced::default(LabelsSetting::Include)),
            if_match: layer.if_match.unwrap_or(Sourced::default(true)),
            timezone: layer.timezone,
            timeout: layer.timeout.unwrap_or(Sourced::default(Duration::from_secs(30))),
            connect_timeout: layer.connect_timeout.unwrap_or(Sourced::default(Duration::from_secs(5))),
            ca_file: layer.ca_file,
            proxy: layer.proxy,
            node_poll: layer.node_poll.unwrap_or(Sourced::default(Duration::from_secs(300))),
            watch: layer.watch,
            live: Box::new(layer.live.with_defaults()),
            ignored: layer.ignored.unwrap_or(Sourced::default(RuleSet::NONE)),
            theme: layer.theme.unwrap_or(Sourced::default(ThemeSetting::Default)),
            cursor: layer.cursor.unwrap_or(Sourced::default(CursorSetting::Bar)),
            characters: layer.characters.unwrap_or(Sourced::default(Characters::Unicode)),
            mouse: layer.mouse.unwrap_or(Sourced::default(false)),
            bell: layer.bell.unwrap_or(Sourced::default(false)),
            color: layer.color.unwrap_or(Sourced::default(ColorSetting::Auto)),
            escape_delay: layer.escape_delay,
            journal_size: layer.journal_size.unwrap_or(Sourced::default(10)),
            journal_age: layer.journal_age,
            lock_after: layer.lock_after,
            tips: layer.tips.unwrap_or(Sourced::default(true)),
            output: layer.output,
            keys: self.file.as_ref().map(|file| file.keys.clone()).unwrap_or_default(),
            commands: self.file.as_ref().map(|file| file.commands.clone()).unwrap_or_default(),
            places: self.places.clone(),
            notes,
        }
    }
}

fn note(problems: &mut Problems, place: Origin, taken: Result<(), ConfigMistake>) {
    if let Err(mistake) = taken {
        problems.0.push(Problem { place, mistake });
    }
}

/// `SIPREG_READ_ONLY` can take rights away, not give them: a "no" leaves the profile's word.
fn read_only(text: &str, origin: &Origin, problems: &mut Problems) -> Option<Sourced<AccessSetting>> {
    match value::flag(Raw::Text(text)) {
        Ok(true) => Some(Sourced::new(AccessSetting::ReadOnly, origin.clone())),
        Ok(false) => None,
        Err(refusal) => {
            problems.add(origin.clone(), ConfigMistake::value("read-only", refusal.found, refusal.accepted));
            None
        }
    }
}

/// A profile's password or token was written down for the profile's server and user. Where an option or a
/// variable puts another server or user in their place, it stays home instead of being shown to a stranger.
fn keep_secrets_at_home(profile: &mut Layer, given: &Layer, notes: &mut Vec<String>) {
    let elsewhere = match (&profile.url, &given.url) {
        (Some(own), Some(other)) => ServerAddress::of(&own.value) != ServerAddress::of(&other.value),
        _ => false,
    };
    let stranger = match (&profile.username, &given.username) {
        (Some(own), Some(other)) => own.value != other.value,
        _ => false,
    };
    let mut leave = |secret: &mut Option<Sourced<SecretSource>>, what: &str, whose: &str| {
        if let Some(left) = secret.take() {
            notes.push(format!("the {what} from {} belongs to another {whose} and was not used", left.origin));
        }
    };
    let whose = if elsewhere { "server" } else { "user" };
    if (elsewhere || stranger) && given.password.is_none() {
        leave(&mut profile.password, "password", whose);
    }
    if (elsewhere || stranger) && given.token.is_none() {
        leave(&mut profile.token, "token", whose);
    }
    if elsewhere && let Some(place) = profile.live.place() {
        notes.push(format!("live state from {place} belongs to another server and was not used"));
        *profile.live = LiveLayer::default();
    }
}

/// The sign-in of the higher precedence; between equals the token, which says less about its owner.
fn sign_in(layer: &Layer) -> SignInMethod {
    let rank = |origin: Option<&Origin>| origin.map_or(0, Origin::rank);
    let by_password = rank(layer.username.as_ref().map(|known| &known.origin))
        .max(rank(layer.password.as_ref().map(|known| &known.origin)));
    match &layer.token {
        Some(token) if token.origin.rank() >= by_password => SignInMethod::Token(token.clone()),
        _ => SignInMethod::Password { username: layer.username.clone(), password: layer.password.clone() },
    }
}

impl Settings {
    /// Drops a password or token that the settings spell out, once it was handed on: from then on it is where it
    /// is used, and nowhere else.
    pub fn forget_secrets(&mut self) {
        let given = |source: &Sourced<SecretSource>| matches!(source.value, SecretSource::Given(_));
        for (sign_in, username) in [(&mut self.sign_in, &self.username), (&mut self.live.sign_in, &self.live.username)]
        {
            match sign_in {
                SignInMethod::Token(source) if given(source) => {
                    *sign_in = SignInMethod::Password { username: username.clone(), password: None };
                }
                SignInMethod::Password { password, .. } if password.as_ref().is_some_and(given) => *password = None,
                SignInMethod::Token(_) | SignInMethod::Password { .. } => {}
            }
        }
    }

    /// The embedded server's nodes are asked, which poll this often.
    pub fn ask_demo_nodes(&mut self, poll: Duration) {
        *self.live = LiveLayer::of_demo().with_defaults();
        self.node_poll = Sourced::new(poll, Origin::Demo);
    }

    /// The address of the server.
    ///
    /// # Errors
    /// No one set one.
    pub fn server(&self) -> Result<&Sourced<String>, Problems> {
        self.url.as_ref().ok_or_else(|| Problems::one(Origin::Default, ConfigMistake::NoUrl))
    }

    /// Whether password and token go unencrypted to another machine, where anyone on the way can read them.
    pub fn is_plaintext(&self) -> bool {
        self.url.as_ref().and_then(|url| ServerAddress::of(&url.value)).is_some_and(|address| address.is_plaintext())
    }

    /// Time zone of times on the screen.
    pub fn zone(&self) -> Tz {
        self.timezone.as_ref().map_or(Tz::UTC, |zone| zone.value)
    }
}

#[cfg(test)]
mod tests;

//! `sipreg config`: where the configuration is, what holds and why, a first file, and a profile in it.

use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use clap::{Args, Subcommand};
use color_eyre::eyre::eyre;
use serde_json::{Value as Json, json};

use super::{CommandFailure, CommandOutput, CommandResult, Exit, GlobalOptions, Machine, OutputFormat, notes};
use crate::config::disk::{Added, NotWritten};
use crate::config::file::is_profile_name;
use crate::config::layer::Layer;
use crate::config::locate::PROFILE;
use crate::config::new_profile::{Existing, NewProfile, NotAdded};
use crate::config::value::{Base, Raw};
use crate::config::{
    Arguments, ConfigMistake, EXAMPLE, Origin, Places, Problems, SETTINGS, Setting, SettingSection, Settings, disk,
    keymap,
};
use crate::domain::system_error::in_words;
use crate::domain::text;
use crate::keys::Keymap;

/// Examples for `--help`.
pub const EXAMPLES: &str = "\
Examples:
  sipreg config init
  sipreg config init --profile eu --url https://yeti.example --username alice
  sipreg config show --profile eu
  sipreg config keys
  sipreg config path";

/// Examples for `--help`.
const INIT_EXAMPLES: &str = "\
Examples:
  sipreg config init
  sipreg config init --profile eu --url https://yeti.example --username alice
  sipreg config init --profile eu --url https://yeti.example --username alice \\
    --password-command 'pass show yeti/alice' --badge PROD --access confirm --default

With --url: adds the profile to the configuration file and leaves everything else in it as it is. Also stores
--token-command, --timezone, --timeout, --ca-file and --read-only. A password is never an option and never written:
name a command or a file that has it, or let sipreg ask. Without --profile the profile is called default.

Without any option: creates a commented example; never overwrites.";

/// Commands about the configuration.
#[derive(Debug, Clone, PartialEq, Eq, Subcommand)]
pub enum Config {
    /// Create an example file, or with --url add a profile to the file
    #[command(after_help = INIT_EXAMPLES)]
    Init(Box<Init>),
    /// Show every setting, its value and its source; secrets are masked
    Show,
    /// Show the keys of every command, one line per screen and command
    Keys,
    /// Show the path of the configuration file
    Path,
}

/// What a new profile has beside the options of every command.
#[derive(Debug, Clone, Default, PartialEq, Eq, Args)]
pub struct Init {
    /// File with the password on its first line, readable only by you
    #[arg(long, value_name = "FILE", conflicts_with = "password_command")]
    pub password_file: Option<String>,
    /// File with a token on its first line, readable only by you
    #[arg(long, value_name = "FILE", conflicts_with = "token_command")]
    pub token_file: Option<String>,
    /// Word in front of the profile's name, such as PROD
    #[arg(long, value_name = "WORD")]
    pub badge: Option<String>,
    /// Colour of the badge: red, yellow, green, blue
    #[arg(long, value_name = "COLOR")]
    pub badge_color: Option<String>,
    /// What may be changed: write, confirm (asks before each change), read-only
    #[arg(long, value_name = "WORD", conflicts_with = "read_only")]
    pub access: Option<String>,
    /// Allow password and token unencrypted (http://) to another machine
    #[arg(long)]
    pub allow_plaintext: bool,
    /// Use this profile where none is named
    #[arg(long)]
    pub default: bool,
    /// Replace a profile of this name, with all of its settings
    #[arg(long)]
    pub replace: bool,
}

impl Init {
    /// Its settings, each with its option.
    fn given(&self) -> Vec<(Setting, &'static str, String)> {
        let allowed = self.allow_plaintext.then(|| "true".to_owned());
        [
            (Setting::PasswordFile, "--password-file", self.password_file.as_deref().map(whole)),
            (Setting::TokenFile, "--token-file", self.token_file.as_deref().map(whole)),
            (Setting::Badge, "--badge", self.badge.clone()),
            (Setting::BadgeColor, "--badge-color", self.badge_color.clone()),
            (Setting::Access, "--access", self.access.clone()),
            (Setting::AllowPlaintext, "--allow-plaintext", allowed),
        ]
        .into_iter()
        .filter_map(|(setting, option, text)| Some((setting, option, text?)))
        .collect()
    }
}

/// A path as it is meant where it was typed: in the file it would start at the file's directory. `~` stays.
pub(super) fn whole(path: &str) -> String {
    if path.starts_with("~/") {
        return path.to_owned();
    }
    std::path::absolute(path).map_or_else(|_unknown| path.to_owned(), |path| path.display().to_string())
}

/// Does one of them.
///
/// # Errors
/// What stopped it.
pub fn run(command: &Config, options: GlobalOptions, world: Machine, output: &mut CommandOutput) -> CommandResult {
    let form = options.common.output;
    let has_json = matches!(command, Config::Show) && form == Some(OutputFormat::Json);
    if !has_json && form.is_some_and(|form| form != OutputFormat::Table) {
        return Err(CommandFailure::usage("--output: config show prints a table or json; the others print lines"));
    }
    match command {
        Config::Init(wanted) => {
            let new = new_profile(wanted, &options, &world)?;
            let places = places(options, world);
            if let (Some(foreign), Some(place)) = (&places.foreign, &places.config)
                && place.origin == Origin::Default
            {
                let (path, owner) = (place.value.clone(), foreign.owner);
                return Err(Problems::one(Origin::Default, ConfigMistake::ForeignHome { path, owner }).into());
            }
            match new {
                Some(new) => {
                    let existing = if wanted.replace { Existing::Replace } else { Existing::Keep };
                    add(&new, existing, &places, output)
                }
                None => init(&path(places)?, output),
            }
        }
        Config::Show => {
            let settings = world.sources(options)?.resolve()?;
            notes(&settings.notes, output);
            show(&settings, form == Some(OutputFormat::Json), output)
        }
        Config::Keys => {
            let settings = world.sources(options)?.resolve()?;
            keys(&keymap::of(&settings.keys, &settings.commands)?, output)
        }
        Config::Path => {
            let path = path(places(options, world))?;
            output.line(&path.display().to_string())?;
            Ok(Exit::Done)
        }
    }
}

fn places(options: GlobalOptions, world: Machine) -> Places {
    let arguments: Arguments = options.into();
    Places::find(arguments.config, &world.environment, world.homes)
}

fn path(places: Places) -> Result<PathBuf, Problems> {
    places.config.map(|place| place.value).ok_or_else(|| Problems::one(Origin::Default, ConfigMistake::Homeless))
}

/// The profile that the options describe; `None`: they describe none.
fn new_profile(wanted: &Init, options: &GlobalOptions, world: &Machine) -> CommandResult<Option<NewProfile>> {
    let Arguments { profile, given, .. } = options.clone().into();
    let common = given.into_iter().filter(|(setting, _)| setting.row().section == SettingSection::Profile);
    let common = common.map(|(setting, text)| {
        let text = if setting == Setting::CaFile { whole(&text) } else { text };
        (setting, setting.row().argument.unwrap_or_default(), text)
    });
    let mut given: Vec<_> = common.chain(wanted.given()).collect();
    if given.is_empty() && profile.is_none() && *wanted == Init::default() {
        return Ok(None);
    }
    given.sort_by_key(|(setting, _, _)| SETTINGS.iter().position(|row| row.setting == *setting));
    let (mut layer, mut problems) = (Layer::default(), Problems::default());
    for (setting, option, text) in &given {
        let origin = Origin::Argument(option);
        if let Err(mistake) = layer.take(*setting, Raw::Text(text), origin.clone(), &Base::default()) {
            problems.add(origin, mistake);
        }
    }
    if layer.url.is_none() && problems.0.is_empty() {
        return Err(CommandFailure::usage("config init: a profile needs --url. Nothing was written"));
    }
    let named = || world.environment.get(PROFILE).map(|name| name.to_string_lossy().into_owned());
    let name = profile.or_else(named).unwrap_or_else(|| "default".to_owned());
    if !is_profile_name(&name) {
        problems.add(Origin::Argument("--profile"), ConfigMistake::ProfileName { found: name.clone() });
    }
    let settings = given.into_iter().map(|(setting, _, text)| (setting, text)).collect();
    Ok(Some(problems.unless_any(NewProfile { name, settings, becomes_default: wanted.default })?))
}

fn add(new: &NewProfile, existing: Existing, places: &Places, output: &mut CommandOutput) -> CommandResult {
    let path = path(places.clone())?;
    let (name, shown) = (&new.name, path.display());
    let added = match disk::add_profile(places, &path, new, existing) {
        Ok(added) => added,
        Err(NotWritten::Mistakes(problems)) => return Err(problems.into()),
        Err(NotWritten::Profile(NotAdded::Exists)) => return Err(CommandFailure::ProfileExists(name.clone(), path)),
        Err(why) => return Err(CommandFailure::ProfileNotAdded(name.clone(), path, why)),
    };
    let what = match added {
        Added::Created => format!("Created {shown} with profile {name}"),
        Added::Edited => format!("Wrote profile {name} to {shown}"),
    };
    output.message(&format!("{what}. Check it: sipreg --profile {name} doctor"));
    Ok(Exit::Done)
}

fn init(path: &Path, output: &mut CommandOutput) -> CommandResult {
    match disk::create(path, EXAMPLE) {
        Ok(()) => {
            output.message(&format!("Created {}. Set url and username in it, then run sipreg", path.display()));
            Ok(Exit::Done)
        }
        Err(error) if error.kind() == ErrorKind::AlreadyExists => {
            Err(eyre!("{} exists already and was not changed", path.display()).into())
        }
        Err(error) => Err(eyre!("cannot write {}: {}", path.display(), in_words(&error)).into()),
    }
}

fn keys(map: &Keymap, output: &mut CommandOutput) -> CommandResult {
    for row in map.rows() {
        for scope in row.scopes {
            let keys = map.all_keys_of(*scope, row.command);
            let keys = if keys.is_empty() { "-".to_owned() } else { keys.join(", ") };
            output.line(&format!("{:<9} {:<22} {keys:<18} {}", scope.name(), row.name, map.explain(row.help)))?;
        }
    }
    Ok(Exit::Done)
}

fn show(settings: &Settings, as_json: bool, output: &mut CommandOutput) -> CommandResult {
    let unset = || "(not set)".to_owned();
    let mut lines = Vec::with_capacity(SETTINGS.len() + 2);
    lines.push(settings.places.config.as_ref().map_or_else(
        || ("config", unset(), Origin::Default),
        |place| ("config", place.value.display().to_string(), place.origin.clone()),
    ));
    if let Some(host) = &settings.places.host {
        let missing = if host.exists() { "" } else { " (not there)" };
        lines.push(("host config", format!("{}{missing}", host.display()), Origin::Default));
    }
    lines.push(settings.profile.as_ref().map_or_else(
        || ("profile", unset(), Origin::Default),
        |profile| ("profile", profile.value.clone(), profile.origin.clone()),
    ));
    for row in &SETTINGS {
        let shown = settings.shown(row.setting);
        lines.push((row.key, shown.value.unwrap_or_else(unset), shown.origin));
    }
    if as_json {
        let object = |(key, value, origin): &(&str, String, Origin)| {
            let value = (*value != unset()).then_some(value);
            json!({ "key": key, "value": value, "origin": origin.to_string() })
        };
        output.json(&Json::Array(lines.iter().map(object).collect()))?;
        return Ok(Exit::Done);
    }
    for (_, value, _) in &mut lines {
        *value = output.shown(value).into_owned();
    }
    let width = lines.iter().map(|(_, value, _)| text::width(value)).max().unwrap_or_default().min(WIDEST);
    for (key, value, origin) in lines {
        let padding = " ".repeat(width.saturating_sub(text::width(&value)));
        output.line(&format!("{key:<21}  {value}{padding}  {origin}"))?;
    }
    Ok(Exit::Done)
}

/// Longer values push the origin to the right instead of all lines.
const WIDEST: usize = 48;

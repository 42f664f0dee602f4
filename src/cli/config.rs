//! `sipreg config`: where the configuration is, what holds and why, and a first file.

use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use clap::Subcommand;
use color_eyre::eyre::eyre;
use serde_json::{Value as Json, json};

use super::exit::Exit;
use super::failure::Failure;
use super::options::{Form, Options};
use super::output::Output;
use super::{World, notes};
use crate::config::origin::Origin;
use crate::config::{Arguments, Mistake, Places, Problems, SETTINGS, Settings, disk, keymap};
use crate::domain::text;
use crate::keys::keymap::Keymap;

/// Examples for `--help`.
pub const EXAMPLES: &str = "\
Examples:
  sipreg config init
  sipreg config show --profile eu
  sipreg config keys
  sipreg config path";

/// Commands about the configuration.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Subcommand)]
pub enum Config {
    /// Create a commented example file; never overwrites
    Init,
    /// Show every setting, its value and its source; secrets are masked
    Show,
    /// Show the keys of every command, one line per screen and command
    Keys,
    /// Show the path of the configuration file
    Path,
}

/// Does one of them.
///
/// # Errors
/// What stopped it.
pub fn run(command: &Config, options: Options, world: World, output: &mut Output) -> Result<Exit, Failure> {
    let form = options.common.output;
    let has_json = matches!(command, Config::Show) && form == Some(Form::Json);
    if !has_json && form.is_some_and(|form| form != Form::Table) {
        return Err(Failure::usage("--output: config show prints a table or json; the others print lines"));
    }
    match command {
        Config::Init => {
            let places = places(options, world);
            if let (Some(foreign), Some(place)) = (&places.foreign, &places.config)
                && place.origin == Origin::Default
            {
                let (path, owner) = (place.value.clone(), foreign.owner);
                return Err(Problems::one(Origin::Default, Mistake::ForeignHome { path, owner }).into());
            }
            init(&path(places)?, output)
        }
        Config::Show => {
            let settings = world.sources(options)?.resolve()?;
            notes(&settings.notes, output);
            show(&settings, form == Some(Form::Json), output)
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

fn places(options: Options, world: World) -> Places {
    let arguments: Arguments = options.into();
    Places::find(arguments.config, &world.environment, world.homes)
}

fn path(places: Places) -> Result<PathBuf, Problems> {
    places.config.map(|place| place.value).ok_or_else(|| Problems::one(Origin::Default, Mistake::Homeless))
}

fn init(path: &Path, output: &mut Output) -> Result<Exit, Failure> {
    match disk::write_example(path) {
        Ok(()) => {
            output.message(&format!("created {}: set url and username in it, then run sipreg", path.display()));
            Ok(Exit::Done)
        }
        Err(error) if error.kind() == ErrorKind::AlreadyExists => {
            Err(eyre!("{} exists already and was not changed", path.display()).into())
        }
        Err(error) => Err(eyre!("cannot write {}: {error}", path.display()).into()),
    }
}

fn keys(map: &Keymap, output: &mut Output) -> Result<Exit, Failure> {
    for row in map.rows() {
        for scope in row.scopes {
            let keys = map.all_keys_of(*scope, row.command);
            let keys = if keys.is_empty() { "-".to_owned() } else { keys.join(", ") };
            output.line(&format!("{:<9} {:<22} {keys:<18} {}", scope.name(), row.name, row.help))?;
        }
    }
    Ok(Exit::Done)
}

fn show(settings: &Settings, as_json: bool, output: &mut Output) -> Result<Exit, Failure> {
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

//! The page of a command: what clap knows of it, then examples, exit status, environment, files and further reading.

use clap::Command;
use clap::builder::Resettable;
use clap_mangen::Man;

use super::Page;
use super::roff::{Roff, head};
use crate::cli::{CommandResult, Exit};
use crate::config::SETTINGS;

/// How `--help` begins its examples.
const EXAMPLES: &str = "Examples:\n";

/// Folders of the state directory, and what is in them.
pub(super) const STATE: [(&str, &str); 6] = [
    ("drafts/", "changes that were typed and not sent, without passwords"),
    ("journal/", "every write: when, who, before, after, how it ended; without passwords"),
    ("tokens/", "tokens kept by sipreg login, until they end"),
    ("looks/", "columns and views of each server"),
    ("names/", "names for completion"),
    ("unsaved/", "texts of editors that were interrupted, without passwords"),
];

/// Variables beside those of settings.
const VARIABLES: [(&str, &str); 9] = [
    ("SIPREG_CONFIG", "configuration file, as --config"),
    ("SIPREG_PROFILE", "profile to use, as --profile"),
    ("NO_COLOR", "no colours where it is not empty"),
    ("CLICOLOR_FORCE", "colours everywhere where it is not empty"),
    ("CLICOLOR", "no colours where it is 0"),
    ("XDG_CONFIG_HOME", "directory of the configuration; ~/.config without it"),
    ("XDG_STATE_HOME", "directory for drafts, journal and tokens; ~/.local/state without it"),
    ("VISUAL, EDITOR", "editor that the console opens for E"),
    ("HTTPS_PROXY, HTTP_PROXY, NO_PROXY", "proxy on the way to the server"),
];

/// The pages of a command and all below it.
pub(super) fn pages(command: &Command, above: &str, pages: &mut Vec<Page>) -> CommandResult<()> {
    let name = if above.is_empty() { command.get_name().to_owned() } else { format!("{above}-{}", command.get_name()) };
    pages.push(page(command, &name)?);
    for below in command.get_subcommands().filter(|below| !below.is_hide_set()) {
        self::pages(below, &name, pages)?;
    }
    Ok(())
}

fn page(command: &Command, name: &str) -> CommandResult<Page> {
    let help = command.get_after_help().map(ToString::to_string).unwrap_or_default();
    let bare =
        command.clone().after_help(Resettable::Reset).after_long_help(Resettable::Reset).version(Resettable::Reset);
    let mut text = Vec::new();
    Man::new(bare).render(&mut text)?;
    let text = String::from_utf8_lossy(&text);
    // clap_mangen leaves an empty date out, and what follows takes its place. Its string for an apostrophe goes with
    // the lines above.
    let rest = text.split_once("\n.TH ").and_then(|(_, rest)| rest.split_once('\n')).map_or("", |(_, rest)| rest);
    let mut page = Roff(head(name, '1') + &rest.replace("\\*(Aq", "\\(aq"));
    let (examples, notes): (Vec<&str>, Vec<&str>) = help
        .split("\n\n")
        .filter(|part| !part.is_empty() && !part.starts_with("Exit codes:"))
        .partition(|part| part.starts_with(EXAMPLES));
    if !notes.is_empty() {
        page.section("NOTES");
        for note in notes {
            page.paragraph(note);
        }
    }
    if !examples.is_empty() {
        page.section("EXAMPLES");
        for part in examples {
            page.verbatim(part.strip_prefix(EXAMPLES).unwrap_or(part));
        }
    }
    page.section("EXIT STATUS");
    for (exit, meaning) in Exit::ALL {
        page.item(&exit.code().to_string(), meaning);
    }
    page.section("ENVIRONMENT");
    for row in &SETTINGS {
        let Some(variable) = row.environment else { continue };
        page.item(variable, &format!("the setting {} of sipreg.toml(5)", row.key));
    }
    for (variable, meaning) in VARIABLES {
        page.item(variable, meaning);
    }
    page.section("FILES");
    page.item("~/.config/sipreg/config.toml", "the configuration, see sipreg.toml(5)");
    page.item("/etc/sipreg/config.toml", "the configuration of the host; the user's overrides it");
    for (folder, meaning) in STATE {
        page.item(&format!("~/.local/state/sipreg/{folder}"), meaning);
    }
    page.section("SEE ALSO");
    page.paragraph(&see_also(command, name));
    let word = name.strip_prefix("sipreg-").unwrap_or_default().to_owned();
    Ok(Page { word, name: name.to_owned(), section: '1', text: page.0 })
}

fn see_also(command: &Command, name: &str) -> String {
    let mut pages: Vec<String> = Vec::new();
    if name != "sipreg" {
        pages.push("sipreg(1)".to_owned());
    }
    let below = command.get_subcommands().filter(|below| !below.is_hide_set());
    pages.extend(below.map(|below| format!("{name}-{}(1)", below.get_name())));
    pages.extend(["sipreg.toml(5)", "sipreg-filter(7)", "sipreg-keys(7)"].map(str::to_owned));
    pages.join(", ")
}

//! What `--help` shows: commands in groups, each with the options that it takes, and the options of every command
//! once, by `sipreg help options`. Knows nothing of what the commands do.

use std::ffi::OsString;

use clap::error::{Error, ErrorKind};
use clap::parser::ValueSource;
use clap::{Arg, ArgMatches, ColorChoice, Command as Parser, CommandFactory as _, FromArgMatches as _};

use super::Cli;
use crate::config::words::{ColorSetting, SettingWord as _};

/// Prints the options of every command; `sipreg help options` is its help.
const OPTIONS: &str = "options";

/// The options about registrations, which only some commands take, in the order in which they are refused.
const LOCAL: [&str; 8] = ["output", "filter", "dry-run", "wait-unknown", "no-plan", "limit", "no-headers", YES];
/// Taken without effect by commands that never ask.
const YES: &str = "yes";

const READS: &[&str] = &["output", "filter"];
const LISTS: &[&str] = &["output", "filter", "limit", "no-headers"];
const WRITES: &[&str] = &["output", "filter", "dry-run", "yes", "wait-unknown", "no-plan"];
const WRITES_NAMED: &[&str] = &["output", "dry-run", "yes", "wait-unknown", "no-plan"];

/// A group of commands: its heading, and each command with the options about registrations that it takes. An option
/// that is not here is refused, except `--yes`, which changes nothing where nothing is asked.
type Group = (&'static str, &'static [(&'static str, &'static [&'static str])]);

/// The groups of commands, in the order of help.
const GROUPS: &[Group] = &[
    (
        "Read",
        &[
            ("list", LISTS),
            ("show", READS),
            ("status", &["output", "filter", "no-headers"]),
            ("lint", READS),
            ("export", LISTS),
            ("log", &["output", "limit"]),
        ],
    ),
    (
        "Change",
        &[
            ("set", WRITES),
            ("enable", WRITES),
            ("disable", WRITES),
            ("bounce", WRITES),
            ("edit", WRITES_NAMED),
            ("create", WRITES_NAMED),
            ("clone", WRITES_NAMED),
            ("delete", WRITES),
            ("apply", WRITES_NAMED),
            ("undo", WRITES_NAMED),
        ],
    ),
    ("Session", &[("login", &[]), ("logout", &[]), ("whoami", &["output"])]),
    (
        "Setup",
        &[
            ("doctor", &["output"]),
            ("config", &["output"]),
            ("completions", &[]),
            ("man", &[]),
            ("demo", &[]),
            ("serve-demo", &[]),
        ],
    ),
];

/// The options about registrations that a command takes.
fn heeds(command: &str) -> &'static [&'static str] {
    let mut known = GROUPS.iter().flat_map(|(_, commands)| *commands);
    known.find(|(name, _)| *name == command).map_or(&[], |(_, heeded)| heeded)
}

/// Parses the command line.
///
/// # Errors
/// A usage error, or the text of `--help` and `--version`.
pub fn parse(arguments: impl IntoIterator<Item = OsString>) -> Result<Cli, Error> {
    let arguments: Vec<OsString> = arguments.into_iter().collect();
    let mut command = command().color(color(&arguments));
    let mut matches = command.try_get_matches_from_mut(arguments)?;
    let name = matches.subcommand_name().map(str::to_owned);
    if name.as_deref() == Some(OPTIONS) {
        let help = command.find_subcommand_mut(OPTIONS).map(Parser::render_help).unwrap_or_default();
        return Err(Error::raw(ErrorKind::DisplayHelp, help.ansi()).with_cmd(&command));
    }
    refuse_unheeded(&matches, name.as_deref())?;
    Cli::from_arg_matches_mut(&mut matches)
}

/// What the user says about colour, which counts for help too. Where nothing is said, the usual variables count.
fn color(arguments: &[OsString]) -> ColorChoice {
    let words = || arguments.iter().filter_map(|word| word.to_str());
    let behind = words().skip_while(|word| *word != "--color").nth(1);
    let said = words().find_map(|word| word.strip_prefix("--color=")).or(behind).map(str::to_owned);
    match said.or_else(|| std::env::var("SIPREG_COLOR").ok()).as_deref().and_then(ColorSetting::named) {
        Some(ColorSetting::Always) => ColorChoice::Always,
        Some(ColorSetting::Never) => ColorChoice::Never,
        Some(ColorSetting::Auto) | None => ColorChoice::Auto,
    }
}

/// The command line with the help that people read.
pub fn command() -> Parser {
    let whole = Cli::command();
    let global: Vec<Arg> = whole.get_arguments().filter(|argument| argument.is_global_set()).cloned().collect();
    let options = Parser::new(OPTIONS)
        .about("Options that every command takes")
        .override_usage("sipreg [OPTIONS] [COMMAND]")
        .disable_help_flag(true)
        .hide(true)
        .args(global.iter().filter(|argument| local(argument).is_none()).cloned());
    let mut parser = whole.mut_args(|argument| if argument.is_global_set() { argument.hide(true) } else { argument });
    let names: Vec<String> = parser.get_subcommands().map(|known| known.get_name().to_owned()).collect();
    for name in names {
        let heeded = heeds(&name);
        let own: Vec<Arg> = global
            .iter()
            .filter(|argument| local(argument).is_some_and(|option| heeded.contains(&option)))
            .cloned()
            .map(|argument| argument.help_heading(None::<&str>))
            .collect();
        parser = parser.mut_subcommand(name, |known| {
            let more = known.get_after_help().map(ToString::to_string).unwrap_or_default();
            let gap = if more.is_empty() { "" } else { "\n\n" };
            let more = flowing(&more);
            known.args(own).after_help(format!("{more}{gap}Options of every command: sipreg help options"))
        });
    }
    let template = format!(
        "{{about-with-newline}}\n{{usage-heading}} {{usage}}\n\n{}Options:\n{{options}}\n\n\
         Options of every command: sipreg help options{{after-help}}\n",
        grouped(&parser)
    );
    parser.subcommand(options).help_template(template)
}

/// A text with its paragraphs in one line each, to be broken where the terminal ends. Indented lines are examples and
/// stay as they are; a line that ends a sentence or a heading ends its paragraph.
fn flowing(text: &str) -> String {
    let mut flowing = String::new();
    let mut runs_on = false;
    for line in text.lines() {
        let joins = runs_on && !line.is_empty() && !line.starts_with(' ');
        if !flowing.is_empty() {
            flowing.push(if joins { ' ' } else { '\n' });
        }
        flowing.push_str(line);
        runs_on = !line.is_empty() && !line.starts_with(' ') && !line.ends_with(['.', ':']);
    }
    flowing
}

/// The commands under their headings.
fn grouped(parser: &Parser) -> String {
    use std::fmt::Write as _;
    let mut text = String::new();
    for (title, names) in GROUPS {
        let _ = writeln!(text, "{title}:");
        for (name, _) in *names {
            let Some(known) = parser.find_subcommand(name) else { continue };
            if known.is_hide_set() {
                continue;
            }
            let about = known.get_about().map(ToString::to_string).unwrap_or_default();
            let aliases = known.get_visible_aliases().collect::<Vec<_>>().join(", ");
            let aliases = if aliases.is_empty() { aliases } else { format!(" [aliases: {aliases}]") };
            let _ = writeln!(text, "  {name:<11}  {about}{aliases}");
        }
        text.push('\n');
    }
    text
}

/// The option about registrations that this argument is.
fn local(argument: &Arg) -> Option<&'static str> {
    LOCAL.into_iter().find(|option| argument.get_long() == Some(option))
}

/// Refuses options that the command would ignore although they say which registrations it is about.
fn refuse_unheeded(matches: &ArgMatches, name: Option<&str>) -> Result<(), Error> {
    let heeded = name.map_or(&[] as &[&str], heeds);
    let is_given = |option: &str| matches.value_source(&option.replace('-', "_")) == Some(ValueSource::CommandLine);
    let is_refused = |option: &&str| *option != YES && is_given(option) && !heeded.contains(option);
    let Some(option) = LOCAL.into_iter().find(is_refused) else { return Ok(()) };
    let display_name = name.map_or_else(|| "the console".to_owned(), |name| format!("sipreg {name}"));
    Err(command().error(ErrorKind::UnknownArgument, format!("{display_name} does not take --{option}")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_command_stands_in_one_group() {
        let parser = Cli::command();
        let shown: Vec<&str> =
            parser.get_subcommands().map(Parser::get_name).filter(|name| *name != "complete").collect();
        let grouped: Vec<&str> = GROUPS.iter().flat_map(|(_, commands)| *commands).map(|(name, _)| *name).collect();
        for name in &shown {
            assert_eq!(grouped.iter().filter(|known| known == &name).count(), 1, "{name}: give it a row in GROUPS");
        }
        assert_eq!(grouped.len(), shown.len());
    }

    #[test]
    fn every_option_is_shown_where_it_is_taken_and_nowhere_else() {
        let mut parser = command();
        parser.build();
        for (name, heeded) in GROUPS.iter().flat_map(|(_, commands)| *commands) {
            let help = parser.find_subcommand_mut(name).unwrap().render_long_help().to_string();
            for option in LOCAL {
                let shown = help.contains(&format!("--{option} ")) || help.contains(&format!("--{option}\n"));
                assert_eq!(shown, heeded.contains(&option), "{name} --{option}");
            }
            assert!(!help.contains("--password-command <"), "{name}");
        }
    }

    #[test]
    fn help_has_its_options_once_and_no_line_that_ends_early() {
        let mut parser = command();
        parser.build();
        for name in GROUPS.iter().flat_map(|(_, commands)| *commands).map(|(name, _)| *name) {
            let help = parser.find_subcommand_mut(name).unwrap().render_long_help().to_string();
            assert_eq!(help.matches("Options:\n").count(), 1, "{name}: {help}");
            let lines: Vec<&str> = help.lines().collect();
            for pair in lines.windows(2) {
                let [line, next] = pair else { continue };
                let is_text = |line: &str| !line.is_empty() && !line.starts_with(' ');
                let first = next.split(' ').next().unwrap_or_default();
                let had_room = line.len() + 1 + first.len() <= 100;
                assert!(
                    !is_text(line) || !is_text(next) || line.ends_with(['.', ':']) || !had_room,
                    "{name}: {line:?} ends early, before {next:?}"
                );
            }
        }
    }

    #[test]
    fn what_a_command_does_not_take_is_refused() {
        let parse = |line: &str| parse(line.split(' ').map(Into::into));
        assert!(parse("sipreg list -f x").is_ok());
        assert!(parse("sipreg list --yes").is_ok());
        let refused = parse("sipreg list --dry-run").unwrap_err().to_string();
        assert!(refused.contains("sipreg list does not take --dry-run"), "{refused}");
        assert!(parse("sipreg -f x").is_err());
    }
}

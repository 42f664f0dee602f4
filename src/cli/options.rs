//! Options that are the same in every command that has them: settings for this run, the registrations meant, and how
//! to change them.

use std::path::PathBuf;
use std::time::Duration;

use clap::builder::PossibleValue;
use clap::{Args, ValueEnum};

use crate::config::value::parse_span;
pub use crate::config::words::OutputFormat;
use crate::config::words::SettingWord as _;
use crate::config::{Arguments, Setting};

/// Options that every command has.
#[expect(clippy::doc_markdown, reason = "the comments are the help that people read")]
#[derive(Debug, Clone, Default, Args)]
#[command(next_help_heading = "Options of every command")]
pub struct GlobalOptions {
    /// Profile of the configuration file [env: SIPREG_PROFILE]
    #[arg(long, global = true, value_name = "NAME")]
    pub profile: Option<String>,
    /// Configuration file [env: SIPREG_CONFIG]
    #[arg(long, global = true, value_name = "FILE")]
    pub config: Option<PathBuf>,
    /// Server URL, with or without /api/rest/admin [env: SIPREG_URL]
    #[arg(long, global = true, value_name = "URL")]
    pub url: Option<String>,
    /// User name [env: SIPREG_USERNAME; password: SIPREG_PASSWORD]
    #[arg(long, global = true, value_name = "NAME")]
    pub username: Option<String>,
    /// Shell command that prints the password [env: SIPREG_PASSWORD_COMMAND]
    #[arg(long, global = true, value_name = "COMMAND")]
    pub password_command: Option<String>,
    /// Shell command that prints a token [env: SIPREG_TOKEN_COMMAND; token: SIPREG_TOKEN]
    #[arg(long, global = true, value_name = "COMMAND")]
    pub token_command: Option<String>,
    /// IANA time zone, such as Europe/Kyiv [env: SIPREG_TIMEZONE]
    #[arg(long, global = true, value_name = "ZONE")]
    pub timezone: Option<String>,
    /// Refuse all changes on the server [env: SIPREG_READ_ONLY]
    #[arg(long, global = true)]
    pub read_only: bool,
    /// Request timeout: seconds, or 500ms, 30s, 2m [env: SIPREG_TIMEOUT]
    #[arg(long, global = true, value_name = "TIME")]
    pub timeout: Option<String>,
    /// PEM file with additional certificate authorities [env: SIPREG_CA_FILE]
    #[arg(long, global = true, value_name = "FILE")]
    pub ca_file: Option<String>,
    /// Allow core dumps and debuggers (they expose passwords and tokens)
    #[arg(long, global = true)]
    pub allow_core: bool,
    /// Write a log of requests and timings, without secrets, to this file [level: SIPREG_LOG=debug]
    #[arg(long, global = true, value_name = "FILE")]
    pub log: Option<PathBuf>,
    /// Colours: auto, always, never [env: SIPREG_COLOR, NO_COLOR]
    #[arg(long, global = true, value_name = "WHEN")]
    pub color: Option<String>,
    /// Options about registrations.
    #[command(flatten)]
    pub common: Common,
}

#[expect(clippy::doc_markdown, reason = "the comments are the help that people read")]
/// Options about registrations, which only some commands take: see [`super::help`].
#[expect(clippy::struct_excessive_bools, reason = "each is an option that is given or not")]
#[derive(Debug, Clone, Default, Args)]
pub struct Common {
    /// Output format [default: table] [env: SIPREG_OUTPUT]
    #[arg(short, long, global = true, value_name = "FORM", value_enum)]
    pub output: Option<OutputFormat>,
    /// Only registrations that match a filter, such as 'acme enabled:no'
    #[arg(short, long, global = true, value_name = "FILTER")]
    pub filter: Option<String>,
    /// Send no changes: show what would change, with -v the requests
    #[arg(long, global = true)]
    pub dry_run: bool,
    /// Skip confirmation
    #[arg(short, long, global = true)]
    pub yes: bool,
    /// If a change gets no answer, check for its result this long: seconds, or 30s, 2m
    #[arg(long, global = true, value_name = "TIME", value_parser = span)]
    pub wait_unknown: Option<Duration>,
    /// Continue if the recovery plan cannot be written to disk
    #[arg(long, global = true)]
    pub no_plan: bool,
    /// Print at most this many registrations or log lines
    #[arg(long, global = true, value_name = "N", allow_negative_numbers = true, value_parser = number_of_rows)]
    pub limit: Option<usize>,
    /// Print the table without headings
    #[arg(long, global = true)]
    pub no_headers: bool,
    /// Print only errors: no results, plans or counts
    #[arg(short, long, global = true, conflicts_with = "verbose")]
    pub quiet: bool,
    /// Print more: the requests of --dry-run, request IDs
    #[arg(short, long, global = true)]
    pub verbose: bool,
}

/// Reads how many rows are wanted.
fn number_of_rows(text: &str) -> Result<usize, String> {
    text.parse().map_err(|_none| "write a number of rows, 0 or more".to_owned())
}

/// A text that is no time.
#[derive(Debug, thiserror::Error)]
#[error("use seconds, or a time such as 30s, 5m")]
pub struct NoSpan;

/// Reads a time that was typed.
///
/// # Errors
/// The text is not a time.
pub fn span(text: &str) -> Result<Duration, NoSpan> {
    parse_span(text).ok_or(NoSpan)
}

impl ValueEnum for OutputFormat {
    fn value_variants<'a>() -> &'a [Self] {
        &[Self::Table, Self::Json, Self::Jsonl, Self::Csv, Self::Ids]
    }

    fn to_possible_value(&self) -> Option<PossibleValue> {
        let help = match self {
            Self::Table => "Columns, as many as fit the terminal",
            Self::Json => "One JSON document",
            Self::Jsonl => "One JSON object per line",
            Self::Csv => "Rows with a header",
            Self::Ids => "IDs, one per line",
        };
        Some(PossibleValue::new(self.word()).help(help))
    }
}

impl From<GlobalOptions> for Arguments {
    fn from(options: GlobalOptions) -> Self {
        let given = [
            (Setting::Url, options.url),
            (Setting::Username, options.username),
            (Setting::PasswordCommand, options.password_command),
            (Setting::TokenCommand, options.token_command),
            (Setting::Timezone, options.timezone),
            (Setting::Access, options.read_only.then(|| "read-only".to_owned())),
            (Setting::Timeout, options.timeout),
            (Setting::CaFile, options.ca_file),
            (Setting::Color, options.color),
            (Setting::Output, options.common.output.map(|form| form.word().to_owned())),
        ];
        Self {
            config: options.config,
            profile: options.profile,
            given: given.into_iter().filter_map(|(setting, text)| text.map(|text| (setting, text))).collect(),
        }
    }
}

#[cfg(test)]
mod tests {
    use clap::{Command, CommandFactory};

    use crate::cli::Cli;
    use crate::config::SETTINGS;
    use crate::config::locate::{CONFIG, PROFILE};

    #[test]
    fn the_command_line_is_consistent() {
        Cli::command().debug_assert();
    }

    #[test]
    fn every_setting_with_an_option_has_it_and_its_help_names_the_variable() {
        let command: Command = Cli::command();
        let table = SETTINGS.iter().filter_map(|row| Some((row.argument?, row.environment?)));
        for (option, variable) in table.chain([("--config", CONFIG), ("--profile", PROFILE)]) {
            let argument = command
                .get_arguments()
                .find(|argument| argument.get_long().is_some_and(|long| format!("--{long}") == option))
                .unwrap_or_else(|| panic!("there is no {option}"));
            let help = argument.get_help().map(ToString::to_string).unwrap_or_default();
            assert!(help.contains(variable), "the help of {option} does not name {variable}");
            assert!(argument.is_global_set(), "{option} is not global");
        }
    }
}

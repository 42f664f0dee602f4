//! The one table of settings: key in the file, environment variable, option, default. The reader of the file,
//! the precedence, `config show` and the test of the example are loops over it.

/// Part of the file in which a setting stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SettingSection {
    /// `[profile.NAME]`: one server, and how to sign in there.
    Profile,
    /// `[profile.NAME.live]`: the source of the live state there.
    Live,
    /// `[ui]`: how things look, whatever the server.
    Ui,
}

/// Every setting.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Setting {
    /// Address of the server: its origin, or up to and including `/api/rest/admin`.
    Url,
    /// Word in front of the profile's name wherever it is shown, such as `PROD`.
    Badge,
    /// Whether password and token may go unencrypted to another machine.
    AllowPlaintext,
    /// Colour of the badge.
    BadgeColor,
    /// User to sign in as.
    Username,
    /// The password itself.
    Password,
    /// File with the password on its first line.
    PasswordFile,
    /// Command that prints the password.
    PasswordCommand,
    /// An API token.
    Token,
    /// File with a token on its first line.
    TokenFile,
    /// Command that prints a token.
    TokenCommand,
    /// What may be changed.
    Access,
    /// How labels of pops, nodes and transports are read.
    Labels,
    /// Whether `If-Match` is sent with a write.
    IfMatch,
    /// Time zone of times on screen and of the API's `timezone` parameter.
    Timezone,
    /// Longest wait for a whole request.
    Timeout,
    /// Longest wait for a connection.
    ConnectTimeout,
    /// PEM file with the certificate authorities to trust.
    CaFile,
    /// Proxy in front of the server; `none` for none, whatever the environment says.
    Proxy,
    /// How often the switch's nodes read the registrations.
    NodePoll,
    /// How often the console looks for changes by itself.
    Watch,
    /// Who is asked for the live state of registrations.
    LiveSource,
    /// How often.
    LiveEvery,
    /// Longest wait for the answer of one node.
    LiveTimeout,
    /// Addresses of nodes in place of those that the API reports.
    LiveEndpoints,
    /// Address of the Prometheus server.
    LiveUrl,
    /// Command that prints the live state.
    LiveCommand,
    /// User at the Prometheus server.
    LiveUsername,
    /// The password there.
    LivePassword,
    /// File with that password on its first line.
    LivePasswordFile,
    /// Command that prints that password.
    LivePasswordCommand,
    /// A bearer token for the Prometheus server.
    LiveToken,
    /// File with that token on its first line.
    LiveTokenFile,
    /// Command that prints that token.
    LiveTokenCommand,
    /// Rules of `sipreg lint` whose findings are not shown.
    Ignore,
    /// Colours of the console.
    Theme,
    /// How the row under the cursor is shown.
    Cursor,
    /// Whether lines and signs are drawn in ASCII.
    Ascii,
    /// Whether the mouse is listened to.
    Mouse,
    /// Whether the bell rings at the end of long work.
    Bell,
    /// When to use colour at all.
    Color,
    /// How long the console waits for the rest of a key behind an escape.
    EscapeDelay,
    /// After how long without a key the console locks.
    LockAfter,
    /// Megabytes from which the journal begins a new file.
    JournalSize,
    /// Days after which it does.
    JournalAge,
    /// Whether the demo shows tips.
    Tips,
    /// Form in which commands print data.
    Output,
}

/// One row of the table.
#[derive(Debug, Clone, Copy)]
pub struct SettingRow {
    /// Which setting.
    pub setting: Setting,
    /// Its key in the file.
    pub key: &'static str,
    /// Where in the file.
    pub section: SettingSection,
    /// Environment variable that sets it.
    pub environment: Option<&'static str>,
    /// Its command line option.
    pub argument: Option<&'static str>,
    /// The default as one would write it in the file; empty: not set.
    pub default: &'static str,
}

const fn row(
    setting: Setting,
    key: &'static str,
    section: SettingSection,
    environment: &'static str,
    argument: &'static str,
    default: &'static str,
) -> SettingRow {
    let environment = if environment.is_empty() { None } else { Some(environment) };
    let argument = if argument.is_empty() { None } else { Some(argument) };
    SettingRow { setting, key, section, environment, argument, default }
}

/// All settings, in the order in which they are shown.
#[rustfmt::skip]
pub const SETTINGS: [SettingRow; 47] = [
    row(Setting::Url,             "url",              SettingSection::Profile, "SIPREG_URL",              "--url",              ""),
    row(Setting::Badge,           "badge",            SettingSection::Profile, "",                        "",                   ""),
    row(Setting::AllowPlaintext,  "allow_plaintext",  SettingSection::Profile, "",                        "",                   "false"),
    row(Setting::BadgeColor,      "color",            SettingSection::Profile, "",                        "",                   ""),
    row(Setting::Username,        "username",         SettingSection::Profile, "SIPREG_USERNAME",         "--username",         ""),
    row(Setting::Password,        "password",         SettingSection::Profile, "SIPREG_PASSWORD",         "",                   ""),
    row(Setting::PasswordFile,    "password_file",    SettingSection::Profile, "",                        "",                   ""),
    row(Setting::PasswordCommand, "password_command", SettingSection::Profile, "SIPREG_PASSWORD_COMMAND", "--password-command", ""),
    row(Setting::Token,           "token",            SettingSection::Profile, "SIPREG_TOKEN",            "",                   ""),
    row(Setting::TokenFile,       "token_file",       SettingSection::Profile, "",                        "",                   ""),
    row(Setting::TokenCommand,    "token_command",    SettingSection::Profile, "SIPREG_TOKEN_COMMAND",    "--token-command",    ""),
    row(Setting::Access,          "access",           SettingSection::Profile, "SIPREG_READ_ONLY",        "--read-only",        "\"write\""),
    row(Setting::Labels,          "labels",           SettingSection::Profile, "",                        "",                   "\"include\""),
    row(Setting::IfMatch,         "if_match",         SettingSection::Profile, "",                        "",                   "true"),
    row(Setting::Timezone,        "timezone",         SettingSection::Profile, "SIPREG_TIMEZONE",         "--timezone",         ""),
    row(Setting::Timeout,         "timeout",          SettingSection::Profile, "SIPREG_TIMEOUT",          "--timeout",          "30"),
    row(Setting::ConnectTimeout,  "connect_timeout",  SettingSection::Profile, "",                        "",                   "5"),
    row(Setting::CaFile,          "ca_file",          SettingSection::Profile, "SIPREG_CA_FILE",          "--ca-file",          ""),
    row(Setting::Proxy,           "proxy",            SettingSection::Profile, "",                        "",                   ""),
    row(Setting::NodePoll,        "node_poll",        SettingSection::Profile, "",                        "",                   "300"),
    row(Setting::Watch,           "watch",            SettingSection::Profile, "",                        "",                   ""),
    row(Setting::LiveSource,          "live.source",           SettingSection::Live,    "",                        "",                   ""),
    row(Setting::LiveEvery,           "live.every",            SettingSection::Live,    "",                        "",                   "15"),
    row(Setting::LiveTimeout,         "live.timeout",          SettingSection::Live,    "",                        "",                   "3"),
    row(Setting::LiveEndpoints,       "live.endpoints",        SettingSection::Live,    "",                        "",                   ""),
    row(Setting::LiveUrl,             "live.url",              SettingSection::Live,    "",                        "",                   ""),
    row(Setting::LiveCommand,         "live.command",          SettingSection::Live,    "",                        "",                   ""),
    row(Setting::LiveUsername,        "live.username",         SettingSection::Live,    "",                        "",                   ""),
    row(Setting::LivePassword,        "live.password",         SettingSection::Live,    "",                        "",                   ""),
    row(Setting::LivePasswordFile,    "live.password_file",    SettingSection::Live,    "",                        "",                   ""),
    row(Setting::LivePasswordCommand, "live.password_command", SettingSection::Live,    "",                        "",                   ""),
    row(Setting::LiveToken,           "live.token",            SettingSection::Live,    "",                        "",                   ""),
    row(Setting::LiveTokenFile,       "live.token_file",       SettingSection::Live,    "",                        "",                   ""),
    row(Setting::LiveTokenCommand,    "live.token_command",    SettingSection::Live,    "",                        "",                   ""),
    row(Setting::Ignore,          "ignore",           SettingSection::Profile, "",                        "",                   ""),
    row(Setting::Theme,           "theme",            SettingSection::Ui,      "",                        "",                   "\"default\""),
    row(Setting::Cursor,          "cursor",           SettingSection::Ui,      "",                        "",                   "\"bar\""),
    row(Setting::Ascii,           "ascii",            SettingSection::Ui,      "",                        "",                   "false"),
    row(Setting::Mouse,           "mouse",            SettingSection::Ui,      "",                        "",                   "false"),
    row(Setting::Bell,            "bell",             SettingSection::Ui,      "",                        "",                   "false"),
    row(Setting::Color,           "color",            SettingSection::Ui,      "SIPREG_COLOR",            "--color",            "\"auto\""),
    row(Setting::EscapeDelay,     "escape_delay",     SettingSection::Ui,      "",                        "",                   ""),
    row(Setting::LockAfter,       "lock_after",       SettingSection::Ui,      "",                        "",                   ""),
    row(Setting::JournalSize,     "journal_size",     SettingSection::Ui,      "",                        "",                   "10"),
    row(Setting::JournalAge,      "journal_age",      SettingSection::Ui,      "",                        "",                   ""),
    row(Setting::Tips,            "tips",             SettingSection::Ui,      "",                        "",                   "true"),
    row(Setting::Output,          "output",           SettingSection::Ui,      "SIPREG_OUTPUT",           "--output",           ""),
];

impl SettingRow {
    /// Its name in its table; the key says which table, too, where two have the same names.
    pub fn name(&self) -> &'static str {
        self.key.strip_prefix("live.").unwrap_or(self.key)
    }
}

impl Setting {
    /// Its row; every setting has one, which a test sees to.
    pub fn row(self) -> &'static SettingRow {
        let [first, ..] = &SETTINGS;
        SETTINGS.iter().find(|row| row.setting == self).unwrap_or(first)
    }

    /// Its key in the file.
    pub fn key(self) -> &'static str {
        self.row().key
    }

    /// The setting with this key in a section of the file.
    pub fn named(section: SettingSection, key: &str) -> Option<Self> {
        SETTINGS.iter().find(|row| row.section == section && row.name() == key).map(|row| row.setting)
    }

    /// The keys of a section, in order.
    pub fn keys(section: SettingSection) -> Vec<&'static str> {
        SETTINGS.iter().filter(|row| row.section == section).map(SettingRow::name).collect()
    }

    /// Whether the value itself is a secret, which makes the file that holds it one.
    pub const fn is_secret(self) -> bool {
        matches!(self, Self::Password | Self::Token | Self::LivePassword | Self::LiveToken)
    }

    /// Whether it names a file with a secret.
    pub const fn names_a_file(self) -> bool {
        matches!(self, Self::PasswordFile | Self::TokenFile | Self::LivePasswordFile | Self::LiveTokenFile)
    }

    /// Whether it names a command that prints a secret.
    pub const fn names_a_command(self) -> bool {
        matches!(self, Self::PasswordCommand | Self::TokenCommand | Self::LivePasswordCommand | Self::LiveTokenCommand)
    }

    /// The ways to say the same secret: itself, a file, a command.
    #[must_use]
    pub const fn ways(self) -> [Self; 3] {
        match self {
            Self::Token | Self::TokenFile | Self::TokenCommand => [Self::Token, Self::TokenFile, Self::TokenCommand],
            Self::LivePassword | Self::LivePasswordFile | Self::LivePasswordCommand => {
                [Self::LivePassword, Self::LivePasswordFile, Self::LivePasswordCommand]
            }
            Self::LiveToken | Self::LiveTokenFile | Self::LiveTokenCommand => {
                [Self::LiveToken, Self::LiveTokenFile, Self::LiveTokenCommand]
            }
            _ => [Self::Password, Self::PasswordFile, Self::PasswordCommand],
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_setting_has_its_own_row() {
        for row in &SETTINGS {
            assert_eq!(row.setting.row().key, row.key);
        }
    }
}

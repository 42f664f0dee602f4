//! The pages that are not about a command: the configuration file, the filter language, the keys of the console.

use super::Page;
use super::roff::Roff;
use crate::config::{EXAMPLE, SETTINGS, SettingSection};
use crate::domain::query::filter::FILTER_HELP;
use crate::keys::{COMMANDS, Keymap, Scope};

pub(super) fn pages() -> [Page; 3] {
    [toml(), filter(), keys()]
}

fn page(word: &str, name: &str, section: char, text: Roff) -> Page {
    Page { word: word.to_owned(), name: name.to_owned(), section, text: text.0 }
}

fn toml() -> Page {
    let mut roff = Roff::titled("sipreg.toml", '5', "configuration of sipreg");
    roff.section("DESCRIPTION");
    roff.paragraph(
        "The configuration is a TOML file: --config FILE, else SIPREG_CONFIG, else the path that sipreg config path \
         prints, usually ~/.config/sipreg/config.toml. sipreg config init writes a commented example, sipreg config \
         show prints every setting with its value and where it came from.",
    );
    roff.paragraph(
        "Below it lies /etc/sipreg/config.toml, for all users of a host: it holds where the user's file says nothing, \
         setting by setting. The user's profile of another server or user name gets no secrets from it.",
    );
    roff.paragraph(
        "A command line option comes before an environment variable, that before the file, that before the default, \
         for each setting by itself. Unknown names and wrong values are refused, with file, line and column.",
    );
    roff.paragraph(
        "A file that spells out a password or a token must be readable by its owner only. A file that others may write \
         to is refused.",
    );
    roff.section("SETTINGS");
    for (section, title) in [
        (SettingSection::Profile, "[profile.NAME]: a server and how to sign in there"),
        (SettingSection::Live, "[profile.NAME.live]: source of the live state"),
        (SettingSection::Ui, "[ui]: how the console looks"),
    ] {
        roff.part(title);
        for row in SETTINGS.iter().filter(|row| row.section == section) {
            let mut facts = vec![match row.default {
                "" => "no default".to_owned(),
                default => format!("default {default}"),
            }];
            facts.extend(row.argument.map(|option| format!("option {option}")));
            facts.extend(row.environment.map(|variable| format!("variable {variable}")));
            roff.item(row.name(), &format!("{}.", facts.join("; ")));
        }
    }
    roff.part("[keys], [keys.SCREEN]: keys of the console");
    roff.paragraph("COMMAND = \"KEY\" or a list of keys. sipreg config keys prints all commands with their keys.");
    roff.section("EXAMPLES");
    roff.paragraph("The example that sipreg config init writes, which explains each setting:");
    roff.verbatim(EXAMPLE.trim_end());
    roff.section("SEE ALSO");
    roff.paragraph("sipreg(1), sipreg-config(1), sipreg-keys(7)");
    page("toml", "sipreg.toml", '5', roff)
}

fn filter() -> Page {
    let mut roff = Roff::titled("sipreg-filter", '7', "filter language of sipreg");
    roff.section("DESCRIPTION");
    roff.paragraph(
        "What the filter box of the console (/) and --filter of commands take. Words are combined with AND; each must \
         hold.",
    );
    roff.section("TERMS");
    for (term, meaning) in FILTER_HELP {
        roff.item(term, meaning);
    }
    roff.section("EXAMPLES");
    roff.verbatim(
        "sipreg list -f 'domain:acme enabled:no'\nsipreg lint -f 'pop:ams'\nsipreg status -f 'live.code:403'",
    );
    roff.section("SEE ALSO");
    roff.paragraph("sipreg(1), sipreg-list(1), sipreg-keys(7)");
    page("filter", "sipreg-filter", '7', roff)
}

fn keys() -> Page {
    let mut roff = Roff::titled("sipreg-keys", '7', "keys of the sipreg console");
    roff.section("DESCRIPTION");
    roff.paragraph(
        "The keys as they come. [keys] of sipreg.toml(5) changes them, sipreg config keys prints those in force, and ? \
         in the console shows those of the screen. Names of commands stand in parentheses.",
    );
    roff.section("KEYS");
    let keymap = Keymap::default();
    for scope in Scope::ALL {
        let rows: Vec<_> = COMMANDS
            .iter()
            .map(|row| (row, keymap.all_keys_of(scope, row.command)))
            .filter(|(_, keys)| !keys.is_empty())
            .collect();
        if !rows.is_empty() {
            roff.part(scope.title());
            for (row, keys) in rows {
                roff.item(&keys.join(", "), &format!("{} ({})", keymap.explain(row.help), row.name));
            }
        }
    }
    roff.section("SEE ALSO");
    roff.paragraph("sipreg(1), sipreg.toml(5), sipreg-filter(7)");
    page("keys", "sipreg-keys", '7', roff)
}

//! What README and `docs/` say about keys, fields, settings and screens is what the tables and the console say.
//! After a wanted change: `README_UPDATE=1 cargo test --test screens readme`, then look at the difference.

use std::fmt::Write as _;
use std::path::PathBuf;
use std::{env, fs};

use sipreg::cli::Exit;
use sipreg::config::{SETTINGS, SettingSection};
use sipreg::domain::record::{FIELDS, Field, FieldPresence, ValueKind};
use sipreg::domain::rules::Severity;
use sipreg::domain::rules::check::all;
use sipreg::keys::{COMMANDS, Command, Keymap, Scope};

use crate::sitting::Sitting;
use crate::{detail_of, list_at, untagged};

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

/// Compares what stands between the markers of this name in a file with what should, or puts it there.
fn hold(file: &str, name: &str, wanted: &str) {
    let path = root().join(file);
    let text = fs::read_to_string(&path).unwrap();
    let (begin, end) = (format!("<!-- {name}: generated -->\n"), format!("<!-- {name}: end -->"));
    let (before, rest) = text.split_once(&begin).unwrap();
    let (found, after) = rest.split_once(&end).unwrap();
    if env::var_os("README_UPDATE").is_some() {
        fs::write(path, format!("{before}{begin}{wanted}{end}{after}")).unwrap();
    } else {
        assert_eq!(found, wanted, "{file} is behind; fix: README_UPDATE=1 cargo test --test screens readme");
    }
}

/// Every screen, in the order of the document.
const SCOPES: [Scope; 8] = [
    Scope::Global,
    Scope::List,
    Scope::Detail,
    Scope::Document,
    Scope::Target,
    Scope::Form,
    Scope::Review,
    Scope::Conflict,
];

/// The keys of each screen: a row a command.
fn keys() -> String {
    let keymap = Keymap::default();
    let mut text = String::new();
    for scope in SCOPES {
        let mut rows = String::new();
        for row in COMMANDS {
            let bindings = keymap.bindings_in(scope);
            let keys: Vec<String> = bindings
                .iter()
                .filter(|binding| binding.scope == scope && binding.command == row.command)
                .map(|binding| format!("`{}`", sipreg::keys::sequence(&binding.keys)))
                .collect();
            if !keys.is_empty() {
                writeln!(rows, "| {} | {} |", keys.join(", "), keymap.explain(row.help)).unwrap();
            }
        }
        if !rows.is_empty() {
            write!(text, "\n**{}**\n\n| keys | |\n|---|---|\n{rows}", scope.title()).unwrap();
        }
    }
    text.push('\n');
    text
}

fn values(field: &Field) -> String {
    match field.kind {
        ValueKind::Text => "text".to_owned(),
        ValueKind::Secret => "text, secret".to_owned(),
        ValueKind::Flag => "yes or no".to_owned(),
        ValueKind::Number { min, max, unit } => format!("{min} to {max} {unit}"),
        ValueKind::Texts => "list of texts".to_owned(),
        ValueKind::Choice(choices) => {
            choices.iter().map(|(number, word)| format!("{number} ({word})")).collect::<Vec<_>>().join(" or ")
        }
        ValueKind::Reference(relation) => format!("a {}", relation.noun()),
    }
}

/// The fields of a registration: a row each.
fn fields() -> String {
    let mut text = "\n| field | values | empty | meaning |\n|---|---|---|---|\n".to_owned();
    for field in &FIELDS {
        let empty = match field.presence {
            FieldPresence::Required => "no",
            FieldPresence::Optional => field.unset,
        };
        let help = format!("{} {}", field.help, field.more).replace('<', "\\<");
        writeln!(text, "| `{}` | {} | {empty} | {help} |", field.name, values(field)).unwrap();
    }
    text.push('\n');
    text
}

/// Every rule: what it finds, why that matters, where it comes from.
fn rules() -> String {
    let mut text = "\
# Rules

What `sipreg lint`, the signs of the list, the form, the review and every command that writes find. **DOWN**: the record
cannot work as it stands. **error**: the server or its database would refuse it, so it is not sent. **warning**: it will
surprise you. **info**: worth knowing. `ignore = [\"NAME\"]` in a profile leaves a rule out; errors cannot be ignored.

Written by `README_UPDATE=1 cargo test --test screens readme` from the table in `src/domain/rules`.

| rule | severity | fields | finds | source |
|---|---|---|---|---|
"
    .to_owned();
    for severity in Severity::ALL {
        for rule in all().filter(|rule| rule.severity == severity) {
            let fields = match rule.fields.len() {
                1..=3 => rule.fields.iter().map(|field| field.field().name).collect::<Vec<_>>().join(", "),
                many => format!("{many} fields"),
            };
            let (word, summary) = (rule.severity.word(), rule.summary);
            writeln!(text, "| [`{0}`](#{0}) | {word} | {fields} | {summary} | {1} |", rule.id, rule.source).unwrap();
        }
    }
    for rule in all() {
        write!(text, "\n## {}\n\n{}\n", rule.id, rule.help.replace('<', "\\<")).unwrap();
    }
    text
}

/// A screen as a block of code.
fn picture(sitting: &Sitting) -> String {
    let mut text = "\n".to_owned();
    for line in untagged(&sitting.screen()).lines() {
        text.push_str(format!("    {line}").trim_end());
        text.push('\n');
    }
    text.push('\n');
    text
}

/// The keys that someone who begins needs.
const FIRST: [Command; 10] = [
    Command::Open,
    Command::Filter,
    Command::Edit,
    Command::Toggle,
    Command::Undo,
    Command::Mark,
    Command::Bounce,
    Command::Palette,
    Command::Help,
    Command::Back,
];

fn ten_keys() -> String {
    let keymap = Keymap::default();
    let mut text = "\n| keys | |\n|---|---|\n".to_owned();
    for command in FIRST {
        let row = COMMANDS.iter().find(|row| row.command == command).unwrap();
        let scope = *row.scopes.first().unwrap();
        let keys: Vec<String> = keymap.all_keys_of(scope, command).iter().map(|keys| format!("`{keys}`")).collect();
        writeln!(text, "| {} | {} |", keys.join(", "), keymap.explain(row.help)).unwrap();
    }
    text.push('\n');
    text
}

/// Every setting: its name, where it stands, what stands above it.
fn settings() -> String {
    let mut text = "\n| setting | table | option | variable | default |\n|---|---|---|---|---|\n".to_owned();
    let code = |text: &str| if text.is_empty() { String::new() } else { format!("`{text}`") };
    for row in &SETTINGS {
        let table = match row.section {
            SettingSection::Profile => "[profile.NAME]",
            SettingSection::Live => "[profile.NAME.live]",
            SettingSection::Ui => "[ui]",
        };
        let (option, variable) = (code(row.argument.unwrap_or_default()), code(row.environment.unwrap_or_default()));
        let default = if row.default.is_empty() { "not set".to_owned() } else { code(row.default) };
        writeln!(text, "| `{}` | `{table}` | {option} | {variable} | {default} |", row.name()).unwrap();
    }
    text.push('\n');
    text
}

/// Every exit code.
fn exit_codes() -> String {
    let mut text = "\n| code | meaning |\n|---|---|\n".to_owned();
    for (exit, meaning) in Exit::ALL {
        writeln!(text, "| {} | {meaning} |", exit.code()).unwrap();
    }
    text.push('\n');
    text
}

#[test]
fn readme_and_docs_show_the_tables_and_the_screens_as_they_are() {
    hold("docs/keys.md", "keys", &keys());
    hold("README.md", "ten keys", &ten_keys());
    hold("docs/fields.md", "fields", &fields());
    hold("docs/configuration.md", "settings", &settings());
    hold("docs/commands.md", "exit codes", &exit_codes());
    let path = root().join("docs/rules.md");
    if env::var_os("README_UPDATE").is_some() {
        fs::write(&path, rules()).unwrap();
    } else {
        let found = fs::read_to_string(&path).unwrap();
        assert_eq!(found, rules(), "docs/rules.md is behind; fix: README_UPDATE=1 cargo test --test screens readme");
    }
    hold("README.md", "list", &picture(&list_at((80, 24), "22")));
    hold("docs/console.md", "detail", &picture(&detail_of((80, 40), "22")));
}

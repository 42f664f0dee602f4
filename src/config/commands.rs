//! The `[[command]]` tables: commands of the user's own. Each is read whole; what is wrong with it is a mistake with its
//! place. Whether its keys are free is the keymap's to say.

use toml::de::{DeTable, DeValue};

use super::{ConfigMistake, Origin, Problems, Sourced};
use crate::domain::nearest::nearest;
use crate::domain::program::{Call, CallMistake, Display};
use crate::keys::keymap::name_of;
use crate::keys::{Asks, CommandScope, CustomCommand, Key, Password};

/// What a table may say.
pub(super) const KEYS: [&str; 8] = ["name", "key", "run", "on", "confirm", "terminal", "shell", "password"];

/// How `on` is said.
const ABOUT: [(&str, CommandScope); 3] =
    [("record", CommandScope::Record), ("marked", CommandScope::Marked), ("nothing", CommandScope::Nothing)];

/// Reads the table of one command that begins at `place`. `at` finds the place of a byte of the text.
pub(super) fn read(
    table: &DeTable<'_>,
    place: Origin,
    at: impl Fn(usize) -> Origin,
    problems: &mut Problems,
) -> Option<Sourced<CustomCommand>> {
    let before = problems.0.len();
    let mut found = Table {
        name: None,
        keys: Vec::new(),
        run: None,
        about: Some(CommandScope::Record),
        asks: Asks::Not,
        display: Display::Box,
        shell: false,
        password: Password::Withheld,
    };
    for (key, item) in table {
        let (here, value) = (at(item.span().start), item.get_ref());
        let taken = match (key.get_ref().as_ref(), value) {
            ("name", DeValue::String(text)) => {
                found.name = Some(text.clone().into_owned());
                true
            }
            ("key", value) => texts(value).map(|keys| found.keys = keys).is_some(),
            ("run", DeValue::String(text)) => {
                found.run = Some((Run::Line(text.clone().into_owned()), here.clone()));
                true
            }
            ("run", DeValue::Array(_)) => {
                texts(value).map(|words| found.run = Some((Run::List(words), here.clone()))).is_some()
            }
            ("on", DeValue::String(text)) => {
                found.about = ABOUT.iter().find(|(word, _)| *word == text.as_ref()).map(|(_, about)| *about);
                if found.about.is_none() {
                    let words = ABOUT.map(|(word, _)| word);
                    let accepted = words.map(|word| format!("\"{word}\"")).join(", ");
                    let nearest = nearest(text, words).map(str::to_owned);
                    let shown = format!("{:?}", text.chars().take(40).collect::<String>());
                    problems.add(here.clone(), ConfigMistake::Value { setting: "on", found: shown, accepted, nearest });
                }
                true
            }
            ("confirm", DeValue::Boolean(flag)) => {
                found.asks = if *flag { Asks::First } else { Asks::Not };
                true
            }
            ("terminal", DeValue::Boolean(flag)) => {
                found.display = if *flag { Display::Terminal } else { Display::Box };
                true
            }
            ("shell", DeValue::Boolean(flag)) => {
                found.shell = *flag;
                true
            }
            ("password", DeValue::Boolean(flag)) => {
                found.password = if *flag { Password::Given } else { Password::Withheld };
                true
            }
            (known, _) if KEYS.contains(&known) => false,
            (other, _) => {
                problems.add(
                    at(key.span().start),
                    ConfigMistake::UnknownKey {
                        found: other.chars().take(80).collect(),
                        section: "[[command]]".to_owned(),
                        nearest: nearest(other, KEYS).map(str::to_owned),
                        known: KEYS.map(str::to_owned).to_vec(),
                    },
                );
                true
            }
        };
        if !taken && let Some(setting) = KEYS.into_iter().find(|known| *known == key.get_ref().as_ref()) {
            let accepted = match setting {
                "key" | "run" => "a text, or a list of texts",
                "name" | "on" => "a text",
                _ => "true or false",
            };
            problems.add(here, ConfigMistake::value(setting, super::value::kind(value), accepted));
        }
    }
    let unusable = |setting: &'static str, reason: &str| ConfigMistake::Unusable { setting, reason: reason.to_owned() };
    if found.name.is_none() {
        problems.add(place.clone(), unusable("[[command]]", "it needs a name"));
    }
    if found.run.is_none() && table.keys().all(|key| key.get_ref() != "run") {
        problems.add(place.clone(), unusable("[[command]]", "it needs run, the program to call"));
    }
    let command = found.command(&place, problems)?;
    (problems.0.len() == before).then(|| Sourced::new(command, place))
}

/// A table, before it is judged.
struct Table {
    name: Option<String>,
    keys: Vec<String>,
    run: Option<(Run, Origin)>,
    /// `None`: none that there is.
    about: Option<CommandScope>,
    asks: Asks,
    display: Display,
    /// Whether `run` is a piece of shell.
    shell: bool,
    password: Password,
}

enum Run {
    Line(String),
    List(Vec<String>),
}

impl Table {
    fn command(self, place: &Origin, problems: &mut Problems) -> Option<CustomCommand> {
        let mut judged = |setting: &'static str, place: &Origin, reason: &dyn std::fmt::Display| {
            problems.add(place.clone(), ConfigMistake::Unusable { setting, reason: reason.to_string() });
        };
        let title = self.name?;
        let name = name_of(&title).map_err(|why| judged("name", place, &why)).ok();
        let mut keys = Vec::with_capacity(self.keys.len());
        for text in &self.keys {
            match Key::parse_sequence(text) {
                Ok(key) if !key.is_empty() => keys.push(key),
                Ok(_) => judged("key", place, &"it is empty; remove the line for no key at all"),
                Err(why) => judged("key", place, &why),
            }
        }
        let (run, at) = self.run?;
        let call = match (run, self.shell) {
            (Run::Line(line), false) => Call::of_line(&line),
            (Run::Line(script), true) => Call::of_shell(&script),
            (Run::List(words), false) => Call::of_list(&words),
            (Run::List(_), true) => Err(CallMistake::ShellOfList),
        };
        let call = call.map_err(|why| judged("run", &at, &why)).ok();
        let (about, given) = (self.about?, self.password == Password::Given);
        if about == CommandScope::Nothing && (given || call.as_ref().is_some_and(Call::has_placeholders)) {
            judged("[[command]]", place, &"with on = \"nothing\" there are no values of a registration");
        }
        if about == CommandScope::Marked && given {
            judged("password", place, &"it is for one registration: on = \"record\"");
        }
        let (display, asks, password) = (self.display, self.asks, self.password);
        Some(CustomCommand { name: name?, title, keys, call: call?, about, display, asks, password })
    }
}

/// One text, or a list of them.
pub(super) fn texts(value: &DeValue<'_>) -> Option<Vec<String>> {
    match value {
        DeValue::String(text) => Some(vec![text.clone().into_owned()]),
        DeValue::Array(items) => items.iter().map(|item| item.get_ref().as_str().map(str::to_owned)).collect(),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;
    use crate::config::file::File;
    use crate::config::keymap;
    use crate::keys::{Command, KeyMeaning, Keymap, Scope, ServerUse};

    fn file(text: &str) -> Result<File, String> {
        File::parse(text, Path::new("c.toml"), None).map_err(|problems| problems.to_string())
    }

    fn map(text: &str) -> Result<Keymap, String> {
        let file = file(text)?;
        keymap::of(&file.keys, &file.commands).map_err(|problems| problems.to_string())
    }

    const TRACE: &str =
        "[[command]]\nname = \"Trace in sngrep\"\nkey = \"g s\"\nrun = \"sngrep -c host {domain}\"\nterminal = true\n";

    #[test]
    fn a_command_has_its_keys_and_its_name_on_every_screen_of_a_registration() {
        let map = map(TRACE).unwrap();
        let command = map.by_name("trace-in-sngrep").unwrap();
        for scope in [Scope::List, Scope::Detail, Scope::Document] {
            assert_eq!(map.meaning(scope, &Key::parse_sequence("g s").unwrap()), KeyMeaning::Command(command));
            assert_eq!(map.custom_in(scope).collect::<Vec<_>>(), [command]);
        }
        assert_eq!(map.custom_in(Scope::Form).count(), 0);
        let row = command.row();
        assert_eq!((row.name, row.help, row.writes), ("trace-in-sngrep", "Trace in sngrep", ServerUse::AtOnce));
        let Command::Custom(custom) = command else { panic!("{command:?}") };
        assert_eq!((custom.display, custom.about), (Display::Terminal, CommandScope::Record));
    }

    #[test]
    fn what_asks_first_is_known_to_ask() {
        for more in ["confirm = true", "password = true"] {
            let map = map(&format!("[[command]]\nname = \"a b\"\nrun = \"x\"\n{more}\n")).unwrap();
            assert_eq!(map.by_name("a-b").unwrap().row().writes, ServerUse::Asks, "{more}");
        }
    }

    #[test]
    fn each_mistake_is_told_with_its_place_and_what_to_do() {
        let command = |more: &str| format!("[[command]]\nname = \"a\"\n{more}\n");
        for (text, reported) in [
            (command(""), "c.toml:1:1: [[command]] cannot be used: it needs run"),
            ("[[command]]\nrun = \"x\"\n".to_owned(), "it needs a name"),
            (
                command("run = \"x {domian}\""),
                "c.toml:3:7: run cannot be used: no placeholder {domian}; did you mean {domain}?",
            ),
            (command("run = \"x {auth-password}\""), "REGISTRATION_AUTH_PASSWORD"),
            (command("run = \"x | y\""), "shell = true"),
            (command("run = \"x {id}\"\nshell = true"), "\"$REGISTRATION_ID\""),
            (command("run = [\"x\"]\nshell = true"), "needs one text"),
            (command("run = 5"), "run cannot be a number; accepted: a text, or a list of texts"),
            (command("run = \"x\"\nconfirm = \"yes\""), "confirm cannot be a text; accepted: true or false"),
            (command("run = \"x\"\non = \"recrod\""), "did you mean \"record\"?"),
            (command("run = \"x\"\ncomand = 1"), "unknown setting \"comand\" in [[command]]"),
            (command("run = \"x {id}\"\non = \"nothing\""), "no values of a registration"),
            (command("run = \"x\"\non = \"marked\"\npassword = true"), "for one registration"),
            (command("run = \"x\"\nkey = \"F99\""), "F99"),
            (command("run = \"x\"\nkey = \"\""), "remove the line"),
            (command("run = \"x\"\nkey = \"t\""), "\"t\" of a conflicts in list with \"t\" of toggle (default)"),
            (command("run = \"x\"\nkey = \"g\""), "conflicts in"),
            (command("run = \"x\"\nkey = \"J\""), "conflicts in list with \"J\" of journal"),
            (command("run = \"x\"\non = \"nothing\"\nkey = \"e\""), "conflicts in global with \"e\" of edit"),
            ("[[command]]\nname = \"toggle\"\nrun = \"x\"\n".to_owned(), "already"),
            (command("run = \"x\"\n") + &command("run = \"y\"\n"), "another command has it already"),
            ("command = 5\n".to_owned(), "tables: [[command]]"),
            ("[command]\nname = \"a\"\n".to_owned(), "tables: [[command]]"),
        ] {
            let problems = map(&text).unwrap_err();
            assert!(problems.contains(reported), "{text}\n{problems}");
            assert_eq!(problems.lines().count(), 1, "told once: {problems}");
        }
        let both =
            map(&(command("run = \"x\"\nkey = \"Z\"") + "[[command]]\nname = \"b\"\nrun = \"x\"\nkey = \"Z z\"\n"));
        assert!(both.unwrap_err().contains("give one of them other keys"));
    }

    #[test]
    fn a_key_that_was_freed_can_be_taken_and_a_command_of_the_host_is_replaced_by_its_name() {
        assert!(map("[keys]\njournal = []\n[[command]]\nname = \"a\"\nrun = \"x\"\nkey = \"J\"\n").is_ok());
        let own = file("[[command]]\nname = \"A\"\nrun = \"mine\"\n").unwrap();
        let host =
            file("[[command]]\nname = \"a\"\nrun = \"theirs\"\n[[command]]\nname = \"b\"\nrun = \"x\"\n").unwrap();
        let names: Vec<String> = own.over(host).commands.into_iter().map(|command| command.value.title).collect();
        assert_eq!(names, ["A", "b"]);
    }
}

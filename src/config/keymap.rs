//! The keymap that the lines of `[keys]` and the user's own commands make of the defaults. Names that mean nothing and
//! keys that would hide one another are mistakes with a place, found before the console opens.

use super::file::KeyLine;
use super::{ConfigMistake, Origin, Problems, Sourced};
use crate::domain::nearest::nearest;
use crate::keys::{COMMANDS, Command, CommandRow, CustomCommand, Key, Keymap, Scope, sequence};

/// The keys that hold.
///
/// # Errors
/// Unknown screens, commands and keys; keys of one screen that collide.
pub fn of(lines: &[KeyLine], own: &[Sourced<CustomCommand>]) -> Result<Keymap, Problems> {
    let mut problems = Problems::default();
    let mut map = Keymap::default();
    let mut bound: Vec<(Scope, Vec<Key>, CommandRow, &Origin)> = Vec::new();
    for line in lines {
        match read(line) {
            Ok((row, scopes, keys)) => {
                for scope in scopes {
                    map.rebind(scope, row.command, &keys);
                    bound.retain(|(known, _, other, _)| (*known, other.command) != (scope, row.command));
                    bound.extend(keys.iter().map(|keys| (scope, keys.clone(), row, &line.origin)));
                }
            }
            Err(reason) => problems.add(line.origin.clone(), ConfigMistake::Unusable { setting: "a key", reason }),
        }
    }
    for custom in own {
        let row = Command::Custom(map.add(custom.value.clone())).row();
        let keys = row.scopes.iter().flat_map(|scope| custom.value.keys.iter().map(|keys| (*scope, keys.clone())));
        bound.extend(keys.map(|(scope, keys)| (scope, keys, row, &custom.origin)));
    }
    let mut blamed: Vec<(&Origin, &[Key])> = Vec::new();
    for (scope, keys, row, origin) in &bound {
        let Some(other) = map.collision(*scope, keys, row.command) else { continue };
        // A command of several screens collides in each of them.
        if blamed.contains(&(origin, keys)) {
            continue;
        }
        blamed.push((origin, keys));
        let by = bound.iter().find(|(known, bound_keys, bound_row, _)| {
            (*known, bound_row.command) == (other.scope, other.command) && *bound_keys == other.keys
        });
        let from = by.map_or_else(|| "default".to_owned(), |(.., origin)| origin.to_string());
        let (name, other_name) = (row.name, other.command.row().name);
        let advice = match other.command {
            Command::Custom(_) => "give one of them other keys".to_owned(),
            _ => format!("give {other_name} other keys, or none: {other_name} = []"),
        };
        let reason = format!(
            "\"{}\" of {name} conflicts in {} with \"{}\" of {other_name} ({from}); {advice}",
            sequence(keys),
            scope.name(),
            sequence(&other.keys),
        );
        problems.add((*origin).clone(), ConfigMistake::Unusable { setting: "a key", reason });
    }
    problems.unless_any(map)
}

/// What a line binds: a command, where, to which keys.
type Bound = (CommandRow, Vec<Scope>, Vec<Vec<Key>>);

fn read(line: &KeyLine) -> Result<Bound, String> {
    let meant = |near: Option<&str>| near.map_or_else(String::new, |near| format!("; did you mean {near}?"));
    let Some(row) = COMMANDS.iter().find(|row| row.name == line.command).copied() else {
        let near = nearest(&line.command, COMMANDS.iter().map(|row| row.name));
        return Err(format!("no command {:?}{}; `sipreg config keys` lists them", line.command, meant(near)));
    };
    let scopes = match &line.screen {
        None => row.scopes.to_vec(),
        Some(screen) => {
            let Some(scope) = Scope::ALL.into_iter().find(|scope| scope.name() == screen) else {
                let names = Scope::ALL.map(Scope::name);
                let near = nearest(screen, names);
                return Err(format!("no screen {screen:?}{}; screens: {}", meant(near), names.join(", ")));
            };
            if !row.scopes.contains(&scope) && !row.scopes.contains(&Scope::Global) {
                return Err(format!("{} does not work in {screen}", row.name));
            }
            vec![scope]
        }
    };
    let keys: Vec<Vec<Key>> = line
        .keys
        .iter()
        .map(|text| Key::parse_sequence(text))
        .collect::<Result<_, _>>()
        .map_err(|unknown| unknown.to_string())?;
    if keys.iter().any(Vec::is_empty) {
        return Err(format!("{} has an empty key; for no key at all use {} = []", row.name, row.name));
    }
    Ok((row, scopes, keys))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::keys::{Command, KeyMeaning};

    fn line(screen: Option<&str>, command: &str, keys: &[&str]) -> KeyLine {
        KeyLine {
            screen: screen.map(str::to_owned),
            command: command.to_owned(),
            keys: keys.iter().map(|key| (*key).to_owned()).collect(),
            origin: Origin::Default,
        }
    }

    fn reported(lines: &[KeyLine]) -> String {
        of(lines, &[]).unwrap_err().0.iter().map(|problem| problem.mistake.to_string()).collect::<Vec<_>>().join("\n")
    }

    #[test]
    fn a_command_gets_several_keys_and_loses_its_own() {
        let map = of(&[line(None, "filter", &["Ctrl-e", "Z f"])], &[]).unwrap();
        let keys = |text: &str| Key::parse_sequence(text).unwrap();
        assert_eq!(map.meaning(Scope::List, &keys("Ctrl-e")), KeyMeaning::Command(Command::Filter));
        assert_eq!(map.meaning(Scope::List, &keys("Z")), KeyMeaning::Prefix);
        assert_eq!(map.meaning(Scope::List, &keys("/")), KeyMeaning::Nothing);
        assert_eq!(map.keys_of(Scope::List, Command::Filter).as_deref(), Some("Ctrl-e"));
    }

    #[test]
    fn collisions_say_what_with_and_a_freed_key_can_be_taken() {
        let clash = reported(&[line(None, "filter", &["s"])]);
        assert!(clash.contains("\"s\" of filter conflicts in list with \"s\" of sort (default)"), "{clash}");
        assert!(of(&[line(None, "filter", &["s"]), line(None, "sort", &[])], &[]).is_ok());
        // A key that begins another one's keys would hide it, also from another table.
        assert!(reported(&[line(None, "filter", &["g"])]).contains("conflicts"));
        assert!(reported(&[line(None, "help", &["y"])]).contains("copy-id"));
    }

    #[test]
    fn unknown_names_are_told_with_what_was_meant() {
        assert!(reported(&[line(None, "filtre", &["x"])]).contains("did you mean filter?"));
        assert!(reported(&[line(Some("lst"), "filter", &["x"])]).contains("did you mean list?"));
        assert!(reported(&[line(None, "filter", &["F13"])]).contains("F13"));
        assert!(reported(&[line(Some("detail"), "filter", &["Z"])]).contains("does not work in detail"));
    }
}

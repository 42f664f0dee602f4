//! From keys pressed to the command meant. Prefixes wait for as long as it takes.

use super::argument::IN_VI;
use super::chord::{Key, sequence};
use super::command::{COMMANDS, Command, CommandRow, OTHER_NAMES, Scope, bindings};
use super::custom::CustomCommand;

/// One binding.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Binding {
    /// Where it holds.
    pub scope: Scope,
    /// Keys pressed one after the other.
    pub keys: Vec<Key>,
    /// What they ask for.
    pub command: Command,
}

/// What the keys pressed so far mean.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum KeyMeaning {
    /// A command.
    Command(Command),
    /// The beginning of longer bindings.
    Prefix,
    /// Nothing here.
    Nothing,
}

/// All bindings in force.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Keymap {
    bindings: Vec<Binding>,
    /// Commands of the user's own, with and without keys.
    custom: Vec<&'static CustomCommand>,
}

impl Default for Keymap {
    fn default() -> Self {
        let binding = |(scope, keys, command)| Some(Binding { scope, keys: Key::parse_sequence(keys).ok()?, command });
        Self { bindings: bindings().filter_map(binding).collect(), custom: Vec::new() }
    }
}

/// Longest title of a command of the user's own, in characters.
const LONGEST: usize = 60;

/// Why a command of the user's own cannot be called so.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TitleMistake {
    /// Too long, empty, or with characters that cannot be seen.
    #[error("use 1 to {LONGEST} visible characters")]
    Unseen,
    /// Digits or signs alone.
    #[error("it needs a letter")]
    NoLetter,
    /// The name of another command.
    #[error(":{0} is a command of sipreg already")]
    Taken(String),
}

/// The name for the command line of a command that its user calls so.
///
/// # Errors
/// Why there is none.
pub fn name_of(title: &str) -> Result<String, TitleMistake> {
    let harmless = crate::domain::text::visible(title) == title;
    if !harmless || title.trim().is_empty() || title.chars().count() > LONGEST {
        return Err(TitleMistake::Unseen);
    }
    let signs = title.chars().map(|c| if c.is_alphanumeric() { c } else { ' ' }).collect::<String>().to_lowercase();
    let name = signs.split_whitespace().collect::<Vec<_>>().join("-");
    if name.is_empty() || name.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(TitleMistake::NoLetter);
    }
    let taken = COMMANDS.iter().map(|row| row.name).chain(OTHER_NAMES.iter().map(|(name, _)| *name));
    if taken.chain(IN_VI.iter().copied()).any(|known| known == name) {
        return Err(TitleMistake::Taken(name));
    }
    Ok(name)
}

impl Keymap {
    /// Adds a command of the user's own, with its keys. It lives as long as the program.
    pub fn add(&mut self, custom: CustomCommand) -> &'static CustomCommand {
        let custom: &'static CustomCommand = Box::leak(Box::new(custom));
        for scope in custom.scopes() {
            self.rebind(*scope, Command::Custom(custom), &custom.keys);
        }
        self.custom.push(custom);
        custom
    }

    /// The rows of all commands, those of the user last.
    pub fn rows(&self) -> impl Iterator<Item = CommandRow> {
        COMMANDS.iter().copied().chain(self.custom.iter().map(|custom| Command::Custom(custom).row()))
    }

    /// The command of this name on the command line.
    pub fn by_name(&self, name: &str) -> Option<Command> {
        let custom = self.custom.iter().find(|custom| custom.name == name).map(|custom| Command::Custom(custom));
        custom.or_else(|| Command::by_name(name))
    }

    /// The user's own commands that work on a screen.
    pub fn custom_in(&self, scope: Scope) -> impl Iterator<Item = Command> {
        self.custom
            .iter()
            .map(|custom| Command::Custom(custom).row())
            .filter(move |row| row.works_in(scope))
            .map(|row| row.command)
    }

    /// Gives a command these keys in a scope, in place of those it has there. Without keys it has none.
    pub fn rebind(&mut self, scope: Scope, command: Command, keys: &[Vec<Key>]) {
        let at = self.bindings.iter().position(|known| (known.scope, known.command) == (scope, command));
        self.bindings.retain(|known| (known.scope, known.command) != (scope, command));
        let at = at.unwrap_or(self.bindings.len()).min(self.bindings.len());
        let fresh = keys.iter().map(|keys| Binding { scope, keys: keys.clone(), command });
        self.bindings.splice(at..at, fresh);
    }

    /// The binding of another command that these keys would hide, or that would hide them: the same keys in the
    /// same scope, or the beginning of one another where both are in force.
    pub fn collision(&self, scope: Scope, keys: &[Key], command: Command) -> Option<&Binding> {
        self.bindings.iter().filter(|other| other.command != command).find(|other| {
            let both = other.scope == scope || other.scope == Scope::Global || scope == Scope::Global;
            let begins = other.keys.starts_with(keys) || keys.starts_with(&other.keys);
            let equal = other.keys == keys;
            // The same keys in a screen and everywhere: the screen's own count. A command of the user's own hides none.
            let own = |command: Command| matches!(command, Command::Custom(_));
            both && begins && (other.scope == scope || !equal || own(command) || own(other.command))
        })
    }

    /// What these keys mean in a scope. Its own bindings come before the global ones.
    pub fn meaning(&self, scope: Scope, keys: &[Key]) -> KeyMeaning {
        let candidates = || {
            [scope, Scope::Global]
                .into_iter()
                .flat_map(|scope| self.bindings.iter().filter(move |binding| binding.scope == scope))
        };
        if let Some(binding) = candidates().find(|binding| binding.keys == keys) {
            return KeyMeaning::Command(binding.command);
        }
        if candidates().any(|binding| binding.keys.len() > keys.len() && binding.keys.starts_with(keys)) {
            return KeyMeaning::Prefix;
        }
        KeyMeaning::Nothing
    }

    /// Bindings that hold in a scope, its own first, then global ones that it does not hide.
    pub fn bindings_in(&self, scope: Scope) -> Vec<&Binding> {
        let mut found: Vec<&Binding> = self.bindings.iter().filter(|binding| binding.scope == scope).collect();
        if scope != Scope::Global {
            let own = found.clone();
            found.extend(self.bindings.iter().filter(|binding| {
                binding.scope == Scope::Global && !own.iter().any(|known| known.keys == binding.keys)
            }));
        }
        found
    }

    /// The continuations of a prefix in a scope: the rest of the keys, and what they ask for.
    pub fn continuations(&self, scope: Scope, prefix: &[Key]) -> Vec<(String, Command)> {
        self.bindings_in(scope)
            .into_iter()
            .filter_map(|binding| {
                let rest = binding.keys.strip_prefix(prefix)?;
                (!rest.is_empty()).then(|| (sequence(rest), binding.command))
            })
            .collect()
    }

    /// Every binding of a command in just this scope, as people write them.
    pub fn all_keys_of(&self, scope: Scope, command: Command) -> Vec<String> {
        let own = self.bindings.iter().filter(|binding| (binding.scope, binding.command) == (scope, command));
        own.map(|binding| sequence(&binding.keys)).collect()
    }

    /// The keys that messages name for a command: those of the first of its screens that has some, else its name.
    pub fn key(&self, command: Command) -> String {
        let keys = command.row().scopes.iter().find_map(|scope| self.keys_of(*scope, command));
        keys.unwrap_or_else(|| format!(":{}", command.row().name))
    }

    /// A text of ours with `{name}` for the keys of a command, as it is for this keymap.
    pub fn explain(&self, text: &str) -> String {
        let mut explained = String::with_capacity(text.len());
        let mut rest = text;
        while let Some((before, after)) = rest.split_once('{') {
            let (name, after) = after.split_once('}').unwrap_or((after, ""));
            explained.push_str(before);
            explained.push_str(&Command::by_name(name).map_or_else(|| name.to_owned(), |command| self.key(command)));
            rest = after;
        }
        explained + rest
    }

    /// The keys that hints show for a command in a scope.
    pub fn keys_of(&self, scope: Scope, command: Command) -> Option<String> {
        self.bindings_in(scope)
            .into_iter()
            .find(|binding| binding.command == command)
            .map(|binding| sequence(&binding.keys))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_default_reads_and_none_is_hidden_by_another() {
        let map = Keymap::default();
        assert_eq!(map.bindings.len(), bindings().count());
        for (index, binding) in map.bindings.iter().enumerate() {
            for other in map.bindings.iter().skip(index + 1).filter(|other| other.scope == binding.scope) {
                let clash = other.keys.starts_with(&binding.keys) || binding.keys.starts_with(&other.keys);
                assert!(!clash, "{} in {:?}", sequence(&binding.keys), binding.scope);
            }
        }
    }

    #[test]
    fn a_prefix_waits_and_its_continuations_are_known() {
        let map = Keymap::default();
        let g = Key::char('g');
        assert_eq!(map.meaning(Scope::List, &[g]), KeyMeaning::Prefix);
        assert_eq!(map.meaning(Scope::List, &[g, g]), KeyMeaning::Command(Command::First));
        assert_eq!(map.meaning(Scope::List, &[g, Key::char('x')]), KeyMeaning::Nothing);
        let next: Vec<_> = map.continuations(Scope::List, &[g]).into_iter().map(|(keys, _)| keys).collect();
        assert_eq!(next, ["p", "n", "t", "h", "d", "g"]);
    }

    #[test]
    fn a_title_makes_a_name_that_can_be_typed_and_is_not_taken() {
        assert_eq!(name_of("Trace in sngrep!").unwrap(), "trace-in-sngrep");
        assert_eq!(name_of("Go to").unwrap(), "go-to");
        for title in ["", "  ", "!!", "25", "toggle", "Edit text", "W", "id", "a\u{1b}b", &"x".repeat(61)] {
            assert!(name_of(title).is_err(), "{title:?}");
        }
    }

    #[test]
    fn hints_show_the_first_binding() {
        let map = Keymap::default();
        assert_eq!(map.keys_of(Scope::List, Command::Open).as_deref(), Some("Enter"));
        assert_eq!(map.keys_of(Scope::List, Command::Last).as_deref(), Some("G"));
        assert_eq!(map.keys_of(Scope::List, Command::RevealPassword), None);
    }
}

//! From keys pressed to the command meant. Prefixes wait for as long as it takes.

use super::chord::{Key, sequence};
use super::command::{Command, Scope};
use super::defaults::BINDINGS;

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
pub enum Meaning {
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
}

impl Default for Keymap {
    fn default() -> Self {
        let bindings = BINDINGS
            .iter()
            .filter_map(|(scope, keys, command)| {
                Some(Binding { scope: *scope, keys: Key::parse_sequence(keys).ok()?, command: *command })
            })
            .collect();
        Self { bindings }
    }
}

impl Keymap {
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
    #[must_use]
    pub fn collision(&self, scope: Scope, keys: &[Key], command: Command) -> Option<&Binding> {
        self.bindings.iter().filter(|other| other.command != command).find(|other| {
            let both = other.scope == scope || other.scope == Scope::Global || scope == Scope::Global;
            let begins = other.keys.starts_with(keys) || keys.starts_with(&other.keys);
            let equal = other.keys == keys;
            // The same keys in a screen and everywhere: the screen's own count.
            both && begins && (other.scope == scope || !equal)
        })
    }

    /// What these keys mean in a scope. Its own bindings come before the global ones.
    #[must_use]
    pub fn meaning(&self, scope: Scope, keys: &[Key]) -> Meaning {
        let candidates = || {
            [scope, Scope::Global]
                .into_iter()
                .flat_map(|scope| self.bindings.iter().filter(move |binding| binding.scope == scope))
        };
        if let Some(binding) = candidates().find(|binding| binding.keys == keys) {
            return Meaning::Command(binding.command);
        }
        if candidates().any(|binding| binding.keys.len() > keys.len() && binding.keys.starts_with(keys)) {
            return Meaning::Prefix;
        }
        Meaning::Nothing
    }

    /// Bindings that hold in a scope, its own first, then global ones that it does not hide.
    #[must_use]
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
    #[must_use]
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
    #[must_use]
    pub fn all_keys_of(&self, scope: Scope, command: Command) -> Vec<String> {
        let own = self.bindings.iter().filter(|binding| (binding.scope, binding.command) == (scope, command));
        own.map(|binding| sequence(&binding.keys)).collect()
    }

    /// The keys that hints show for a command in a scope.
    #[must_use]
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
        assert_eq!(map.bindings.len(), BINDINGS.len());
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
        assert_eq!(map.meaning(Scope::List, &[g]), Meaning::Prefix);
        assert_eq!(map.meaning(Scope::List, &[g, g]), Meaning::Command(Command::First));
        assert_eq!(map.meaning(Scope::List, &[g, Key::char('x')]), Meaning::Nothing);
        let next: Vec<_> = map.continuations(Scope::List, &[g]).into_iter().map(|(keys, _)| keys).collect();
        assert_eq!(next, ["p", "n", "t", "d", "g"]);
    }

    #[test]
    fn hints_show_the_first_binding() {
        let map = Keymap::default();
        assert_eq!(map.keys_of(Scope::List, Command::Open).as_deref(), Some("Enter"));
        assert_eq!(map.keys_of(Scope::List, Command::Last).as_deref(), Some("G"));
        assert_eq!(map.keys_of(Scope::List, Command::RevealPassword), None);
    }
}

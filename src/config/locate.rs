//! Where the configuration and the state are, and what the environment says. The two functions that look at
//! the machine are [`Homes::of_user`] and [`Environment::of_process`]; all else is pure.

use std::collections::BTreeMap;
use std::ffi::{OsStr, OsString};
use std::path::PathBuf;

use super::origin::{Origin, Sourced};
use super::setting::SETTINGS;

/// Variable that names the configuration file.
pub const CONFIG: &str = "SIPREG_CONFIG";
/// Variable that names the profile.
pub const PROFILE: &str = "SIPREG_PROFILE";
/// Variable that forbids colour when it is not empty (<https://no-color.org>).
pub const NO_COLOR: &str = "NO_COLOR";

/// The user's own directories, as the platform has them (XDG on Linux).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Homes {
    /// What `~` stands for.
    pub home: PathBuf,
    /// Directory of the configuration.
    pub config: PathBuf,
    /// Directory for drafts, journal and kept tokens.
    pub state: PathBuf,
}

impl Homes {
    /// Those of the user who runs the program; `None` for a user without a home.
    #[must_use]
    pub fn of_user() -> Option<Self> {
        let base = directories::BaseDirs::new()?;
        let own = directories::ProjectDirs::from("", "", "sipreg")?;
        Some(Self {
            home: base.home_dir().to_path_buf(),
            config: own.config_dir().to_path_buf(),
            // Only XDG has a directory for state.
            state: own.state_dir().unwrap_or_else(|| own.data_local_dir()).to_path_buf(),
        })
    }
}

/// The environment variables that mean something to sipreg, as they were at the start. One that is set to
/// nothing counts as not set.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Environment(BTreeMap<&'static str, OsString>);

impl Environment {
    /// Asks `lookup` for each variable that matters.
    pub fn read(lookup: impl Fn(&str) -> Option<OsString>) -> Self {
        SETTINGS
            .iter()
            .filter_map(|row| row.environment)
            .chain([CONFIG, PROFILE, NO_COLOR])
            .filter_map(|name| lookup(name).filter(|value| !value.is_empty()).map(|value| (name, value)))
            .collect::<BTreeMap<_, _>>()
            .into()
    }

    /// The environment of this process.
    #[must_use]
    pub fn of_process() -> Self {
        Self::read(|name| std::env::var_os(name))
    }

    /// What a variable says.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&OsStr> {
        self.0.get(name).map(OsString::as_os_str)
    }
}

impl From<BTreeMap<&'static str, OsString>> for Environment {
    fn from(variables: BTreeMap<&'static str, OsString>) -> Self {
        Self(variables)
    }
}

// Some of the values are secrets.
impl std::fmt::Debug for Environment {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.debug_set().entries(self.0.keys()).finish()
    }
}

/// Paths that this run uses.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Places {
    /// The configuration file; its origin is [`Origin::Default`] where nobody named one, and then it need not
    /// exist. `None` for a user without a home who named none.
    pub config: Option<Sourced<PathBuf>>,
    /// Directory for drafts, journal and kept tokens. `None`: there is no place for them.
    pub state: Option<PathBuf>,
    /// What `~` stands for.
    pub home: Option<PathBuf>,
}

impl Places {
    /// Paths from `--config`, the environment, and the user's directories.
    #[must_use]
    pub fn find(argument: Option<PathBuf>, environment: &Environment, homes: Option<Homes>) -> Self {
        let named = argument.map(|path| Sourced::new(path, Origin::Argument("--config"))).or_else(|| {
            environment.get(CONFIG).map(|path| Sourced::new(PathBuf::from(path), Origin::Environment(CONFIG)))
        });
        let (usual, state, home) = homes.map_or((None, None, None), |homes| {
            (Some(Sourced::default(homes.config.join("config.toml"))), Some(homes.state), Some(homes.home))
        });
        Self { config: named.or(usual), state, home }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn homes() -> Homes {
        Homes { home: "/h".into(), config: "/h/.config/sipreg".into(), state: "/h/.local/state/sipreg".into() }
    }

    fn environment(variables: &[(&'static str, &str)]) -> Environment {
        Environment::read(|name| {
            variables.iter().find(|(known, _)| *known == name).map(|(_, value)| OsString::from(value))
        })
    }

    #[test]
    fn an_option_names_the_file_before_a_variable_before_the_usual_place() {
        let variable = environment(&[(CONFIG, "/v.toml")]);
        let place = |argument: Option<&str>, environment| {
            Places::find(argument.map(PathBuf::from), environment, Some(homes())).config.unwrap()
        };
        assert_eq!(place(Some("/a.toml"), &variable).value, PathBuf::from("/a.toml"));
        assert_eq!(place(None, &variable).origin, Origin::Environment(CONFIG));
        let usual = place(None, &Environment::default());
        assert_eq!(usual, Sourced::default(PathBuf::from("/h/.config/sipreg/config.toml")));
    }

    #[test]
    fn a_user_without_a_home_can_still_name_a_file() {
        assert_eq!(Places::find(None, &Environment::default(), None), Places::default());
        let named = Places::find(Some("/a".into()), &Environment::default(), None);
        assert_eq!(named.config.unwrap().value, PathBuf::from("/a"));
    }

    #[test]
    fn an_empty_variable_counts_as_not_set() {
        assert_eq!(environment(&[(NO_COLOR, "")]).get(NO_COLOR), None);
    }

    #[test]
    fn secrets_in_the_environment_do_not_print_themselves() {
        let told = format!("{:?}", environment(&[("SIPREG_PASSWORD", "hunter2")]));
        assert!(told.contains("SIPREG_PASSWORD") && !told.contains("hunter2"));
    }
}

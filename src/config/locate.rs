//! Where the configuration and the state are, and what the environment says. What looks at the machine
//! are [`Homes::of_user`], [`Environment::of_process`] and [`is_colored`]; all else is pure.

use std::collections::BTreeMap;
use std::ffi::{OsStr, OsString};
use std::fmt;
use std::os::unix::fs::MetadataExt as _;
use std::path::{Path, PathBuf};

use super::words::ColorSetting;
use super::{Origin, SETTINGS, Sourced};

/// Variable that names the configuration file.
pub const CONFIG: &str = "SIPREG_CONFIG";
/// The configuration of the host, for all of its users.
const HOST: &str = "/etc/sipreg/config.toml";
/// Variable that names the profile.
pub const PROFILE: &str = "SIPREG_PROFILE";

/// The user's own directories, as the platform has them (XDG on Linux).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Homes {
    /// What `~` stands for.
    pub home: PathBuf,
    /// Directory of the configuration.
    pub config: PathBuf,
    /// Directory for drafts, journal and kept tokens.
    pub state: PathBuf,
    /// The configuration of the host, below the user's own.
    pub host: PathBuf,
    /// The number of the user whose home this is, where it is run as root with the home of someone else.
    pub foreign: Option<u32>,
}

impl Homes {
    /// Those of the user who runs the program; `None` for a user without a home.
    pub fn of_user() -> Option<Self> {
        let base = directories::BaseDirs::new()?;
        let own = directories::ProjectDirs::from("", "", "sipreg")?;
        // Only XDG has a directory for state.
        let state = own.state_dir().unwrap_or_else(|| own.data_local_dir()).to_path_buf();
        let foreign = foreign(rustix::process::geteuid().as_raw(), owner(&state));
        let (home, config) = (base.home_dir().to_path_buf(), own.config_dir().to_path_buf());
        Some(Self { home, config, state, host: HOST.into(), foreign })
    }
}

/// Who owns a directory, or the nearest one above it that there is: whoever makes it later takes it from them.
fn owner(path: &Path) -> Option<u32> {
    path.ancestors().find_map(|path| std::fs::metadata(path).ok()).map(|found| found.uid())
}

/// Whose home it is, where root would leave files in it that its owner could not use. Others are stopped by the
/// permissions.
const fn foreign(us: u32, owner: Option<u32>) -> Option<u32> {
    match (us, owner) {
        (0, Some(owner)) if owner != 0 => Some(owner),
        (_, Some(_) | None) => None,
    }
}

/// The environment variables that mean something to sipreg, as they were at the start. One that is set to
/// nothing counts as not set.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Environment {
    variables: BTreeMap<&'static str, OsString>,
    /// What a variable that many programs heed says about colour, and which.
    pub color: Option<(&'static str, ColorSetting)>,
}

impl Environment {
    /// Asks `lookup` for each variable that matters.
    pub fn read(lookup: impl Fn(&str) -> Option<OsString>) -> Self {
        let names = SETTINGS.iter().filter_map(|row| row.environment).chain([CONFIG, PROFILE]);
        let set = names.filter_map(|name| lookup(name).filter(|value| !value.is_empty()).map(|value| (name, value)));
        Self { variables: set.collect(), color: None }
    }

    /// The environment of this process.
    pub fn of_process() -> Self {
        Self { color: usual_color(), ..Self::read(|name| std::env::var_os(name)) }
    }

    /// All but some variables.
    #[must_use]
    pub fn without(&self, left_out: impl Fn(&str) -> bool) -> Self {
        let kept =
            self.variables.iter().filter(|(name, _)| !left_out(name)).map(|(name, value)| (*name, value.clone()));
        Self { variables: kept.collect(), color: self.color }
    }

    /// What a variable says.
    pub fn get(&self, name: &str) -> Option<&OsStr> {
        self.variables.get(name).map(OsString::as_os_str)
    }
}

/// What the usual variables say (<https://no-color.org>, <https://bixense.com/clicolors>), in the order in which
/// they count.
fn usual_color() -> Option<(&'static str, ColorSetting)> {
    if anstyle_query::no_color() {
        Some(("NO_COLOR", ColorSetting::Never))
    } else if anstyle_query::clicolor_force() {
        Some(("CLICOLOR_FORCE", ColorSetting::Always))
    } else {
        (anstyle_query::clicolor() == Some(false)).then_some(("CLICOLOR", ColorSetting::Never))
    }
}

/// Whether a stream shows colours: what is decided for data, messages and the console, and what the help does by
/// itself.
pub fn is_colored(color: ColorSetting, is_terminal: bool) -> bool {
    match (color, usual_color()) {
        (ColorSetting::Always, _) | (ColorSetting::Auto, Some((_, ColorSetting::Always))) => true,
        (ColorSetting::Never, _) | (ColorSetting::Auto, Some((_, ColorSetting::Never))) => false,
        (ColorSetting::Auto, Some((_, ColorSetting::Auto)) | None) => {
            is_terminal && (anstyle_query::term_supports_color() || anstyle_query::clicolor() == Some(true))
        }
    }
}

// Some of the values are secrets.
impl fmt::Debug for Environment {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_set().entries(self.variables.keys()).finish()
    }
}

/// Paths that this run uses.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Places {
    /// The configuration file; its origin is [`Origin::Default`] where no one named one, and then it need not
    /// exist. `None` for a user without a home who named none.
    pub config: Option<Sourced<PathBuf>>,
    /// The configuration of the host, which holds where the user's says nothing. It need not exist.
    pub host: Option<PathBuf>,
    /// Directory for drafts, journal and kept tokens. `None`: there is no place for them.
    pub state: Option<PathBuf>,
    /// What `~` stands for.
    pub home: Option<PathBuf>,
    /// See [`Homes::foreign`].
    pub foreign: Option<Foreign>,
}

/// A state directory in someone else's home, which is not used.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Foreign {
    /// Where it would be.
    pub state: PathBuf,
    /// The number of the user who owns the place.
    pub owner: u32,
}

impl fmt::Display for Foreign {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { state, owner } = self;
        write!(
            out,
            "running as root with the home of user {owner}: drafts, journal and tokens are not stored in {}. Set \
             HOME or XDG_STATE_HOME to root's own",
            state.display()
        )
    }
}

impl Places {
    /// Paths from `--config`, the environment, and the user's directories.
    pub fn find(argument: Option<PathBuf>, environment: &Environment, homes: Option<Homes>) -> Self {
        let named = argument.map(|path| Sourced::new(path, Origin::Argument("--config"))).or_else(|| {
            environment.get(CONFIG).map(|path| Sourced::new(PathBuf::from(path), Origin::Environment(CONFIG)))
        });
        let Some(Homes { home, config, state, host, foreign }) = homes else {
            return Self { config: named, ..Self::default() };
        };
        let config = named.or_else(|| Some(Sourced::default(config.join("config.toml"))));
        // Named as the user's own, it is read once.
        let host = Some(host).filter(|host| config.as_ref().is_none_or(|config| config.value != *host));
        let home = Some(home);
        match foreign {
            None => Self { config, host, state: Some(state), home, foreign: None },
            Some(owner) => Self { config, host, state: None, home, foreign: Some(Foreign { state, owner }) },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn homes() -> Homes {
        Homes {
            home: "/h".into(),
            config: "/h/.config/sipreg".into(),
            state: "/h/.local/state/sipreg".into(),
            host: HOST.into(),
            foreign: None,
        }
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
    fn root_leaves_nothing_in_the_home_of_somebody_else() {
        assert_eq!((foreign(0, Some(1000)), foreign(0, Some(0))), (Some(1000), None));
        assert_eq!((foreign(1000, Some(0)), foreign(0, None)), (None, None));
        let above = Path::new("/proc/self/no/such/thing");
        assert_eq!(owner(above), Some(rustix::process::geteuid().as_raw()), "that of what is there");
        let places = Places::find(None, &Environment::default(), Some(Homes { foreign: Some(1000), ..homes() }));
        assert_eq!(places.state, None);
        let reported = places.foreign.unwrap().to_string();
        assert!(reported.contains("1000") && reported.contains("/h/.local/state/sipreg"), "{reported}");
    }

    #[test]
    fn an_empty_variable_counts_as_not_set() {
        assert_eq!(environment(&[(PROFILE, "")]).get(PROFILE), None);
    }

    #[test]
    fn secrets_in_the_environment_do_not_print_themselves() {
        let reported = format!("{:?}", environment(&[("SIPREG_PASSWORD", "hunter2")]));
        assert!(reported.contains("SIPREG_PASSWORD") && !reported.contains("hunter2"));
    }
}

//! From the profile that a console was opened with to another one. That one is used as its file has it: what options
//! and variables said about the server, the user and the secrets was about the first. What takes rights away stays.

use super::{Arguments, Environment, Homes, Problems, SETTINGS, Setting, SettingSection, Settings, Sources};

/// What settings of another profile are made from. Holds no secret: files are read again.
#[derive(Debug, Clone)]
pub struct Switching {
    arguments: Arguments,
    environment: Environment,
    homes: Option<Homes>,
}

/// Whether what was said about a setting holds for every server.
fn stays(setting: Setting) -> bool {
    setting.row().section != SettingSection::Profile
        || matches!(
            setting,
            Setting::Access | Setting::Timezone | Setting::Timeout | Setting::ConnectTimeout | Setting::Proxy
        )
}

impl Switching {
    /// From what the program was started with.
    pub fn of(arguments: &Arguments, environment: &Environment, homes: Option<Homes>) -> Self {
        let given = arguments.given.iter().filter(|(setting, _)| stays(*setting)).cloned().collect();
        let arguments = Arguments { given, ..arguments.clone() };
        let gone = |name: &str| SETTINGS.iter().any(|row| row.environment == Some(name) && !stays(row.setting));
        Self { arguments, environment: environment.without(gone), homes }
    }

    /// The settings of this profile, from the files as they are now.
    ///
    /// # Errors
    /// As [`Sources::gather`] and [`Sources::resolve`].
    pub fn to(&self, profile: &str) -> Result<Settings, Problems> {
        let arguments = Arguments { profile: Some(profile.to_owned()), ..self.arguments.clone() };
        Sources::gather(arguments, self.environment.clone(), self.homes.clone())?.resolve()
    }
}

#[cfg(test)]
mod tests {
    use std::ffi::OsString;
    use std::os::unix::fs::PermissionsExt as _;

    use super::*;
    use crate::config::SignInMethod;
    use crate::config::words::AccessSetting;

    const FILE: &str = "[profile.eu]\nurl = \"https://eu.example\"\n[profile.lab]\nurl = \"https://lab.example\"\n\
                        username = \"bob\"\npassword_command = \"pass\"\n";

    fn switching(given: &[(Setting, &str)], variables: &[(&'static str, &str)], file: &std::path::Path) -> Switching {
        let given = given.iter().map(|(setting, text)| (*setting, (*text).to_owned())).collect();
        let arguments = Arguments { config: Some(file.to_path_buf()), profile: Some("eu".to_owned()), given };
        let environment = Environment::read(|name| {
            variables.iter().find(|(known, _)| *known == name).map(|(_, value)| OsString::from(value))
        });
        Switching::of(&arguments, &environment, None)
    }

    fn file() -> tempfile::NamedTempFile {
        let file = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(file.path(), FILE).unwrap();
        std::fs::set_permissions(file.path(), std::fs::Permissions::from_mode(0o600)).unwrap();
        file
    }

    #[test]
    fn another_profile_takes_nothing_that_was_said_about_the_first_server() {
        let file = file();
        let given = [
            (Setting::Url, "https://other.example"),
            (Setting::Username, "alice"),
            (Setting::PasswordCommand, "echo hunter2"),
            (Setting::CaFile, "/ca.pem"),
        ];
        let variables = [
            ("SIPREG_URL", "https://third.example"),
            ("SIPREG_PASSWORD", "hunter2"),
            ("SIPREG_TOKEN", "hunter3"),
            ("SIPREG_PROFILE", "eu"),
        ];
        let switching = switching(&given, &variables, file.path());
        assert!(!format!("{switching:?}").contains("SIPREG_TOKEN"), "no secret is kept");
        let settings = switching.to("lab").unwrap();
        assert_eq!(settings.profile.unwrap().value, "lab");
        assert_eq!(settings.url.unwrap().value, "https://lab.example");
        assert_eq!((settings.identity.note, settings.ca_file), (None, None));
        let SignInMethod::Password { username, password } = settings.sign_in else { panic!("a token") };
        assert_eq!(username.unwrap().value, "bob");
        assert!(password.unwrap().origin.is_file());
    }

    #[test]
    fn what_takes_rights_away_stays_and_so_does_the_look() {
        let file = file();
        let by_option =
            switching(&[(Setting::Access, "read-only"), (Setting::Timezone, "Europe/Kyiv")], &[], file.path());
        let settings = by_option.to("lab").unwrap();
        assert_eq!((settings.access.value, settings.zone()), (AccessSetting::ReadOnly, chrono_tz::Europe::Kyiv));
        let by_variable = switching(&[], &[("SIPREG_READ_ONLY", "1")], file.path());
        assert_eq!(by_variable.to("lab").unwrap().access.value, AccessSetting::ReadOnly);
    }

    #[test]
    fn the_file_is_read_as_it_is_now() {
        let file = file();
        let switching = switching(&[], &[], file.path());
        assert!(switching.to("new").unwrap_err().to_string().contains("no profile \"new\""));
        std::fs::write(file.path(), format!("{FILE}[profile.new]\n")).unwrap();
        assert!(switching.to("new").is_ok());
    }
}

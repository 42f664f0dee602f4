//! Precedence, choice of the profile, and where secrets may go.

use std::ffi::OsString;
use std::path::Path;

use super::*;

const FILE: &str = r#"
[profile.eu]
url = "https://eu.example"
username = "alice"
password = "hunter2"
timeout = 10
timezone = "Europe/Kyiv"

[profile.us]
url = "https://us.example"
token_file = "token"
access = "confirm"

[ui]
theme = "mono"
"#;

fn sources(file: &str, variables: &[(&'static str, &str)], given: &[(Setting, &str)]) -> Sources {
    Sources {
        arguments: Arguments {
            config: None,
            profile: None,
            given: given.iter().map(|(setting, text)| (*setting, (*text).to_owned())).collect(),
        },
        environment: Environment::read(|name| {
            variables.iter().find(|(known, _)| *known == name).map(|(_, value)| OsString::from(value))
        }),
        places: Places::default(),
        file: Some(File::parse(file, Path::new("/c/sipreg.toml"), None).unwrap()),
    }
}

fn eu(variables: &[(&'static str, &str)], given: &[(Setting, &str)]) -> Settings {
    let mut sources = sources(FILE, variables, given);
    sources.arguments.profile = Some("eu".to_owned());
    sources.resolve().unwrap()
}

#[test]
fn argument_beats_environment_beats_file_beats_default() {
    let variable = [("SIPREG_TIMEOUT", "20s")];
    assert_eq!(eu(&[], &[]).timeout.origin.to_string(), "/c/sipreg.toml:6");
    let from_environment = eu(&variable, &[]).timeout;
    assert_eq!(from_environment, Sourced::new(Duration::from_secs(20), Origin::Environment("SIPREG_TIMEOUT")));
    let from_argument = eu(&variable, &[(Setting::Timeout, "40")]).timeout;
    assert_eq!(from_argument, Sourced::new(Duration::from_secs(40), Origin::Argument("--timeout")));
    assert_eq!(eu(&[], &[]).connect_timeout, Sourced::default(Duration::from_secs(5)));
}

#[test]
fn looks_hold_for_every_profile() {
    assert_eq!(eu(&[], &[]).theme.value, ThemeSetting::Mono);
}

#[test]
fn the_defaults_are_those_that_the_table_of_settings_tells() {
    let settings = Sources::default().resolve().unwrap();
    for row in &SETTINGS {
        let shown = settings.shown(row.setting);
        assert_eq!(shown.origin, Origin::Default);
        let reported = row.default.trim_matches('"');
        let value = shown.value.unwrap_or_default();
        let same = value == reported || value::parse_span(reported).is_some_and(|span| value::show_span(span) == value);
        assert!(same, "{}: {value} is not {reported}", row.key);
    }
}

#[test]
fn a_profile_is_chosen_by_argument_environment_file_or_because_it_is_the_only_one() {
    let name = |sources: Sources| sources.resolve().unwrap().profile.unwrap().value;
    let with_default = format!("default_profile = \"us\"\n{FILE}");
    assert_eq!(name(sources(&with_default, &[], &[])), "us");
    assert_eq!(name(sources(&with_default, &[("SIPREG_PROFILE", "eu")], &[])), "eu");
    let mut by_argument = sources(&with_default, &[("SIPREG_PROFILE", "eu")], &[]);
    by_argument.arguments.profile = Some("us".to_owned());
    assert_eq!(name(by_argument), "us");
    assert_eq!(name(sources("[profile.only]\n", &[], &[])), "only");
    assert_eq!(sources("", &[], &[]).resolve().unwrap().profile, None);
}

#[test]
fn no_guess_is_made_between_several_profiles() {
    let reported = sources(FILE, &[], &[]).resolve().unwrap_err().to_string();
    assert!(reported.starts_with("which profile?") && reported.ends_with("profiles: eu, us"), "{reported}");
}

#[test]
fn an_unknown_profile_is_told_with_the_nearest() {
    let mut sources = sources(FILE, &[], &[]);
    sources.arguments.profile = Some("ue".to_owned());
    assert_eq!(
        sources.resolve().unwrap_err().to_string(),
        "argument --profile: no profile \"ue\" (did you mean \"eu\"?); profiles: eu, us"
    );
}

#[test]
fn mistakes_in_options_and_variables_are_told_together() {
    let given = [(Setting::Timezone, "Mars")];
    let reported = sources("", &[("SIPREG_URL", "nowhere")], &given).resolve().unwrap_err().to_string();
    assert!(reported.contains("argument --timezone: timezone cannot be \"Mars\""), "{reported}");
    assert!(reported.contains("environment SIPREG_URL: url cannot be \"nowhere\""), "{reported}");
}

#[test]
fn read_only_takes_rights_away_and_never_gives_them() {
    assert_eq!(eu(&[("SIPREG_READ_ONLY", "yes")], &[]).access.value, AccessSetting::ReadOnly);
    assert_eq!(eu(&[], &[(Setting::Access, "read-only")]).access.origin, Origin::Argument("--read-only"));
    let mut confirming = sources(FILE, &[("SIPREG_READ_ONLY", "0")], &[]);
    confirming.arguments.profile = Some("us".to_owned());
    assert_eq!(confirming.resolve().unwrap().access.value, AccessSetting::Confirm);
    assert!(sources("", &[("SIPREG_READ_ONLY", "maybe")], &[]).resolve().is_err());
}

#[test]
fn the_usual_variables_decide_on_colour_unless_an_option_or_our_own_variable_says_otherwise() {
    for (name, color) in
        [("NO_COLOR", ColorSetting::Never), ("CLICOLOR_FORCE", ColorSetting::Always), ("CLICOLOR", ColorSetting::Never)]
    {
        let chosen = |variables: &[(&'static str, &str)], given: &[(Setting, &str)]| {
            let mut sources = sources(FILE, variables, given);
            sources.arguments.profile = Some("eu".to_owned());
            sources.environment.color = Some((name, color));
            sources.resolve().unwrap().color
        };
        assert_eq!(chosen(&[], &[]), Sourced::new(color, Origin::Environment(name)));
        assert_eq!(chosen(&[("SIPREG_COLOR", "auto")], &[]).value, ColorSetting::Auto);
        assert_eq!(chosen(&[], &[(Setting::Color, "always")]).value, ColorSetting::Always);
    }
}

#[test]
fn a_secret_is_masked_wherever_it_is_shown() {
    let settings = eu(&[], &[]);
    let shown = settings.shown(Setting::Password);
    assert_eq!((shown.value.as_deref(), shown.origin.to_string().as_str()), (Some("********"), "/c/sipreg.toml:5"));
    assert!(!format!("{settings:?}").contains("hunter2"));
    let from_environment = sources("", &[("SIPREG_TOKEN", "hunter2")], &[]);
    assert!(!format!("{from_environment:?}").contains("hunter2"));
}

#[test]
fn a_token_in_the_environment_beats_a_password_in_the_file() {
    assert!(matches!(eu(&[("SIPREG_TOKEN", "x")], &[]).sign_in, SignInMethod::Token(_)));
}

#[test]
fn a_user_on_the_command_line_beats_a_token_in_the_file() {
    let mut sources = sources(FILE, &[], &[(Setting::Username, "bob")]);
    sources.arguments.profile = Some("us".to_owned());
    assert!(matches!(sources.resolve().unwrap().sign_in, SignInMethod::Password { password: None, .. }));
}

#[test]
fn a_password_of_the_profile_is_not_sent_to_another_server() {
    let settings = eu(&[], &[(Setting::Url, "https://evil.example")]);
    assert!(matches!(settings.sign_in, SignInMethod::Password { password: None, .. }));
    let [which, password] = settings.notes.as_slice() else { panic!("{:?}", settings.notes) };
    assert!(which.contains("evil.example:443 (argument --url), not the server of profile eu"), "{which}");
    assert_eq!(password, "the password from /c/sipreg.toml:5 belongs to another server and was not used");
    let same_server = eu(&[], &[(Setting::Url, "https://eu.example:443/api/rest/admin")]);
    assert!(matches!(same_server.sign_in, SignInMethod::Password { password: Some(_), .. }));
    assert_eq!(same_server.notes, [""; 0]);
    let same_host = eu(&[("SIPREG_URL", "https://eu.example/other/api/rest/admin")], &[]);
    assert!(
        matches!(same_host.sign_in, SignInMethod::Password { password: None, .. }),
        "another switch behind one proxy"
    );
}

#[test]
fn the_badge_of_a_profile_stays_with_its_server() {
    let file = FILE.replace("[profile.eu]", "[profile.eu]\nbadge = \"EU\"");
    let named = |given: &[(&'static str, &'static str)]| {
        let mut sources = sources(&file, given, &[]);
        sources.arguments.profile = Some("eu".to_owned());
        let settings = sources.resolve().unwrap();
        (settings.identity.display_name(), settings.badge.is_some())
    };
    assert_eq!(named(&[]), ("EU eu".to_owned(), true));
    assert_eq!(named(&[("SIPREG_URL", "https://EU.example:443/")]), ("EU eu".to_owned(), true));
    assert_eq!(named(&[("SIPREG_URL", "http://10.0.0.5:8080")]), ("10.0.0.5:8080".to_owned(), false));
}

#[test]
fn a_password_of_the_profile_is_not_tried_for_another_user() {
    let settings = eu(&[("SIPREG_USERNAME", "bob")], &[]);
    assert!(matches!(settings.sign_in, SignInMethod::Password { password: None, .. }));
    assert_eq!(settings.notes.len(), 1);
}

#[test]
fn the_demo_uses_no_profile_and_no_credentials_but_its_own() {
    let sources = sources(FILE, &[("SIPREG_TOKEN", "x"), ("SIPREG_PROFILE", "eu")], &[(Setting::Timezone, "UTC")]);
    let settings = sources.resolve_demo("http://127.0.0.1:1", "admin", "hunter2").unwrap();
    assert_eq!(settings.url.unwrap(), Sourced::new("http://127.0.0.1:1".to_owned(), Origin::Demo));
    assert_eq!(settings.timezone.unwrap().value, Tz::UTC);
    assert_eq!(settings.theme.value, ThemeSetting::Mono);
    assert!(matches!(settings.sign_in, SignInMethod::Password { password: Some(_), .. }));
}

#[test]
fn without_an_address_the_ways_to_set_one_are_told() {
    let reported = Sources::default().resolve().unwrap().server().unwrap_err().to_string();
    assert!(reported.contains("--url") && reported.contains("sipreg demo"), "{reported}");
}

const LIVE: &str = r#"
[profile.eu]
url = "https://eu.example"

[profile.eu.live]
source = "prometheus"
every = "1m"
endpoints = { "fra-n1" = "10.0.0.5:7080" }
url = "https://prometheus.example/path"
username = "sipreg"
password = "hunter2"
"#;

#[test]
fn live_settings_have_their_place_and_their_password_is_masked_and_forgotten() {
    let mut settings = sources(LIVE, &[], &[]).resolve().unwrap();
    let shown = |settings: &Settings, setting: Setting| {
        let shown = settings.shown(setting);
        format!("{} {}", shown.value.unwrap_or_default(), shown.origin)
    };
    assert_eq!(shown(&settings, Setting::LiveEvery), "1m /c/sipreg.toml:7");
    assert_eq!(shown(&settings, Setting::LiveEndpoints), "fra-n1=10.0.0.5:7080 /c/sipreg.toml:8");
    assert_eq!(shown(&settings, Setting::LiveTimeout), "3s default");
    assert_eq!(shown(&settings, Setting::LivePassword), "******** /c/sipreg.toml:11");
    assert!(!format!("{:?}", crate::config::SETTINGS.map(|row| settings.shown(row.setting))).contains("hunter2"));
    settings.forget_secrets();
    assert_eq!(
        settings.live.sign_in,
        SignInMethod::Password { username: settings.live.username.clone(), password: None }
    );
}

#[test]
fn whom_a_profile_asks_is_not_asked_about_another_server() {
    let settings = sources(LIVE, &[], &[(Setting::Url, "https://us.example")]).resolve().unwrap();
    assert_eq!(settings.live.source, None);
    assert!(settings.notes.iter().any(|note| note.starts_with(
        "live state from /c/sipreg.toml:6 belongs to another \
                                                           server"
    )));
}

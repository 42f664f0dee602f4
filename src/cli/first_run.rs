//! `sipreg` where no server is configured: the setup, and what becomes of what is typed there. The checks are those of
//! `sipreg doctor`. The password is in no argument, no variable and no file.

use tokio::sync::mpsc::UnboundedSender;

use super::config::whole;
use super::doctor::{self, DoctorVerdict};
use super::{CommandFailure, CommandOutput, CommandResult};
use crate::api::Client;
use crate::config::disk::{self, NotWritten};
use crate::config::file::{File, is_profile_name};
use crate::config::locate::PROFILE;
use crate::config::new_profile::{Existing, NewProfile, NotAdded};
use crate::config::words::{AccessSetting, SettingWord as _};
use crate::config::{
    Arguments, ConfigMistake, Origin, Problem, Problems, SecretSource, Setting, Settings, SignInMethod, Sourced,
    Sources,
};
use crate::connect;
use crate::domain::request_error::RequestError;
use crate::runtime::first_run::profile_choice;
use crate::runtime::first_run::{
    self, Answers, Check, Checks, Chosen, FirstRun, Heard, NotSaved, SetupActions, SetupRow, SetupVerdict as Shown,
};
use crate::runtime::{self, Process};

/// The settings that come out of the setup; `None` where it is not needed, or there is no terminal for it.
///
/// # Errors
/// It was left without a server, or the terminal was closed.
pub async fn settings(sources: &Sources, process: &mut Option<Process>) -> CommandResult<Option<Settings>> {
    let bare = without_profiles(sources);
    let is_new = |file: &File| file.profiles.iter().all(|profile| profile.layer.url.is_none());
    let Ok(look) = bare.resolve() else { return Ok(None) };
    if look.url.is_some() || !sources.file.as_ref().is_none_or(is_new) || runtime::unfit_terminal().is_some() {
        return Ok(None);
    }
    let known = sources.resolve().ok();
    let actions = SetupActions {
        settings: &|answers| unsaved(&bare, answers),
        reach: &|settings, url, heard| Box::pin(reach(settings, url, heard)) as Checks,
        check: &|settings, found| Box::pin(check(settings, found)) as Checks,
        save: &|answers| save(sources, answers),
    };
    let form = form(sources, known.as_ref().unwrap_or(&look));
    let process = Process::ready(process)?;
    let (mut settings, answers) = match first_run::ask(process, &look, form, actions).await? {
        Chosen::Nothing => return Err(Problems::one(Origin::Default, ConfigMistake::NoUrl).into()),
        Chosen::Saved(answers) => (saved(sources, &answers)?, answers),
        Chosen::Unsaved(answers) => {
            let refused = |problems: Problems| CommandFailure::usage(problems.mistakes());
            (unsaved(&bare, &answers).map_err(refused)?, answers)
        }
    };
    give_password(&mut settings, &answers);
    if settings.is_plaintext() {
        // It was asked about.
        settings.allow_plaintext = Sourced::default(true);
    }
    Ok(Some(settings))
}

/// The same sources with the profile that someone chose, where there are several, nothing says which, and there is a
/// terminal to ask on.
///
/// # Errors
/// None was chosen, or the terminal was closed.
pub async fn with_profile(mut sources: Sources, process: &mut Option<Process>) -> CommandResult<Sources> {
    let Err(problems) = sources.resolve() else { return Ok(sources) };
    let which = |problem: &Problem| matches!(problem.mistake, ConfigMistake::WhichProfile { .. });
    if !problems.0.iter().all(which) || runtime::unfit_terminal().is_some() {
        return Ok(sources);
    }
    // How the terminal is used is no matter of a profile.
    let Ok(look) = without_profiles(&sources).resolve() else { return Ok(sources) };
    let choices = sources.file.as_ref().map(File::choices).unwrap_or_default();
    let process = Process::ready(process)?;
    match profile_choice::choose(process, &look, &choices).await? {
        Some(name) => sources.arguments.profile = Some(name),
        None => return Err(problems.into()),
    }
    Ok(sources)
}

/// What is known before anything is typed.
fn form(sources: &Sources, known: &Settings) -> FirstRun {
    let file = sources.places.config.as_ref().filter(|_| sources.places.foreign.is_none());
    let at_hand = match &known.sign_in {
        SignInMethod::Token(source) => Some(source.origin.to_string()),
        SignInMethod::Password { password, .. } => password.as_ref().map(|source| source.origin.to_string()),
    };
    let mut form = FirstRun::new(file.map(|place| place.value.display().to_string()), at_hand);
    let named = sources.environment.get(PROFILE).map(|name| name.to_string_lossy().into_owned());
    let name = sources.arguments.profile.clone().or(named);
    let user = known.username.as_ref().map(|user| user.value.clone());
    let ca_file = known.ca_file.as_ref().map(|path| path.value.display().to_string());
    for (place, text) in [(SetupRow::Name, name), (SetupRow::User, user), (SetupRow::CaFile, ca_file)] {
        form.fill_in(place, &text.unwrap_or_default());
    }
    form
}

/// Settings that the form has.
const TYPED: [Setting; 4] = [Setting::Url, Setting::Username, Setting::PasswordCommand, Setting::CaFile];

/// The same sources without what the form has, and without the choice of a profile.
fn without_typed(sources: &Sources) -> Sources {
    let given = sources.arguments.given.iter().filter(|(setting, _)| !TYPED.contains(setting)).cloned().collect();
    let typed = |name: &str| name == PROFILE || TYPED.iter().any(|setting| setting.row().environment == Some(name));
    Sources {
        arguments: Arguments { given, profile: None, ..sources.arguments.clone() },
        environment: sources.environment.without(typed),
        ..sources.clone()
    }
}

/// The same sources without profiles.
fn without_profiles(sources: &Sources) -> Sources {
    let file = sources.file.clone().map(|file| File { profiles: Vec::new(), default_profile: None, ..file });
    let environment = sources.environment.without(|name| name == PROFILE);
    let arguments = Arguments { profile: None, ..sources.arguments.clone() };
    Sources { arguments, environment, file, ..sources.clone() }
}

/// What was typed, as settings; without secrets, which are not in a profile.
fn typed(answers: &Answers) -> Vec<(Setting, String)> {
    let ca_file = if answers.ca_file.is_empty() { String::new() } else { whole(&answers.ca_file) };
    let access = first_run::access(answers);
    let access = if access == AccessSetting::Write { String::new() } else { access.word().to_owned() };
    [
        (Setting::Url, answers.url.clone()),
        (Setting::Badge, answers.badge.clone()),
        (Setting::Username, answers.user.clone()),
        (Setting::PasswordCommand, answers.command.clone()),
        (Setting::Access, access),
        (Setting::CaFile, ca_file),
    ]
    .into_iter()
    .filter(|(_, text)| !text.is_empty())
    .collect()
}

/// The settings that what was typed means, without a profile.
fn unsaved(bare: &Sources, answers: &Answers) -> Result<Settings, Problems> {
    let mut sources = without_typed(bare);
    sources.arguments.given.extend(typed(answers));
    let mut settings = sources.resolve()?;
    connect::without_credentials(&settings)?;
    give_password(&mut settings, answers);
    Ok(settings)
}

fn give_password(settings: &mut Settings, answers: &Answers) {
    if let Some(password) = &answers.password {
        let password = Some(Sourced::default(SecretSource::Given(password.clone())));
        settings.sign_in = SignInMethod::Password { username: settings.username.clone(), password };
    }
}

async fn reach(settings: Settings, url: String, heard: UnboundedSender<Heard>) {
    let client = connect::without_credentials(&settings).map_err(|problems| problems.mistakes());
    let client = client.and_then(|client| Client::new(client).map_err(|error| error.to_string()));
    let answer = match client {
        Ok(client) => client.reach().await.map_err(RequestError::from),
        Err(why) => Err(RequestError::unsendable(why)),
    };
    // No one waits for it any more once the setup is closed.
    drop(heard.send((url, answer)));
}

async fn check(settings: Settings, found: UnboundedSender<Check>) {
    let mut report = |verdict: DoctorVerdict, name: &str, reported: &str, fix: &str| {
        let verdict = match verdict {
            DoctorVerdict::Well => Shown::Well,
            DoctorVerdict::Warn => Shown::Warn,
            DoctorVerdict::Fail(_) => Shown::Fail,
            DoctorVerdict::Certificate(_) => Shown::Certificate,
            DoctorVerdict::Skip => Shown::Skip,
        };
        let check = Check { verdict, name: name.to_owned(), found: reported.to_owned(), fix: fix.to_owned() };
        // No one waits for it any more once the test is cancelled.
        drop(found.send(check));
    };
    let mut nowhere = CommandOutput::nowhere();
    // Nothing is written that could fail.
    drop(doctor::check(&settings, &mut nowhere, &mut report).await);
}

fn save(sources: &Sources, answers: &Answers) -> Result<(), NotSaved> {
    let Some(place) = sources.places.config.as_ref().filter(|_| sources.places.foreign.is_none()) else {
        return Err(NotSaved::NoHome);
    };
    let (name, path) = (answers.name.clone(), &place.value);
    if !is_profile_name(&name) {
        return Err(NotSaved::Name(ConfigMistake::ProfileName { found: name }));
    }
    let new = NewProfile { name, settings: typed(answers), becomes_default: false };
    match disk::add_profile(&sources.places, path, &new, Existing::Keep) {
        Ok(_) => Ok(()),
        Err(NotWritten::Profile(NotAdded::Exists)) => Err(NotSaved::Taken(answers.name.clone())),
        Err(why) => Err(NotSaved::File { path: path.clone(), why }),
    }
}

/// The settings of the profile that was saved.
fn saved(sources: &Sources, answers: &Answers) -> Result<Settings, Problems> {
    let mut sources = without_typed(sources);
    sources.arguments.profile = Some(answers.name.clone());
    sources.file = disk::read(&sources.places)?;
    sources.resolve()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::{Environment, Places};

    fn answers(url: &str) -> Answers {
        let mut form = FirstRun::new(None, None);
        form.fill_in(SetupRow::Url, url);
        form.fill_in(SetupRow::User, "alice");
        form.fill_in(SetupRow::Password, "hunter2");
        form.fill_in(SetupRow::Name, "eu");
        form.answers()
    }

    fn sources(folder: &std::path::Path, variables: &[(&'static str, &str)]) -> Sources {
        let config = Some(Sourced::default(folder.join("config.toml")));
        let environment = Environment::read(|name| {
            variables.iter().find(|(known, _)| *known == name).map(|(_, value)| std::ffi::OsString::from(value))
        });
        Sources { environment, places: Places { config, ..Places::default() }, ..Sources::default() }
    }

    #[test]
    fn what_is_typed_comes_before_variables_and_the_password_is_never_saved() {
        let folder = tempfile::tempdir().unwrap();
        let sources = sources(folder.path(), &[("SIPREG_USERNAME", "bob"), ("SIPREG_PROFILE", "x")]);
        let answers = answers("yeti.example");
        let settings = unsaved(&without_profiles(&sources), &answers).unwrap();
        assert_eq!(settings.username.as_ref().unwrap().value, "alice");
        assert_eq!((settings.url.unwrap().value.as_str(), settings.identity.note), ("https://yeti.example", None));
        save(&sources, &answers).unwrap();
        let text = std::fs::read_to_string(folder.path().join("config.toml")).unwrap();
        assert!(text.contains("[profile.eu]\nurl = \"https://yeti.example\"\nusername = \"alice\"\n"), "{text}");
        assert!(!text.contains("hunter2"), "{text}");
        let settings = saved(&sources, &answers).unwrap();
        assert_eq!(
            (settings.identity.display_name().as_str(), settings.username.unwrap().value.as_str()),
            ("eu", "alice")
        );
    }

    #[test]
    fn what_cannot_be_used_is_told_without_the_place_it_was_not_typed_at() {
        let bare = without_profiles(&sources(std::path::Path::new("/nowhere"), &[]));
        for url in ["ftp://yeti.example", "https://alice:hunter2@yeti.example", "https://yeti.example/other"] {
            let reported = unsaved(&bare, &answers(url)).unwrap_err().mistakes();
            assert!(reported.starts_with("url cannot be") && !reported.contains("hunter2"), "{reported}");
        }
    }

    #[tokio::test]
    async fn certificates_that_cannot_be_used_are_told_apart_from_other_failures() {
        let folder = tempfile::tempdir().unwrap();
        let ca_file = folder.path().join("ca.pem");
        std::fs::write(&ca_file, "none").unwrap();
        let server = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("https://{}", server.local_addr().unwrap());
        for (ca_file, verdict) in [(ca_file.display().to_string(), Shown::Certificate), (String::new(), Shown::Fail)] {
            let answers = Answers { ca_file, ..answers(&url) };
            let mut settings = unsaved(&without_profiles(&sources(folder.path(), &[])), &answers).unwrap();
            settings.proxy = None;
            settings.timeout.value = std::time::Duration::from_millis(300);
            let (sender, mut found) = tokio::sync::mpsc::unbounded_channel();
            check(settings, sender).await;
            let mut failed = None;
            while let Some(check) = found.recv().await {
                failed = failed.or_else(|| check.verdict.is_failure().then_some((check.name, check.verdict)));
            }
            assert_eq!(failed, Some(("tls".to_owned(), verdict)));
        }
    }

    #[test]
    fn what_is_not_saved_is_told_with_its_reason() {
        let folder = tempfile::tempdir().unwrap();
        let sources = sources(folder.path(), &[]);
        let answers = answers("yeti.example");
        save(&sources, &answers).unwrap();
        assert!(matches!(save(&sources, &answers), Err(NotSaved::Taken(name)) if name == "eu"));
        let named = Answers { name: "e u".to_owned(), ..answers.clone() };
        assert!(matches!(save(&sources, &named), Err(NotSaved::Name(ConfigMistake::ProfileName { .. }))));
        let places = Places { config: Some(Sourced::default("/proc/x/config.toml".into())), ..Places::default() };
        let reported = save(&Sources { places, ..Sources::default() }, &answers).unwrap_err().to_string();
        assert!(
            reported.starts_with("Not saved to /proc/x/config.toml") && reported.contains("without saving"),
            "{reported}"
        );
    }
}

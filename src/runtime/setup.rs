//! From settings to the start values of app and screen.

use std::env;
use std::io::{self, IsTerminal as _};

use crate::app::core::IfMatch;
use crate::app::lock::{Locking, SignInAgain};
use crate::app::model::looks::View;
use crate::app::overlay::profiles::ProfileOffer;
use crate::app::{Access, App, Setup};
use crate::config::file::ProfileCandidate;
use crate::config::locate::is_colored;
use crate::config::{Origin, Settings, keymap, words};
use crate::connect;
use crate::domain::text::{Characters, in_ascii, visible};
use crate::terminal::charset::LocaleVariables;
use crate::terminal::decode::{ESCAPE_DELAY, ESCAPE_DELAY_SSH};
use crate::terminal::screen::{MouseReports, can_be_drawn_on};
use crate::terminal::{Depth, Multiplexer, ScreenOptions};
use crate::view::theme::{BadgeColor, Cursor, Theme};

use super::input::InputOptions;

/// What stays the same while the app runs.
pub fn of(settings: &Settings, server: String) -> Setup {
    Setup {
        profile: settings.identity.display_name(),
        badge: settings.identity.badge.clone(),
        server,
        plaintext: settings.is_plaintext(),
        access: access(settings.access.value),
        user: settings.username.as_ref().map(|user| user.value.clone()),
        timezone: settings.zone(),
        keymap: keymap::of(&settings.keys, &settings.commands).unwrap_or_default(),
        if_match: if settings.if_match.value { IfMatch::Send } else { IfMatch::Omit },
        ignored: settings.ignored.value,
        node_poll: settings.node_poll.value,
        pid: std::process::id(),
    }
}

/// When the console locks, and how it opens again.
pub fn locking(settings: &Settings) -> Locking {
    let again = connect::reopening(settings).map_or(SignInAgain::Typing, |setting| SignInAgain::Setting(setting.key()));
    Locking::new(settings.lock_after.as_ref().map(|after| after.value), again)
}

/// What can be switched to. What was said for this run takes rights away in every profile.
pub fn profiles(settings: &Settings) -> Vec<ProfileOffer> {
    let current = settings.profile.as_ref().filter(|_| settings.identity.note.is_none());
    let given = (!settings.access.origin.is_file() && settings.access.origin != Origin::Default)
        .then_some(settings.access.value);
    let current = current.map(|current| current.value.as_str());
    settings.profiles.iter().map(|choice| profile(choice, given, current)).collect()
}

/// One of them; `given` is what this run may change at most, `current` the one that is open.
pub fn profile(choice: &ProfileCandidate, given: Option<words::AccessSetting>, current: Option<&str>) -> ProfileOffer {
    ProfileOffer {
        name: choice.name.clone(),
        badge: choice.badge.clone(),
        server: choice.url.clone(),
        access: access(given.unwrap_or(choice.access)),
        is_current: current == Some(choice.name.as_str()),
    }
}

const fn access(access: words::AccessSetting) -> Access {
    match access {
        words::AccessSetting::Write => Access::Write,
        words::AccessSetting::Confirm => Access::Confirm,
        words::AccessSetting::ReadOnly => Access::ReadOnly,
    }
}

/// How often nodes are asked, and the view of what fails in the demo.
pub fn live(settings: &Settings, asked: bool, app: &mut App) {
    if !asked {
        return;
    }
    app.store.live.every = Some(settings.live.every.value);
    if settings.live.source.as_ref().is_some_and(|source| source.origin == Origin::Demo) {
        let view = View { name: "failing".to_owned(), filter: "live:failing".to_owned(), ..View::default() };
        app.list.views.only_here.insert(4, view.clone());
        app.list.views.own.entry(4).or_insert(view);
    }
}

/// How often the console looks for changes, and whether it shows tips.
pub fn habits(settings: &Settings, app: &mut App) {
    if let Some(every) = &settings.watch {
        app.sync.watch_from_the_start(every.value);
        let demo = every.origin == Origin::Demo;
        app.input.tips.shown = demo && settings.tips.value;
    }
}

/// How to use the terminal.
pub fn screen(settings: &Settings) -> ScreenOptions {
    let variable = |name: &str| env::var(name).ok();
    let term = variable("TERM").unwrap_or_default();
    let detected = Depth::detect(anstyle_query::truecolor(), &term);
    let depth = match settings.color.value {
        color if !is_colored(color, true) => Depth::Mono,
        words::ColorSetting::Always => detected.max(Depth::Ansi16),
        words::ColorSetting::Auto | words::ColorSetting::Never => detected,
    };
    let multiplexer = Multiplexer::detect(Some(&term), variable("TMUX").as_deref(), variable("STY").as_deref());
    ScreenOptions { depth, multiplexer, term, mouse: mouse(settings) }
}

/// Whether the mouse is listened to.
pub const fn mouse(settings: &Settings) -> MouseReports {
    if settings.mouse.value { MouseReports::On } else { MouseReports::Off }
}

/// How to read keys. Over SSH what belongs together may come apart.
pub fn manner(settings: &Settings) -> InputOptions {
    let usual = if env::var_os("SSH_CONNECTION").is_some() { ESCAPE_DELAY_SSH } else { ESCAPE_DELAY };
    InputOptions {
        escape_delay: settings.escape_delay.as_ref().map_or(usual, |delay| delay.value),
        encoding: LocaleVariables::read().encoding(),
    }
}

/// Why the console cannot be shown here, as the end of a sentence; `None` where it can.
pub fn unfit_terminal() -> Option<String> {
    if !io::stdout().is_terminal() {
        return Some("standard output is not a terminal".to_owned());
    }
    let term = env::var("TERM").ok();
    match (can_be_drawn_on(term.as_deref()), term) {
        (true, _) => None,
        (false, None) => Some("the terminal type is unknown (TERM is not set)".to_owned()),
        (false, Some(term)) => Some(format!("the terminal cannot display the console (TERM is {:?})", term.as_str())),
    }
}

/// Title of the terminal.
pub fn title(settings: &Settings) -> String {
    let title = format!("sipreg: {}", visible(&settings.identity.name));
    match characters(settings) {
        Characters::Unicode => title,
        Characters::Ascii => in_ascii(&title).into_owned(),
    }
}

/// What gives a `sipreg` in a program of the user's own the server that this is about.
pub fn surroundings(settings: &Settings) -> Vec<(String, String)> {
    let mut found = Vec::new();
    let own = settings.profile.as_ref().filter(|profile| profile.value == settings.identity.name);
    match (own, &settings.url) {
        (Some(profile), _) if profile.origin != Origin::Demo => {
            found.push(("SIPREG_PROFILE".to_owned(), profile.value.clone()));
        }
        (_, Some(url)) => found.push(("SIPREG_URL".to_owned(), url.value.clone())),
        (_, None) => {}
    }
    let config = settings.places.config.as_ref().filter(|place| place.origin != Origin::Default);
    found.extend(config.map(|place| ("SIPREG_CONFIG".to_owned(), place.value.display().to_string())));
    found
}

/// What may be written to the terminal.
pub fn characters(settings: &Settings) -> Characters {
    LocaleVariables::read().characters(settings.characters.value)
}

/// How things look.
pub fn theme(settings: &Settings) -> Theme {
    // Without colours a bar that is made of them would not be seen.
    let theme = match settings.theme.value {
        _ if screen(settings).depth == Depth::Mono => Theme::mono(),
        words::ThemeSetting::Default => Theme::standard(),
        words::ThemeSetting::Light => Theme::light(),
        words::ThemeSetting::HighContrast => Theme::high_contrast(),
        words::ThemeSetting::Mono => Theme::mono(),
        words::ThemeSetting::Deuteranopia => Theme::deuteranopia(),
    };
    let badge = settings.badge_color.as_ref().map_or(BadgeColor::Red, |color| match color.value {
        words::BadgeColorSetting::Red => BadgeColor::Red,
        words::BadgeColorSetting::Yellow => BadgeColor::Yellow,
        words::BadgeColorSetting::Green => BadgeColor::Green,
        words::BadgeColorSetting::Blue => BadgeColor::Blue,
    });
    let cursor = match settings.cursor.value {
        words::CursorSetting::Bar => Cursor::Bar,
        words::CursorSetting::Marker => Cursor::Marker,
    };
    theme.with_badge(badge).pointing_with(cursor).drawn_with(characters(settings))
}

#[cfg(test)]
mod tests {
    use crate::app::panes::copy;
    use crate::terminal::clipboard;

    #[test]
    fn the_app_refuses_what_the_terminal_would_not_take() {
        assert_eq!(copy::LONGEST, clipboard::LIMIT);
    }
}

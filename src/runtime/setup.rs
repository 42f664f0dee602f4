//! From settings to what the app and the screen are told at the start.

use std::env;

use crate::app::effect::IfMatch;
use crate::app::{Access, Setup};
use crate::config::{Settings, keymap, words};
use crate::terminal::screen::Mouse;
use crate::terminal::{Depth, Multiplexer, Options};
use crate::view::theme::{Characters, Theme};

/// What stays the same while the app runs.
pub fn of(settings: &Settings, server: String) -> Setup {
    let badge = settings.badge.as_ref().map(|badge| badge.value.clone());
    let name = settings.name();
    let profile = badge.map_or_else(|| name.to_owned(), |badge| format!("{badge} {name}"));
    Setup {
        profile,
        server,
        access: match settings.access.value {
            words::Access::Write => Access::Write,
            words::Access::Confirm => Access::Confirm,
            words::Access::ReadOnly => Access::ReadOnly,
        },
        user: settings.username.as_ref().map(|user| user.value.clone()),
        timezone: settings.zone(),
        keymap: keymap::of(&settings.keys).unwrap_or_default(),
        if_match: match settings.if_match.value {
            words::IfMatch::Send => IfMatch::Send,
            words::IfMatch::Omit => IfMatch::Omit,
        },
        pid: std::process::id(),
    }
}

/// How to use the terminal.
pub fn screen(settings: &Settings) -> Options {
    let variable = |name: &str| env::var(name).ok();
    let detected =
        Depth::detect(variable("NO_COLOR").as_deref(), variable("COLORTERM").as_deref(), variable("TERM").as_deref());
    let depth = match settings.color.value {
        words::Color::Never => Depth::Mono,
        words::Color::Always => detected.max(Depth::Ansi16),
        words::Color::Auto => detected,
    };
    let term = variable("TERM").unwrap_or_default();
    let multiplexer = Multiplexer::detect(Some(&term), variable("TMUX").as_deref());
    let mouse = match settings.mouse.value {
        words::Mouse::On => Mouse::On,
        words::Mouse::Off => Mouse::Off,
    };
    Options { depth, multiplexer, term, mouse }
}

/// Title of the terminal.
pub fn title(settings: &Settings) -> String {
    format!("sipreg: {}", settings.name())
}

/// How things look.
pub fn theme(settings: &Settings) -> Theme {
    let theme = match settings.theme.value {
        words::Theme::Terminal => Theme::terminal(),
        words::Theme::Mono => Theme::mono(),
        words::Theme::HighContrast => Theme::high_contrast(),
        words::Theme::Deuteranopia => Theme::deuteranopia(),
    };
    theme.drawn_with(match settings.characters.value {
        words::Characters::Unicode => Characters::Unicode,
        words::Characters::Ascii => Characters::Ascii,
    })
}

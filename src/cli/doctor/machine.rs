//! Checks of this machine: configuration, state directory, terminal.

use std::env;
use std::io;
use std::os::unix::fs::MetadataExt as _;
use std::path::{Path, PathBuf};

use rustix::fs::{Access, access};
use rustix::termios::{Winsize, isatty, tcgetwinsize};

use super::{DoctorVerdict, Report};
use crate::cli::Exit;
use crate::config::Settings;
use crate::config::locate::is_colored;
use crate::config::words::ColorSetting;
use crate::config::words::SettingWord as _;
use crate::domain::count::counted;
use crate::domain::system_error::in_words;
use crate::state::journal::Journal;
use crate::terminal::Depth;
use crate::terminal::charset::LocaleVariables;

/// The smallest terminal that the console is made for.
const SMALLEST: (u16, u16) = (60, 16);

fn variable(name: &str) -> Option<String> {
    env::var(name).ok().filter(|value| !value.is_empty())
}

/// The size of the terminal; `None` without one.
fn window() -> Option<rustix::io::Result<Winsize>> {
    match [isatty(io::stdout()), isatty(io::stderr()), isatty(io::stdin())] {
        [true, _, _] => Some(tcgetwinsize(io::stdout())),
        [_, true, _] => Some(tcgetwinsize(io::stderr())),
        [_, _, true] => Some(tcgetwinsize(io::stdin())),
        [false, false, false] => None,
    }
}

/// What someone who helps asks first: which sipreg, on what system, in what terminal.
pub(super) fn version(report: &mut Report<'_>) -> io::Result<()> {
    let read = |path: &str| std::fs::read_to_string(path).unwrap_or_default();
    let release = read("/etc/os-release");
    let name = release.lines().find_map(|line| line.strip_prefix("PRETTY_NAME=")).unwrap_or_default();
    let kernel = read("/proc/sys/kernel/osrelease");
    let mut system = format!("{} {} {}", env::consts::OS, kernel.trim(), env::consts::ARCH).replace("  ", " ");
    if !name.is_empty() {
        system = format!("{} ({system})", name.trim_matches('"'));
    }
    let term = variable("TERM").map_or_else(|| "TERM is not set".to_owned(), |term| format!("TERM={term}"));
    let size = match window() {
        None => "no terminal".to_owned(),
        Some(Ok(size)) => format!("{}x{}", size.ws_col, size.ws_row),
        Some(Err(error)) => format!("size unknown: {}", in_words(&error.into())),
    };
    report.well("version", &format!("sipreg {}; {system}; {term}, {size}", crate::VERSION))
}

pub(super) fn configuration(settings: &Settings, read: &[PathBuf], report: &mut Report<'_>) -> io::Result<()> {
    let file = match &settings.places.config {
        _ if !read.is_empty() => {
            read.iter().map(|path| path.display().to_string()).collect::<Vec<_>>().join(", below it ")
        }
        Some(place) => format!("no file at {}", place.value.display()),
        None => "no file".to_owned(),
    };
    let profile =
        settings.profile.as_ref().map_or_else(|| "no profile".to_owned(), |name| format!("profile {}", name.value));
    match &settings.url {
        Some(url) => {
            let access = settings.access.value.word();
            report.well(
                "configuration",
                &format!("{file}; {profile}, {} (from {}), access {access}", url.value, url.origin),
            )
        }
        None => report.line(
            DoctorVerdict::Fail(Exit::Usage),
            "configuration",
            &format!("{file}; {profile}; no server configured"),
            "set url in a profile, SIPREG_URL or --url; `sipreg config init --url URL` creates a profile",
        ),
    }?;
    for note in &settings.notes {
        report.line(DoctorVerdict::Warn, "configuration", note, "")?;
    }
    Ok(())
}

pub(super) fn state(state: Option<&Path>, report: &mut Report<'_>) -> io::Result<()> {
    let Some(path) = state else {
        let found = "no state directory: drafts, the journal and tokens are not stored";
        return report.line(DoctorVerdict::Warn, "state", found, "set HOME or XDG_STATE_HOME");
    };
    let shown = path.display();
    let Ok(found) = std::fs::symlink_metadata(path) else {
        return report.well("state", &format!("{shown} does not exist yet; it is created when needed"));
    };
    let refused = |found: String, fix: String, report: &mut Report<'_>| {
        report.line(DoctorVerdict::Warn, "state", &format!("{found}: nothing is stored in it"), &fix)
    };
    if !found.is_dir() {
        return refused(format!("{shown} is not a directory"), format!("mv {shown} {shown}.away"), report);
    }
    if found.uid() != rustix::process::geteuid().as_raw() {
        return refused(format!("{shown} belongs to another user"), "set XDG_STATE_HOME".to_owned(), report);
    }
    if found.mode() & 0o022 != 0 {
        return refused(format!("others may write to {shown}"), format!("chmod go-w {shown}"), report);
    }
    if access(path, Access::WRITE_OK | Access::EXEC_OK).is_err() {
        return refused(format!("{shown} cannot be written to"), format!("chmod u+rwx {shown}"), report);
    }
    report.well("state", &shown.to_string())
}

/// How many lines of the journal are looked through.
const LINES: usize = 5_000;

/// Names what cannot be read of the journal; says nothing where all of it can.
pub(super) fn journal(settings: &Settings, report: &mut Report<'_>) -> io::Result<()> {
    let Some(state) = &settings.places.state else { return Ok(()) };
    let journal = Journal::open(state, &settings.identity.origin);
    let damaged = match journal.recent(LINES) {
        Ok(recent) => recent.damaged.len(),
        Err(error) => return report.line(DoctorVerdict::Warn, "journal", &error.to_string(), ""),
    };
    let path = journal.path();
    let lines = match damaged {
        0 => return Ok(()),
        lines => counted(lines, "line"),
    };
    let found = format!("{lines} of {} cannot be read (damaged, or written by a newer sipreg)", path.display());
    report.line(DoctorVerdict::Warn, "journal", &found, "check them, or move the file away")
}

pub(super) fn terminal(report: &mut Report<'_>) -> io::Result<()> {
    let Some(size) = window() else {
        return report.well("terminal", "no terminal: commands work, the console does not");
    };
    let (columns, rows) = size.map_or((0, 0), |size| (size.ws_col, size.ws_row));
    let term = variable("TERM");
    let depth = match Depth::detect(anstyle_query::truecolor(), term.as_deref().unwrap_or_default()) {
        _ if !is_colored(ColorSetting::Auto, true) => "no colours",
        Depth::Mono => "no colours",
        Depth::Ansi16 => "16 colours",
        Depth::Ansi256 => "256 colours",
        Depth::TrueColor => "24-bit colours",
    };
    let environment = LocaleVariables::read();
    let (locale, is_utf8) = (environment.locale().to_owned(), environment.is_utf8());
    let multiplexer = if variable("TMUX").is_some() { ", in tmux" } else { "" };
    let name = term.clone().unwrap_or_default();
    let found = format!("{name} {columns}x{rows}, {depth}{multiplexer}");
    if term.as_deref().is_none_or(|term| term == "dumb") {
        return report.line(
            DoctorVerdict::Warn,
            "terminal",
            &format!("TERM is {}", term.as_deref().unwrap_or("not set")),
            "export TERM=xterm-256color, or the real type",
        );
    }
    if (columns, rows) != (0, 0) && (columns < SMALLEST.0 || rows < SMALLEST.1) {
        let fix = format!("enlarge it to at least {}x{} for the console", SMALLEST.0, SMALLEST.1);
        return report.line(DoctorVerdict::Warn, "terminal", &found, &fix);
    }
    if !is_utf8 {
        let found = format!("{found}; the locale {locale:?} is not UTF-8");
        let fix = "export LANG=C.UTF-8, or set ascii = true in [ui]";
        return report.line(DoctorVerdict::Warn, "terminal", &found, fix);
    }
    report.well("terminal", &format!("{found}, {locale}"))
}

//! The locked console: the profile, and a box to sign in. Nothing else of the state may be drawn here.

use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};

use crate::app::App;
use crate::app::lock::{Locked, SignInAgain, Why};
use crate::domain::text::wrap;

use crate::view::dialog::draw_editor;
use crate::view::pen::{put, put_lines, row};
use crate::view::theme::Theme;

/// What a sign-in is waiting for.
pub fn waiting(app: &App) -> String {
    match &app.cx.link.waits_for {
        Some(name) => format!("signing in … waiting for {name}."),
        None => "signing in …".to_owned(),
    }
}

pub fn draw(app: &App, theme: &Theme, area: Rect, lock: &Locked, buffer: &mut Buffer) -> Position {
    let top = row(area, 0);
    buffer.set_style(top, theme.columns);
    put(buffer, top, &format!("[{} {}]  LOCKED", app.cx.setup.profile, app.cx.setup.access.word()), theme.columns);
    let inside = Rect { x: area.x + 1.min(area.width), width: area.width.saturating_sub(2), ..area };
    let room = usize::from(inside.width).max(1);
    let mut next = 2;
    let mut report = |text: &str, style| {
        let lines = wrap(text, room);
        put_lines(buffer, inside, next, &lines, style);
        next += lines.len() + 1;
    };
    let since = app.cx.clock(lock.since.wall);
    let why = match lock.why {
        Why::Asked => String::new(),
        Why::Idle(after) => format!(", after {} s without a key", after.as_secs()),
    };
    let going_on = if lock.forgotten { Vec::new() } else { app.writes.going_on(&app.cx, &app.store) };
    if going_on.is_empty() {
        report(&format!("Locked since {since}{why}. Token and passwords are cleared."), theme.title);
    } else {
        report(&format!("Locked since {since}{why}. The token is kept until this has ended:"), theme.title);
        report(&going_on.join(" "), theme.bad);
    }
    if let Some(error) = &lock.asking.error {
        report(&error.message, theme.bad);
    }
    if let Some(reported) = &lock.reported {
        report(reported, theme.bad);
    }
    let user = draw_editor(theme, row(inside, next), "user      ", &lock.asking.user, false, buffer);
    let password = draw_editor(theme, row(inside, next + 1), "password  ", &lock.asking.password, true, buffer);
    next += 3;
    let help = match (&app.lock.rules.again, lock.asking.waiting) {
        (_, true) => format!("{}  Ctrl-c: quit", waiting(app)),
        (SignInAgain::Typing, false) => "Sign in to resume.  Tab: other field  Ctrl-c: quit".to_owned(),
        (SignInAgain::Setting(setting), false) => {
            format!("Enter: use {setting}, or type a password  Tab: other field  Ctrl-c: quit")
        }
    };
    put_lines(buffer, inside, next, wrap(&help, room), theme.faint);
    if lock.asking.at_password { password } else { user }
}

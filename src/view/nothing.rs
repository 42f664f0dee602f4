//! What stands in place of rows while there are none: why, and what to do.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::text::{Line, Span};
use ratatui::widgets::Paragraph;

use crate::app::App;
use crate::app::widget::Layout;
use crate::domain::request_error::{RequestError, RequestErrorKind};
use crate::domain::text::wrap;
use crate::keys::{Command, Scope};

use crate::view::theme::Theme;

pub fn draw(app: &App, theme: &Theme, layout: &Layout, frame: &mut Frame<'_>) {
    let (style, sentences) = reported(app, theme);
    let margin = 2.min(layout.rows.width / 8);
    let above = u16::from(layout.rows.height > 4);
    let place = Rect {
        x: layout.rows.x + margin,
        y: layout.rows.y + above,
        width: layout.rows.width - 2 * margin,
        height: layout.rows.height - above,
    };
    let width = usize::from(place.width).max(1);
    let lines = sentences.iter().enumerate().flat_map(|(number, sentence)| {
        let style = if number == 0 { style } else { Style::new() };
        wrap(sentence, width).into_iter().map(move |part| Line::from(Span::styled(part, style)))
    });
    frame.render_widget(Paragraph::new(lines.collect::<Vec<_>>()), place);
}

/// Sentences, the first in this style.
fn reported(app: &App, theme: &Theme) -> (Style, Vec<String>) {
    let key = |command| app.cx.setup.keymap.keys_of(Scope::List, command).unwrap_or_else(|| "?".to_owned());
    let server = &app.cx.setup.server;
    let needs_sign_in = |error: &RequestError| error.kind == RequestErrorKind::SignInNeeded && !app.cx.link.renewable;
    if app.sync.sweep.held_up.as_ref().is_some_and(|held| needs_sign_in(&held.error)) {
        let (again, quit) = (key(Command::Refresh), key(Command::Back));
        let next = format!("{again}: sign in  {quit}: quit");
        return (Style::new(), vec![format!("Sign in to {server} to load its registrations."), next]);
    }
    if let Some(held) = &app.sync.sweep.held_up {
        let next = match held.retry_at {
            Some(_) => {
                format!("Retrying automatically (countdown in the top line). {}: retry now", key(Command::Refresh))
            }
            None => format!("{}: retry  {}: quit", key(Command::Refresh), key(Command::Back)),
        };
        let mut lines = vec![format!("Could not load registrations from {server}.")];
        lines.push(held.error.message.clone());
        if let Some(id) = &held.error.request_id {
            lines.push(format!("Request ID: {id}"));
        }
        lines.push(next);
        (theme.bad, lines)
    } else if app.sync.sweep.is_running() {
        (Style::new(), vec![format!("Loading registrations from {server} …")])
    } else if app.store.loaded.synced.is_some() {
        let again = format!("{}: refresh", key(Command::Refresh));
        (Style::new(), vec![format!("{server} has no registrations."), again])
    } else {
        (Style::new(), vec![format!("Nothing loaded yet. {}: load the list", key(Command::Refresh))])
    }
}

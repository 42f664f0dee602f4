//! The bottom line: the keys of this screen, the most wanted first.

use ratatui::Frame;
use ratatui::text::{Line, Span};
use ratatui::widgets::Paragraph;

use crate::app::form::{Editing, Form, FormStage};
use crate::app::widget::Layout;
use crate::app::{App, Focus};
use crate::domain::text::width;
use crate::keys::{Command, Scope};

use crate::view::pane::padded;
use crate::view::theme::Theme;

/// Commands that are hinted, the most wanted first; the right end drops on narrow screens.
const HINTED: &[Command] = &[
    Command::PageDown,
    Command::Apply,
    Command::Input,
    Command::Save,
    Command::Mine,
    Command::Theirs,
    Command::TypeChoice,
    Command::AllMine,
    Command::AllTheirs,
    Command::Decline,
    Command::Revert,
    Command::SetNull,
    Command::FindField,
    Command::Open,
    Command::Edit,
    Command::Toggle,
    Command::Undo,
    Command::ShowBody,
    Command::CopyCurl,
    Command::ShowDocument,
    Command::RevealPassword,
    Command::Escape,
    Command::Mark,
    Command::Filter,
    Command::Sort,
    Command::Refresh,
    Command::NextPane,
    Command::Palette,
    Command::Actions,
    Command::Help,
    Command::Back,
];

/// What keys do while a value is being made or an answer awaited: not those of the keymap.
pub const fn while_busy(form: &Form) -> Option<&'static str> {
    match (&form.editing, &form.stage) {
        (Some(Editing::Line(_)), FormStage::Conflict(_)) => Some("Enter/Esc: done   Tab: next open conflict"),
        (Some(Editing::Line(_)), _) => Some("Enter/Esc: done   Tab: next text field   Ctrl-s: review   Ctrl-u: clear"),
        (Some(Editing::Lines(_)), _) => {
            Some("Enter: new entry   Esc: done   Ctrl-u: undo   Tab: next text field   Ctrl-s: review")
        }
        (Some(Editing::Picker(_)), _) => Some("Enter: choose   Tab: choose, next text field   Esc: cancel"),
        (Some(Editing::Find(_)), _) => Some("Enter: edit field   Tab: next match   Esc: cancel"),
        (None, FormStage::Reading) => Some("Esc: back"),
        (None, FormStage::Checking) => Some("Esc: cancel the check (nothing sent yet)"),
        (None, FormStage::Saving) => Some("Esc: back to the list (the result is shown when it arrives)"),
        (None, FormStage::Editing | FormStage::Review(_) | FormStage::Conflict(_)) => None,
    }
}

/// Commands whose hints stay on every screen, however narrow.
const ALWAYS: &[Command] = &[Command::Help, Command::Back, Command::Escape];

pub fn draw(app: &App, theme: &Theme, layout: &Layout, frame: &mut Frame<'_>) {
    // The keys of a box stand in the box.
    if app.overlay.current.is_some() || layout.boxed {
        return;
    }
    let keys = line(app, theme, usize::from(layout.hints.width.saturating_sub(2)));
    frame.render_widget(Paragraph::new(padded(keys)), layout.hints);
}

/// Keys and what they do, as many as fit into so many cells.
pub fn line(app: &App, theme: &Theme, room: usize) -> Line<'static> {
    if let (Focus::Side, Some(form)) = (app.panes.focus, app.panes.form())
        && let Some(text) = while_busy(form)
    {
        return reported(theme, text, room);
    }
    if let Some(count) = app.input.count {
        return reported(
            theme,
            &app.cx.explain(&format!(
                "{count} then {{down}}/{{up}}: move by {count}   {{last}}: to line {count}   {{escape}}: cancel"
            )),
            room,
        );
    }
    if let Some(first) = app.list.to_compare.filter(|_| app.panes.focus == Focus::List) {
        return reported(
            theme,
            &app.cx.explain(&format!("{{compare}}: compare with {first}   {{down}}/{{up}}: move   {{escape}}: cancel")),
            room,
        );
    }
    let hints = hinted(app).filter_map(|command| {
        let (keys, does) = hint(app, command)?;
        Some(Hint { keys, does, stays: ALWAYS.contains(&command) })
    });
    fitted(theme, &hints.collect::<Vec<_>>(), room)
}

/// Keys and what they do.
struct Hint {
    keys: String,
    does: String,
    /// Whether it comes before all that does not.
    stays: bool,
}

/// As many hints as fit into so many cells, each whole; those that stay come before all others.
fn fitted(theme: &Theme, hints: &[Hint], room: usize) -> Line<'static> {
    let cells = |hint: &Hint| width(&hint.keys) + width(colon(&hint.keys)) + width(&hint.does) + 2;
    let kept: usize = hints.iter().filter(|hint| hint.stays).map(cells).sum();
    let mut left = (room + 2).saturating_sub(kept);
    let mut full = false;
    let mut line = Line::default();
    for hint in hints {
        if !hint.stays {
            full |= cells(hint) > left;
            if full {
                continue;
            }
            left -= cells(hint);
        }
        if !line.spans.is_empty() {
            line.push_span("  ");
        }
        line.push_span(Span::styled(hint.keys.clone(), theme.key));
        line.push_span(format!("{}{}", colon(&hint.keys), hint.does));
    }
    line
}

/// What separates keys from their verb; the key `:` brings its own colon, and a sentence has no keys.
fn colon(keys: &str) -> &'static str {
    match keys.chars().last() {
        None => "",
        Some(':') => " ",
        Some(_) => ": ",
    }
}

/// A sentence of `key: what it does` parts, the keys as keys: as many as fit into so many cells, each whole. How to leave
/// stays before all others.
pub fn reported(theme: &Theme, text: &str, room: usize) -> Line<'static> {
    let hints = text.split("  ").map(str::trim).filter(|part| !part.is_empty()).map(|part| {
        let (keys, does) = part.split_once(": ").unwrap_or(("", part));
        let stays = part.starts_with("Esc") || part.contains("/Esc");
        Hint { keys: keys.to_owned(), does: does.to_owned(), stays }
    });
    fitted(theme, &hints.collect::<Vec<_>>(), room)
}

/// Commands about many records, which come first where a range or marks are there.
const FOR_MANY: &[Command] =
    &[Command::Toggle, Command::Delete, Command::Bounce, Command::Mark, Command::ClearMarks, Command::Escape];

/// What is hinted on this screen, the most wanted first.
fn hinted(app: &App) -> impl Iterator<Item = Command> {
    let many = app.count_for_many().map_or(&[][..], |_| FOR_MANY);
    many.iter().chain(HINTED.iter().filter(move |command| !many.contains(command))).copied()
}

/// What a command about many records does to them now.
fn hint_for_many(app: &App, command: Command, count: usize) -> Option<String> {
    let in_range = app.store.marks.anchor.is_some();
    Some(match command {
        Command::Toggle => format!("enable/disable {count}"),
        Command::Delete => format!("delete {count}"),
        Command::Bounce => format!("bounce {count}"),
        Command::Mark if in_range => format!("mark {count}"),
        Command::ClearMarks if !in_range => "clear marks".to_owned(),
        Command::Escape if in_range => "cancel range".to_owned(),
        _ => return None,
    })
}

/// Whether what the review shows makes a registration that cannot work.
fn goes_down(app: &App) -> bool {
    matches!(app.panes.form(), Some(Form { stage: FormStage::Review(review), .. }) if review.will_be_down())
}

/// The keys of a command and the words for it, where it is hinted at all.
fn hint(app: &App, command: Command) -> Option<(String, String)> {
    // What a profile refuses altogether is not advertised.
    if app.is_refused_by_profile(command) {
        return None;
    }
    // Nor is what needs a registration, where none is shown.
    let on_record = matches!(
        command,
        Command::Open | Command::Edit | Command::Toggle | Command::Mark | Command::Delete | Command::Bounce
    );
    if on_record && app.panes.focus == Focus::List && app.list.rows.len(&app.store.records) == 0 {
        return None;
    }
    let keys = app.cx.setup.keymap.keys_of(app.panes.scope(), command)?;
    if let Some(words) = app.count_for_many().and_then(|count| hint_for_many(app, command, count)) {
        return Some((keys, words));
    }
    let words = match (command, app.panes.focus) {
        // What would be refused is not advertised; how to get there is.
        (Command::PageDown, Focus::Side) if app.panes.review_is_unread(&app.cx, &app.store) => "read on",
        (Command::Apply, Focus::Side) if app.panes.review_is_unread(&app.cx, &app.store) => "",
        (Command::Apply, Focus::Side) if goes_down(app) => "save (registration will be DOWN)",
        (Command::Undo, _) if app.why_not(command).is_some() => "",
        (Command::Escape, Focus::Side) => "back",
        (Command::Back, Focus::List) => "quit",
        (Command::Escape, Focus::List) | (Command::Back, Focus::Side) => "",
        // In a form it would read the list behind it.
        (Command::Refresh, Focus::Side)
            if matches!(app.panes.scope(), Scope::Form | Scope::Review | Scope::Conflict) =>
        {
            ""
        }
        _ => command.row().hint,
    };
    (!words.is_empty()).then(|| (keys, words.to_owned()))
}

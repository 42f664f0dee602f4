//! The setup: a page of fields, the results of the checks below them, and the keys. What does not fit scrolls with the
//! cursor.

pub mod profile_choice;

use ratatui::Frame;
use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};
use ratatui::style::Style;
use ratatui::text::{Line, Span};
use ratatui::widgets::{Paragraph, Widget as _};

use crate::app::first_run::{Check, FirstRun, PLACES, SetupRow, SetupStage, SetupVerdict};
use crate::domain::text::{visible, wrap};

use crate::view::dialog::draw_editor;
use crate::view::hints::reported;
use crate::view::pane::{alone, framed, padded};
use crate::view::pen::{put, row};
use crate::view::theme::Theme;
use crate::view::{ascii, text::clamped};

/// Rows from which there is room for blank lines between the groups.
const ROOMY: u16 = 20;

/// Cells before what the server said, which stands below its address.
const ANSWER: usize = 17;

/// Draws it, with the cursor where something is typed.
pub fn draw(form: &FirstRun, theme: &Theme, frame: &mut Frame<'_>) {
    let area = frame.area();
    if area.is_empty() {
        return;
    }
    let cursor = page(form, theme, area, frame.buffer_mut());
    ascii::finish(theme, frame, cursor);
}

/// One row of the page.
enum Piece {
    Text(String, Style),
    At(SetupRow),
}

fn page(form: &FirstRun, theme: &Theme, area: Rect, buffer: &mut Buffer) -> Option<Position> {
    let boxed = place(area);
    let area = boxed.map_or(area, |place| {
        let title = Line::from(Span::styled("sipreg setup", theme.active));
        let keys = reported(theme, keys(form), usize::from(place.width.saturating_sub(4)));
        let keys = padded(alone(keys)).right_aligned();
        framed(theme, theme.border_active, title, Line::default()).title_bottom(keys).render(place, buffer);
        Rect { x: place.x + 1, y: place.y + 1, width: place.width - 2, height: place.height - 2 }
    });
    let room = usize::from(area.width.saturating_sub(2)).max(1);
    // A page has its title in the first row and its keys in the last one.
    let edge = u16::from(boxed.is_none());
    if boxed.is_none() {
        let top = row(area, 0);
        buffer.set_style(top, theme.columns);
        put(buffer, top, " sipreg setup", theme.columns);
    }
    // The lowest rows: the error or help of the field, then the keys.
    let (help, style) = match &form.reported {
        Some(text) if form.stage == SetupStage::Typing => (text.clone(), theme.bad),
        Some(text) => (text.clone(), theme.warn),
        None => (help(form), theme.faint),
    };
    let most = usize::from(area.height / 3).max(1);
    let help: Vec<String> = wrap(&visible(&help), room).into_iter().take(most).collect();
    let below = (clamped(help.len()) + edge).min(area.height.saturating_sub(1 + edge));
    let body = Rect { y: area.y + edge, height: area.height.saturating_sub(edge + below), ..area };
    let pieces = pieces(form, theme, room, area.height >= ROOMY);
    let at = pieces.iter().position(|piece| matches!(piece, Piece::At(place) if *place == form.place));
    // What the checks found is in sight together with the row that it leads to, where both fit.
    let height = usize::from(body.height).max(1);
    let from = (at.unwrap_or_default() + height.min(2)).min(pieces.len()).saturating_sub(height);
    let mut cursor = None;
    for (index, piece) in pieces.iter().skip(from).take(height).enumerate() {
        let line = row(body, index);
        match piece {
            Piece::Text(text, style) => {
                put(buffer, Rect { x: line.x + 1, width: line.width.saturating_sub(1), ..line }, text, *style);
            }
            Piece::At(place) => {
                let drawn = draw_place(form, theme, *place, line, buffer);
                if *place == form.place && form.stage == SetupStage::Typing {
                    cursor = Some(drawn);
                }
            }
        }
    }
    for (index, line) in help.iter().enumerate() {
        let place = row(area, usize::from(area.height - below) + index);
        put(buffer, Rect { x: place.x + 1, width: place.width.saturating_sub(1), ..place }, line, style);
    }
    if boxed.is_none() && area.height > 2 {
        let place = row(area, usize::from(area.height) - 1);
        Paragraph::new(reported(theme, keys(form), room))
            .render(Rect { x: place.x + 1, width: place.width.saturating_sub(1), ..place }, buffer);
    }
    cursor
}

/// A box where the screen is at least as large as the usual one; `None`: a page.
fn place(area: Rect) -> Option<Rect> {
    const USUAL: (u16, u16) = (80, 24);
    const LARGEST: (u16, u16) = (92, 30);
    if area.width < USUAL.0 || area.height < USUAL.1 {
        return None;
    }
    let (width, height) = ((area.width - 6).min(LARGEST.0), (area.height - 2).min(LARGEST.1));
    let (x, y) = (area.x + (area.width - width) / 2, area.y + (area.height - height) / 2);
    Some(Rect { x, y, width, height })
}

/// What the keys do now.
fn keys(form: &FirstRun) -> &'static str {
    match form.stage {
        SetupStage::Testing => "Esc: cancel the test",
        SetupStage::Plaintext(_) => "y: continue  Esc: back",
        SetupStage::Typing => match form.place {
            SetupRow::Access => "Space: change  Esc: open without saving  Ctrl-c: quit  Tab: next",
            SetupRow::Test => "Enter: test  Esc: open without saving  Ctrl-c: quit  Tab: next",
            SetupRow::Save => "Enter: save  Esc: open without saving  Ctrl-c: quit  Tab: next",
            _ => "Enter: next  Esc: open without saving  Ctrl-c: quit  Shift-Tab: back",
        },
    }
}

fn pieces(form: &FirstRun, theme: &Theme, room: usize, roomy: bool) -> Vec<Piece> {
    let mut pieces = Vec::new();
    let blank = |pieces: &mut Vec<Piece>| {
        if roomy {
            pieces.push(Piece::Text(String::new(), theme.faint));
        }
    };
    let intro = "No server is configured yet. Type its address and how to sign in.";
    blank(&mut pieces);
    pieces.extend(wrap(intro, room).into_iter().map(|line| Piece::Text(line, Style::new())));
    if roomy {
        let demo = "No server at hand? Ctrl-c, then `sipreg demo`: sample data.";
        pieces.push(Piece::Text(demo.to_owned(), theme.faint));
    }
    for place in PLACES {
        if matches!(place, SetupRow::Url | SetupRow::Test | SetupRow::Name | SetupRow::Save) {
            blank(&mut pieces);
        }
        pieces.push(Piece::At(place));
        if place == SetupRow::Url
            && form.checks.is_empty()
            && let Some(answer) = form.said_at_url()
        {
            let (text, style) = match answer {
                Ok(()) => ("the server answers".to_owned(), theme.good),
                Err(error) => (format!("not reached: {}", error.message), theme.bad),
            };
            let sign = if answer.is_ok() { theme.signs().done } else { theme.signs().down };
            let lines = wrap(&visible(&text), room.saturating_sub(ANSWER).max(8)).into_iter().enumerate();
            pieces.extend(lines.map(|(index, line)| {
                let sign = if index == 0 { sign } else { " " };
                Piece::Text(format!("{:1$}{sign} {line}", "", ANSWER - 2), style)
            }));
        }
        if place == SetupRow::Test {
            pieces.extend(form.checks.iter().flat_map(|check| lines(check, theme, room)));
            if form.stage == SetupStage::Testing {
                pieces.push(Piece::Text("     …".to_owned(), theme.faint));
            }
        }
    }
    pieces
}

/// A check, as `sipreg doctor` prints it, under itself where it is long.
fn lines(check: &Check, theme: &Theme, room: usize) -> Vec<Piece> {
    let (word, style) = match check.verdict {
        SetupVerdict::Well => ("ok", theme.good),
        SetupVerdict::Warn => ("warn", theme.warn),
        SetupVerdict::Fail | SetupVerdict::Certificate => ("fail", theme.bad),
        SetupVerdict::Skip => ("skip", theme.faint),
    };
    let fix = if check.fix.is_empty() { String::new() } else { format!("; fix: {}", check.fix) };
    let found = format!("{}{fix}", check.found);
    let head = format!(" {word:<4} {:<10} ", check.name);
    let narrow = room < 50;
    let inside = if narrow { room.saturating_sub(2) } else { room.saturating_sub(head.len()) }.max(8);
    let mut wrapped = wrap(&visible(&found), inside).into_iter();
    let mut pieces = Vec::new();
    if narrow {
        pieces.push(Piece::Text(head.trim_end().to_owned(), style));
        pieces.extend(wrapped.map(|line| Piece::Text(format!("  {line}"), style)));
    } else {
        pieces.push(Piece::Text(format!("{head}{}", wrapped.next().unwrap_or_default()), style));
        pieces.extend(wrapped.map(|line| Piece::Text(format!("{}{line}", " ".repeat(head.len())), style)));
    }
    pieces
}

/// A row with a field or a button. Answers with where its cursor would be.
fn draw_place(form: &FirstRun, theme: &Theme, place: SetupRow, line: Rect, buffer: &mut Buffer) -> Position {
    let here = place == form.place;
    let mark = if here { ">" } else { " " };
    if let Some(editor) = form.line(place) {
        let prompt = format!("{mark} {:<14}", label(place));
        let position = draw_editor(theme, line, &prompt, editor, place == SetupRow::Password, buffer);
        if let (true, Some(at_hand), SetupRow::Password) = (editor.text().is_empty(), &form.at_hand, place) {
            let after = Rect { x: position.x + 1, width: line.right().saturating_sub(position.x + 1), ..line };
            put(buffer, after, &format!("(from {at_hand})"), theme.faint);
        }
        return position;
    }
    let style = if here { theme.active } else { theme.key };
    let file = form.file.as_deref().map_or_else(|| "no place to save it".into(), visible);
    let (after, after_style) = match (place, form.passed) {
        (SetupRow::Access, _) => (form.access.word(), Style::new()),
        (SetupRow::Test, _) if form.stage == SetupStage::Testing => ("testing …", theme.faint),
        (SetupRow::Test, Some(true)) => ("passed", theme.good),
        (SetupRow::Test, Some(false)) => ("failed", theme.bad),
        (SetupRow::Test, None) => ("connection, certificate, sign-in", theme.faint),
        (_, _) => (&*file, theme.faint),
    };
    let button = match place {
        SetupRow::Access => format!("{mark} {:<14}", label(place)),
        _ => format!("{mark} [ {} ]", label(place)),
    };
    let after = if place == SetupRow::Access { after.to_owned() } else { format!(" {after}") };
    Paragraph::new(Line::from(vec![Span::styled(button, style), Span::styled(after, after_style)]))
        .render(line, buffer);
    Position { x: line.x, y: line.y }
}

const fn label(place: SetupRow) -> &'static str {
    match place {
        SetupRow::Url => "Server URL",
        SetupRow::User => "User name",
        SetupRow::Password => "Password",
        SetupRow::Command => "  or command",
        SetupRow::CaFile => "CA file",
        SetupRow::Test => "Test",
        SetupRow::Name => "Profile name",
        SetupRow::Badge => "Badge",
        SetupRow::Access => "Access",
        SetupRow::Save => "Save and open",
    }
}

fn help(form: &FirstRun) -> String {
    match form.place {
        SetupRow::Url => "Such as https://yeti.example, with or without /api/rest/admin".to_owned(),
        SetupRow::User => "Your user name in the switch's API".to_owned(),
        SetupRow::Password => "Kept in memory only, never written to a file".to_owned(),
        SetupRow::Command => "Shell command that prints the password, such as: pass show yeti/alice".to_owned(),
        SetupRow::CaFile => "PEM file, only if the server's certificate comes from a private authority".to_owned(),
        SetupRow::Test => "Runs the network checks of `sipreg doctor` and shows each result".to_owned(),
        SetupRow::Name => "Letters, digits, - and _. `sipreg --profile NAME` uses it".to_owned(),
        SetupRow::Badge => "Optional word in front of the name, such as PROD or LAB".to_owned(),
        SetupRow::Access => "write, confirm (asks before each change), or read-only".to_owned(),
        SetupRow::Save => match &form.file {
            Some(_) => "Adds the profile to the configuration file, without the password".to_owned(),
            None => "No home directory to save it in. Esc: open without saving".to_owned(),
        },
    }
}

//! The pane of many records: what would happen, what happens, how it ended; and how far anything long is.

use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};
use ratatui::style::Style;

use crate::app::App;
use crate::app::overlay::progress::{Progress, span};
use crate::app::widget::pager::Pager;
use crate::app::write::bulk::{Ahead, Batch, CHOICES, Leg, Lot, PasswordForMany, Step, Wait, registrations};
use crate::domain::change::bulk::{Fate, State};
use crate::domain::text::{width, wrap};

use crate::view::overlay::{draw_editor, open_box};
use crate::view::pen::{put, put_at, row};
use crate::view::theme::Theme;

/// Cells of an id, and of a name, in the table.
const ID: u16 = 8;
const NAME: u16 = 24;

/// Widest bar.
const BAR: usize = 40;

/// Everything about many records.
pub fn draw(app: &App, theme: &Theme, area: Rect, buffer: &mut Buffer) -> Option<Position> {
    let batch = app.writes.bulk.as_ref()?;
    let title = format!("{}   target: {}", heading(batch), app.cx.setup.profile);
    let inside = open_box(app, theme, area, &title, buffer);
    draw_head(app, theme, inside, batch, buffer);
    let foot = usize::from(inside.height.saturating_sub(2));
    let body = Rect { y: inside.y.saturating_add(3), height: inside.height.saturating_sub(7), ..inside };
    for (index, id) in batch.rows().iter().enumerate().skip(batch.pager.top).take(usize::from(body.height)) {
        let place = row(body, index - batch.pager.top);
        if index == batch.pager.cursor {
            put(buffer, place, ">", theme.key);
        }
        draw_record(theme, place, batch, *id, buffer);
    }
    draw_in_full(theme, inside, foot.saturating_sub(2), batch, buffer);
    put(buffer, row(inside, foot + 1), &app.writes.batch_keys(&app.store), theme.key);
    let place = row(inside, foot);
    let count = batch.to_send();
    if matches!(batch.step, Step::Asking) && count > 0 && batch.task.wants_count(count) {
        let cursor = draw_editor(theme, place, ": ", &batch.typed, false, buffer);
        let used = u16::try_from(batch.typed.text().chars().count()).unwrap_or(0).saturating_add(6);
        put_at(buffer, place, used, &batch.hint, theme.bad);
        return Some(cursor);
    }
    put(buffer, place, &batch.hint, theme.bad);
    None
}

/// The record under the cursor in full, on two lines.
fn draw_in_full(theme: &Theme, inside: Rect, from: usize, batch: &Batch, buffer: &mut Buffer) {
    let Some(id) = batch.rows().get(batch.pager.cursor).copied() else { return };
    let Some(lot) = batch.lots.get(&id) else { return };
    let (_, style, text) = told(theme, batch, id, lot);
    let room = usize::from(inside.width).max(1);
    if 4 + usize::from(ID + NAME) + width(&text) <= room {
        return;
    }
    // The line of what a key did not do is free most of the time.
    let most = if batch.hint.is_empty() && !matches!(batch.step, Step::Asking) { 3 } else { 2 };
    for (index, line) in wrap(&format!("{id} {}: {text}", lot.name), room).iter().take(most).enumerate() {
        put(buffer, row(inside, from + index), line, style);
    }
}

fn told(theme: &Theme, batch: &Batch, id: u64, lot: &Lot) -> (&'static str, Style, String) {
    match &batch.step {
        Step::Looking(_) | Step::Asking | Step::Waiting(Wait { then: Leg::Off, .. }) => before(theme, lot),
        Step::Going | Step::Over | Step::Waiting(_) => after(theme, batch, id, lot),
    }
}

fn heading(batch: &Batch) -> String {
    let verb = batch.task.verb();
    match &batch.step {
        Step::Looking(looking) => format!("LOOK before: {verb} {}", registrations(looking.total())),
        Step::Asking => format!("{verb} {}?", registrations(batch.to_send())),
        Step::Waiting(_) => format!("WAITING: {verb} {}", registrations(batch.seen.counts.total())),
        Step::Going if batch.is_paused() => format!("PAUSED: {verb} {}", registrations(batch.seen.counts.total())),
        Step::Going => format!("RUNNING: {verb} {}", registrations(batch.seen.counts.total())),
        Step::Over => format!("OVER: {verb} {}", registrations(batch.seen.counts.total())),
    }
}

/// Two lines: what it comes to, and how far it is.
fn draw_head(app: &App, theme: &Theme, inside: Rect, batch: &Batch, buffer: &mut Buffer) {
    let (first, second) = (row(inside, 0), row(inside, 1));
    match &batch.step {
        Step::Asking => {
            put(buffer, first, &ahead_of_all(batch), Style::new());
            if let Some((left, why)) = batch.held_back(app.cx.now) {
                put(buffer, second, &format!("not before {}: {why}", span(left)), theme.bad);
            }
        }
        Step::Waiting(Wait { until, then, at, .. }) => {
            let left = span(until.saturating_sub(app.cx.now.mono));
            let what = match then {
                Leg::On => format!("{} OFF. On again in {left}", registrations(batch.bulk.items().len())),
                Leg::Off => format!("nothing sent yet. Off in {left}"),
            };
            put(buffer, first, &format!("{what}, at {}", app.cx.clock(*at)), theme.active);
            let why = "nodes look for changes once a poll: what is off for less, they may not notice";
            put(buffer, second, why, theme.faint);
        }
        Step::Going if batch.is_paused() => {
            put(buffer, first, &batch.pause_question(), theme.bad);
            put(buffer, second, &tally(batch), Style::new());
        }
        Step::Looking(_) | Step::Going | Step::Over => {
            if let Some(progress) = app.progress() {
                draw_bar(theme, first, &progress, buffer);
            }
            put(buffer, second, &tally(batch), Style::new());
        }
    }
}

/// `[####......]  12 of 30   40 %   ...`.
fn draw_bar(theme: &Theme, place: Rect, progress: &Progress, buffer: &mut Buffer) {
    let room = BAR.min(usize::from(place.width / 4)).max(4);
    let full = progress.cells(room);
    let bar = format!("[{}{}]", "#".repeat(full), ".".repeat(room - full));
    let used = put(buffer, place, &bar, theme.key);
    put_at(buffer, place, used + 2, &progress.line(), Style::new());
}

fn ahead_of_all(batch: &Batch) -> String {
    let count = |wanted: fn(&Lot) -> bool| batch.lots.values().filter(|lot| wanted(lot)).count();
    let told = [
        (count(|lot| matches!(lot.ahead, Ahead::Sends(_))), "will be sent"),
        (count(|lot| matches!(lot.ahead, Ahead::AlreadySo(_))), "already so"),
        (count(|lot| matches!(lot.ahead, Ahead::LeftAlone(_))), "left alone"),
        (count(|lot| matches!(lot.ahead, Ahead::Gone)), "gone"),
        (count(|lot| !lot.theirs.is_empty()), "changed by someone since marked"),
    ];
    let told = told.iter().filter(|(count, _)| *count > 0).map(|(count, what)| format!("{count} {what}"));
    told.collect::<Vec<_>>().join("   ")
}

fn tally(batch: &Batch) -> String {
    let counts = batch.seen.counts;
    let told = [
        (counts.done, "ok"),
        (counts.already_so, "already so"),
        (counts.failed, "failed"),
        (counts.conflicts, "changed by someone else"),
        (counts.unknown, "UNKNOWN"),
        (counts.running, "under way"),
        (counts.waiting, "waiting"),
        (counts.not_sent, "not sent"),
    ];
    let told = told.iter().filter(|(count, _)| *count > 0).map(|(count, what)| format!("{count} {what}"));
    told.collect::<Vec<_>>().join("   ")
}

fn draw_record(theme: &Theme, place: Rect, batch: &Batch, id: u64, buffer: &mut Buffer) {
    let Some(lot) = batch.lots.get(&id) else { return };
    let (sign, style, text) = told(theme, batch, id, lot);
    put_at(buffer, place, 2, sign, style);
    put_at(buffer, place, 4, &format!("{id:>7}"), Style::new());
    let name = Rect { width: place.width.min(4 + ID + NAME - 1), ..place };
    put_at(buffer, name, 4 + ID, &lot.name, Style::new());
    put_at(buffer, place, 4 + ID + NAME, &text, style);
}

/// What would become of a record.
fn before(theme: &Theme, lot: &Lot) -> (&'static str, Style, String) {
    let with = |text: &str| {
        let mut parts = vec![text.to_owned()];
        if !lot.theirs.is_empty() {
            parts.push(format!("someone changed {}", lot.theirs));
        }
        if !lot.note.is_empty() {
            parts.push(lot.note.clone());
        }
        parts.join("; ")
    };
    match &lot.ahead {
        Ahead::Sends(what) if lot.theirs.is_empty() => ("~", Style::new(), with(what)),
        Ahead::Sends(what) => ("!", Style::new(), with(what)),
        Ahead::AlreadySo(what) => ("=", theme.faint, with(&format!("already {what}"))),
        Ahead::LeftAlone(why) => ("!", theme.bad, with(&format!("left alone: {why}"))),
        Ahead::Gone => ("!", theme.bad, "gone: deleted by someone".to_owned()),
    }
}

/// What becomes of a record.
fn after(theme: &Theme, batch: &Batch, id: u64, lot: &Lot) -> (&'static str, Style, String) {
    let state = batch.seen.items.iter().find(|item| item.key == id).map(|item| &item.state);
    let with = |text: &str| if lot.note.is_empty() { text.to_owned() } else { format!("{text}; {}", lot.note) };
    match state {
        Some(State::Running) => ("~", theme.key, "under way".to_owned()),
        Some(State::Ended(Fate::Done)) => ("+", theme.good, with("ok")),
        Some(State::Ended(Fate::AlreadySo)) => ("=", theme.faint, with("already so")),
        Some(State::Ended(Fate::Conflict(why) | Fate::Failed(why))) => ("!", theme.bad, why.clone()),
        Some(State::Ended(Fate::Unknown(why))) => ("?", theme.bad, why.clone()),
        Some(State::Ended(Fate::NotSent)) => ("-", theme.faint, "not sent".to_owned()),
        Some(State::Waiting) if matches!(batch.step, Step::Waiting(_)) => ("-", Style::new(), with("off")),
        Some(State::Waiting) | None => (" ", theme.faint, "waiting".to_owned()),
    }
}

/// What is to be done to the marked records.
pub fn draw_many(app: &App, theme: &Theme, area: Rect, pager: Pager, buffer: &mut Buffer) {
    let marked = app.list.marked().len();
    let title = format!("{} marked   target: {}   Esc closes", registrations(marked), app.cx.setup.profile);
    let inside = open_box(app, theme, area, &title, buffer);
    for (index, (key, command)) in CHOICES.iter().enumerate().take(usize::from(inside.height)) {
        let place = row(inside, index);
        if index == pager.cursor {
            put(buffer, place, ">", theme.key);
        }
        put_at(buffer, place, 2, &key.to_string(), theme.key);
        put_at(buffer, place, 5, command.row().help, Style::new());
    }
}

/// A password for many records, typed masked.
pub fn draw_password(app: &App, theme: &Theme, area: Rect, asking: &PasswordForMany, buffer: &mut Buffer) -> Position {
    let marked = registrations(app.list.marked().len());
    let title = format!("Password for {marked}   target: {}", app.cx.setup.profile);
    let inside = open_box(app, theme, area, &title, buffer);
    let help = "The same for all of them. Nothing is sent yet: what would happen is shown first.";
    put(buffer, row(inside, 1), help, Style::new());
    put(buffer, row(inside, 4), "Enter: go on (an empty line removes it)   Esc: leave", theme.key);
    draw_editor(theme, row(inside, 2), "password  ", &asking.line, true, buffer)
}

/// What an earlier run left unfinished.
pub fn draw_offer(app: &App, theme: &Theme, area: Rect, pager: Pager, buffer: &mut Buffer) {
    let title = format!("UNFINISHED   target: {}", app.cx.setup.profile);
    let inside = open_box(app, theme, area, &title, buffer);
    let foot = usize::from(inside.height.saturating_sub(1));
    for (index, line) in app.writes.offer_lines(&app.cx).iter().enumerate().skip(pager.top).take(app.cx.batch_height())
    {
        let place = row(inside, index - pager.top);
        if index == pager.cursor {
            put(buffer, place, ">", theme.key);
        }
        put_at(buffer, place, 2, line, Style::new());
    }
    put(buffer, row(inside, foot), app.writes.offer_keys(), theme.key);
}

/// How far reading the list is.
pub fn draw_reading(app: &App, theme: &Theme, area: Rect, progress: &Progress, buffer: &mut Buffer) {
    let inside = open_box(app, theme, area, &progress.what, buffer);
    draw_bar(theme, row(inside, 1), progress, buffer);
    if let Some(held) = &app.sync.sweep.held_up {
        put(buffer, row(inside, 2), &held.trouble.message, theme.bad);
    }
    put(buffer, row(inside, 4), &progress.stop, theme.key);
}

//! The pane of many records: what would happen, what happens, how it ended; and how far anything long is.

use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};
use ratatui::style::Style;
use ratatui::widgets::{LineGauge, Widget as _};

use crate::app::App;
use crate::app::overlay::bulk::CHOICES;
use crate::app::overlay::many::PasswordForMany;
use crate::app::overlay::progress::{self, WorkProgress, span};
use crate::app::widget::Pager;
use crate::app::write::bulk::{Ahead, Batch, BatchStep, BounceWait, Leg, Lot, registrations};
use crate::domain::change::RecordOutcome;
use crate::domain::change::bulk::ItemState;
use crate::domain::rules::Severity;
use crate::domain::text::{capitalised, width, wrap};

use crate::view::dialog::{DialogBox, draw_editor};
use crate::view::lines::listed;
use crate::view::pane;
use crate::view::pen::{put, put_at, put_lines, row};
use crate::view::text::{clamped, cut};
use crate::view::theme::Theme;

/// Cells before the id: the cursor and the sign.
const SIGN: u16 = 4;

/// The columns of the table, with the gap behind each.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Columns {
    id: u16,
    name: u16,
}

impl Columns {
    const WIDEST: Self = Self { id: 8, name: 24 };

    /// Half of a row at least is for what happens to the record: where a row is short, the name gives way.
    fn of(width: u16, last: u64) -> Self {
        let half = width / 2;
        if SIGN + Self::WIDEST.id + Self::WIDEST.name + half <= width {
            return Self::WIDEST;
        }
        let id = clamped(last.to_string().len() + 1).min(Self::WIDEST.id);
        Self { id, name: width.saturating_sub(SIGN + id + half).clamp(6, Self::WIDEST.name) }
    }

    /// The cell at which what happens begins.
    const fn text(self) -> u16 {
        SIGN + self.id + self.name
    }
}

/// Everything about many records.
pub fn draw(app: &App, theme: &Theme, area: Rect, buffer: &mut Buffer) -> Option<Position> {
    let batch = app.writes.bulk.as_ref()?;
    let badge = app.cx.setup.badge.as_deref();
    let dialog = DialogBox { badge, ..DialogBox::page(heading(batch), app.writes.batch_keys(&app.cx, &app.store)) };
    let inside = dialog.in_place(batch.boxed(&app.cx)).with(position(app, theme, batch)).open(app, theme, area, buffer);
    let room = batch.room(&app.cx);
    draw_head(app, theme, Rect { height: inside.height.min(clamped(room.head)), ..inside }, batch, buffer);
    let foot = room.foot;
    let body = Rect { y: inside.y.saturating_add(clamped(room.from)), height: clamped(room.table), ..inside };
    let columns = Columns::of(body.width, batch.lots.last_key_value().map_or(0, |(id, _)| *id));
    listed(theme, body, batch.pager, 0..batch.rows(), buffer, |place, row, buffer| {
        if let Some(id) = batch.id_on(row) {
            draw_record(app, theme, (place, columns), batch, id, buffer);
        }
    });
    if let Some(from) = room.full {
        draw_in_full(app, theme, (inside, columns), from, batch, buffer);
    }
    let place = row(inside, foot);
    let count = batch.foreseen.to_send;
    // Where no row is left for it, what nodes do stands where a key's answer would.
    let effect = effect_in(batch.foreseen.effect.as_str(), usize::from(place.width));
    let without_head = room.head == 0 && batch.hint.is_empty() && matches!(batch.step, BatchStep::Asking);
    let (said, style) = if without_head { (effect, Style::new()) } else { (batch.hint.as_str(), theme.bad) };
    if matches!(batch.step, BatchStep::Asking) && count > 0 && batch.task.wants_count(count) {
        let cursor = draw_editor(theme, place, ": ", &batch.typed, false, buffer);
        let used = u16::try_from(batch.typed.text().chars().count()).unwrap_or(0).saturating_add(6);
        put_at(buffer, place, used, said, style);
        return Some(cursor);
    }
    put(buffer, place, said, style);
    None
}

/// What nodes do, without its heading where that would cost its end.
fn effect_in(effect: &str, room: usize) -> &str {
    if width(effect) <= room { effect } else { effect.strip_prefix("Effect").map_or(effect, str::trim_start) }
}

/// The part of the table that is in view where not all is, and the profile.
fn position(app: &App, theme: &Theme, batch: &Batch) -> String {
    in_profile(app, pane::position(theme, batch.in_view(&app.cx)))
}

/// The profile, and which part of something is in view, where not all is.
pub fn in_profile(app: &App, position: Option<String>) -> String {
    let profile = &app.cx.setup.profile;
    position.map_or_else(|| profile.clone(), |position| format!("{profile}  {position}"))
}

/// The record under the cursor in full, on two lines.
fn draw_in_full(
    app: &App,
    theme: &Theme,
    (inside, columns): (Rect, Columns),
    from: usize,
    batch: &Batch,
    buffer: &mut Buffer,
) {
    let Some(id) = batch.id_on(batch.pager.cursor) else { return };
    let Some(lot) = batch.lots.get(&id) else { return };
    let (_, style, text) = reported(app, theme, batch, id, lot);
    let room = usize::from(inside.width).max(1);
    if usize::from(columns.text()) + width(&text) <= room {
        return;
    }
    // The line of what a key did not do is free most of the time.
    let most = if batch.hint.is_empty() && !matches!(batch.step, BatchStep::Asking) { 3 } else { 2 };
    let lines = wrap(&format!("{id} {}: {text}", lot.name()), room);
    put_lines(buffer, inside, from, lines.iter().take(most), style);
}

fn reported(app: &App, theme: &Theme, batch: &Batch, id: u64, lot: &Lot) -> (&'static str, Style, String) {
    if batch.is_ahead() { before(theme, lot) } else { after(app, theme, batch, id, lot) }
}

fn heading(batch: &Batch) -> String {
    let (verb, many) = (batch.task.verb(), registrations(batch.seen.counts.total()));
    let stands = match &batch.step {
        BatchStep::Looking(looking) => return format!("Checking: {verb} {}", registrations(looking.total())),
        BatchStep::Asking => return capitalised(&format!("{verb} {}?", registrations(batch.foreseen.to_send))),
        BatchStep::Waiting(_) => "Waiting",
        BatchStep::Going if batch.is_paused() => "PAUSED",
        BatchStep::Going => "Running",
        BatchStep::Finished if batch.is_cancelled() => "Cancelled",
        BatchStep::Finished if batch.left_disabled() > 0 => {
            return format!("Left disabled: {}", registrations(batch.left_disabled()));
        }
        BatchStep::Finished if batch.left => "Stopped",
        BatchStep::Finished => "Done",
    };
    format!("{stands}: {verb} {many}")
}

/// Two lines: what it comes to, and how far it is.
fn draw_head(app: &App, theme: &Theme, inside: Rect, batch: &Batch, buffer: &mut Buffer) {
    let (first, second) = (row(inside, 0), row(inside, 1));
    match &batch.step {
        BatchStep::Asking => {
            // Lines of their own, where there is room for them.
            let room = usize::from(inside.width).max(1);
            let (counts, effect) = (batch.foreseen.outlook.as_str(), batch.foreseen.effect.as_str());
            let most = usize::from(inside.height);
            let held = batch.held_back(app.cx.now).map(|(left, why)| format!("Starts in {}: {why}", span(left)));
            let held = held.map(|held| wrap(&held, room)).unwrap_or_default();
            let both = wrap(&format!("{counts}   {effect}"), room);
            let mut reported = if most > 2 { [wrap(counts, room), wrap(effect, room)].concat() } else { both };
            if reported.len() + held.len() > most && !effect.is_empty() {
                // The title has the count, too; the effect has nowhere else to stand.
                reported = wrap(effect_in(effect, room), room);
            }
            put_lines(buffer, inside, 0, reported.iter().take(most), Style::new());
            let from = reported.len().min(most.saturating_sub(held.len()));
            put_lines(buffer, inside, from, &held, theme.bad);
        }
        BatchStep::Waiting(BounceWait { until, then, at, .. }) => {
            let left = span(until.saturating_sub(app.cx.now.mono));
            let what = match then {
                Leg::On => format!("{}. Enabling in {left}", batch.disabled()),
                Leg::Off => format!("Nothing sent yet. Disabling in {left}"),
            };
            put(buffer, first, &format!("{what}, at {}", app.cx.clock(*at)), theme.active);
            let why = "Nodes look at each poll only: they may miss a shorter outage.";
            put(buffer, second, why, theme.faint);
        }
        BatchStep::Going if batch.is_paused() => {
            let lines = wrap(&batch.pause_question(), usize::from(inside.width).max(1));
            let shown = lines.len().min(usize::from(inside.height.saturating_sub(1)).max(1));
            put_lines(buffer, inside, 0, lines.iter().take(shown), theme.bad);
            put(buffer, row(inside, shown), &tally(app, batch), Style::new());
        }
        BatchStep::Looking(_) | BatchStep::Going | BatchStep::Finished => {
            if let Some(progress) = progress::progress(app) {
                draw_bar(theme, first, &progress, buffer);
            }
            put(buffer, second, &tally(app, batch), Style::new());
        }
    }
}

/// `12 of 30   40 %   ... ████░░░░`.
fn draw_bar(theme: &Theme, place: Rect, progress: &WorkProgress, buffer: &mut Buffer) {
    let [filled, unfilled] = theme.signs().gauge;
    let label = cut(&progress.line(), usize::from(place.width / 2), theme).into_owned();
    LineGauge::default()
        .ratio(ratio(progress))
        .label(label)
        .filled_symbol(filled)
        .unfilled_symbol(unfilled)
        .filled_style(theme.border_active)
        .unfilled_style(theme.faint)
        .render(place, buffer);
}

/// How far it is, from 0 to 1: a gauge accepts nothing else, and no one knows the total of some things.
fn ratio(progress: &WorkProgress) -> f64 {
    let steps = u16::try_from(progress.cells(1_000)).unwrap_or(0).min(1_000);
    f64::from(steps) / 1_000.0
}

fn tally(app: &App, batch: &Batch) -> String {
    let counts = batch.seen.counts;
    let reported = [
        (counts.done, "done"),
        (counts.already_so, "unchanged"),
        (counts.failed, "failed"),
        (counts.conflicts, "changed meanwhile"),
        (counts.unknown, "UNKNOWN"),
        (counts.running, "running"),
        (counts.waiting, "waiting"),
        (counts.not_sent, "not sent"),
    ];
    let reported = reported.iter().filter(|(count, _)| *count > 0).map(|(count, what)| format!("{count} {what}"));
    reported.chain(on_nodes(app, batch)).collect::<Vec<_>>().join("   ")
}

/// How many of the saved records are seen by their nodes as they were saved.
fn on_nodes(app: &App, batch: &Batch) -> Option<String> {
    let live = &app.store.live;
    let saved = batch.seen.items.iter().filter(|item| item.state == ItemState::Ended(RecordOutcome::Done));
    let saved: Vec<u64> = saved.map(|item| item.key).filter(|id| live.effect(*id).is_some()).collect();
    let seen = saved.iter().filter(|id| live.effects.get(id).is_some_and(|took| took.good)).count();
    (!saved.is_empty()).then(|| format!("on their nodes: {seen} of {}", saved.len()))
}

fn draw_record(
    app: &App,
    theme: &Theme,
    (place, columns): (Rect, Columns),
    batch: &Batch,
    id: u64,
    buffer: &mut Buffer,
) {
    let Some(lot) = batch.lots.get(&id) else { return };
    let (sign, style, text) = reported(app, theme, batch, id, lot);
    put_at(buffer, place, 2, sign, style);
    put_at(buffer, place, SIGN, &format!("{id:>0$}", usize::from(columns.id - 1)), Style::new());
    let name = Rect { width: place.width.min(columns.text() - 1), ..place };
    put_at(buffer, name, SIGN + columns.id, lot.name(), Style::new());
    put_at(buffer, place, columns.text(), &text, style);
}

/// What would become of a record.
fn before(theme: &Theme, lot: &Lot) -> (&'static str, Style, String) {
    let with = |text: &str| {
        // DOWN stands first in the note, and must not be what is cut.
        let is_down = lot.worst == Some(Severity::Down);
        let parts = if is_down { [text, lot.note(), lot.theirs()] } else { [text, lot.theirs(), lot.note()] };
        parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join("; ")
    };
    match &lot.ahead {
        Ahead::Sends(what) if lot.worst == Some(Severity::Down) => ("!", theme.bad, with(what)),
        Ahead::Sends(what) if lot.theirs().is_empty() => ("~", Style::new(), with(what)),
        Ahead::Sends(what) => ("!", Style::new(), with(what)),
        Ahead::AlreadySo(what) => ("=", theme.faint, with(what)),
        Ahead::LeftAlone(why) => ("!", theme.bad, with(&format!("skipped: {why}"))),
        Ahead::Gone => ("!", theme.bad, lot.note().to_owned()),
    }
}

/// What the first half of a bounce came to, where nothing shows that it disabled the record.
fn half(theme: &Theme, batch: &Batch, id: u64) -> Option<(&'static str, Style, String)> {
    Some(match batch.not_off.get(&id)? {
        false => ("?", theme.bad, "UNKNOWN whether it is disabled".to_owned()),
        true => ("!", theme.bad, "NOT disabled".to_owned()),
    })
}

/// What becomes of a record.
fn after(app: &App, theme: &Theme, batch: &Batch, id: u64, lot: &Lot) -> (&'static str, Style, String) {
    let state = batch.seen.items.iter().find(|item| item.key == id).map(|item| &item.state);
    let with = |text: &str| if lot.note().is_empty() { text.to_owned() } else { format!("{text}; {}", lot.note()) };
    match state {
        Some(ItemState::Running) => ("~", theme.key, "running".to_owned()),
        // Two columns: saved, and what its nodes show.
        Some(ItemState::Ended(RecordOutcome::Done)) => {
            match (app.store.live.effect(id), app.store.live.effects.get(&id)) {
                (None, _) => ("+", theme.good, with("done")),
                (Some(how), took) if took.is_none_or(|took| took.good) => {
                    ("+", theme.good, with(&format!("ok    {how}")))
                }
                (Some(how), _) => ("!", theme.bad, with(&format!("ok    {how}"))),
            }
        }
        Some(ItemState::Ended(RecordOutcome::AlreadySo)) => ("=", theme.faint, with("unchanged")),
        Some(ItemState::Ended(RecordOutcome::Conflict(why) | RecordOutcome::Failed(why))) => {
            ("!", theme.bad, why.clone())
        }
        Some(ItemState::Ended(RecordOutcome::Unknown(why))) => ("?", theme.bad, why.clone()),
        Some(ItemState::Ended(RecordOutcome::NotSent)) if batch.left => {
            half(theme, batch, id).unwrap_or_else(|| ("-", theme.faint, "left disabled".to_owned()))
        }
        Some(ItemState::Ended(RecordOutcome::NotSent)) => ("-", theme.faint, "not sent".to_owned()),
        Some(ItemState::Waiting) if matches!(batch.step, BatchStep::Waiting(_)) => {
            half(theme, batch, id).unwrap_or_else(|| ("-", Style::new(), with("off")))
        }
        Some(ItemState::Waiting) | None => (" ", theme.faint, "waiting".to_owned()),
    }
}

/// What is to be done to the marked records.
pub fn draw_many(app: &App, theme: &Theme, area: Rect, pager: Pager, buffer: &mut Buffer) {
    let chosen = app.list.targets(&app.store).len();
    let how = if app.store.marks.anchor.is_some() { "in the range" } else { "marked" };
    let helps = CHOICES.iter().map(|(_, command)| app.cx.explain(command.row().help)).collect::<Vec<_>>();
    let widest = helps.iter().map(|help| width(help) + 5).max().unwrap_or_default();
    let inside = DialogBox::page(format!("{} {how}", registrations(chosen)), "Enter: choose  Esc: close")
        .with(app.cx.setup.profile.clone())
        .sized(widest, CHOICES.len())
        .open(app, theme, area, buffer);
    listed(theme, inside, pager, CHOICES.iter().zip(&helps), buffer, |place, ((key, _), help), buffer| {
        put_at(buffer, place, 2, &key.to_string(), theme.key);
        put_at(buffer, place, 5, help, Style::new());
    });
}

/// A password for many records, typed masked.
pub fn draw_password(app: &App, theme: &Theme, area: Rect, asking: &PasswordForMany, buffer: &mut Buffer) -> Position {
    let marked = registrations(app.list.targets(&app.store).len());
    let inside = DialogBox::page(format!("Password for {marked}"), "Enter: preview  Esc: cancel")
        .with(app.cx.setup.profile.clone())
        .sized(80, 4)
        .open(app, theme, area, buffer);
    let help = "The same password for all; empty: clear it. Nothing is sent yet.";
    put(buffer, row(inside, 1), help, Style::new());
    draw_editor(theme, row(inside, 2), "password  ", &asking.line, true, buffer)
}

/// What an earlier run left unfinished.
pub fn draw_offer(app: &App, theme: &Theme, area: Rect, pager: Pager, buffer: &mut Buffer) {
    let lines = app.writes.offer_lines(&app.cx);
    let widest = lines.iter().map(|line| width(line) + 4).max().unwrap_or_default();
    let inside = DialogBox::page("Unfinished", app.writes.offer_keys())
        .with(app.cx.setup.profile.clone())
        .sized(widest, lines.len().min(app.cx.batch_height()))
        .open(app, theme, area, buffer);
    let inside = Rect { height: inside.height.min(clamped(app.cx.batch_height())), ..inside };
    listed(theme, inside, pager, &lines, buffer, |place, line, buffer| {
        put_at(buffer, place, 2, line, Style::new());
    });
}

/// How far reading the list is.
pub fn draw_reading(app: &App, theme: &Theme, area: Rect, progress: &WorkProgress, buffer: &mut Buffer) {
    let inside =
        DialogBox::page(progress.what.as_str(), progress.stop.as_str()).sized(72, 4).open(app, theme, area, buffer);
    draw_bar(theme, row(inside, 1), progress, buffer);
    if let Some(held) = &app.sync.sweep.held_up {
        put(buffer, row(inside, 2), &held.error.message, theme.bad);
    }
}

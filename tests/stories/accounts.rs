//! Whole accounts of stories: after each step every message with its tone, every line of the journal, what the plan on
//! disk gets, what is sent, and the dialog. A change of any of them is a difference in a snapshot.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::time::Duration;

use sipreg::app::SidePane;
use sipreg::app::core::{Effect as Asked, Message, PlanNote};
use sipreg::demo::Exchange;
use sipreg::domain::change::{JournalLine, PlanLine};
use sipreg::domain::record::{FieldId, Record as _, Registration};
use unicode_width::UnicodeWidthStr;

use crate::kit::picture;
use crate::sitting::Sitting;

/// A story that is written down as it goes.
pub struct Account {
    pub sitting: Sitting,
    text: String,
    notices: usize,
    asked: usize,
    sent: usize,
    frame: Vec<String>,
    seen: BTreeSet<String>,
}

impl Account {
    /// Begins here: what was before is of no interest.
    pub fn of(sitting: Sitting) -> Self {
        let notices = sitting.app.cx.notices.all().len();
        let (asked, sent) = (sitting.asked.len(), sitting.server.control().exchanges().len());
        let shown = dialog(&sitting);
        let (frame, seen) = (frame(&shown), shown.into_iter().collect());
        Self { sitting, text: String::new(), notices, asked, sent, frame, seen }
    }

    /// Begins again here: how it came to this is in another account.
    pub fn begin_again(self) -> Self {
        Self::of(self.sitting)
    }

    /// Presses keys, has everything answered, and writes down what came of it.
    pub fn press(&mut self, keys: &str) -> &mut Self {
        self.sitting.carry_out(keys);
        self.note(keys)
    }

    /// Presses keys and answers nothing.
    pub fn only_press(&mut self, keys: &str) -> &mut Self {
        self.sitting.press(keys);
        self.note(&format!("{keys} (no answer yet)"))
    }

    /// Types a command.
    pub fn command(&mut self, text: &str) -> &mut Self {
        // A line that was refused stays open.
        self.sitting.press(if self.sitting.app.overlay.current.is_some() { "Ctrl-u" } else { ":" });
        self.sitting.write(text);
        self.sitting.carry_out("Enter");
        self.note(&format!(":{text}"))
    }

    /// Answers so many requests.
    pub fn answer(&mut self, count: usize) -> &mut Self {
        for _ in 0..count {
            assert!(self.sitting.answer(), "nothing is open");
        }
        self.note(&format!("({count} answered)"))
    }

    /// Answers all.
    pub fn answer_all(&mut self) -> &mut Self {
        self.sitting.answer_all();
        self.note("(all answered)")
    }

    /// Time passes.
    pub fn pass(&mut self, seconds: u64) -> &mut Self {
        for _ in 0..seconds {
            self.sitting.pass(Duration::from_secs(1));
            self.sitting.tell(Message::Woke);
            self.sitting.answer_all();
        }
        let before = self.text.len();
        let step = format!("({seconds} s later)");
        self.note(&step);
        if self.text.len() == before + step.len() + 3 {
            self.text.truncate(before);
        }
        self
    }

    /// Something else happens.
    pub fn happens(&mut self, what: &str, does: impl FnOnce(&mut Sitting)) -> &mut Self {
        does(&mut self.sitting);
        self.note(&format!("({what})"))
    }

    /// Writes down what came of a step.
    fn note(&mut self, step: &str) -> &mut Self {
        let _ = writeln!(self.text, "> {step}");
        let exchanges = self.sitting.server.control().exchanges();
        let mut line = String::new();
        for exchange in exchanges.iter().skip(self.sent).filter(|exchange| !exchange.path().ends_with("/auth")) {
            line.push_str(if line.is_empty() { "  " } else { ", " });
            line.push_str(&request(exchange));
            if exchange.method != "GET" {
                let _ = writeln!(self.text, "{line}");
                line.clear();
            }
        }
        if !line.is_empty() {
            let _ = writeln!(self.text, "{line}");
        }
        self.sent = exchanges.len();
        for line in effects(self.sitting.asked.get(self.asked..).unwrap_or_default()) {
            let _ = writeln!(self.text, "  {line}");
        }
        self.asked = self.sitting.asked.len();
        let mut said = Vec::new();
        for notice in self.sitting.app.cx.notices.all().iter().skip(self.notices) {
            said.push(format!("{} {}", notice.tone.word(), notice.text));
        }
        self.notices = self.sitting.app.cx.notices.all().len();
        for text in &said {
            let _ = writeln!(self.text, "  {text}");
        }
        let shown = dialog(&self.sitting);
        let is_new = |line: &String| !self.seen.contains(line) && !said.contains(line);
        if !shown.iter().any(is_new) && frame(&shown) == self.frame {
            return self;
        }
        let last = shown.len().saturating_sub(1);
        for (place, line) in shown.iter().enumerate() {
            // What was seen before is not said again, but for another title and other keys.
            if ((place == 0 || place == last) && !self.frame.contains(line)) || is_new(line) {
                let _ = writeln!(self.text, "  | {line}");
            }
        }
        if shown.is_empty() {
            let _ = writeln!(self.text, "  | (closed)");
        }
        self.frame = frame(&shown);
        self.seen.extend(shown);
        self
    }

    /// All of it, and what the console has in the end.
    pub fn text(&self) -> String {
        format!("{}{}", self.text, end(&self.sitting))
    }
}

/// What the list has that the server has not, or has otherwise; what is marked, what is open, what can be undone.
fn end(sitting: &Sitting) -> String {
    let store = &sitting.app.store;
    let control = sitting.server.control();
    let here: BTreeMap<u64, Registration> =
        store.records.iter().map(|row| (row.id(), Registration::from_record(&row))).collect();
    let mut differs = Vec::new();
    for id in here.keys().copied().chain(control.ids()).collect::<BTreeSet<_>>() {
        match (here.get(&id), control.registration(id)) {
            (Some(_), None) => differs.push(format!("{id} is gone")),
            (None, Some(_)) => differs.push(format!("{id} is missing")),
            (Some(here), Some(there)) => {
                let fields = FieldId::all().filter(|field| *field != FieldId::AuthPassword);
                for field in fields.filter(|field| here.get(*field) != there.get(*field)) {
                    let name = field.field().name;
                    differs.push(format!("{id} {name} {:?} is {:?}", here.get(field), there.get(field)));
                }
            }
            (None, None) => {}
        }
    }
    let count = differs.len();
    if count > 9 {
        differs = vec![format!("{count} differences")];
    }
    let unfinished = &sitting.app.writes.unfinished;
    let mut text = format!("= list: {} of {:?}; {}\n", here.len(), store.loaded.total, differs.join(", "));
    let ids = |ids: Vec<u64>| ids.iter().map(u64::to_string).collect::<Vec<_>>().join(" ");
    let marked = ids(store.marked().iter().copied().collect());
    let open = ids(store.writes.unsettled().collect());
    let _ = writeln!(text, "= marked: {marked}; not known: {open}");
    if !unfinished.off.is_empty() || !unfinished.plans.is_empty() {
        let off = ids(unfinished.off.iter().map(|bounce| bounce.id).collect());
        let plans: Vec<&str> = unfinished.plans.iter().map(|plan| plan.name.as_str()).collect();
        let _ = writeln!(text, "= unfinished: {off}; {}", plans.join(" "));
    }
    for pane in &sitting.app.panes.stack {
        if let SidePane::Form(form) = pane {
            let _ = writeln!(text, "= form of {}: {:?} {:?}", form.id, form.refused, form.on_top);
        }
    }
    for entry in store.history.entries() {
        let (id, name, what, group) = (entry.id, entry.name(), entry.what(), entry.group.is_some());
        let _ = writeln!(text, "= {id} {name} {what}: {:?}{}", entry.standing, if group { ", of many" } else { "" });
    }
    text
}

/// The lines of the dialog, if one is open: without its frame, blank lines and tags, which differ from run to run.
fn dialog(sitting: &Sitting) -> Vec<String> {
    if sitting.app.overlay.current.is_none() {
        return Vec::new();
    }
    let buffer = sitting.buffer();
    let (width, height) = (buffer.area.width, buffer.area.height);
    let at = |x: u16, y: u16| buffer.cell((x, y)).map_or("", |cell| cell.symbol());
    let corners = |sign: &'static str| {
        (0..height).flat_map(move |y| (0..width).map(move |x| (x, y))).filter(move |(x, y)| at(*x, *y) == sign)
    };
    // The dialog is over everything: of its four corners none is covered, and none lies on the edge unless it is as wide
    // as the screen.
    let boxes = corners("┌").filter_map(|(left, top)| {
        let right = (left..width).find(|x| at(*x, top) == "┐")?;
        let bottom = (top + 1..height).find(|y| at(left, *y) == "└")?;
        (at(right, bottom) == "┘").then_some((left, top, right, bottom))
    });
    let Some((left, top, right, bottom)) = boxes.max_by_key(|(left, ..)| *left) else {
        // It has no frame where the screen is small.
        let rows = picture::lines(&buffer).into_iter().skip(1);
        return rows.map(|row| row.replace('█', "").trim().to_owned()).filter(|row| !row.is_empty()).collect();
    };
    let rows = (top..=bottom).map(|y| {
        let mut inner = String::new();
        let mut x = left + 1;
        while x < right {
            inner.push_str(at(x, y));
            x += u16::try_from(at(x, y).width()).unwrap().max(1);
        }
        let untagged = inner.split("ETag W/").next().unwrap_or_default().replace(['█', '░'], "");
        let parts: Vec<&str> = untagged.split('─').map(str::trim).filter(|part| !part.is_empty()).collect();
        parts.join(" ─ ")
    });
    rows.filter(|row| !row.is_empty()).collect()
}

/// Its title and its keys.
fn frame(dialog: &[String]) -> Vec<String> {
    dialog.first().into_iter().chain(dialog.last()).cloned().collect()
}

/// A request: what it does to which record, and what it sends.
fn request(exchange: &Exchange) -> String {
    let path = exchange.path().trim_start_matches("/api/rest/admin/");
    let path = path.strip_prefix("registrations/").unwrap_or(path);
    let tag = if exchange.header("if-match").is_some() { " if-match" } else { "" };
    let bare = exchange.method == "GET" || exchange.method == "DELETE";
    let body = if bare { String::new() } else { format!(" {}", attributes(&exchange.body)) };
    format!("{} {path}{tag}{body}", exchange.method)
}

/// What a body sets.
fn attributes(body: &str) -> String {
    let Ok(body) = serde_json::from_str::<serde_json::Value>(body) else { return body.to_owned() };
    let data = body.get("data").unwrap_or(&body);
    let part = |name: &str| {
        let values = data.get(name)?;
        let count = values.as_object().map_or(0, serde_json::Map::len);
        Some(if count > 4 { format!("{count} {name}") } else { values.to_string() })
    };
    [part("attributes"), part("relationships")].into_iter().flatten().collect::<Vec<_>>().join(" ")
}

/// A part of something that always has it.
fn part<'a>(of: &'a serde_json::Value, name: &str) -> &'a serde_json::Value {
    of.get(name).unwrap()
}

/// A part that is a word.
fn word<'a>(of: &'a serde_json::Value, name: &str) -> &'a str {
    part(of, name).as_str().unwrap()
}

/// What a line of the journal says is changed.
fn changes(line: &JournalLine) -> String {
    let line = serde_json::to_value(line).unwrap();
    let fields = line.get("fields").and_then(serde_json::Value::as_array).unwrap();
    if fields.len() > 4 {
        return format!("{} fields", fields.len());
    }
    // A record that is made has nothing before.
    let value =
        |it: &serde_json::Value, name: &str| it.get(name).map_or_else(|| "nothing".to_owned(), ToString::to_string);
    let field =
        |it: &serde_json::Value| format!("{} {} -> {}", word(it, "field"), value(it, "before"), value(it, "after"));
    fields.iter().map(field).collect::<Vec<_>>().join(", ")
}

/// A line of the journal, without what is the same in all of them, and what differs from run to run.
pub fn journal(line: &JournalLine) -> String {
    let said = serde_json::to_value(line).unwrap();
    let request = if part(&said, "request_id").is_null() { "" } else { ", with the request's ID" };
    let (action, result) = (word(&said, "action"), word(&said, "result"));
    format!("journal: {action} {} {}: {}: {result}{request}", part(&said, "id"), line.name, changes(line))
}

/// The lines of a plan: records of which the same changes stand together.
fn plan(lines: impl Iterator<Item = PlanLine>) -> String {
    let mut parts: Vec<(String, Vec<String>)> = Vec::new();
    for line in lines {
        let (what, of) = match line {
            PlanLine::Planned(line) => {
                let said = serde_json::to_value(&line).unwrap();
                (format!("{} {}", word(&said, "action"), changes(&line)), part(&said, "id").to_string())
            }
            PlanLine::Begun(id) => ("begun".to_owned(), id.to_string()),
            PlanLine::Ended(id, mark) => (format!("ended {mark:?}"), id.to_string()),
        };
        match parts.last_mut() {
            Some((last, ids)) if *last == what => ids.push(of),
            _ => parts.push((what, vec![of])),
        }
    }
    parts.iter().map(|(what, ids)| format!("{what}: {}", ids.join(" "))).collect::<Vec<_>>().join("; ")
}

/// What is asked of the machine: a line of the journal on a line of its own, the rest one after the other.
fn effects(all: &[Asked]) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    let mut open = false;
    for asked in all {
        let (text, alone) = match asked {
            Asked::Record(line) => (journal(line), true),
            Asked::Note(note) => match &**note {
                PlanNote::Begin(planned) => (format!("plan: {}", plan(planned.lines())), true),
                PlanNote::Add(line) => (format!("plan: {}", plan([line.clone()].into_iter())), false),
                PlanNote::End => ("plan: deleted".to_owned(), false),
            },
            Asked::WriteNoted { number, note, .. } => {
                (format!("plan: {}, then write {number}", plan([note.clone()].into_iter())), false)
            }
            Asked::Forget(name) => (format!("forget {name}"), true),
            other => {
                let text = format!("{other:?}");
                (text.split([' ', '(', '{']).next().unwrap_or_default().to_owned(), false)
            }
        };
        match lines.last_mut() {
            Some(last) if open && !alone => {
                last.push_str("; ");
                last.push_str(text.trim_start_matches("plan: "));
            }
            _ => lines.push(text),
        }
        open = !alone;
    }
    lines
}

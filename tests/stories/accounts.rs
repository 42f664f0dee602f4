//! Whole accounts of stories: after each step every message with its tone, every line of the journal, what the plan on
//! disk gets, what is sent, and the dialog. A change of any of them is a difference in a snapshot.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::time::Duration;

use sipreg::app::core::{Effect as Asked, Message, PlanNote};
use sipreg::domain::change::JournalLine;
use sipreg::domain::change::PlanLine;

use crate::sitting::Sitting;

/// A story that is written down as it goes.
pub struct Account {
    pub sitting: Sitting,
    text: String,
    notices: usize,
    asked: usize,
    sent: usize,
    shown: Vec<String>,
}

impl Account {
    /// Begins here: what was before is of no interest.
    pub fn of(sitting: Sitting) -> Self {
        let notices = sitting.app.cx.notices.all().len();
        let (asked, sent) = (sitting.asked.len(), sitting.server.control().exchanges().len());
        let shown = lines(&sitting);
        Self { sitting, text: String::new(), notices, asked, sent, shown }
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
        self.sitting.press(":");
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
        self.note(&format!("({seconds} s later)"))
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
        for exchange in exchanges.iter().skip(self.sent).filter(|exchange| !exchange.path().ends_with("/auth")) {
            let bare = exchange.method == "GET" || exchange.method == "DELETE";
            let body = if bare { String::new() } else { format!(" {}", attributes(&exchange.body)) };
            let tag = if exchange.header("if-match").is_some() { " if-match" } else { "" };
            let _ = writeln!(self.text, "  {} {}{tag}{body}", exchange.method, exchange.path());
        }
        self.sent = exchanges.len();
        for asked in self.sitting.asked.iter().skip(self.asked) {
            let _ = writeln!(self.text, "  {}", effect(asked));
        }
        self.asked = self.sitting.asked.len();
        for notice in self.sitting.app.cx.notices.all().iter().skip(self.notices) {
            let _ = writeln!(self.text, "  {} {}", notice.tone.word(), notice.text);
        }
        self.notices = self.sitting.app.cx.notices.all().len();
        let shown = lines(&self.sitting);
        if self.sitting.app.overlay.current.is_some() {
            let before: BTreeSet<&String> = self.shown.iter().collect();
            for line in shown.iter().filter(|line| !line.is_empty() && !before.contains(line)) {
                let _ = writeln!(self.text, "  | {line}");
            }
        }
        self.shown = shown;
        self
    }

    /// All of it.
    pub fn text(&self) -> &str {
        &self.text
    }
}

/// The screen but for its first line, where times and names of the session stand, and for tags.
fn lines(sitting: &Sitting) -> Vec<String> {
    let untagged = |line: &str| line.split("ETag W/").next().unwrap_or_default().to_owned();
    sitting.screen().lines().skip(1).map(untagged).collect()
}

/// What a body sets.
fn attributes(body: &str) -> String {
    let Ok(body) = serde_json::from_str::<serde_json::Value>(body) else { return body.to_owned() };
    let data = body.get("data").unwrap_or(&body);
    let part = |name: &str| data.get(name).map(ToString::to_string);
    [part("attributes"), part("relationships")].into_iter().flatten().collect::<Vec<_>>().join(" ")
}

/// A line of the journal, without what differs from run to run.
fn journal(line: &JournalLine) -> String {
    let request = line.request_id.as_ref().map(|_| "(an id)".to_owned());
    let line = JournalLine { request_id: request, ..line.clone() };
    serde_json::to_string(&line).unwrap()
}

fn effect(asked: &Asked) -> String {
    let plan = |line: &PlanLine| match line {
        PlanLine::Planned(line) => format!("plan {}", journal(line)),
        other => format!("plan {other:?}"),
    };
    match asked {
        Asked::Record(line) => format!("journal {}", journal(line)),
        Asked::Note(note) => match &**note {
            PlanNote::Begin(planned) => {
                let lines: Vec<String> = planned.lines().map(|line| plan(&line)).collect();
                format!("plan begins\n  {}", lines.join("\n  "))
            }
            PlanNote::Add(line) => plan(line),
            PlanNote::End => "plan ends".to_owned(),
        },
        Asked::WriteNoted { number, note, .. } => format!("write {number}, {}", plan(note)),
        Asked::Forget(name) => format!("forget {name}"),
        other => {
            let text = format!("{other:?}");
            text.split([' ', '(', '{']).next().unwrap_or_default().to_owned()
        }
    }
}

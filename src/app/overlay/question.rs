//! A question that only `y` says yes to, and only once all of it was in view: what does not fit scrolls.

use crate::domain::change::Toggle;
use crate::domain::program::Program;
use crate::domain::record::{FieldId, Record};
use crate::domain::text::wrap;
use crate::keys::Command;

use crate::app::core::Context;
use crate::app::jobs::export::ExportJob;
use crate::app::overlay::{Dialogs, Overlay};
use crate::app::panes::record::LABEL;
use crate::app::store::Store;
use crate::app::widget::layout::SMALLEST;
use crate::app::widget::{InView, Meant, Pager, TextLine};

/// Cells beyond which a question grows no wider.
const WIDEST: u16 = 76;

/// What is asked.
#[derive(Debug, Clone, PartialEq)]
pub struct Question {
    /// In one sentence.
    pub title: String,
    /// What is to be known before: warnings first, facts behind their labels, sentences.
    pub facts: Vec<TextLine>,
    /// What `y` does, in one verb.
    verb: &'static str,
    /// What yes does.
    pub yes: Yes,
    /// Over its lines as they are broken.
    pub pager: Pager,
    /// Whether its end was in view.
    pub seen: bool,
}

/// What yes does.
#[derive(Debug, Clone, PartialEq)]
pub enum Yes {
    /// Ends the program.
    Quit,
    /// Ends the session, and opens another profile.
    OpenProfile(String),
    /// Switches a record.
    Switch(u64, Toggle),
    /// Takes an entry of the history back, or does it again.
    Undo(usize),
    /// Re-creates a deleted record from its draft.
    Recreate(u64),
    /// Writes over a file.
    Overwrite(Box<ExportJob>),
    /// Runs a program of the user's own.
    Run(Box<Program>),
    /// Shows the password of the record in the pane, and others from now on.
    ShowPassword,
}

impl Question {
    /// A question of which nothing was seen yet.
    pub fn new(title: impl Into<String>, verb: &'static str, facts: Vec<TextLine>, yes: Yes) -> Self {
        Self { title: title.into(), facts, verb, yes, pager: Pager::default(), seen: false }
    }

    /// The same with sentences alone.
    pub fn of_sentences(title: impl Into<String>, verb: &'static str, sentences: Vec<String>, yes: Yes) -> Self {
        let facts = sentences.into_iter().map(|text| TextLine::new(Meant::Text, text)).collect();
        Self::new(title, verb, facts, yes)
    }

    /// Cells of its lines.
    pub fn room(cx: &Context) -> usize {
        let width = cx.size.0;
        // Where no box has room it is a page, as wide as the screen.
        let around = if width < SMALLEST.0 { 2 } else { 18 };
        usize::from(width.saturating_sub(around).min(WIDEST)).max(1)
    }

    /// Its facts as they are broken: what goes on stays behind its label.
    pub fn wrapped(&self, cx: &Context) -> Vec<TextLine> {
        self.facts.iter().flat_map(|fact| broken(fact, Self::room(cx))).collect()
    }

    /// What is said of the last key, below it.
    pub fn said(cx: &Context) -> Vec<String> {
        let notice = cx.notices.current().map(|notice| format!("{} {}", notice.tone.word(), notice.text));
        let mut lines = notice.map(|text| wrap(&text, Self::room(cx))).unwrap_or_default();
        // A line of the question stays in sight.
        lines.truncate(cx.layout().page_height().saturating_sub(1));
        lines
    }

    /// Its lines in view at a time.
    pub fn height(cx: &Context) -> usize {
        cx.layout().page_height().saturating_sub(Self::said(cx).len()).max(1)
    }

    /// The part of it that is in view.
    pub fn in_view(&self, cx: &Context) -> InView {
        InView::of(self.pager.top, Self::height(cx), self.wrapped(cx).len())
    }

    /// Scrolls, where it is longer than its place. Returns whether the command is one that scrolls there.
    pub(in crate::app) fn scrolls(&mut self, cx: &Context, command: Command) -> bool {
        let (lines, height) = (self.wrapped(cx).len(), Self::height(cx));
        if !command.is_movement() || lines <= height {
            return false;
        }
        match command {
            Command::Down => self.pager.scroll(1, lines, height),
            Command::Up => self.pager.scroll(-1, lines, height),
            _ => {
                self.pager.follow(command, lines, height);
            }
        }
        true
    }

    /// What its keys do now.
    pub fn keys(&self, cx: &Context) -> String {
        if self.seen || !self.in_view(cx).has_more() {
            return format!("y: {}  n/Esc: cancel", self.verb);
        }
        format!("{}: read on  n/Esc: cancel", cx.key(Command::PageDown))
    }
}

/// A fact broken to a width: what goes on stays behind its label.
pub(in crate::app) fn broken(fact: &TextLine, width: usize) -> Vec<TextLine> {
    let front = if fact.label.is_empty() { 1 } else { LABEL };
    let texts = wrap(&fact.text, width.saturating_sub(front).max(1)).into_iter().enumerate();
    let part = |(index, text)| match (index, fact.label) {
        (0, _) | (_, "") => TextLine { text, ..fact.clone() },
        (_, _) => TextLine::labelled(" ", text),
    };
    texts.map(part).collect()
}

impl Store {
    /// What a question about one record says first: which it is, its address, the server, its state.
    pub(in crate::app) fn facts_of(&self, cx: &Context, record: &impl Record) -> Vec<TextLine> {
        let text = |field: FieldId| record.text(field).unwrap_or("?").to_owned();
        let address = format!("{}@{}", text(FieldId::Username), text(FieldId::Domain));
        let state = self.targets.live_mark(record.id()).map(|mark| mark.cell.to_string());
        [
            TextLine::labelled("Registration", self.display_name(record.id())),
            TextLine::labelled("Address", address),
            cx.server_fact(),
        ]
        .into_iter()
        .chain(state.map(|state| TextLine::labelled("State", state)))
        .collect()
    }
}

impl Context {
    /// Where a write goes: the profile, and the host that is really talked to.
    pub(in crate::app) fn server_fact(&self) -> TextLine {
        let (profile, host) = (&self.setup.profile, self.setup.host());
        let named = self.setup.name() == host;
        TextLine::labelled("Server", if named { host.to_owned() } else { format!("{profile}  {host}") })
    }
}

impl Dialogs {
    /// Notes whether the end of a question is in view; of a deletion, the end of what happens.
    pub(in crate::app) fn note_seen(&mut self, cx: &Context, store: &Store) {
        if let Some(Overlay::Deletion(asking)) = &mut self.current
            && asking.shown.is_some()
        {
            let width = cx.deletion_width();
            let (effect, all) =
                (store.deletion_effect(cx, asking, width).len(), store.deletion_lines(cx, asking, width).len());
            asking.seen |= asking.pager.top + cx.deletion_height(all) >= effect;
        }
        if let Some(Overlay::Question(question)) = &mut self.current {
            question.seen |= !question.in_view(cx).has_more();
        }
    }
}

//! Building a filter without knowing its language: a field, a comparison, a value. Each step shows at once what
//! would be left, and the text is the one that would have been typed.

use crate::domain::query::filter::build::{ComparisonOffer, FilterSubject, TermMistake, ValueOffer};
use crate::domain::query::{Filter, Term, fold};
use crate::keys::{Code, Key};

use crate::app::core::Tone;
use crate::app::overlay::{After, Dialog, Dialogs, KeyHandling, Overlay};
use crate::app::rooms::Rooms;
use crate::app::widget::{LineEditor, Pager, leaves, movement};

/// What is being chosen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BuilderStep {
    /// What the term is about.
    Subject,
    /// How it is compared.
    Asking(FilterSubject),
    /// With what.
    Value(FilterSubject, ComparisonOffer),
}

/// A filter being built.
#[derive(Debug, Clone)]
pub struct Building {
    /// What is being chosen.
    pub step: BuilderStep,
    /// What was typed: narrows the choices, or is the value where there are none.
    pub line: LineEditor,
    /// Over the choices left.
    pub pager: Pager,
    /// Why what was typed is no value.
    pub mistake: Option<TermMistake>,
    /// The filter that the term is added to, and its text as it was typed.
    base: (Filter, String),
    /// The record under the cursor before.
    cursor: Option<u64>,
}

/// A line to choose: its word, and what it means.
pub type BuilderChoice = (String, &'static str);

impl Building {
    /// The choices that what was typed leaves. Empty where a value is typed.
    pub fn choices(&self, rooms: &Rooms) -> Vec<BuilderChoice> {
        match self.step {
            BuilderStep::Subject => self.subjects().iter().map(|it| (it.name().to_owned(), it.help())).collect(),
            BuilderStep::Asking(subject) => {
                self.askings(subject).into_iter().map(|asking| (asking.words().to_owned(), "")).collect()
            }
            BuilderStep::Value(subject, asking) => {
                let offers = self.offers(rooms, subject, asking).unwrap_or_default();
                offers.into_iter().map(|offer| (offer.text, "")).collect()
            }
        }
    }

    /// Whether a value is typed rather than chosen.
    pub fn is_typed(&self, rooms: &Rooms) -> bool {
        match self.step {
            BuilderStep::Value(subject, asking) => subject.offers(asking.manner, &rooms.store.targets).is_none(),
            BuilderStep::Subject | BuilderStep::Asking(_) => false,
        }
    }

    fn has_typed(&self, text: &str) -> bool {
        fold::contains(text, &fold::fold(self.line.text().trim()))
    }

    fn subjects(&self) -> Vec<FilterSubject> {
        FilterSubject::all().filter(|subject| self.has_typed(subject.name())).collect()
    }

    fn askings(&self, subject: FilterSubject) -> Vec<ComparisonOffer> {
        subject.askings().into_iter().filter(|asking| self.has_typed(asking.words())).collect()
    }

    fn offers(&self, rooms: &Rooms, subject: FilterSubject, asking: ComparisonOffer) -> Option<Vec<ValueOffer>> {
        let offers = subject.offers(asking.manner, &rooms.store.targets)?;
        Some(offers.into_iter().filter(|offer| self.has_typed(&offer.text)).collect())
    }

    /// The term as chosen so far. `Ok(None)`: something is still to be chosen.
    fn term(&self, rooms: &Rooms) -> Result<Option<Term>, TermMistake> {
        match self.step {
            BuilderStep::Subject => Ok(None),
            BuilderStep::Asking(subject) => match self.askings(subject).get(self.pager.cursor) {
                Some(asking) if !asking.takes_value() => subject.term(*asking, "").map(Some),
                Some(_) | None => Ok(None),
            },
            BuilderStep::Value(subject, asking) => match self.offers(rooms, subject, asking) {
                Some(offers) => {
                    let chosen = offers.into_iter().nth(self.pager.cursor);
                    Ok(chosen.map(|offer| Term { sense: asking.sense, test: offer.test }))
                }
                None if self.line.text().is_empty() => Ok(None),
                None => subject.term(asking, self.line.text()).map(Some),
            },
        }
    }

    fn go_to(&mut self, step: BuilderStep) {
        self.step = step;
        self.line = LineEditor::default();
        self.pager = Pager::default();
        self.mistake = None;
    }

    /// The step before, with the cursor on what was chosen there.
    fn back(&mut self) -> bool {
        let (step, at) = match self.step {
            BuilderStep::Subject => return false,
            BuilderStep::Asking(subject) => {
                (BuilderStep::Subject, FilterSubject::all().position(|known| known == subject))
            }
            BuilderStep::Value(subject, asking) => {
                (BuilderStep::Asking(subject), subject.askings().iter().position(|known| *known == asking))
            }
        };
        self.go_to(step);
        self.pager.cursor = at.unwrap_or(0);
        true
    }
}

/// A filter with a term more, unless that is there already.
fn added(base: &Filter, term: Term) -> Filter {
    let mut filter = base.clone();
    if !filter.terms.contains(&term) {
        filter.terms.push(term);
    }
    filter
}

impl Building {
    /// Something was chosen or typed: what it leaves is shown at once.
    fn show(&mut self, rooms: &mut Rooms) {
        let (mistake, wanted) = match self.term(rooms) {
            Ok(Some(term)) => {
                let filter = added(&self.base.0, term);
                let text = filter.to_string();
                (None, (filter, text))
            }
            Ok(None) => (None, self.base.clone()),
            Err(mistake) => (Some(mistake), self.base.clone()),
        };
        self.mistake = mistake;
        rooms.list.filter_is(&mut rooms.cx, &mut rooms.store, wanted);
    }

    /// Enter: ends with a whole term, or takes the choice under the cursor.
    fn choose(&mut self, rooms: &mut Rooms) -> After {
        if matches!(self.term(rooms), Ok(Some(_))) {
            rooms.list.arranging.settle();
            return After::Close;
        }
        let at = self.pager.cursor;
        match self.step {
            BuilderStep::Subject => {
                if let Some(subject) = self.subjects().get(at) {
                    self.go_to(BuilderStep::Asking(*subject));
                }
            }
            BuilderStep::Asking(subject) => {
                if let Some(asking) = self.askings(subject).get(at) {
                    self.go_to(BuilderStep::Value(subject, *asking));
                }
            }
            BuilderStep::Value(..) => {
                if self.mistake.is_none() {
                    rooms.cx.say(Tone::Plain, "Choose or type a value first. Esc: back");
                }
            }
        }
        self.show(rooms);
        After::Stay
    }
}

impl Dialog for Building {
    fn manner(&self, _: &Rooms) -> KeyHandling {
        KeyHandling::text()
    }

    fn key(&mut self, rooms: &mut Rooms, _: &mut Dialogs, key: Key) -> After {
        match (key.ctrl, key.code) {
            (false, Code::Esc) if self.back() => {}
            _ if leaves(key) => {
                rooms.list.leave_builder(&mut rooms.cx, &mut rooms.store, self.base.clone(), self.cursor);
                return After::Close;
            }
            (false, Code::Enter) => return self.choose(rooms),
            (false, Code::Tab) => {
                let Ok(Some(_)) = self.term(rooms) else {
                    rooms.cx.say(Tone::Plain, "Choose or type a value first. Tab: add another condition");
                    return After::Stay;
                };
                rooms.list.arranging.remember();
                self.base = (rooms.list.arranging.filter.clone(), rooms.list.arranging.text.clone());
                self.go_to(BuilderStep::Subject);
            }
            _ => {
                if let Some(command) = movement(key) {
                    let len = self.choices(rooms).len();
                    // The breadcrumb, the filter so far and its count take three lines.
                    let height = rooms.cx.overlay_height().saturating_sub(3).max(1);
                    self.pager.follow(command, len, height);
                } else if self.line.typed(key) {
                    self.pager = Pager::default();
                }
            }
        }
        self.show(rooms);
        After::Stay
    }

    fn pasted(&mut self, rooms: &mut Rooms, _: &mut Dialogs, text: &str) -> bool {
        self.line.pasted(text);
        self.show(rooms);
        true
    }
}

pub(in crate::app) fn open_builder(rooms: &mut Rooms, dialogs: &mut Dialogs) {
    let cursor = rooms.list.rows.cursor();
    rooms.list.arranging.anchor = cursor;
    dialogs.current = Some(Overlay::Building(Box::new(Building {
        step: BuilderStep::Subject,
        line: LineEditor::default(),
        pager: Pager::default(),
        mistake: None,
        base: (rooms.list.arranging.filter.clone(), rooms.list.arranging.text.clone()),
        cursor,
    })));
}

//! Orders in which keys, requests and answers of a short course can come: one console creates, deletes and re-creates
//! records while somebody else renames or deletes one. It says of the other only what that did, to which record.
//!
//! A course is run again from its start for each order. What can happen next is a list; an order is a place in each.

use sipreg::domain::record::{FieldId, Value};

use super::seat::Seat;
use super::server::{Did, Server};

/// What happens besides answers: one after the other, each at any moment.
#[derive(Debug, Clone, Copy)]
pub enum Event {
    /// Keys at the first console.
    Keys(&'static str),
    /// The other one gives the newest record this name, whatever screen it has.
    Renames(&'static str),
    /// The other one deletes the newest record.
    Deletes,
}

/// What is done before, with everything answered, and what may then happen in any order.
#[derive(Debug, Clone, Copy)]
pub struct Course {
    pub before: &'static [&'static str],
    pub events: &'static [Event],
    /// Whether answers to writes may be lost.
    pub loses: bool,
}

/// The question about deleting record 3 is open; its name is not typed yet.
const ASKED: &str = ": 3 Enter D";
const DELETE: &str = "a c m e - 3 Enter";
const REFRESH: &str = "Esc Esc r";

pub const COURSES: &[Course] = &[
    Course {
        before: &[ASKED],
        events: &[Event::Keys(DELETE), Event::Keys(REFRESH), Event::Keys(REFRESH)],
        loses: true,
    },
    Course {
        before: &["r"],
        events: &[Event::Keys("r"), Event::Keys(": 3 Enter Enter"), Event::Keys(REFRESH)],
        loses: true,
    },
    Course {
        before: &["Space Space x d", "2 Enter", "Esc Esc"],
        events: &[Event::Keys("r"), Event::Keys("u y"), Event::Keys("Esc Esc R")],
        loses: true,
    },
    Course {
        before: &[ASKED, DELETE, "Esc Esc"],
        events: &[Event::Keys("r"), Event::Keys("u y"), Event::Keys(REFRESH)],
        loses: true,
    },
    Course {
        before: &[ASKED, DELETE, "Esc Esc"],
        events: &[Event::Keys("u y"), Event::Renames("another"), Event::Keys(REFRESH)],
        loses: true,
    },
    Course {
        before: &[ASKED, DELETE, "Esc Esc"],
        events: &[Event::Keys("u y"), Event::Deletes, Event::Keys(REFRESH), Event::Keys(REFRESH)],
        loses: true,
    },
    Course {
        before: &[ASKED, DELETE, "Esc Esc", "u y", "Esc Esc"],
        events: &[Event::Keys("r"), Event::Keys("u y"), Event::Keys(REFRESH)],
        loses: true,
    },
    Course {
        before: &["G"],
        events: &[Event::Keys("Enter"), Event::Deletes, Event::Keys(REFRESH), Event::Keys("Esc")],
        loses: false,
    },
    Course { before: &["G"], events: &[Event::Keys("t y"), Event::Deletes, Event::Keys("r")], loses: true },
];

struct Table {
    seat: Seat,
    server: Server,
    events: Vec<Event>,
    loses: bool,
}

/// Tries so many orders of a course, each number another one.
pub fn check(course: &Course, orders: u64) {
    for order in 0..orders {
        run(course, order);
    }
}

fn run(course: &Course, order: u64) {
    let mut table = Table::new(course);
    table.listen();
    let mut state = order.wrapping_mul(0x9e37_79b9_7f4a_7c15);
    for _ in 0..200 {
        let of = table.moves();
        if of == 0 {
            break;
        }
        state = state.wrapping_mul(0x5851_f42d_4c95_7f2d).wrapping_add(0x1405_7b7e_f767_814f);
        table.step((state >> 33) as usize % of);
        table.listen();
    }
    let seat = &mut table.seat;
    table.server.who = 0;
    seat.settle(&mut table.server);
    seat.press("R");
    seat.answer_all(&mut table.server);
    // Rows of what is gone stay until somebody has seen it.
    seat.press("Esc Esc");
    seat.compare(&table.server, "at the end");
    table.listen();
}

impl Table {
    fn new(course: &Course) -> Self {
        let mut server = Server::new(false);
        let mut seat = Seat::new("alice");
        seat.answer_all(&mut server);
        for keys in course.before {
            server.who = 0;
            seat.press(keys);
            seat.answer_all(&mut server);
        }
        Self { seat, server, events: course.events.to_vec(), loses: course.loses }
    }

    fn moves(&self) -> usize {
        usize::from(!self.events.is_empty()) + self.seat.moves(self.loses)
    }

    fn step(&mut self, at: usize) {
        let at = match (at, self.events.is_empty()) {
            (0, false) => return self.event(),
            (at, false) => at - 1,
            (at, true) => at,
        };
        self.server.who = 0;
        self.seat.step(&mut self.server, at, self.loses);
    }

    fn event(&mut self) {
        let event = self.events.remove(0);
        let newest = self.server.records.keys().next_back().copied().unwrap_or_default();
        match event {
            Event::Keys(keys) => {
                self.server.who = 0;
                self.seat.press(keys);
            }
            Event::Renames(name) => {
                self.seat.course.push(format!("(bob renames {newest})"));
                self.server.set(1, newest, FieldId::Name, Value::Text(name.to_owned()));
            }
            Event::Deletes => {
                self.seat.course.push(format!("(bob deletes {newest})"));
                self.server.remove(1, newest);
            }
        }
    }

    /// Whoever is said to have done something did it.
    fn listen(&self) {
        let (seat, app) = (&self.seat, &self.seat.app);
        {
            for id in 0..20 {
                for line in app.store.seen_lines(&app.cx, id, 10_000) {
                    let Some((_, told)) = line.text.split_once(' ') else { continue };
                    let Some((by, what)) = told.split_once(": ") else { continue };
                    let did = |who: usize| {
                        self.server.done.iter().filter(move |done| (done.who, done.id) == (who, id)).any(|done| match (
                            &done.what, what,
                        ) {
                            (Did::Made, what) => what == "created",
                            (Did::Removed, what) => what == "deleted on the server",
                            (Did::Set { field, .. }, what) => what.starts_with(field.field().label),
                        })
                    };
                    let so = match by {
                        "someone" => did(1),
                        "you" => did(0),
                        _ => true,
                    };
                    assert!(so, "of {id}: {:?}, after {}", line.text, seat.course.join(" "));
                }
            }
        }
    }
}

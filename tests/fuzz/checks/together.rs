//! Two consoles on one server: whatever both do, and in whatever order answers come, in the end both lists are what
//! the server has; no change of one is written over by the other, who did not see it; and each says of itself and of
//! the other only what each did.
//!
//! Each pair of bytes is one thing that happens to one of them.

use std::collections::{BTreeMap, BTreeSet};

use sipreg::app::SidePane;
use sipreg::app::form::{Form, FormStage};
use sipreg::domain::record::{Equality, FieldId, Value, equality};

use super::seat::Seat;
use super::server::{Did, Server};

/// One of the two, and what was typed there.
struct Player {
    seat: Seat,
    /// What each field of a draft was taken for when it was typed, and what it is to be.
    typed: BTreeMap<(u64, FieldId), (Value, Value)>,
    /// Records of which the console has shown a conflict that is not saved yet.
    conflicts: BTreeSet<u64>,
    /// Fields that it asked the server to change, whether or not that was done.
    asked: BTreeSet<(u64, FieldId)>,
}

struct Pair {
    players: [Player; 2],
    server: Server,
}

/// Whether two values are known to differ.
fn differ(one: &Value, other: &Value) -> bool {
    equality(one.as_ref(), other.as_ref()) == Equality::Different
}

/// Two bytes, one thing.
pub fn check(data: &[u8]) {
    let mut script = data.iter().copied();
    let mut pair = Pair::new(script.next().unwrap_or_default() % 3 == 0);
    while let (Some(who), Some(byte)) = (script.next(), script.next()) {
        let who = usize::from(who % 2);
        pair.server.who = who;
        let before = pair.server.done.len();
        pair.players[who].seat.act(byte, &mut pair.server, &mut script);
        pair.look(who, before);
    }
    for _ in 0..2 {
        for who in 0..2 {
            pair.server.who = who;
            let before = pair.server.done.len();
            pair.players[who].seat.settle(&mut pair.server);
            pair.look(who, before);
        }
    }
    for who in 0..2 {
        pair.server.who = who;
        pair.players[who].seat.press("R");
        pair.players[who].seat.settle(&mut pair.server);
        pair.look(who, pair.server.done.len());
    }
    for player in &pair.players {
        player.seat.compare(&pair.server, "once both were answered and reloaded");
    }
    pair.blame();
}

impl Pair {
    fn new(links: bool) -> Self {
        let mut server = Server::new(links);
        let players = ["alice", "bob"].map(|user| {
            let mut seat = Seat::new(user);
            seat.answer_all(&mut server);
            Player { seat, typed: BTreeMap::new(), conflicts: BTreeSet::new(), asked: BTreeSet::new() }
        });
        Self { players, server }
    }

    fn course(&self) -> String {
        let courses: Vec<String> = self.players.iter().map(|player| player.seat.course.join(" ")).collect();
        courses.join("\n")
    }

    /// What was done since was done to what whoever asked for it had seen.
    fn look(&mut self, who: usize, since: usize) {
        for done in &self.server.done[since..] {
            if let Did::Set { field, was, is, base } = &done.what {
                let unseen = differ(was, base) && differ(was, is);
                assert!(
                    !unseen,
                    "{} {field:?}: {was:?} became {is:?}, and {} saw {base:?} there, after {}",
                    done.id,
                    done.who,
                    self.course()
                );
            }
        }
        let (server, course) = (&self.server, self.course());
        let player = &mut self.players[who];
        for side in &player.seat.app.panes.stack {
            if let SidePane::Form(form) = side
                && let Form { id, stage: FormStage::Conflict(_), .. } = &**form
            {
                player.conflicts.insert(*id);
            }
        }
        let mut typed = BTreeMap::new();
        for (id, kept) in &player.seat.app.store.drafts {
            for (field, wanted) in kept.draft.changes() {
                let base = kept.draft.base().get(*field).clone();
                if let Some((then, meant)) = player.typed.get(&(*id, *field))
                    && meant == wanted
                    && differ(then, &base)
                {
                    // What the draft stands on is another value now: that is news only where someone else made it.
                    let own = server.done.iter().any(|done| {
                        let Did::Set { field: set, is, .. } = &done.what else { return false };
                        (done.who, done.id, *set) == (who, *id, *field) && !differ(is, &base)
                    });
                    assert!(
                        own || player.conflicts.contains(id),
                        "{id} {field:?}: {then:?} became {base:?} under a draft of {wanted:?} without a word, after {course}"
                    );
                }
                typed.insert((*id, *field), (base, wanted.clone()));
            }
        }
        player.conflicts.retain(|id| typed.keys().any(|(known, _)| known == id));
        player.typed = typed;
        player.asked.extend(player.seat.asked.drain(..));
    }

    /// Each console says of itself only what it asked for, and of others only what the other did.
    fn blame(&self) {
        let mut labels: Vec<(FieldId, &str)> = FieldId::all().map(|field| (field, field.field().label)).collect();
        labels.sort_by_key(|(_, label)| std::cmp::Reverse(label.len()));
        for (who, player) in self.players.iter().enumerate() {
            let app = &player.seat.app;
            for id in 0..40 {
                for line in app.store.seen_lines(&app.cx, id, 10_000) {
                    let Some((_, reported)) = line.text.split_once(' ') else { continue };
                    let Some((by, what)) = reported.split_once(": ") else { continue };
                    let field = labels.iter().find(|(_, label)| what.starts_with(&format!("{label} ")));
                    let did = |who: usize| {
                        self.server.done.iter().any(|done| match (&done.what, field) {
                            (Did::Set { field: set, .. }, Some((field, _))) => {
                                (done.who, done.id, *set) == (who, id, *field)
                            }
                            // A record that is made anew has other values, too.
                            (Did::Made | Did::Removed, _) => (done.who, done.id) == (who, id),
                            (Did::Set { .. }, None) => false,
                        })
                    };
                    let so = match by {
                        "someone" => did(1 - who),
                        "you" => did(who) || field.is_some_and(|(field, _)| player.asked.contains(&(id, *field))),
                        _ => true,
                    };
                    assert!(so, "{who} says of {id} {:?}, after {}", line.text, self.course());
                }
            }
        }
    }
}

//! One console alone with a server: whatever is pressed, and in whatever order and however late answers come, no one
//! else is blamed for a change, and in the end the list is what the server has.
//!
//! Each byte is one thing that happens. A request is carried out at one moment and its answer delivered at a later
//! one, each when a byte says so: so answers overtake each other. Another byte says whether it is answered at all,
//! whether a write is done, and when. The first byte says how labels come.

use super::seat::Seat;
use super::server::Server;

use sipreg::view;
use sipreg::view::theme::Theme;

/// A word that blames someone.
const BLAME: [&str; 2] = ["someone", "somebody"];

struct Play {
    seat: Seat,
    server: Server,
    reported: usize,
}

/// One thing a byte.
pub fn check(data: &[u8]) {
    let mut script = data.iter().copied();
    let mut play = Play::new(script.next().unwrap_or_default() % 3 == 0);
    let mut acted = 0_usize;
    while !play.seat.has_quit
        && let Some(byte) = script.next()
    {
        let looks = !play.seat.act(byte, &mut play.server, &mut script);
        play.listen();
        // Drawing is most of the work.
        acted += 1;
        if looks || acted.is_multiple_of(8) {
            play.draw();
        }
    }
    play.seat.settle(&mut play.server);
    play.listen();
    play.seat.compare(&play.server, "once everything was answered");
    play.seat.press("R");
    play.seat.settle(&mut play.server);
    play.listen();
    play.draw();
    play.seat.compare(&play.server, "after a reload");
}

impl Play {
    fn new(links: bool) -> Self {
        let mut play = Self { seat: Seat::new("alice"), server: Server::new(links), reported: 0 };
        play.seat.answer_all(&mut play.server);
        play
    }

    /// Nothing that was said blames anyone.
    fn listen(&mut self) {
        let all = self.seat.app.cx.notices.all();
        for notice in all.iter().skip(self.reported) {
            for word in BLAME {
                assert!(!notice.text.contains(word), "{:?}\nafter {}", notice.text, self.seat.course.join(" "));
            }
        }
        self.reported = all.len();
        // What was noticed of a record is shown in its detail, whether that is open or not.
        let app = &self.seat.app;
        for id in 0..40 {
            for line in app.store.seen_lines(&app.cx, id, 10_000) {
                let blames = BLAME.iter().any(|word| line.text.contains(word));
                assert!(!blames, "of {id}: {:?}\nafter {}", line.text, self.seat.course.join(" "));
            }
        }
    }

    fn draw(&self) {
        let buffer = view::picture(&self.seat.app, &Theme::default());
        let shown: String = buffer.content().iter().map(ratatui::buffer::Cell::symbol).collect();
        // The help tells what the console would say of others.
        let helps = ["help", "actions"].iter().any(|word| shown.contains(word));
        for word in BLAME {
            assert!(helps || !shown.contains(word), "on the screen after {}:\n{shown}", self.seat.course.join(" "));
        }
    }
}

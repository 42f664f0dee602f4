//! Bytes that no keyboard sends never cause a write: answers and reports of real terminals, cut anywhere, with any
//! delay between the pieces, and pastes that are not bracketed.

use std::sync::Arc;
use std::time::Duration;

use sipreg::app::App;
use sipreg::app::core::{Effect, Message};
use sipreg::app::overlay::Overlay;
use sipreg::domain::query::Segment;
use sipreg::domain::record::{FieldId, Registration, Value};
use sipreg::runtime::translate;
use sipreg::terminal::decode::{Decoder, InputEncoding};
use sipreg::terminal::screen::MouseReports;

use super::setup::{beginning, setup};

/// What real terminals send without a key.
pub const ANSWERS: &[&[u8]] = &[
    b"\x1bP>|tmux 3.4\x1b\\",
    b"\x1bP>|kitty(0.32.2)\x1b\\",
    b"\x1bP>|iTerm2 3.5.0\x1b\\",
    b"\x1bP>|XTerm(379)\x1b\\",
    b"\x1bP1$r0;4:3m\x1b\\",
    b"\x1b]52;c;dEJEdEJEdA==\x07",
    b"\x1bP1+r544e=787465726d\x1b\\",
    b"\x1bP!|7E565445\x1b\\",
    b"\x1b]11;rgb:1d1d/1f1f/2121\x1b\\",
    b"\x1b]4;1;rgb:dddd/tttt/DDDD\x07",
    b"\x1b]1337;ReportCellSize=17.0;8.0;2.0\x1b\\",
    b"\x1b[<0;116;68M\x1b[<0;116;68m",
    b"\x1b_Gi=31;OK\x1b\\",
    b"\x1b[?62;22c\x1b[>41;354;0c",
    b"\x1b[24;80R\x1b[0n\x1b[?1;2$y\x1b[8;24;80t",
    b"\x1b[I\x1b[O\x1b[?0u\x1b[?997;1n",
    b"\x1b[116;1:3u\x1b[68;2:3u\x1b[1;1:3B",
    b"\x1b[MtDt\x1b[M#tB",
    b"\x1b[0;116;68M",
    b"\x1b[32;116;68M\x1b[35;116;68M",
    b"\x1b[D\x1b[B\x1bOD\x1bOB\x1b[1;5D\x1b[3~",
    b"\x1b[200~tDtBu\r\x1b[201~",
    b"\x1bt\x1bD\x1bB\x1b\x7f",
    b"tango Delta\rBravo\runiform y\r",
    b"acme-fra-main t D B y\n",
];

/// The first byte chooses what is sent; then come pairs of where to cut and how many milliseconds to wait there.
pub fn check(data: &[u8]) {
    let Some((chosen, script)) = data.split_first() else { return };
    let answer = ANSWERS[usize::from(*chosen) % ANSWERS.len()];
    let typed = answer[0] != 0x1b;
    let mut desk = Desk::new();
    let mut rest = answer;
    for pair in script.chunks(2).take(12) {
        let &[at, wait] = pair else { break };
        // What is typed out comes at once, or it is typing.
        let (piece, behind) =
            if typed { (rest, &rest[..0]) } else { rest.split_at((usize::from(at) % 24).min(rest.len())) };
        desk.send(piece);
        desk.wait(u64::from(wait) * 300 / 255);
        rest = behind;
    }
    desk.send(rest);
    desk.wait(5_000);
}

struct Desk {
    app: App,
    now: Duration,
    decoder: Decoder,
}

impl Desk {
    fn new() -> Self {
        let records: Vec<Registration> = (1..=30)
            .map(|id| {
                let mut record = Registration::new(id);
                record.set(FieldId::Name, Value::Text(format!("acme-{id}")));
                record.set(FieldId::Enabled, Value::Flag(true));
                record
            })
            .collect();
        let now = Duration::from_secs(10);
        let mut app = App::new(setup(), (80, 24), beginning(now));
        app.store.records.absorb(Arc::new(Segment::of(records.iter())));
        let _ = app.update(beginning(now), Message::Started);
        Self { app, now, decoder: Decoder::new(Duration::from_millis(50), InputEncoding::Utf8) }
    }

    fn send(&mut self, bytes: &[u8]) {
        self.decoder.feed(self.now, bytes);
        self.take();
    }

    fn wait(&mut self, millis: u64) {
        let until = self.now + Duration::from_millis(millis);
        while let Some(at) = self.decoder.deadline().filter(|at| *at <= until) {
            self.now = at;
            self.decoder.elapse(at);
            self.take();
        }
        self.now = until;
    }

    fn take(&mut self) {
        for event in self.decoder.by_ref() {
            let Some(message) = translate::message(event, MouseReports::On) else { continue };
            let reported = format!("{message:?}");
            let writes = self
                .app
                .update(beginning(self.now), message)
                .any(|effect| matches!(effect, Effect::Write { .. } | Effect::WriteNoted { .. }));
            assert!(!writes, "{reported} wrote");
            let asks = matches!(
                self.app.overlay.current,
                Some(Overlay::Question(_) | Overlay::Deletion(_) | Overlay::Batch(_) | Overlay::Many(_))
            );
            assert!(!asks, "{reported} asks to write");
        }
    }
}

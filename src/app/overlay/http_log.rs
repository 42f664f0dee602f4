//! The HTTP inspector: the last exchanges in a list, the newest first, and one of them in full. Everything in it
//! came without secrets.

use std::sync::Arc;

use crate::domain::clipping::Clipping;
use crate::domain::http_exchange::{Came, HttpExchange};
use crate::keys::{Code, Command, Key};

use crate::app::core::{Context, Effect, Read, Slot, Tone};
use crate::app::overlay::{After, Dialog, DialogLines, Dialogs, KeyHandling, Overlay};
use crate::app::rooms::Rooms;
use crate::app::widget::{Meant, Pager, TextLine, line};

/// State of the box.
#[derive(Debug, Clone, Default)]
pub struct Inspector {
    /// The exchanges, the newest first; `None` until they are there.
    pub exchanges: Option<Vec<Arc<HttpExchange>>>,
    /// Over the exchanges.
    pub pager: Pager,
    /// Over the lines of the one under the cursor, while it is shown in full.
    pub opened: Option<Pager>,
}

impl Inspector {
    /// The exchange under the cursor.
    pub fn chosen(&self) -> Option<&HttpExchange> {
        self.exchanges.as_ref()?.get(self.pager.cursor).map(AsRef::as_ref)
    }
}

/// Everything that is kept of an exchange, in lines of at most `width` cells.
pub fn lines(exchange: &HttpExchange, width: usize) -> Vec<TextLine> {
    let mut lines = Vec::new();
    let wrapped =
        |lines: &mut Vec<TextLine>, text: &str| lines.extend(text.lines().flat_map(|l| line::hanging(l, width)));
    let heading = |text: &str| TextLine::new(Meant::Heading, text);
    lines.push(heading("REQUEST"));
    wrapped(&mut lines, &format!("  {} {}", exchange.method, exchange.url));
    for (name, value) in &exchange.sent {
        wrapped(&mut lines, &format!("  {name}: {value}"));
    }
    if let Some(body) = &exchange.body {
        lines.push(heading(&format!("BODY SENT  {} bytes", exchange.sent_bytes)));
        wrapped(&mut lines, body);
    }
    let ms = exchange.took.as_millis();
    match &exchange.outcome {
        Came::Answer { status, headers, bytes, complaint } => {
            lines.push(heading(&format!("ANSWER  {status}  {ms} ms  {bytes} bytes")));
            for (name, value) in headers {
                wrapped(&mut lines, &format!("  {name}: {value}"));
            }
            if let Some(complaint) = complaint {
                lines.push(heading("BODY"));
                wrapped(&mut lines, complaint);
            }
        }
        Came::Failure(why) => {
            lines.push(heading(&format!("NO ANSWER  after {ms} ms")));
            wrapped(&mut lines, &format!("  {why}"));
        }
    }
    lines
}

impl Dialogs {
    pub(in crate::app) fn open_inspector(&mut self, cx: &mut Context) {
        self.current = Some(Overlay::Exchanges(Box::default()));
        cx.read_exchanges();
    }

    /// The exchanges are there. The cursor goes to the newest.
    pub(in crate::app) fn exchanges_came(&mut self, mut exchanges: Vec<Arc<HttpExchange>>) {
        exchanges.reverse();
        if let Some(Overlay::Exchanges(inspector)) = &mut self.current {
            **inspector = Inspector { exchanges: Some(exchanges), ..Inspector::default() };
        }
    }
}

impl Dialog for Inspector {
    fn manner(&self, _: &Rooms) -> KeyHandling {
        KeyHandling::list(Some(Command::Exchanges), "rcy").ending_when_locked()
    }

    fn key(&mut self, rooms: &mut Rooms, _: &mut Dialogs, key: Key) -> After {
        match (key.ctrl, key.code) {
            (false, Code::Esc | Code::Enter) if self.opened.is_some() => self.opened = None,
            (false, Code::Enter) if self.chosen().is_some() => self.opened = Some(Pager::default()),
            (false, Code::Char('r')) => rooms.cx.read_exchanges(),
            (false, Code::Char('c' | 'y')) => {
                if let Some(curl) = self.chosen().map(HttpExchange::curl) {
                    rooms.cx.say(Tone::Good, "Copied the curl command; set $TOKEN before you run it");
                    rooms.cx.effect(Effect::Copy(Clipping::line(&curl)));
                }
            }
            _ => return After::Unused,
        }
        After::Stay
    }

    fn list(&mut self, rooms: &Rooms, _: &Dialogs) -> Option<DialogLines<'_>> {
        let (height, lines) = (rooms.cx.overlay_height(), rooms.cx.exchange_lines(self).len());
        let len = self.exchanges.as_ref().map_or(0, Vec::len);
        Some(match &mut self.opened {
            Some(pager) => DialogLines { pager, len: lines, height },
            None => DialogLines { pager: &mut self.pager, len, height },
        })
    }
}

impl Context {
    fn read_exchanges(&mut self) {
        self.read_beside(Slot::Inspect, Read::Exchanges);
    }

    /// The lines of the exchange shown in full.
    pub fn exchange_lines(&self, inspector: &Inspector) -> Vec<TextLine> {
        let width = usize::from(self.size.0.saturating_sub(4));
        inspector.chosen().map(|chosen| lines(chosen, width)).unwrap_or_default()
    }
}

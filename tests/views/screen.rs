//! A console over a few made-up records, read as text.

use ratatui::buffer::Buffer;
use sipreg::app::core::{Effect, Message};
use sipreg::domain::record::{FieldId, Registration, Relation, Value};
use sipreg::view;
use sipreg::view::theme::Theme;

pub use crate::kit::desk::{Desk, now};
use crate::kit::picture;
use crate::kit::setup::setup;

pub fn record(id: u64, name: &str, domain: &str, pop: Option<u64>, enabled: bool, expire: Option<i64>) -> Registration {
    let mut record = Registration::new(id);
    record.set(FieldId::Name, Value::Text(name.to_owned()));
    record.set(FieldId::Username, Value::Text(format!("49300{id}")));
    record.set(FieldId::Domain, Value::Text(domain.to_owned()));
    record.set(FieldId::Contact, Value::Text(format!("sip:49300{id}@gw.example:5060")));
    record.set(FieldId::Enabled, Value::Flag(enabled));
    record.set(FieldId::Expire, expire.map_or(Value::Null, Value::Number));
    record.set(FieldId::Pop, pop.map_or(Value::Null, Value::Reference));
    record.set(FieldId::Node, Value::Null);
    record.set(FieldId::TransportProtocol, Value::Reference(1));
    record
}

/// Six records as most stories want them.
pub fn six() -> Vec<Registration> {
    vec![
        record(1, "acme-edge-10", "sip.acme.example", Some(3), true, Some(3600)),
        record(2, "acme-edge-2", "sip.acme.example", None, true, None),
        record(3, "betatel-1", "reg.betatel.example", Some(4), false, Some(60)),
        record(4, "carrierx-ams", "ams.carrierx.example", Some(4), true, Some(600)),
        record(5, "acme-lon", "lon.acme.example", Some(4), true, Some(7200)),
        record(6, "delta", "delta.example", None, false, None),
    ]
}

impl Desk {
    pub fn over(records: &[Registration], size: (u16, u16)) -> Self {
        let targets = [
            (Relation::Pop, 3, "FRA", None),
            (Relation::Pop, 4, "LON", None),
            (Relation::TransportProtocol, 1, "UDP", None),
        ];
        Self::before(setup(), size, records, &targets)
    }

    pub fn six() -> Self {
        Self::over(&six(), (80, 24))
    }

    /// Does what a worker would do for the newest arrangement asked for.
    pub fn arrange_elsewhere(&mut self) -> bool {
        let job = self.effects.drain(..).rev().find_map(|effect| match effect {
            Effect::Arrange { ticket, job } => Some((ticket, job)),
            _ => None,
        });
        let Some((ticket, job)) = job else { return false };
        self.update(Message::Arranged { ticket, ids: job.run() });
        true
    }

    /// Ids on the screen, from top to bottom.
    pub fn shown(&self) -> Vec<u64> {
        self.app.list.rows.ids(&self.app.store.records).collect()
    }

    /// The frame and what it looks like.
    pub fn frame(&self) -> Buffer {
        picture::buffer(&self.app)
    }

    /// The frame in a theme.
    pub fn frame_in(&self, theme: &Theme) -> Buffer {
        view::picture(&self.app, theme)
    }

    /// Lines of the screen.
    pub fn lines(&self) -> Vec<String> {
        picture::lines(&self.frame())
    }

    /// The line that has a text.
    pub fn line_with(&self, text: &str) -> String {
        let lines = self.lines();
        lines
            .iter()
            .find(|line| line.contains(text))
            .cloned()
            .unwrap_or_else(|| panic!("no {text:?} in\n{}", lines.join("\n")))
    }
}

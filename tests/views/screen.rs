//! A console over a few made-up records, driven by keys and read as text.

use std::sync::Arc;
use std::time::Duration;

use chrono::DateTime;
use ratatui::buffer::Buffer;
use sipreg::app::core::effect::Effect;
use sipreg::app::core::message::Message;
use sipreg::app::model::time::Moment;
use sipreg::app::{Access, App, Setup};
use sipreg::domain::query::segment::Segment;
use sipreg::domain::record::field::FieldId;
use sipreg::domain::record::registration::Registration;
use sipreg::domain::record::relation::{Relation, Target};
use sipreg::domain::record::value::Value;
use sipreg::keys::chord::Key;
use sipreg::keys::keymap::Keymap;
use sipreg::view;
use sipreg::view::theme::{Cursor, Theme};

/// A console at work.
pub struct Desk {
    pub app: App,
    pub effects: Vec<Effect>,
}

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
        let setup = Setup {
            profile: "eu-noc".into(),
            plaintext: false,
            badge: None,
            server: "https://yeti.example".into(),
            access: Access::Write,
            user: Some("alice".into()),
            timezone: chrono_tz::UTC,
            keymap: Keymap::default(),
            if_match: sipreg::app::core::effect::IfMatch::Send,
            ignored: sipreg::domain::rules::rule::RuleSet::NONE,
            node_poll: std::time::Duration::from_secs(300),
            pid: 1,
        };
        let mut app = App::new(setup, size, now());
        app.store.records.absorb(Arc::new(Segment::of(records)));
        for (relation, id, name) in
            [(Relation::Pop, 3, "FRA"), (Relation::Pop, 4, "LON"), (Relation::TransportProtocol, 1, "UDP")]
        {
            app.store.targets.add(Target { relation, id, name: Some(name.into()), pop: None, attributes: Vec::new() });
        }
        app.update(now(), Message::Resized(size.0, size.1));
        Self { app, effects: Vec::new() }
    }

    pub fn six() -> Self {
        Self::over(&six(), (80, 24))
    }

    /// Types keys by their names, separated by spaces; `'text'` is typed letter by letter.
    pub fn keys(&mut self, keys: &str) -> &mut Self {
        for word in keys.split(' ') {
            match word.strip_prefix('\'').and_then(|word| word.strip_suffix('\'')) {
                Some(text) => text.chars().for_each(|c| self.key(Key::char(if c == '_' { ' ' } else { c }))),
                None => self.key(Key::parse(word).unwrap()),
            }
        }
        self
    }

    fn key(&mut self, key: Key) {
        let effects: Vec<_> = self.app.update(now(), Message::Typed(key)).collect();
        self.effects.extend(effects);
    }

    /// Does what a worker would do for the newest arrangement asked for.
    pub fn arrange_elsewhere(&mut self) -> bool {
        let job = self.effects.drain(..).rev().find_map(|effect| match effect {
            Effect::Arrange { ticket, job } => Some((ticket, job)),
            _ => None,
        });
        let Some((ticket, job)) = job else { return false };
        let effects: Vec<_> = self.app.update(now(), Message::Arranged { ticket, ids: job.run() }).collect();
        self.effects.extend(effects);
        true
    }

    /// Ids on the screen, from top to bottom.
    pub fn shown(&self) -> Vec<u64> {
        self.app.list.rows.ids(&self.app.store.records).collect()
    }

    /// The frame and what it looks like.
    pub fn frame(&self) -> Buffer {
        self.frame_in(&Theme::default().pointing_with(Cursor::Marker))
    }

    /// The frame in a theme.
    pub fn frame_in(&self, theme: &Theme) -> Buffer {
        view::picture(&self.app, theme)
    }

    /// Lines of the screen.
    pub fn lines(&self) -> Vec<String> {
        let buffer = self.frame();
        (0..buffer.area.height)
            .map(|y| {
                let line: String = (0..buffer.area.width)
                    .filter_map(|x| buffer.cell((x, y)))
                    .map(ratatui::buffer::Cell::symbol)
                    .collect();
                line.trim_end().to_owned()
            })
            .collect()
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

pub fn now() -> Moment {
    Moment { mono: Duration::from_secs(5), wall: DateTime::UNIX_EPOCH }
}

//! Where stories of editing begin: two records, and the form of the first one.

use sipreg::app::core::{Message, Read, Reply};
use sipreg::app::model::drafts::DraftUnkept;
use sipreg::app::{Access, Setup};
use sipreg::domain::answer::Conditional;
use sipreg::domain::change::Checked;
use sipreg::domain::record::{FieldId, Registration, Relation, Value};
use sipreg::domain::state_error::{Attempt, FileFault, FileObstacle};

pub use crate::kit::desk::Desk;
use crate::kit::desk::Known;
pub use crate::kit::records::{PLANTED, error, fetched, invalid, record, text, with};
use crate::kit::setup::setup;

const TARGETS: [Known; 6] = [
    (Relation::Pop, 2, "AMS", None),
    (Relation::Pop, 4, "LON", None),
    (Relation::Node, 7, "lon-n1", Some(4)),
    (Relation::Node, 8, "ams-n1", Some(2)),
    (Relation::TransportProtocol, 1, "UDP", None),
    (Relation::TransportProtocol, 3, "TLS", None),
];

/// The disk has no room for the draft of record 22.
pub fn disk_is_full() -> Message {
    let full = FileFault::new("/state", FileObstacle::Full).during(Attempt::SaveDraft(22));
    Message::DraftKept { id: 22, result: Err(DraftUnkept::Disk(full.into())) }
}

/// The record of most stories as it was read.
pub fn base() -> Registration {
    record(22, "carrierx-ams")
}

/// The record after someone changed its `expire`.
pub fn theirs() -> Registration {
    with(base(), FieldId::Expire, Value::Number(60))
}

/// The record as the story wants it.
pub fn mine() -> Registration {
    with(base(), FieldId::Expire, Value::Number(600))
}

impl Desk {
    pub fn new() -> Self {
        Self::of(Access::Write, (80, 24))
    }

    pub fn of(access: Access, size: (u16, u16)) -> Self {
        let contact = text("sip:493186@192.0.2.19:5060");
        let records = [base(), with(record(23, "carrierx-lon"), FieldId::Contact, contact)];
        Self::before(Setup { access, ..setup() }, size, &records, &TARGETS)
    }

    /// The form of record 22 is open on its base.
    pub fn editing() -> Self {
        let mut desk = Self::new();
        desk.edit();
        desk
    }

    pub fn edit(&mut self) -> &mut Self {
        self.keys("e");
        self.reply(
            |read| matches!(read, Read::Record { .. }),
            Ok(Reply::Record(Conditional::Changed(fetched(base(), "1")))),
        )
    }

    /// The form with other seconds for `expire`, and the look at the server under way.
    pub fn looking() -> Self {
        let mut desk = Self::editing();
        desk.to(FieldId::Expire).keys("i '600' Enter w");
        desk
    }

    /// The review of that, with no one in the way.
    pub fn reviewing() -> Self {
        let mut desk = Self::looking();
        desk.checked(Checked::Same);
        desk
    }

    /// That was sent.
    pub fn sent() -> Self {
        let mut desk = Self::reviewing();
        desk.keys("y");
        desk
    }

    /// Someone else has other seconds, and another contact, on the server.
    pub fn in_conflict() -> Self {
        let mut desk = Self::looking();
        desk.moved(with(theirs(), FieldId::Contact, text("sip:theirs@192.0.2.9")));
        desk
    }
}

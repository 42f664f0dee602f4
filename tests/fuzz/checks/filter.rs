//! Any text is a filter or a mistake, never a panic; a filter that is written down is read as the same filter; and
//! running it needs no record to be as it should.

use std::sync::Arc;

use sipreg::domain::query::{Collection, Filter, Segment};
use sipreg::domain::record::{FieldId, Registration, Targets, Value};

/// The text of a filter.
pub fn check(data: &[u8]) {
    let text = String::from_utf8_lossy(data);
    let filter = match Filter::parse(&text) {
        Ok(filter) => filter,
        Err(mistake) => {
            assert!(!mistake.mistake.to_string().is_empty());
            return;
        }
    };
    let written = filter.to_string();
    let again = Filter::parse(&written);
    assert_eq!(again.as_ref().ok(), Some(&filter), "{text:?} was written as {written:?}");
    let mut records = Collection::default();
    records.absorb(Arc::new(Segment::of(&[odd(), bare()])));
    let targets = Targets::default();
    let found = filter.prepare(&targets).select(&records, &|_, _| false);
    assert!(found.len() <= records.len());
}

/// With values of types that the fields do not have.
fn odd() -> Registration {
    let mut record = Registration::new(7);
    record.set(FieldId::Name, Value::Text("\u{1b}[31mred\u{202e}".to_owned()));
    record.set(FieldId::Domain, Value::Odd("[1,{}]".to_owned()));
    record.set(FieldId::Expire, Value::Number(i64::MIN >> 8));
    record.set(FieldId::Pop, Value::Linked("/api/rest/admin/registrations/7/pop".to_owned()));
    record
}

fn bare() -> Registration {
    Registration::new(u64::MAX)
}

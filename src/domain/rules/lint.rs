//! The checks over a whole list: which records deserve a sign, what is wrong with each, and how many there
//! are. The rules are those of `check`; here they are only carried through many records in linear time.

use crate::domain::record::registration::Record;
use crate::domain::rules::check::{self, Context, Finding, Severity};

/// Whether a row carries the `!` sign, and how bad it is. Makes no text.
#[must_use]
pub fn sign(record: &impl Record, context: &Context<'_>) -> Option<Severity> {
    check::worst(record, context)
}

/// Each finding of each record with the record's id, made as it is asked for.
pub fn findings<R: Record>(
    records: impl IntoIterator<Item = R>,
    context: &Context<'_>,
) -> impl Iterator<Item = (u64, Finding)> {
    records.into_iter().flat_map(move |record| {
        let id = record.id();
        check::record(&record, context).into_iter().map(move |finding| (id, finding))
    })
}

/// How many records have findings.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Tally {
    /// Records with an error.
    pub errors: usize,
    /// Records with warnings only.
    pub warnings: usize,
}

/// Counts records with findings.
pub fn tally<R: Record>(records: impl IntoIterator<Item = R>, context: &Context<'_>) -> Tally {
    let mut tally = Tally::default();
    for record in records {
        match sign(&record, context) {
            Some(Severity::Error) => tally.errors += 1,
            Some(Severity::Warning) => tally.warnings += 1,
            None => {}
        }
    }
    tally
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::query::segment::Segment;
    use crate::domain::record::field::FieldId;
    use crate::domain::record::registration::Registration;
    use crate::domain::record::relation::Targets;
    use crate::domain::record::value::Value;
    use crate::domain::rules::check::{Census, Standing};

    fn named(id: u64, name: &str, expire: i64) -> Registration {
        let mut record = Registration::new(id);
        record.set(FieldId::Name, Value::Text(name.to_owned()));
        record.set(FieldId::Expire, Value::Number(expire));
        record
    }

    #[test]
    fn a_list_is_tallied_by_the_worst_of_each_record() {
        let records = [named(1, "a", 3600), named(2, "b", 10), named(3, "c", -1), named(4, "a", 3600)];
        let packed = Segment::of(&records);
        let census = Census::of(packed.iter());
        let targets = Targets::default();
        let context = Context::new(&targets, Some(&census), Standing::Loaded);
        assert_eq!(tally(packed.iter(), &context), Tally { errors: 1, warnings: 3 });
        let told: Vec<(u64, FieldId)> =
            findings(packed.iter(), &context).map(|(id, found)| (id, found.field)).collect();
        assert_eq!(told, [(1, FieldId::Name), (2, FieldId::Expire), (3, FieldId::Expire), (4, FieldId::Name)]);
    }
}

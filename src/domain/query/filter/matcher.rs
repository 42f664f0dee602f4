//! Runs a filter: over one record, or over a whole collection at once, where words are searched in the
//! segments' text instead of record by record. Owns all that it needs, so that a worker can take it along.

use std::ops::Range;
use std::sync::Arc;

use crate::domain::query::collection::Collection;
use crate::domain::query::column::Column;
use crate::domain::query::fold;
use crate::domain::query::segment::Needle;
use crate::domain::record::{FieldId, LiveMarks, LiveTest, Record, Relation, Targets, ValueKind, ValueRef};

use crate::domain::query::filter::{CompareWith, Filter, Pattern, RecordState, Sense, Test};

/// A filter made ready.
#[derive(Debug, Clone)]
pub struct Matcher {
    terms: Vec<(Sense, Check)>,
}

/// Ids of targets whose names fit, one list a relation, each in ascending order.
#[derive(Debug, Clone, Default)]
struct Fitting([Vec<u64>; Relation::ALL.len()]);

impl Fitting {
    fn of(targets: &Targets, fits: impl Fn(&str) -> bool) -> Self {
        Self(Relation::ALL.map(|relation| {
            let known = targets.of(relation).into_iter().map(|target| target.id);
            known.filter(|id| fits(&targets.label(relation, *id))).collect()
        }))
    }

    fn has(&self, relation: Relation, id: u64) -> bool {
        Relation::ALL.into_iter().zip(&self.0).any(|(other, ids)| other == relation && ids.binary_search(&id).is_ok())
    }

    fn is_empty(&self) -> bool {
        self.0.iter().all(Vec::is_empty)
    }

    fn in_record(&self, record: &impl Record) -> bool {
        !self.is_empty()
            && Relation::ALL
                .into_iter()
                .any(|relation| record.reference(relation.field()).is_some_and(|id| self.has(relation, id)))
    }
}

/// An address as the list shows it, `user@domain`, or a piece of it around the `@`. No field has it in one piece.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Address {
    user: String,
    domain: String,
}

impl Address {
    /// The address in a word; of a SIP URI without its scheme, brackets, parameters and headers.
    fn of(word: &str) -> Option<Self> {
        let folded = fold::fold(word);
        let bare = folded.trim_start_matches('<').trim_end_matches('>');
        let uri = ["sips:", "sip:"].iter().find_map(|scheme| bare.strip_prefix(scheme));
        let rest = uri.unwrap_or(bare);
        let rest = if uri.is_some() { rest.split([';', '?', '>']).next().unwrap_or(rest) } else { rest };
        let plain = uri.map(|_| unescaped(without_port(rest)));
        let rest = plain.as_deref().unwrap_or(rest);
        let (user, domain) = match rest.rsplit_once('@') {
            Some(parts) => parts,
            None if uri.is_some() => ("", rest),
            None => return None,
        };
        (!user.is_empty() || !domain.is_empty()).then(|| Self { user: user.to_owned(), domain: domain.to_owned() })
    }

    fn is_of(&self, record: &impl Record) -> bool {
        let text = |field: FieldId| match record.value(field) {
            ValueRef::Text(text) | ValueRef::Odd(text) | ValueRef::Cut(text) => Some(fold::fold(text)),
            _ => None,
        };
        let (Some(user), Some(domain)) = (text(FieldId::Username), text(FieldId::Domain)) else { return false };
        user.ends_with(&self.user) && domain.starts_with(&self.domain)
    }
}

/// The host of a SIP URI, or all before it, without its port. A colon in brackets is part of an address.
fn without_port(rest: &str) -> &str {
    match rest.rsplit_once(':') {
        Some((host, port)) if port.bytes().all(|byte| byte.is_ascii_digit()) && !host.contains('[') => host,
        Some((host, port)) if host.ends_with(']') && port.bytes().all(|byte| byte.is_ascii_digit()) => host,
        _ => rest,
    }
}

/// What a SIP URI escapes, as the record has it: `%20` is a blank.
fn unescaped(rest: &str) -> String {
    fold::fold(&percent_encoding::percent_decode_str(rest).decode_utf8_lossy()).into_owned()
}

#[derive(Debug, Clone)]
enum Check {
    Word { needle: Box<Needle>, targets: Fitting, digits: bool, address: Option<Address> },
    Pattern { pattern: Pattern, targets: Fitting },
    Ids(Vec<u64>),
    Number(Column, CompareWith, i64),
    Flag(FieldId, bool),
    Unset(FieldId),
    Contains { field: FieldId, folded: String, targets: Fitting },
    Exactly { field: FieldId, folded: String, targets: Fitting },
    Target(FieldId, u64),
    Matches { field: FieldId, pattern: Pattern, targets: Fitting },
    Is(RecordState),
    Live(LiveTest, Option<Arc<LiveMarks>>),
}

impl Matcher {
    pub(super) fn new(filter: &Filter, targets: &Targets) -> Self {
        Self { terms: filter.terms.iter().map(|term| (term.sense, Check::new(&term.test, targets))).collect() }
    }

    /// Whether a record passes. `is` looks states up by ID, and is asked only where the filter asks.
    pub fn matches(&self, record: &impl Record, is: &dyn Fn(RecordState, u64) -> bool) -> bool {
        self.terms.iter().all(|(sense, check)| sense.wants(check.holds(record, is)))
    }

    /// Positions in id order of the records that pass.
    pub fn select(&self, collection: &Collection, is: &dyn Fn(RecordState, u64) -> bool) -> Vec<u32> {
        let found: Vec<Vec<Vec<bool>>> = self
            .terms
            .iter()
            .map(|(_, check)| match check {
                Check::Word { needle, .. } => {
                    collection.segments().iter().map(|segment| segment.rows_with(needle)).collect()
                }
                _ => Vec::new(),
            })
            .collect();
        let passes = |position: usize| {
            let (segment, row) = collection.place(position)?;
            let record = collection.at(position)?;
            let all = self.terms.iter().zip(&found).all(|((sense, check), found)| {
                let holds = match check {
                    Check::Word { needle, targets, digits, address } => {
                        found.get(segment).and_then(|rows| rows.get(row)).copied().unwrap_or_default()
                            || (*digits && id_contains(record.id(), needle))
                            || targets.in_record(&record)
                            || address.as_ref().is_some_and(|address| address.is_of(&record))
                    }
                    other => other.holds(&record, is),
                };
                sense.wants(holds)
            });
            all.then_some(())
        };
        (0_u32..).take(collection.len()).filter(|position| passes(*position as usize).is_some()).collect()
    }

    /// Where in the shown text of a column something stands that the filter looks for, in bytes, in order and
    /// without overlaps.
    pub fn places(&self, column: Column, text: &str) -> Vec<Range<usize>> {
        let mut places = Vec::new();
        for (_, check) in self.terms.iter().filter(|(sense, _)| *sense == Sense::Is) {
            let of_field = |field: FieldId| column == Column::Field(field);
            match check {
                Check::Word { needle, .. } => places.extend(fold::places(text, needle.folded())),
                Check::Contains { field, folded, .. } | Check::Exactly { field, folded, .. } if of_field(*field) => {
                    places.extend(fold::places(text, folded));
                }
                Check::Pattern { pattern, .. } => places.extend(pattern.0.find_iter(text).map(|found| found.range())),
                Check::Matches { field, pattern, .. } if of_field(*field) => {
                    places.extend(pattern.0.find_iter(text).map(|found| found.range()));
                }
                _ => {}
            }
        }
        places.retain(|place| !place.is_empty());
        places.sort_by_key(|place| place.start);
        let mut apart: Vec<Range<usize>> = Vec::with_capacity(places.len());
        for place in places {
            match apart.last_mut() {
                Some(last) if place.start <= last.end => last.end = last.end.max(place.end),
                Some(_) | None => apart.push(place),
            }
        }
        apart
    }
}

impl Sense {
    const fn wants(self, holds: bool) -> bool {
        match self {
            Self::Is => holds,
            Self::IsNot => !holds,
        }
    }
}

/// Whether the digits of an id contain a word.
fn id_contains(id: u64, needle: &Needle) -> bool {
    let mut room = [0; 20];
    let mut first = room.len();
    let mut rest = id;
    for (at, place) in room.iter_mut().enumerate().rev() {
        *place = b"0123456789".get((rest % 10) as usize).copied().unwrap_or_default();
        first = at;
        rest /= 10;
        if rest == 0 {
            break;
        }
    }
    let digits = room.get(first..).unwrap_or_default();
    let word = needle.folded().as_bytes();
    word.is_empty() || digits.windows(word.len()).any(|part| part == word)
}

/// The texts of a value that a word or a pattern without a field is searched in.
fn any_text(record: &impl Record, fits: impl Fn(&str) -> bool) -> bool {
    FieldId::all().any(|field| {
        !matches!(field.field().kind, ValueKind::Secret)
            && match record.value(field) {
                ValueRef::Text(text) | ValueRef::Odd(text) | ValueRef::Cut(text) => !text.is_empty() && fits(text),
                ValueRef::Texts(texts) => texts.iter().any(&fits),
                _ => false,
            }
    })
}

/// Whether the text of one field fits.
fn field_fits(record: &impl Record, field: FieldId, targets: &Fitting, fits: impl Fn(&str) -> bool) -> bool {
    match (field.field().kind, record.value(field)) {
        (ValueKind::Secret, _) => false,
        (ValueKind::Reference(relation), ValueRef::Reference(id)) => targets.has(relation, id),
        (_, ValueRef::Text(text) | ValueRef::Odd(text) | ValueRef::Cut(text)) => !text.is_empty() && fits(text),
        (_, ValueRef::Texts(texts)) => texts.iter().any(fits),
        (_, ValueRef::Flag(flag)) => fits(if flag { "yes" } else { "no" }),
        (kind, ValueRef::Number(number)) => kind.meaning(number).is_some_and(&fits) || fits(&number.to_string()),
        (
            _,
            ValueRef::Missing
            | ValueRef::Null
            | ValueRef::Withheld
            | ValueRef::Secret(_)
            | ValueRef::Reference(_)
            | ValueRef::Linked(_),
        ) => false,
    }
}

impl Check {
    fn new(test: &Test, targets: &Targets) -> Self {
        match test {
            Test::Word(word) => {
                let needle = Box::new(Needle::new(word));
                let targets = Fitting::of(targets, |label| fold::contains(label, needle.folded()));
                let digits = word.bytes().all(|byte| byte.is_ascii_digit());
                Self::Word { needle, targets, digits, address: Address::of(word) }
            }
            Test::Pattern(pattern) => {
                let targets = Fitting::of(targets, |label| pattern.0.is_match(label));
                Self::Pattern { pattern: pattern.clone(), targets }
            }
            Test::Ids(ids) => {
                let mut ids = ids.clone();
                ids.sort_unstable();
                Self::Ids(ids)
            }
            Test::Number(column, comparison, number) => Self::Number(*column, *comparison, *number),
            Test::Flag(field, flag) => Self::Flag(*field, *flag),
            Test::Unset(field) => Self::Unset(*field),
            Test::Contains(field, word) => {
                let folded = fold::fold(word).into_owned();
                let targets = Fitting::of(targets, |label| fold::contains(label, &folded));
                Self::Contains { field: *field, folded, targets }
            }
            Test::Exactly(field, word) => {
                let folded = fold::fold(word).into_owned();
                let targets = Fitting::of(targets, |label| fold::equals(label, &folded));
                Self::Exactly { field: *field, folded, targets }
            }
            Test::Target(field, id) => Self::Target(*field, *id),
            Test::Matches(field, pattern) => {
                let targets = Fitting::of(targets, |label| pattern.0.is_match(label));
                Self::Matches { field: *field, pattern: pattern.clone(), targets }
            }
            Test::Is(state) => Self::Is(*state),
            Test::Live(test) => Self::Live(*test, targets.live().cloned()),
        }
    }

    fn holds(&self, record: &impl Record, is: &dyn Fn(RecordState, u64) -> bool) -> bool {
        match self {
            Self::Word { needle, targets, digits, address } => {
                (!needle.folded().contains('\0') && any_text(record, |text| fold::contains(text, needle.folded())))
                    || (*digits && id_contains(record.id(), needle))
                    || targets.in_record(record)
                    || address.as_ref().is_some_and(|address| address.is_of(record))
            }
            Self::Pattern { pattern, targets } => {
                any_text(record, |text| pattern.0.is_match(text))
                    || targets.in_record(record)
                    || pattern.0.is_match(&record.id().to_string())
            }
            Self::Ids(ids) => ids.binary_search(&record.id()).is_ok(),
            Self::Number(column, comparison, number) => {
                let own = match column {
                    Column::Id => i64::try_from(record.id()).ok(),
                    Column::Field(field) => record.number(*field),
                    Column::Live => None,
                };
                own.is_some_and(|own| comparison.holds(own, *number))
            }
            Self::Flag(field, flag) => matches!(record.value(*field), ValueRef::Flag(own) if own == *flag),
            Self::Unset(field) => {
                let value = record.value(*field);
                value.is_unset() && !matches!(value, ValueRef::Missing)
            }
            Self::Contains { field, folded, targets } => {
                field_fits(record, *field, targets, |text| fold::contains(text, folded))
            }
            Self::Exactly { field, folded, targets } => {
                field_fits(record, *field, targets, |text| fold::equals(text, folded))
            }
            Self::Target(field, id) => record.reference(*field) == Some(*id),
            Self::Matches { field, pattern, targets } => {
                field_fits(record, *field, targets, |text| pattern.0.is_match(text))
            }
            Self::Is(state) => is(*state, record.id()),
            Self::Live(test, marks) => test.holds(marks.as_ref().and_then(|marks| marks.get(record.id()))),
        }
    }
}

//! Finds the rows of a segment whose text contains a word, upper and lower case as one, in one pass over the
//! segment's text. Cells with capitals stand there a second time, folded; the others are found as they are.

use memchr::memmem::Finder;

use crate::domain::query::fold::{fold, fold_into, is_folded};

use crate::domain::query::segment::{CUT, Cell, ODD, Row, Segment, TEXT, TEXTS};

/// A word to look for, made ready once for many searches.
#[derive(Debug, Clone)]
pub struct Needle {
    folded: String,
    finder: Finder<'static>,
}

impl Needle {
    /// Makes a word ready; its case does not count.
    pub fn new(word: &str) -> Self {
        let folded = fold(word).into_owned();
        let finder = Finder::new(&folded).into_owned();
        Self { folded, finder }
    }

    /// The word, folded.
    pub fn folded(&self) -> &str {
        &self.folded
    }
}

/// Texts of a segment that differ from their folded form, folded.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Folded {
    text: Box<str>,
    /// Where in the text a row begins, and which; rows without capitals are not among them.
    rows: Box<[(u32, u32)]>,
}

impl Folded {
    pub(super) fn of(text: &str, rows: &[Row]) -> Self {
        let mut folded = String::new();
        let mut begins = Vec::new();
        for (row, number) in rows.iter().zip(0_u32..) {
            let start = folded.len();
            for part in row.cells.iter().filter(|cell| is_searched(**cell)).filter_map(|cell| text.get(cell.range())) {
                if !is_folded(part) {
                    fold_into(&mut folded, part);
                    folded.push('\0');
                }
            }
            if let Ok(start) = u32::try_from(start)
                && folded.len() > start as usize
            {
                begins.push((start, number));
            }
        }
        Self { text: folded.into_boxed_str(), rows: begins.into_boxed_slice() }
    }

    pub(super) fn size(&self) -> usize {
        self.text.len() + self.rows.len() * size_of::<(u32, u32)>()
    }
}

const fn is_searched(cell: Cell) -> bool {
    matches!(cell.tag(), TEXT | TEXTS | ODD | CUT)
}

impl Segment {
    /// For each row, whether a text, an entry of a list, or a value of an unexpected type contains the word.
    /// Names of targets are not in a segment.
    pub fn rows_with(&self, needle: &Needle) -> Vec<bool> {
        // Nothing in a database contains a NUL; here one would match across cells.
        if needle.folded.is_empty() || needle.folded.contains('\0') {
            return vec![needle.folded.is_empty(); self.rows.len()];
        }
        let mut found = vec![false; self.rows.len()];
        let mut mark = |row: usize| {
            if let Some(found) = found.get_mut(row) {
                *found = true;
            }
        };
        let begin = |at: usize| self.starts.get(at).map(|start| *start as usize);
        sweep(&self.text, needle, begin, self.starts.len(), |row, at| {
            let live = self.rows.get(row).is_some_and(|row| row.shows(at));
            if live {
                mark(row);
            }
            live
        });
        let begin = |at: usize| self.folded.rows.get(at).map(|(start, _)| *start as usize);
        sweep(&self.folded.text, needle, begin, self.folded.rows.len(), |at, _| {
            if let Some((_, row)) = self.folded.rows.get(at) {
                mark(*row as usize);
            }
            true
        });
        found
    }
}

/// Calls `hit` with the part and the place of each find; parts begin where `begin` says. A part that was
/// accepted is left at once.
fn sweep(
    text: &str,
    needle: &Needle,
    begin: impl Fn(usize) -> Option<usize>,
    parts: usize,
    mut hit: impl FnMut(usize, usize) -> bool,
) {
    let bytes = text.as_bytes();
    let (mut part, mut from) = (0, 0);
    while let Some(at) = bytes.get(from..).and_then(|rest| needle.finder.find(rest)).map(|found| from + found) {
        part = part_of(at, part, &begin, parts);
        from = if hit(part, at) { begin(part + 1).unwrap_or(bytes.len()) } else { at + 1 };
    }
}

/// The last part that begins at or before a place, known not to be before `part`: near it in steps that
/// double, then by halves.
fn part_of(at: usize, part: usize, begin: &impl Fn(usize) -> Option<usize>, parts: usize) -> usize {
    let before = |part: usize| begin(part).is_some_and(|start| start <= at);
    let (mut low, mut step) = (part, 1);
    while before(low + step) {
        low += step;
        step *= 2;
    }
    let mut high = (low + step).min(parts);
    while high - low > 1 {
        let middle = low.midpoint(high);
        if before(middle) {
            low = middle;
        } else {
            high = middle;
        }
    }
    low
}

impl Row {
    /// Whether a place in the text belongs to a value that is searched: not a link, nor a value that another
    /// one replaced.
    fn shows(&self, at: usize) -> bool {
        self.cells.iter().any(|cell| is_searched(*cell) && cell.range().contains(&at))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::domain::query::fold::contains;
    use crate::domain::query::segment::SegmentBuilder;
    use crate::domain::record::{FieldId, Registration, Value, ValueRef};

    #[test]
    fn links_and_replaced_values_are_not_found() {
        let mut builder = SegmentBuilder::default();
        builder.begin(1);
        builder.set(FieldId::Name, ValueRef::Text("Old"));
        builder.set(FieldId::Name, ValueRef::Text("new"));
        builder.set(FieldId::Pop, ValueRef::Linked("/registrations/1/pop"));
        builder.begin(2);
        builder.set(FieldId::Name, ValueRef::Text("Abandoned"));
        builder.abandon();
        builder.begin(3);
        builder.set(FieldId::Name, ValueRef::Text("x"));
        let segment = builder.finish();
        let rows = |word: &str| segment.rows_with(&Needle::new(word));
        for word in ["old", "registrations", "abandoned", "newx", "new\0"] {
            assert_eq!(rows(word), [false, false], "{word:?}");
        }
        assert_eq!(rows("NEW"), [true, false]);
        assert_eq!(rows("X"), [false, true]);
        assert_eq!(rows(""), [true, true]);
    }

    proptest! {
        #[test]
        fn a_row_is_found_exactly_if_one_of_its_texts_contains_the_word(
            rows in proptest::collection::vec(proptest::collection::vec("[aAbBßẞİü\u{307}]{0,3}", 3), 0..20),
            word in "[aAbBßẞiİÜ\u{307}]{0,2}",
        ) {
            let records: Vec<Registration> = rows
                .iter()
                .map(|texts| {
                    let mut record = Registration::new(1);
                    record.set(FieldId::Name, Value::Text(texts[0].clone()));
                    record.set(FieldId::RouteSet, Value::Texts(texts[1..].to_vec()));
                    record
                })
                .collect();
            let needle = Needle::new(&word);
            let expected: Vec<bool> =
                rows.iter().map(|texts| texts.iter().any(|text| contains(text, needle.folded()))).collect();
            prop_assert_eq!(Segment::of(&records).rows_with(&needle), expected);
        }
    }
}

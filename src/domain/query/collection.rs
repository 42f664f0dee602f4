//! The loaded registrations, by id. Holds shared segments and an index over them; a clone is cheap, so a
//! worker can filter or sort a snapshot while the original moves on.

use std::collections::BTreeSet;
use std::sync::Arc;

use crate::domain::query::segment::{RowRef, Segment};
use crate::domain::record::{FieldId, Record as _, Registration, ValueRef};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Entry {
    id: u64,
    segment: u32,
    row: u32,
    /// The revision at which it came to be as it is.
    revised: u64,
}

/// A record as it was when it was held, whatever is loaded after. Costs a few bytes, and the page it came with.
#[derive(Debug, Clone)]
pub struct HeldRecord {
    segment: Arc<Segment>,
    row: usize,
}

impl HeldRecord {
    /// A row of a page.
    pub fn of(page: &Arc<Segment>, row: usize) -> Self {
        Self { segment: Arc::clone(page), row }
    }

    /// The record.
    pub fn row(&self) -> Option<RowRef<'_>> {
        self.segment.row(self.row)
    }

    /// Its name, or the beginning of one that is kept in part; empty where the server sent none.
    pub fn name(&self) -> &str {
        match self.row().map(|row| row.get(FieldId::Name)) {
            Some(ValueRef::Text(name) | ValueRef::Cut(name)) => name,
            _ => "",
        }
    }

    /// The same as the list has it, where that says the same: a record is not to be in memory twice.
    pub fn shared_with(&self, list: &Collection) -> Option<Self> {
        let row = self.row()?;
        let known = list.hold(row.id())?;
        let says_the_same = !Arc::ptr_eq(&known.segment, &self.segment) && known.row()?.says_the_same(row);
        says_the_same.then_some(known)
    }

    /// Whether it says just the same as a record, and all of it.
    pub fn is(&self, record: &Registration) -> bool {
        let same = |row: RowRef<'_>| FieldId::all().all(|field| row.value(field) == record.value(field));
        record.unknown.is_empty() && self.row().is_some_and(|row| row.id() == record.id() && same(row))
    }
}

/// How much memory a collection may take.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Bytes of one value; of a longer one only the beginning is kept, and says so.
    pub value: usize,
    /// Bytes of all records; those beyond are not taken in.
    pub total: usize,
}

/// Whether a page was taken in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Absorbed {
    /// All of it.
    All,
    /// Only records that were held before: there is no memory left for others.
    Known,
}

/// Segments with fewer rows in use are small.
const SMALL: usize = 64;

/// So many small ones are packed into one.
const MANY_SMALL: usize = 256;

/// Rows that are not in use and may stay, however few records there are.
const FEW_UNUSED: usize = 4_096;

/// Registrations in the order of their ids.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Collection {
    limits: Option<Limits>,
    // Shared with the snapshots that workers have, and copied only where it changes meanwhile.
    segments: Arc<Vec<Arc<Segment>>>,
    entries: Arc<Vec<Entry>>,
    revision: u64,
    /// How often records were packed again.
    packed: u64,
}

impl Collection {
    /// Holds nothing yet, and never more than these limits allow.
    pub fn within(limits: Limits) -> Self {
        Self { limits: Some(limits), ..Self::default() }
    }

    /// What it may hold, if there is a bound.
    pub const fn limits(&self) -> Option<Limits> {
        self.limits
    }

    /// Bytes of memory that it takes.
    pub fn size(&self) -> usize {
        self.segments.iter().map(|segment| segment.size()).sum::<usize>() + self.entries.len() * size_of::<Entry>()
    }

    /// How many records have a value of which only the beginning is kept.
    pub fn cut(&self) -> usize {
        if self.segments.iter().all(|segment| segment.cut() == 0) {
            return 0;
        }
        self.iter().filter(|row| !row.is_whole()).count()
    }

    /// How many records are loaded.
    pub fn len(&self) -> usize {
        self.entries.len()
    }

    /// Whether none is.
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// The record with this id.
    pub fn get(&self, id: u64) -> Option<RowRef<'_>> {
        self.at(self.position(id)?)
    }

    /// Holds a record as it is now.
    pub fn hold(&self, id: u64) -> Option<HeldRecord> {
        let (segment, row) = self.place(self.position(id)?)?;
        Some(HeldRecord { segment: Arc::clone(self.segments.get(segment)?), row })
    }

    /// The record at a position in id order.
    pub fn at(&self, position: usize) -> Option<RowRef<'_>> {
        let entry = self.entries.get(position)?;
        self.segments.get(entry.segment as usize)?.row(entry.row as usize)
    }

    /// The pieces of memory that hold the records, with others that are no longer in use among them.
    pub(in crate::domain) fn segments(&self) -> &[Arc<Segment>] {
        &self.segments
    }

    /// The piece and the row in it that hold the record at a position in id order.
    pub(in crate::domain) fn place(&self, position: usize) -> Option<(usize, usize)> {
        self.entries.get(position).map(|entry| (entry.segment as usize, entry.row as usize))
    }

    /// The id at a position in id order.
    pub fn id_at(&self, position: usize) -> Option<u64> {
        self.entries.get(position).map(|entry| entry.id)
    }

    /// Where in id order a record stands.
    pub fn position(&self, id: u64) -> Option<usize> {
        self.entries.binary_search_by_key(&id, |entry| entry.id).ok()
    }

    /// Where in id order a record stands or would stand.
    pub fn position_near(&self, id: u64) -> usize {
        self.entries.partition_point(|entry| entry.id < id)
    }

    /// A number that grows with everything that is taken in.
    pub const fn revision(&self) -> u64 {
        self.revision
    }

    /// A number that grows when records are packed again: who holds some has them twice until
    /// [`HeldRecord::shared_with`].
    pub const fn packed(&self) -> u64 {
        self.packed
    }

    /// Whether all of these records are held as they were at a revision.
    pub fn is_as_at(&self, revision: u64, ids: &[u64]) -> bool {
        let revised = |id: &u64| self.position(*id).and_then(|position| self.entries.get(position));
        ids.iter().all(|id| revised(id).is_some_and(|entry| entry.revised <= revision))
    }

    /// A record may not be as it is held: what was read of it before does not vouch for it any more.
    pub fn touch(&mut self, id: u64) {
        self.revision += 1;
        if let Some(position) = self.position(id)
            && let Some(entry) = Arc::make_mut(&mut self.entries).get_mut(position)
        {
            entry.revised = self.revision;
        }
    }

    /// Each id, in order.
    pub fn ids(&self) -> impl Iterator<Item = u64> {
        self.entries.iter().map(|entry| entry.id)
    }

    /// Each record in id order.
    pub fn iter(&self) -> impl Iterator<Item = RowRef<'_>> {
        (0..self.len()).filter_map(|position| self.at(position))
    }

    /// Takes in a page; its records replace those of the same id.
    pub fn absorb(&mut self, segment: Arc<Segment>) -> Absorbed {
        let Some(limits) = self.limits else {
            self.take(&segment);
            return Absorbed::All;
        };
        let segment = segment.shortened(limits.value).map_or(segment, Arc::new);
        let is_known = |id| self.position(id).is_some();
        let all_known = segment.iter().all(|row| is_known(crate::domain::record::Record::id(&row)));
        if all_known || self.size() + segment.size() <= limits.total {
            self.take(&segment);
            return Absorbed::All;
        }
        let known = segment.only(is_known);
        self.take(&known);
        Absorbed::Known
    }

    fn take(&mut self, segment: &Segment) {
        let Ok(number) = u32::try_from(self.segments.len()) else { return };
        self.revision += 1;
        let mut brings_news = false;
        let mut fresh: Vec<Entry> = segment
            .iter()
            .enumerate()
            .filter_map(|(row, record)| {
                let row = u32::try_from(row).ok()?;
                let id = crate::domain::record::Record::id(&record);
                let known = self.position(id).and_then(|position| self.entries.get(position));
                let same = known.filter(|_| self.get(id).is_some_and(|known| known.says_the_same(record)));
                brings_news |= same.is_none();
                let revised = same.map_or(self.revision, |known| known.revised);
                Some(Entry { id, segment: number, row, revised })
            })
            .collect();
        // What says nothing new is not kept: what is held of it elsewhere would be in memory twice.
        if !brings_news {
            return;
        }
        fresh.sort_by_key(|entry| (entry.id, std::cmp::Reverse(entry.row)));
        fresh.dedup_by_key(|entry| entry.id);
        // Allocators give each thread memory of its own. What a worker made and this thread gives up row by row would
        // leave holes there that this thread cannot fill: so it keeps a copy.
        Arc::make_mut(&mut self.segments).push(Arc::new(segment.clone()));
        self.merge(fresh);
        self.drop_unused();
    }

    /// Replaces several records, as after changing many.
    pub fn put_all(&mut self, registrations: &[Registration]) {
        self.absorb(Arc::new(Segment::of(registrations)));
    }

    /// Replaces one record, as after reading it alone.
    pub fn put(&mut self, registration: &Registration) {
        self.absorb(Arc::new(Segment::of([registration])));
    }

    /// Forgets these records.
    pub fn forget(&mut self, ids: &BTreeSet<u64>) {
        Arc::make_mut(&mut self.entries).retain(|entry| !ids.contains(&entry.id));
        self.drop_unused();
    }

    /// Forgets one record.
    pub fn remove(&mut self, id: u64) {
        if let Some(position) = self.position(id) {
            Arc::make_mut(&mut self.entries).remove(position);
            self.drop_unused();
        }
    }

    fn merge(&mut self, fresh: Vec<Entry>) {
        // Pages mostly arrive in id order behind what is there.
        if self.entries.last().map(|entry| entry.id) < fresh.first().map(|entry| entry.id) {
            Arc::make_mut(&mut self.entries).extend(fresh);
            return;
        }
        let entries = Arc::make_mut(&mut self.entries);
        let mut added = Vec::new();
        for entry in fresh {
            match entries.binary_search_by_key(&entry.id, |known| known.id) {
                Ok(position) => {
                    if let Some(known) = entries.get_mut(position) {
                        *known = entry;
                    }
                }
                Err(_) => added.push(entry),
            }
        }
        if !added.is_empty() {
            entries.extend(added);
            entries.sort_by_key(|entry| entry.id);
        }
    }

    /// Lets go of segments that no entry uses, and packs again those of which little is in use: where they are many,
    /// or the rows that no entry uses are.
    fn drop_unused(&mut self) {
        let mut used = vec![0_usize; self.segments.len()];
        for entry in self.entries.iter() {
            if let Some(count) = used.get_mut(entry.segment as usize) {
                *count += 1;
            }
        }
        let small = used.iter().filter(|count| **count < SMALL).count();
        let is_packed = |segment: &Segment, used: usize| used < SMALL || used * 2 < segment.len();
        let counted =
            self.segments.iter().zip(&used).filter(|(segment, used)| **used > 0 && is_packed(segment, **used));
        let unused: usize = counted.map(|(segment, used)| segment.len().saturating_sub(*used)).sum();
        let repack = small >= MANY_SMALL || unused > FEW_UNUSED.max(self.entries.len() / 8);
        if used.iter().all(|count| *count > 0) && !repack {
            return;
        }
        let mut segments = Vec::with_capacity(self.segments.len());
        let mut moved = vec![u32::MAX; self.segments.len()];
        for (old, segment) in self.segments.iter().enumerate() {
            let count = used.get(old).copied().unwrap_or_default();
            if count == 0 || (repack && is_packed(segment, count)) {
                continue;
            }
            if let (Some(slot), Ok(new)) = (moved.get_mut(old), u32::try_from(segments.len())) {
                *slot = new;
                segments.push(Arc::clone(segment));
            }
        }
        let mut builder = crate::domain::query::segment::SegmentBuilder::default();
        let left = self.segments.iter().zip(&used).zip(&moved).filter(|(_, slot)| **slot == u32::MAX);
        let (rows, text) = left.fold((0, 0), |(rows, text), ((segment, used), _)| {
            (rows + used, text + segment.text_size() * used / segment.len().max(1))
        });
        builder.reserve(rows, text);
        let Ok(packed) = u32::try_from(segments.len()) else { return };
        for entry in Arc::make_mut(&mut self.entries) {
            let target = moved.get(entry.segment as usize).copied().unwrap_or(u32::MAX);
            if target != u32::MAX {
                entry.segment = target;
                continue;
            }
            if let Some(row) = self.segments.get(entry.segment as usize).and_then(|old| old.row(entry.row as usize)) {
                builder.copy(row, usize::MAX);
                entry.segment = packed;
                entry.row = u32::try_from(builder.len() - 1).unwrap_or_default();
            }
        }
        if !builder.is_empty() {
            self.packed += 1;
            segments.push(Arc::new(builder.finish()));
        }
        self.segments = Arc::new(segments);
    }
}

#[cfg(test)]
mod tests;

//! Entries found by the digest of what they are about, in one step however many there are.

/// Entries by digest. Equal however they were added.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::domain::rules) struct ByDigest<T> {
    /// Sorted.
    entries: Vec<(u64, T)>,
    /// Where the entries begin whose digests begin with these bits, and one more: the end.
    starts: Vec<u32>,
}

impl<T> Default for ByDigest<T> {
    fn default() -> Self {
        Self { entries: Vec::new(), starts: Vec::new() }
    }
}

impl<T: Ord> ByDigest<T> {
    /// From entries in any order. Their digests must differ in their first bits, as those of [`mixed`] do.
    pub fn of(mut entries: Vec<(u64, T)>) -> Self {
        entries.sort_unstable();
        entries.shrink_to_fit();
        let bits = entries.len().checked_ilog2().unwrap_or_default();
        let buckets = 1_usize << bits;
        let mut starts = Vec::with_capacity(buckets + 1);
        let mut at = 0;
        for bucket in 0..=buckets {
            while entries.get(at).is_some_and(|(digest, _)| bucket_of(*digest, bits) < bucket) {
                at += 1;
            }
            starts.push(u32::try_from(at).unwrap_or(u32::MAX));
        }
        Self { entries, starts }
    }

    /// All entries with this digest, in order.
    pub fn get(&self, wanted: u64) -> impl Iterator<Item = &T> {
        let bits = self.starts.len().saturating_sub(1).checked_ilog2().unwrap_or_default();
        let bucket = bucket_of(wanted, bits);
        let bound = |at: usize| self.starts.get(at).map_or(0, |start| *start as usize);
        let entries = self.entries.get(bound(bucket)..bound(bucket + 1)).unwrap_or_default();
        entries.iter().filter(move |(digest, _)| *digest == wanted).map(|(_, entry)| entry)
    }
}

fn bucket_of(digest: u64, bits: u32) -> usize {
    // By no bits at all there is one bucket.
    digest.checked_shr(u64::BITS - bits).and_then(|bucket| usize::try_from(bucket).ok()).unwrap_or_default()
}

/// A digest whose first bits depend on all of it.
pub(in crate::domain::rules) const fn mixed(digest: u64) -> u64 {
    let digest = (digest ^ (digest >> 32)).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    digest ^ (digest >> 29)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn whatever_was_put_in_is_found_and_nothing_else(
            entries in proptest::collection::vec((0_u64..40, any::<u8>()), 0..200),
        ) {
            let mut entries: Vec<(u64, u8)> = entries.into_iter().map(|(digest, entry)| (mixed(digest), entry)).collect();
            let found = ByDigest::of(entries.clone());
            entries.sort_unstable();
            for digest in 0..50 {
                let expected: Vec<u8> =
                    entries.iter().filter(|(own, _)| *own == mixed(digest)).map(|(_, entry)| *entry).collect();
                prop_assert_eq!(found.get(mixed(digest)).copied().collect::<Vec<_>>(), expected);
            }
        }
    }
}

//! Chance that repeats itself: a small generator (`SplitMix64`), seeded from what the numbers are for.

/// A stream of numbers.
#[derive(Debug)]
pub(in crate::demo) struct Chance(u64);

impl Chance {
    /// The stream for one record and one purpose.
    pub(in crate::demo) fn new(seed: u64, record: u64, purpose: &str) -> Self {
        let mut stream = Self(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) ^ record.wrapping_mul(0xd134_2543_de82_ef95));
        for byte in purpose.bytes() {
            stream.0 = stream.0.rotate_left(7) ^ u64::from(byte);
            stream.next();
        }
        stream
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// A number below `limit`; 0 where the limit is 0.
    pub(in crate::demo) fn below(&mut self, limit: u64) -> u64 {
        self.next().checked_rem(limit).unwrap_or_default()
    }

    /// True once in so many times.
    pub(in crate::demo) fn one_in(&mut self, times: u64) -> bool {
        self.below(times) == 0
    }

    /// One of them.
    pub(super) fn pick<T: Clone>(&mut self, all: &[T]) -> Option<T> {
        let at = self.below(all.len() as u64);
        all.get(usize::try_from(at).unwrap_or_default()).cloned()
    }

    /// Twelve letters and digits.
    pub(super) fn password(&mut self) -> String {
        let alphabet = b"abcdefghijkmnpqrstuvwxyz23456789";
        (0..12).filter_map(|_| self.pick(alphabet)).map(char::from).collect()
    }
}

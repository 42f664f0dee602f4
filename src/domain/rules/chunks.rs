//! Work over many records on several threads. Each part is worked on alone and the results come in the order of the
//! records, so that nothing depends on how many threads there are.

use std::panic::resume_unwind;
use std::thread;

/// Fewer records than this are not worth a thread.
const LEAST: usize = 4_000;

/// More threads than this do not help: the rest of the machine has work, too.
const MOST: usize = 4;

/// What is made of each part of the records, in their order.
pub(in crate::domain::rules) fn in_chunks<R: Sync, T: Send>(rows: &[R], work: impl Fn(&[R]) -> T + Sync) -> Vec<T> {
    let cores = thread::available_parallelism().map_or(1, usize::from);
    let threads = (rows.len() / LEAST).clamp(1, cores.min(MOST));
    let mut parts = rows.chunks(rows.len().div_ceil(threads).max(1));
    let Some(first) = parts.next() else { return Vec::new() };
    let work = &work;
    thread::scope(|scope| {
        let others: Vec<_> = parts.map(|part| scope.spawn(move || work(part))).collect();
        let mut made = vec![work(first)];
        made.extend(others.into_iter().map(|other| other.join().unwrap_or_else(|panic| resume_unwind(panic))));
        made
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_come_in_order_and_none_is_left_out() {
        for count in [0, 1, LEAST - 1, LEAST, 3 * LEAST + 7, 50 * LEAST] {
            let rows: Vec<usize> = (0..count).collect();
            let parts = in_chunks(&rows, <[usize]>::to_vec);
            assert!(parts.len() <= MOST);
            assert_eq!(parts.concat(), rows);
        }
    }
}

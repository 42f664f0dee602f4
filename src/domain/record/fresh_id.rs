//! What stands for the ids of records that are not on the server yet.

/// The first id that no record can have: the server's ids are signed numbers of 64 bits.
const FIRST: u64 = 1 << 63;

/// An id for a draft of a new record. Runs of the program that share a directory of drafts are distinguished by
/// their process id.
pub fn fresh_id(process: u32, number: u16) -> u64 {
    FIRST | u64::from(process) << 16 | u64::from(number)
}

/// Whether an id stands for a record that is not on the server yet.
pub const fn is_fresh(id: u64) -> bool {
    id >= FIRST
}

/// What stands for the id of the record that a row of a file creates.
pub const fn id_of_row(row: usize) -> u64 {
    FIRST | row as u64
}

/// What people call records by their ids, in a sentence: `registration 3, 7 and row 12`. Names up to `most` of them.
pub fn listed(ids: impl Iterator<Item = u64>, most: usize) -> String {
    let ids: Vec<u64> = ids.take(most + 1).collect();
    let shown = ids.get(..most).unwrap_or(&ids);
    let reported =
        |noun: &str, numbers: Vec<String>| (!numbers.is_empty()).then(|| format!("{noun} {}", numbers.join(", ")));
    let known = shown.iter().filter(|id| !is_fresh(**id)).map(ToString::to_string).collect();
    let rows = shown.iter().filter(|id| is_fresh(**id)).map(|id| (id ^ FIRST).to_string()).collect();
    let parts: Vec<String> = reported("registration", known).into_iter().chain(reported("row", rows)).collect();
    format!("{}{}", parts.join(" and "), if ids.len() > most { " and more" } else { "" })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_record_of_a_server_has_an_id_like_a_new_one() {
        assert!(!is_fresh(u64::try_from(i64::MAX).unwrap()));
        assert!(is_fresh(fresh_id(0, 0)) && is_fresh(fresh_id(u32::MAX, u16::MAX)));
        assert_ne!(fresh_id(1, 2), fresh_id(2, 1));
    }

    #[test]
    fn records_of_a_file_are_called_by_their_rows() {
        let reported = |ids: &[u64]| listed(ids.iter().copied(), 3);
        assert_eq!(reported(&[7]), "registration 7");
        assert_eq!(reported(&[7, id_of_row(12), 9]), "registration 7, 9 and row 12");
        assert_eq!(reported(&[id_of_row(2), id_of_row(3)]), "row 2, 3");
        assert_eq!(reported(&[1, 2, 3, 4]), "registration 1, 2, 3 and more");
    }
}

//! The word that somebody probably meant. For messages about names that do not exist.

/// Words longer than this are not compared: nobody mistypes them, and comparing takes the product of lengths.
const LONGEST: usize = 64;

/// The candidate that differs least from a word, upper and lower case counting as equal, if it differs by
/// no more than a third of the word's letters (at least one).
#[must_use]
pub fn nearest<'a>(word: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let word = letters(word)?;
    let allowed = (word.len() / 3).max(1);
    candidates
        .into_iter()
        .filter_map(|candidate| Some((distance(&word, &letters(candidate)?), candidate)))
        .filter(|(distance, _)| *distance <= allowed)
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, candidate)| candidate)
}

fn letters(word: &str) -> Option<Vec<char>> {
    let letters: Vec<char> = word.trim().to_lowercase().chars().take(LONGEST + 1).collect();
    (1..=LONGEST).contains(&letters.len()).then_some(letters)
}

/// Letters to insert, drop or replace to make one word of the other.
fn distance(left: &[char], right: &[char]) -> usize {
    let mut row: Vec<usize> = (0..=right.len()).collect();
    for (i, from) in left.iter().enumerate() {
        let mut diagonal = i;
        let mut before = i + 1;
        let mut next = Vec::with_capacity(row.len());
        next.push(before);
        for (to, above) in right.iter().zip(row.iter().skip(1)) {
            let replaced = diagonal + usize::from(from != to);
            before = replaced.min(above + 1).min(before + 1);
            diagonal = *above;
            next.push(before);
        }
        row = next;
    }
    row.last().copied().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slip_of_the_finger_is_understood() {
        let fields = ["retry-delay", "route-set", "expire", "username"];
        assert_eq!(nearest("retry_delay", fields), Some("retry-delay"));
        assert_eq!(nearest("EXPIRES", fields), Some("expire"));
        assert_eq!(nearest("usrname", fields), Some("username"));
        assert_eq!(nearest("zzz", fields), None);
        assert_eq!(nearest("", fields), None);
    }

    #[test]
    fn distance_counts_letters() {
        let count = |left: &str, right: &str| distance(&letters(left).unwrap(), &letters(right).unwrap());
        assert_eq!(count("kitten", "sitting"), 3);
        assert_eq!(count("a", "abc"), 2);
        assert_eq!(count("abc", "abc"), 0);
    }
}

//! Numbers with their nouns.

/// `1 change`, `3 changes`: a count with its noun, which must be one that takes an `s`.
pub fn counted(count: usize, noun: &str) -> String {
    format!("{count} {noun}{}", if count == 1 { "" } else { "s" })
}

#[cfg(test)]
mod tests {
    use super::counted;

    #[test]
    fn only_one_is_singular() {
        let words = [0, 1, 2].map(|count| counted(count, "registration"));
        assert_eq!(words, ["0 registrations", "1 registration", "2 registrations"]);
    }
}

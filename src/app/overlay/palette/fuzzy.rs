//! Finding what was probably meant: letters in order with gaps between them, the best first.

use nucleo_matcher::pattern::{AtomKind, CaseMatching, Normalization, Pattern};
use nucleo_matcher::{Config, Matcher, Utf32Str};

/// A search for some typed words.
pub struct Fuzzy {
    matcher: Matcher,
    pattern: Pattern,
    letters: Vec<char>,
}

/// A text that has what was typed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hit {
    /// Higher is better.
    pub score: u32,
    /// Which letters of it were typed, counted from its beginning, in order.
    pub letters: Vec<u32>,
}

impl Fuzzy {
    /// A search. Upper and lower case are one, and every typed word has to be there.
    pub fn new(typed: &str) -> Self {
        let mut config = Config::DEFAULT;
        config.prefer_prefix = true;
        // A backslash would quote a space that follows it.
        let typed = typed.replace('\\', "\\\\");
        let pattern = Pattern::new(&typed, CaseMatching::Ignore, Normalization::Smart, AtomKind::Fuzzy);
        Self { matcher: Matcher::new(config), pattern, letters: Vec::new() }
    }

    /// Whether a text has what was typed. Nothing typed is in every text.
    pub fn find(&mut self, text: &str) -> Option<Hit> {
        let mut letters = Vec::new();
        let text = Utf32Str::new(text, &mut self.letters);
        let score = self.pattern.indices(text, &mut self.matcher, &mut letters)?;
        letters.sort_unstable();
        letters.dedup();
        Some(Hit { score, letters })
    }
}

/// Letters of a text in which typed words stand, if all of them do; upper and lower case are one.
pub fn words_in(text: &str, typed: &str) -> Option<Vec<u32>> {
    let folded: Vec<char> = text.chars().map(|c| c.to_lowercase().next().unwrap_or(c)).collect();
    let mut letters = Vec::new();
    for word in typed.split_whitespace() {
        let word: Vec<char> = word.chars().map(|c| c.to_lowercase().next().unwrap_or(c)).collect();
        let at = folded.windows(word.len()).position(|part| part == word)?;
        letters.extend((at..at + word.len()).filter_map(|letter| u32::try_from(letter).ok()));
    }
    letters.sort_unstable();
    letters.dedup();
    Some(letters)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn letters_in_order_are_found_and_told() {
        let mut fuzzy = Fuzzy::new("gpo");
        assert_eq!(fuzzy.find("go-pop").map(|hit| hit.letters), Some(vec![0, 3, 4]));
        assert_eq!(fuzzy.find("pog"), None);
        assert_eq!(Fuzzy::new("").find("any").map(|hit| hit.letters), Some(Vec::new()));
        assert!(Fuzzy::new("\\ b").find("a b").is_none());
    }

    #[test]
    fn a_beginning_is_better_than_a_middle() {
        let mut fuzzy = Fuzzy::new("view");
        let score = |fuzzy: &mut Fuzzy, text| fuzzy.find(text).map(|hit| hit.score);
        assert!(score(&mut fuzzy, "view-4") > score(&mut fuzzy, "x-review"));
    }

    #[test]
    fn words_are_found_anywhere_in_any_order() {
        assert_eq!(words_in("open its pop", "POP op"), Some(vec![0, 1, 9, 10, 11]));
        assert_eq!(words_in("open", "opens"), None);
    }
}

//! Takes known secrets out of texts by their value, wherever they stand and in each form that servers and libraries
//! give them: as they are, escaped for JSON, HTML or a URL, and in base64.

use std::borrow::Cow;
use std::collections::VecDeque;

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD_NO_PAD, URL_SAFE_NO_PAD};
use percent_encoding::utf8_percent_encode;

use crate::domain::record::Secret;
use crate::domain::text::RESERVED;

/// Secrets that are remembered; of more, the oldest are forgotten.
const MOST: usize = 32;

/// Shortest piece of base64 that is masked: shorter ones stand in innocent words.
const TELLING: usize = 8;

/// Most letters of a command's complaint that are quoted.
const QUOTED: usize = 300;

/// Words of a command that are longer are not repeated, also where its complaint does.
const SHORT_WORD: usize = 3;

/// Secrets by value.
#[derive(Debug, Clone, Default)]
pub struct Redactor {
    /// The forms of each, in the order in which they became known.
    known: VecDeque<(Secret, Vec<Secret>)>,
}

impl Redactor {
    /// One that knows these, however many they are.
    pub fn knowing(secrets: impl IntoIterator<Item = Secret>) -> Self {
        let mut redactor = Self::default();
        for secret in secrets {
            redactor.know(&secret);
        }
        redactor
    }

    /// Remembers a secret. Returns whether it was not known before.
    pub fn remember(&mut self, secret: &Secret) -> bool {
        let is_new = self.know(secret);
        if self.known.len() > MOST {
            self.known.pop_front();
        }
        is_new
    }

    fn know(&mut self, secret: &Secret) -> bool {
        if let Some(at) = self.known.iter().position(|(known, _)| known == secret) {
            // What is in use is not the oldest.
            if let Some(known) = self.known.remove(at) {
                self.known.push_back(known);
            }
            return false;
        }
        if secret.expose().is_empty() {
            return false;
        }
        self.known.push_back((secret.clone(), forms(secret.expose())));
        true
    }

    /// Forgets all of them.
    pub fn forget(&mut self) {
        self.known.clear();
    }

    /// The text without any of them, and then no longer than so many letters: half a secret is not recognised.
    pub fn shortened(&self, text: &str, letters: usize) -> String {
        let cleaned = self.clean(text);
        match cleaned.char_indices().nth(letters) {
            Some((end, _)) => format!("{} ...", cleaned.get(..end).unwrap_or_default().trim_end()),
            None => cleaned,
        }
    }

    /// The text without any of them.
    pub fn clean(&self, text: &str) -> String {
        let mut forms: Vec<&Secret> = self.known.iter().flat_map(|(_, forms)| forms).collect();
        // A secret may be a part of another one.
        forms.sort_by_key(|form| std::cmp::Reverse(form.expose().len()));
        forms.into_iter().fold(text.to_owned(), |text, form| form.masked_in(&text))
    }
}

/// What a command complained about, without what it printed and without the words of the command: shells repeat
/// them, and any of them may be a secret.
pub fn complaint(command: &str, printed: &str, text: &str) -> String {
    let mut secrets: Vec<&str> = command.split(|c: char| c.is_whitespace() || "'\"`=;|&()<>$".contains(c)).collect();
    // The program's own name is what explains most.
    if !secrets.is_empty() && !command.split_whitespace().next().is_some_and(|first| first.contains('=')) {
        secrets.remove(0);
    }
    secrets.push(printed);
    secrets.retain(|word| word.chars().count() > SHORT_WORD);
    let masked = Redactor::knowing(secrets.into_iter().map(Secret::new)).clean(text);
    let masked = masked.trim();
    let cut = masked.chars().count() > QUOTED;
    let quoted: String = masked.chars().take(QUOTED).collect();
    format!("{quoted}{}", if cut { " ..." } else { "" })
}

fn forms(secret: &str) -> Vec<Secret> {
    let json = serde_json::Value::from(secret).to_string();
    let json = json.strip_prefix('"').and_then(|text| text.strip_suffix('"')).unwrap_or(&json).to_owned();
    let html = secret.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;");
    let mut forms = vec![
        json.replace('/', "\\/"),
        json.replace('<', "\\u003c").replace('>', "\\u003e").replace('&', "\\u0026"),
        json,
        html.replace('\'', "&#39;"),
        html.replace('\'', "&#x27;"),
        html,
        percent(secret, "%20", false),
        percent(secret, "%20", true),
        percent(secret, "+", false),
        percent(secret, "+", true),
        secret.to_owned(),
    ];
    for before in 0..3 {
        forms.extend(base64(secret, before));
    }
    forms.sort_by_key(|form| std::cmp::Reverse(form.len()));
    forms.dedup();
    forms.into_iter().map(Secret::new).collect()
}

fn percent(text: &str, space: &str, lower: bool) -> String {
    let written = utf8_percent_encode(text, RESERVED).map(|part| match part {
        "%20" => Cow::Borrowed(space),
        number if lower && number.starts_with('%') => Cow::Owned(number.to_ascii_lowercase()),
        other => Cow::Borrowed(other),
    });
    written.collect()
}

/// The letters that a secret has for certain in the base64 of a text in which it stands behind so many bytes (and any
/// multiple of three more), such as `user:password`.
fn base64(secret: &str, before: usize) -> Vec<String> {
    let bytes: Vec<u8> = std::iter::repeat_n(0, before).chain(secret.bytes()).collect();
    let (first, end) = ((before * 8).div_ceil(6), bytes.len() * 8 / 6);
    let certain = |encoded: String| encoded.get(first..end).filter(|text| text.len() >= TELLING).map(str::to_owned);
    [STANDARD_NO_PAD.encode(&bytes), URL_SAFE_NO_PAD.encode(&bytes)].into_iter().filter_map(certain).collect()
}

#[cfg(test)]
mod tests {
    use base64::engine::general_purpose::{STANDARD, URL_SAFE};
    use proptest::prelude::*;

    use super::*;

    fn clean(secret: &str, text: &str) -> String {
        let mut redactor = Redactor::default();
        redactor.remember(&Secret::new(secret));
        redactor.clean(text)
    }

    #[test]
    fn a_secret_is_masked_in_every_form_that_it_may_take() {
        let secret = "pä\"s/<w> ?rd&1'";
        for form in [
            secret.to_owned(),
            serde_json::to_string(secret).unwrap(),
            serde_json::to_string(secret).unwrap().replace('/', "\\/"),
            "p%C3%A4%22s%2F%3Cw%3E%20%3Frd%261%27".to_owned(),
            "p%c3%a4%22s%2f%3cw%3e+%3frd%261%27".to_owned(),
            "pä&quot;s/&lt;w&gt; ?rd&amp;1&#39;".to_owned(),
        ] {
            let cleaned = clean(secret, &format!("x={form}; y"));
            assert!(cleaned.contains("********") && !cleaned.contains("rd"), "{form}: {cleaned}");
        }
    }

    #[test]
    fn a_secret_is_masked_in_what_base64_makes_of_a_text_around_it() {
        for before in ["", "a", "ab", "demo:", "user-1:"] {
            for after in ["", "x", "yz"] {
                let text = format!("{before}correct horse battery{after}");
                for encoded in [STANDARD.encode(&text), URL_SAFE.encode(&text)] {
                    let cleaned = clean("correct horse battery", &format!("Basic {encoded}"));
                    // Letters at the edges hold bits of what stands around it.
                    let left = cleaned.len() - "Basic ********".len();
                    assert!(cleaned.contains("********") && left <= 4 + encoded.len() - 28, "{text}: {cleaned}");
                }
            }
        }
    }

    #[test]
    fn the_longer_of_two_secrets_goes_first_and_what_is_forgotten_is_no_secret() {
        let mut redactor = Redactor::default();
        assert!(redactor.remember(&Secret::new("hunter")) && redactor.remember(&Secret::new("hunter22")));
        assert!(!redactor.remember(&Secret::new("hunter")) && !redactor.remember(&Secret::new("")));
        assert_eq!(redactor.clean("hunter22 hunter"), "******** ********");
        redactor.forget();
        assert_eq!(redactor.clean("hunter"), "hunter");
    }

    #[test]
    fn of_too_many_secrets_the_oldest_is_forgotten_and_not_the_longest_nor_one_in_use() {
        let mut redactor = Redactor::default();
        let (token, first) = (Secret::new("x".repeat(200)), Secret::new("first-secret"));
        redactor.remember(&first);
        redactor.remember(&token);
        for number in 0..MOST {
            redactor.remember(&Secret::new(format!("secret-{number:04}")));
            redactor.remember(&token);
        }
        assert!(!redactor.clean(token.expose()).contains("xxxx"));
        assert_eq!(redactor.clean("first-secret secret-0031"), "first-secret ********");
        let many = Redactor::knowing((0..100).map(|number| Secret::new(format!("word-{number:04}"))));
        assert_eq!(many.clean("word-0000 word-0099"), "******** ********");
    }

    proptest! {
        #[test]
        fn no_secret_of_some_length_survives(secret in "[ -~é]{8,40}", before in "[a-z ]{0,9}", after in "[a-z ]{0,9}") {
            let text = format!("{before}{secret}{after}");
            let url = percent(&text, "+", true);
            for hidden in [text.clone(), serde_json::to_string(&text).unwrap(), url] {
                prop_assert!(clean(&secret, &hidden).contains("********"), "{hidden}");
            }
        }
    }
}

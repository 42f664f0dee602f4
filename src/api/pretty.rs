//! A document to read: indented, every byte of its values as the server wrote it, the password masked.
//! Works on the text alone, so that no number is rounded and no nesting is too deep.

use crate::api::document::string;
use crate::domain::record::FieldId;

pub use crate::domain::record::MASK;

/// Levels below which everything stays on one line: no document of ours is that deep.
const DEEPEST: usize = 24;

/// Longest text that is spread over lines.
const LONGEST: usize = 4 << 20;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Token<'a> {
    Open(char),
    Close(char),
    Comma,
    Colon,
    /// A string with its quotes.
    Text(&'a str),
    /// A number, `true`, `false`, `null`.
    Word(&'a str),
}

/// Indents JSON by two spaces and masks what stands under `auth-password`, at any depth.
pub fn document(json: &str) -> String {
    let spread = json.len() <= LONGEST;
    let mut out = String::with_capacity(json.len() + json.len() / 4);
    let mut tokens = Tokens(json).peekable();
    let mut depth = 0_usize;
    let mut key = "";
    while let Some(token) = tokens.next() {
        match token {
            Token::Open(bracket) => {
                out.push(bracket);
                if let Some(Token::Close(close)) = tokens.peek() {
                    out.push(*close);
                    tokens.next();
                } else {
                    depth += 1;
                    line(&mut out, depth, spread);
                }
            }
            Token::Close(bracket) => {
                let inner = depth;
                depth = depth.saturating_sub(1);
                if inner <= DEEPEST {
                    line(&mut out, depth, spread);
                }
                out.push(bracket);
            }
            Token::Comma => {
                out.push(',');
                line(&mut out, depth, spread);
            }
            Token::Colon => {
                out.push_str(if spread { ": " } else { ":" });
                if is_password(key) {
                    mask(&mut out, &mut tokens);
                }
                key = "";
            }
            Token::Text(text) => {
                out.push_str(text);
                key = text;
            }
            Token::Word(word) => out.push_str(word),
        }
    }
    out
}

fn line(out: &mut String, depth: usize, spread: bool) {
    if spread && depth <= DEEPEST {
        out.push('\n');
        out.extend(std::iter::repeat_n("  ", depth));
    }
}

fn is_password(key: &str) -> bool {
    // A name may be written with escapes.
    string(key).is_some_and(|name| name == FieldId::AuthPassword.field().name)
}

/// Replaces the value that comes next, unless it says that there is no password.
fn mask(out: &mut String, tokens: &mut std::iter::Peekable<Tokens<'_>>) {
    match tokens.peek() {
        Some(Token::Word("null")) => out.push_str("null"),
        Some(Token::Text("\"\"")) => out.push_str("\"\""),
        Some(Token::Text(_) | Token::Word(_) | Token::Open(_)) => {
            out.push('"');
            out.push_str(MASK);
            out.push('"');
        }
        Some(Token::Close(_) | Token::Comma | Token::Colon) | None => return,
    }
    let mut open = 0_usize;
    for token in tokens.by_ref() {
        match token {
            Token::Open(_) => open += 1,
            Token::Close(_) => open = open.saturating_sub(1),
            Token::Comma | Token::Colon | Token::Text(_) | Token::Word(_) => {}
        }
        if open == 0 {
            return;
        }
    }
}

struct Tokens<'a>(&'a str);

impl<'a> Tokens<'a> {
    fn split(&mut self, at: usize) -> &'a str {
        let (token, rest) = self.0.split_at_checked(at).unwrap_or((self.0, ""));
        self.0 = rest;
        token
    }
}

impl<'a> Iterator for Tokens<'a> {
    type Item = Token<'a>;

    fn next(&mut self) -> Option<Token<'a>> {
        self.0 = self.0.trim_start_matches([' ', '\t', '\r', '\n']);
        let first = self.0.chars().next()?;
        let end_of_word = |c: char| matches!(c, '{' | '}' | '[' | ']' | ',' | ':' | '"' | ' ' | '\t' | '\r' | '\n');
        Some(match first {
            '{' | '[' | '}' | ']' | ',' | ':' => {
                self.split(1);
                match first {
                    '{' | '[' => Token::Open(first),
                    '}' | ']' => Token::Close(first),
                    ',' => Token::Comma,
                    _ => Token::Colon,
                }
            }
            '"' => {
                let mut escaped = false;
                let mut rest = self.0.bytes().enumerate().skip(1);
                let end = rest.find(|(_, byte)| {
                    let closes = *byte == b'"' && !escaped;
                    escaped = *byte == b'\\' && !escaped;
                    closes
                });
                Token::Text(self.split(end.map_or(self.0.len(), |(at, _)| at + 1)))
            }
            _ => Token::Word(self.split(self.0.find(end_of_word).unwrap_or(self.0.len()))),
        })
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn the_password_is_masked_and_nothing_else_changes() {
        let json = r#"{"a":[],"b":{},"auth-password":"hun\"ter2","n":1e400,"l":[1,{"auth\u002dpassword":[1,"x"]}]}"#;
        assert_eq!(
            document(json),
            r#"{
  "a": [],
  "b": {},
  "auth-password": "********",
  "n": 1e400,
  "l": [
    1,
    {
      "auth\u002dpassword": "********"
    }
  ]
}"#
        );
    }

    #[test]
    fn no_password_is_said_as_it_is() {
        assert_eq!(document(r#"{"auth-password":null}"#), "{\n  \"auth-password\": null\n}");
        assert_eq!(document(r#"{"auth-password":""}"#), "{\n  \"auth-password\": \"\"\n}");
        assert_eq!(document(r#"["auth-password","x"]"#), "[\n  \"auth-password\",\n  \"x\"\n]");
    }

    #[test]
    fn deep_nesting_stays_on_a_line() {
        let deep = format!("{}{}", "[1,".repeat(100_000), "1".to_owned() + &"]".repeat(100_000));
        assert!(document(&deep).len() < 2 * deep.len());
    }

    fn any_value() -> impl Strategy<Value = serde_json::Value> {
        let leaf = prop_oneof![
            Just(serde_json::Value::Null),
            any::<i64>().prop_map(Into::into),
            ".{0,6}".prop_map(serde_json::Value::from),
            any::<bool>().prop_map(Into::into),
        ];
        leaf.prop_recursive(5, 40, 5, |inner| {
            prop_oneof![
                proptest::collection::vec(inner.clone(), 0..4).prop_map(serde_json::Value::from),
                proptest::collection::vec((".{0,4}", inner), 0..4)
                    .prop_map(|all| serde_json::Value::Object(all.into_iter().collect())),
            ]
        })
    }

    proptest! {
        #[test]
        fn it_reads_as_any_other_indented_document(value in any_value()) {
            prop_assert_eq!(document(&value.to_string()), serde_json::to_string_pretty(&value).unwrap());
        }

        #[test]
        fn no_text_makes_it_panic(text in "[{}\\[\\],:\"\\\\ a-z0]{0,40}|.*") {
            prop_assert!(document(&text).len() <= 60 * (text.len() + 1));
        }
    }
}

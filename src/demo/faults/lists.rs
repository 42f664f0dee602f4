//! Lists as other servers page them: what becomes of the question, and of the answer to it.

use crate::demo::answer::Answer;
use crate::demo::errors;
use crate::demo::routes::PREFIX;

/// A way to page a list that is not this server's.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Paging {
    /// So many records a page at most, whatever was asked for; the next page begins behind them.
    Rows(u64),
    /// So many records of a page at most; the next page begins where it was asked for.
    Cut(u64),
    /// All records on every page, without a count and without links.
    None,
    /// 400 for larger pages.
    Largest(u64),
    /// Each page twice.
    Twice,
    /// `meta.total-count` is this number.
    Count(u64),
    /// Links that begin with this in place of address and path of the API.
    Links(String),
}

/// Page number and size of a query, and the rest of it.
fn page(query: &str) -> (u64, u64, String) {
    let (mut number, mut size, mut rest) = (1, 50, Vec::new());
    for pair in query.split('&') {
        let plain = pair.replace("%5B", "[").replace("%5D", "]");
        match plain.split_once('=') {
            Some(("page[number]", value)) => number = value.parse().unwrap_or(1),
            Some(("page[size]", value)) => size = value.parse().unwrap_or(50),
            _ => rest.push(pair.to_owned()),
        }
    }
    (number, size, rest.join("&"))
}

impl Paging {
    /// The query that is answered in place of this one; or what is answered without any.
    pub(in crate::demo) fn question(&self, query: &str) -> Result<String, Answer> {
        let (number, size, rest) = page(query);
        let (number, size) = match self {
            Self::Rows(rows) => (number, size.min(*rows)),
            Self::None => (1, 1_000),
            Self::Largest(largest) if size > *largest => {
                let largest = i64::try_from(*largest).unwrap_or(i64::MAX);
                return Err(Answer::errors(&[errors::page_too_large(largest)]));
            }
            Self::Twice => (number.div_ceil(2), size),
            Self::Cut(_) | Self::Largest(_) | Self::Count(_) | Self::Links(_) => (number, size),
        };
        Ok(format!("{rest}&page[number]={number}&page[size]={size}"))
    }

    /// The answer as this server gives it.
    pub(in crate::demo) fn answer(&self, mut answer: Answer) -> Answer {
        let Ok(text) = String::from_utf8(answer.body.clone()) else { return answer };
        let text = match self {
            Self::Rows(_) | Self::Largest(_) | Self::Twice => return answer,
            Self::Links(base) => {
                // A link is everything up to the API's path, which stands nowhere else.
                let mut changed = String::new();
                let below = format!("{PREFIX}/");
                let mut parts = text.split(below.as_str()).peekable();
                while let Some(part) = parts.next() {
                    match part.rfind('"').filter(|_| parts.peek().is_some()) {
                        Some(quote) => {
                            changed.push_str(part.get(..=quote).unwrap_or_default());
                            changed.push_str(base);
                        }
                        None => changed.push_str(part),
                    }
                }
                changed
            }
            Self::Cut(_) | Self::None | Self::Count(_) => {
                let Ok(mut document) = serde_json::from_str::<serde_json::Value>(&text) else { return answer };
                let Some(top) = document.as_object_mut() else { return answer };
                match self {
                    Self::Cut(rows) => {
                        if let Some(data) = top.get_mut("data").and_then(serde_json::Value::as_array_mut) {
                            data.truncate(usize::try_from(*rows).unwrap_or(usize::MAX));
                        }
                    }
                    Self::None => {
                        top.remove("meta");
                        top.remove("links");
                    }
                    Self::Count(count) if top.contains_key("meta") => {
                        top.insert("meta".to_owned(), serde_json::json!({ "total-count": count }));
                    }
                    Self::Count(_) | Self::Rows(_) | Self::Largest(_) | Self::Twice | Self::Links(_) => {}
                }
                document.to_string()
            }
        };
        answer.body = text.into();
        answer.tagged()
    }
}

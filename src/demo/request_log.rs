//! A request as tests see it afterwards.

use std::fmt;

use crate::domain::record::Secret;

/// A request that came, and what became of it.
#[derive(Clone)]
pub struct Exchange {
    /// Number of the request, from 1.
    pub serial: u64,
    /// Method as sent.
    pub method: String,
    /// Path with query, as sent.
    pub target: String,
    /// Headers as sent, names in lower case; without `authorization` and `cookie`.
    pub headers: Vec<(String, String)>,
    /// The whole `Authorization` header.
    pub authorization: Option<Secret>,
    /// The body; that of a sign-in is left out.
    pub body: String,
    /// The status answered; `None` while the request waits, and where the connection was cut before an answer.
    pub status: Option<u16>,
}

impl Exchange {
    /// The path without the query.
    pub fn path(&self) -> &str {
        self.target.split('?').next().unwrap_or_default()
    }

    /// The value of a header; its name in lower case.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }
}

/// Bodies hold passwords: only their size is printed.
impl fmt::Debug for Exchange {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { serial, method, target, status, body, .. } = self;
        write!(out, "#{serial} {method} {target} ({} bytes) -> {status:?}", body.len())
    }
}

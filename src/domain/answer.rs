//! What a server answered, in the words of the domain: shared by the client that reads it and by the
//! console and commands that show it.

use std::sync::Arc;
use std::time::Duration;

use crate::domain::query::Segment;
use crate::domain::record::{Record as _, Registration, Target};

/// Whether a page says that another follows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum NextPage {
    /// It has a link to it.
    Follows,
    /// It has links, and none to a next page.
    Last,
    /// It has no such links.
    #[default]
    Unknown,
}

/// What a page said of the list.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct PageFacts {
    /// Ids of its records.
    pub ids: Vec<u64>,
    /// Entries of it that are no usable records.
    pub skipped: usize,
    /// How many records the server counts in all.
    pub total: Option<u64>,
    /// Whether it says that another page follows.
    pub next: NextPage,
    /// Bytes of the answer; 0 where that is not known.
    pub bytes: usize,
}

/// An entity tag exactly as the server wrote it, quotes and `W/` included (RFC 9110, 8.8.3). Opaque:
/// only ever compared and sent back.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Tag(String);

impl Tag {
    /// Wraps the value of an `ETag` header.
    pub fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    /// The header value.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Answer to a conditional read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Conditional<T> {
    /// 304: what the asker has is what the server has.
    Unchanged,
    /// 200, or the reader had nothing to compare.
    Changed(T),
}

impl<T> Conditional<T> {
    /// The same of something else.
    pub fn map<U>(self, into: impl FnOnce(T) -> U) -> Conditional<U> {
        match self {
            Self::Unchanged => Conditional::Unchanged,
            Self::Changed(read) => Conditional::Changed(into(read)),
        }
    }

    /// What was read, for who sent no tag: then the client sees to it that nothing is compared.
    pub fn or_default(self) -> T
    where
        T: Default,
    {
        match self {
            Self::Unchanged => T::default(),
            Self::Changed(read) => read,
        }
    }
}

/// One page of the list.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Page {
    /// Records of the page.
    pub segment: Arc<Segment>,
    /// Pops, nodes and transport protocols that came with it.
    pub targets: Vec<Target>,
    /// `meta.total-count`, where the server sent it.
    pub total: Option<u64>,
    /// Whether it says that another page follows.
    pub next: NextPage,
    /// Bytes of the last document that it was read from; 0 where that is not known.
    pub bytes: usize,
    /// ETag of the page.
    pub tag: Option<Tag>,
    /// Records that could not be read (no usable id, another type), each said in a sentence.
    pub skipped: Vec<String>,
    /// Whether relationship data were asked for but refused, so that labels come through links.
    pub linked: bool,
}

impl Page {
    /// What it says of the list.
    pub fn facts(&self) -> PageFacts {
        let ids = self.segment.iter().map(|row| row.id()).collect();
        PageFacts { ids, skipped: self.skipped.len(), total: self.total, next: self.next, bytes: self.bytes }
    }
}

/// One record read from its canonical address.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fetched {
    /// The record.
    pub registration: Registration,
    /// Pops, nodes and transport protocols that came with it.
    pub targets: Vec<Target>,
    /// Its entity tag: base of the next check.
    pub tag: Option<Tag>,
    /// The received document, indented, with the password masked.
    pub document: String,
}

/// State of the connection to the server, sent whenever it changes.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ConnectionState {
    /// Who is signed in; `None` where only a token is known.
    pub user: Option<String>,
    /// How long the token lasts from the moment of this report; `None` without a token or without `exp`.
    pub token_left: Option<Duration>,
    /// Whether a new token can be had without asking anyone.
    pub renewable: bool,
    /// Duration of the last exchange, from sending to the last byte.
    pub rtt: Option<Duration>,
    /// Server's `Date` minus our clock, in seconds, where it is known.
    pub skew: Option<i64>,
    /// What a password or token is waited for, where that takes long.
    pub waits_for: Option<Arc<str>>,
}

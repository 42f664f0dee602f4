//! What the nodes say about each registration, as lists, filters and orders need it: one short row a record, beside the
//! names of [`Targets`](super::relation::Targets). How it comes about is decided in `domain::live`.

/// One registration over all its nodes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LiveMark {
    /// The record.
    pub id: u64,
    /// Its state in one word, such as `active`.
    pub word: &'static str,
    /// Urgency: the worst is 0.
    pub rank: u8,
    /// Whether someone should look: it is known not to work.
    pub failing: bool,
    /// Whether a node has loaded other values than the API has.
    pub drift: bool,
    /// Whether all its nodes could be asked and show what the API has: registered with its values, or gone.
    pub settled: bool,
    /// Code of the worst node's last error; 0 is none.
    pub code: u16,
    /// The fewest seconds that are left on any node.
    pub left: Option<u32>,
    /// The cell of a list: `active 29m`.
    pub cell: Box<str>,
    /// An array with an object for each node, where that was asked for.
    pub json: Option<Box<str>>,
}

/// Every registration's, by id.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct LiveMarks(Vec<LiveMark>);

impl LiveMarks {
    /// In any order, each id once.
    pub fn of(mut marks: Vec<LiveMark>) -> Self {
        marks.sort_by_key(|mark| mark.id);
        Self(marks)
    }

    /// A registration's.
    pub fn get(&self, id: u64) -> Option<&LiveMark> {
        self.0.binary_search_by_key(&id, |mark| mark.id).ok().and_then(|at| self.0.get(at))
    }

    /// Puts one in the place of the one with its id.
    pub fn put(&mut self, mark: LiveMark) {
        match self.0.binary_search_by_key(&mark.id, |known| known.id) {
            Ok(at) => {
                if let Some(known) = self.0.get_mut(at) {
                    *known = mark;
                }
            }
            Err(at) => self.0.insert(at, mark),
        }
    }
}

/// What a filter asks of the live state.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LiveTest {
    /// It is in this state, or `drift`, or `failing`.
    Word(&'static str),
    /// The code of the last error compares like this.
    Code(CompareWith, i64),
    /// The seconds that are left do.
    Left(CompareWith, i64),
}

/// How two numbers compare.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CompareWith {
    /// `=`
    Equal,
    /// `<`
    Less,
    /// `<=`
    AtMost,
    /// `>`
    Greater,
    /// `>=`
    AtLeast,
}

impl CompareWith {
    /// All of them, longer signs before their beginnings.
    pub const SIGNS: [(&'static str, Self); 5] =
        [(">=", Self::AtLeast), ("<=", Self::AtMost), (">", Self::Greater), ("<", Self::Less), ("=", Self::Equal)];

    /// The comparison that a sign stands for.
    pub fn of(sign: &str) -> Self {
        Self::SIGNS.into_iter().find(|(known, _)| *known == sign).map_or(Self::Equal, |(_, found)| found)
    }

    /// The sign that stands for it.
    pub fn sign(self) -> &'static str {
        Self::SIGNS.into_iter().find(|(_, comparison)| *comparison == self).map_or("=", |(sign, _)| sign)
    }

    /// Whether two numbers compare so.
    pub const fn holds(self, left: i64, right: i64) -> bool {
        match self {
            Self::Equal => left == right,
            Self::Less => left < right,
            Self::AtMost => left <= right,
            Self::Greater => left > right,
            Self::AtLeast => left >= right,
        }
    }
}

/// Words behind `live:`, in order of urgency.
pub const LIVE_WORDS: [&str; 13] = [
    "failing",
    "error",
    "absent",
    "expired",
    "lingering",
    "unclear",
    "pending",
    "postponed",
    "waiting",
    "drift",
    "unknown",
    "active",
    "off",
];

impl LiveTest {
    /// Whether a registration passes. One whose nodes were not asked is `unknown`.
    pub fn holds(self, mark: Option<&LiveMark>) -> bool {
        let Some(mark) = mark else { return self == Self::Word("unknown") };
        match self {
            Self::Word("failing") => mark.failing,
            Self::Word("drift") => mark.drift,
            Self::Word(word) => mark.word == word,
            Self::Code(comparison, code) => mark.code > 0 && comparison.holds(mark.code.into(), code),
            Self::Left(comparison, left) => mark.left.is_some_and(|own| comparison.holds(own.into(), left)),
        }
    }
}

//! What one node lists, packed into a few words a registration: fourteen nodes with ten thousand each must cost a
//! few megabytes. Texts are in [`LoadedTexts`](super::loaded::LoadedTexts).

use super::loaded::{ReasonId, TextId};

/// State of a registration on a node, by the node's own numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[repr(u8)]
pub enum LiveState {
    /// A REGISTER is under way, or the next attempt is due.
    Pending,
    /// The registrar accepted it.
    Active,
    /// The last attempt failed.
    Error,
    /// It was active, and its time is over.
    Expired,
    /// The node waits before it sends the next REGISTER.
    Postponed,
    /// The node said something else, or nothing.
    Unclear,
}

impl LiveState {
    /// The state with this number; what no one knows is unclear.
    pub const fn of_code(code: i64) -> Self {
        match code {
            0 => Self::Pending,
            1 => Self::Active,
            2 => Self::Error,
            3 => Self::Expired,
            4 => Self::Postponed,
            _ => Self::Unclear,
        }
    }

    /// The state with this name, as nodes write it.
    pub fn of_name(name: &str) -> Self {
        match name {
            "RegisterPending" => Self::Pending,
            "RegisterActive" => Self::Active,
            "RegisterError" => Self::Error,
            "RegisterExpired" => Self::Expired,
            "RegisterPostponed" => Self::Postponed,
            _ => Self::Unclear,
        }
    }
}

/// Who ended the last attempt.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Initiator {
    /// The node itself: the request never reached the registrar, or no answer came.
    Local,
    /// The registrar.
    Remote,
    /// The node did not say.
    Unsaid,
}

/// Stands for a number that the node did not send.
const NONE: u32 = u32::MAX;
const NO_ATTEMPT: u16 = u16::MAX;

/// What the seconds or milliseconds of a row are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Span {
    /// Seconds that are left of the granted time.
    Left,
    /// Milliseconds until a postponed attempt.
    Postponed,
}

/// One registration as a node lists it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NodeRow {
    /// The id in the API.
    pub id: u64,
    /// The values that the node has loaded.
    pub loaded: Option<TextId>,
    span: u32,
    asked_at: u32,
    registered_at: u32,
    /// Reason of the last error, as the node wrote it.
    pub reason: Option<ReasonId>,
    attempt: u16,
    /// Code of the last error; 0 is none.
    pub code: u16,
    /// State.
    pub state: LiveState,
    flags: Flags,
}

/// Who ended the last attempt, and what the span is, in one byte.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Flags(u8);

impl Flags {
    const POSTPONED: u8 = 4;

    const fn initiator(self) -> Initiator {
        match self.0 & 3 {
            1 => Initiator::Local,
            2 => Initiator::Remote,
            _ => Initiator::Unsaid,
        }
    }

    const fn with_initiator(self, initiator: Initiator) -> Self {
        let bits = match initiator {
            Initiator::Unsaid => 0,
            Initiator::Local => 1,
            Initiator::Remote => 2,
        };
        Self(self.0 & !3 | bits)
    }

    const fn span(self) -> Span {
        if self.0 & Self::POSTPONED == 0 { Span::Left } else { Span::Postponed }
    }

    const fn with_span(self, span: Span) -> Self {
        match span {
            Span::Left => Self(self.0 & !Self::POSTPONED),
            Span::Postponed => Self(self.0 | Self::POSTPONED),
        }
    }
}

fn pack(number: Option<i64>) -> u32 {
    number.and_then(|number| u32::try_from(number.max(0)).ok()).unwrap_or(NONE)
}

/// A time of day, where 0 means never.
fn time(number: u32) -> Option<i64> {
    (number != NONE && number != 0).then_some(i64::from(number))
}

impl NodeRow {
    /// A row that says nothing but its id and state.
    pub const fn new(id: u64, state: LiveState) -> Self {
        Self {
            id,
            loaded: None,
            span: NONE,
            asked_at: NONE,
            registered_at: NONE,
            reason: None,
            attempt: NO_ATTEMPT,
            code: 0,
            state,
            flags: Flags(0),
        }
    }

    fn span(&self, span: Span) -> Option<u32> {
        (self.flags.span() == span && self.span != NONE).then_some(self.span)
    }

    /// Seconds that are left of the granted time; not said where the node waits before the next attempt.
    pub fn left(&self) -> Option<u32> {
        self.span(Span::Left)
    }

    /// Attempts since the last success.
    pub fn attempt(&self) -> Option<u32> {
        (self.attempt != NO_ATTEMPT).then_some(self.attempt.into())
    }

    /// When the last REGISTER was sent, in seconds of Unix time.
    pub fn asked_at(&self) -> Option<i64> {
        time(self.asked_at)
    }

    /// When it last became active, in seconds of Unix time.
    pub fn registered_at(&self) -> Option<i64> {
        time(self.registered_at)
    }

    /// Milliseconds until a postponed attempt.
    pub fn postponed(&self) -> Option<u32> {
        self.span(Span::Postponed)
    }

    /// Who ended the last attempt.
    pub const fn initiator(&self) -> Initiator {
        self.flags.initiator()
    }

    /// Notes who ended the last attempt.
    pub const fn set_initiator(&mut self, initiator: Initiator) {
        self.flags = self.flags.with_initiator(initiator);
    }

    /// Notes seconds that are left; negative counts as none left, too large as not said.
    pub fn set_left(&mut self, left: Option<i64>) {
        (self.span, self.flags) = (pack(left), self.flags.with_span(Span::Left));
    }

    /// Notes the attempt; beyond 65,534 it counts no further.
    pub fn set_attempt(&mut self, attempt: Option<i64>) {
        let counted = |attempt: i64| u16::try_from(attempt.max(0)).unwrap_or(NO_ATTEMPT - 1).min(NO_ATTEMPT - 1);
        self.attempt = attempt.map_or(NO_ATTEMPT, counted);
    }

    /// Notes when the last REGISTER was sent and when the last one succeeded, in seconds of Unix time.
    pub fn set_times(&mut self, asked: Option<i64>, registered: Option<i64>) {
        self.asked_at = pack(asked);
        self.registered_at = pack(registered);
    }

    /// Notes the milliseconds until a postponed attempt, in place of the seconds that are left.
    pub fn set_postponed(&mut self, millis: Option<i64>) {
        (self.span, self.flags) = (pack(millis), self.flags.with_span(Span::Postponed));
    }
}

/// Everything that one node lists.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct NodeList {
    rows: Vec<NodeRow>,
    unusable: usize,
}

impl NodeList {
    /// Rows in any order. Of two with one id the first counts.
    pub fn of(mut rows: Vec<NodeRow>) -> Self {
        rows.sort_by_key(|row| row.id);
        rows.dedup_by_key(|row| row.id);
        // A little room more is cheaper than to move all of them.
        if rows.capacity() > rows.len() + rows.len() / 8 {
            rows.shrink_to_fit();
        }
        Self { rows, unusable: 0 }
    }

    /// The same, with a number of entries that could not be used because they had no id.
    #[must_use]
    pub const fn beside(mut self, unusable: usize) -> Self {
        self.unusable = unusable;
        self
    }

    /// How many entries had no id.
    pub const fn unusable(&self) -> usize {
        self.unusable
    }

    /// A registration, if the node lists it.
    pub fn get(&self, id: u64) -> Option<&NodeRow> {
        self.rows.binary_search_by_key(&id, |row| row.id).ok().and_then(|at| self.rows.get(at))
    }

    /// All of them, by id.
    pub fn rows(&self) -> &[NodeRow] {
        &self.rows
    }

    /// How many it lists.
    pub fn len(&self) -> usize {
        self.rows.len()
    }

    /// Whether it lists none.
    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_row_stays_small() {
        assert_eq!(size_of::<NodeRow>(), 32);
    }

    #[test]
    fn of_two_rows_with_one_id_the_first_counts() {
        let rows = vec![
            NodeRow::new(7, LiveState::Active),
            NodeRow::new(3, LiveState::Error),
            NodeRow::new(7, LiveState::Error),
        ];
        let list = NodeList::of(rows);
        assert_eq!(list.len(), 2);
        assert_eq!(list.get(7).unwrap().state, LiveState::Active);
        assert!(list.get(8).is_none());
    }

    #[test]
    fn numbers_out_of_range_are_not_said() {
        let mut row = NodeRow::new(1, LiveState::Active);
        row.set_left(Some(-5));
        row.set_attempt(Some(i64::MAX));
        row.set_times(Some(0), None);
        assert_eq!(
            (row.left(), row.attempt(), row.asked_at(), row.registered_at()),
            (Some(0), Some(65_534), None, None)
        );
        row.set_attempt(None);
        assert_eq!(row.attempt(), None);
    }

    #[test]
    fn a_row_has_what_is_left_or_how_long_it_waits_and_who_ended_it() {
        let mut row = NodeRow::new(1, LiveState::Active);
        row.set_left(Some(5));
        for initiator in [Initiator::Local, Initiator::Remote, Initiator::Unsaid] {
            row.set_initiator(initiator);
            assert_eq!((row.initiator(), row.left(), row.postponed()), (initiator, Some(5), None));
        }
        row.set_initiator(Initiator::Local);
        row.set_postponed(Some(1_500));
        assert_eq!((row.initiator(), row.left(), row.postponed()), (Initiator::Local, None, Some(1_500)));
    }
}

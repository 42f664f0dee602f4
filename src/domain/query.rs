//! Many registrations: holding, filtering, sorting and listing them.

mod collection;
mod column;
pub mod filter;
pub(crate) mod fit;
pub(crate) mod fold;
pub mod listing;
mod order;
mod segment;

pub use collection::{Absorbed, Collection, HeldRecord, Limits};
pub use column::{Column, UnknownColumn};
pub use filter::{Filter, FilterError, Matcher, RecordState, Sense, Term, Test};
pub use listing::{Listed, ListedColumn};
pub use order::{Direction, Order, OrderKey};
pub use segment::{RowRef, Segment, SegmentBuilder};

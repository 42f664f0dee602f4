//! What is right and wrong about a registration, and what nodes make of it. A rule is one row with its check; the
//! groups of rules stand in `check`.

mod by_digest;
pub(crate) mod census;
pub mod check;
mod chunks;
pub(crate) mod facts;
pub mod lint;
pub mod next_hop;
pub mod placement;
pub mod preview;
pub mod rule;
pub mod sip;

pub use census::Census;
pub use placement::Placement;
pub use rule::subject::{CheckContext, OnServer};
pub use rule::{Finding, Rule, RuleSet, Severity};

//! What a record that nodes un-REGISTER takes from those that share its address.

use crate::domain::record::FieldId::Enabled;
use crate::domain::record::Record;
use crate::domain::record::fresh_id::listed;
use crate::domain::rules::check::estate::SHOWN;
use crate::domain::rules::check::find;
use crate::domain::rules::facts::Facts;
use crate::domain::rules::rule::subject::CheckContext;
use crate::domain::rules::rule::{Finding, Severity};

/// What happens to records that share the address of one that nodes un-REGISTER, because it is disabled, moved or
/// deleted: `after` is the record as it will be, `None` where it goes. `None` where no one loses anything.
pub fn loss(record: &impl Record, after: Option<&impl Record>, context: &CheckContext<'_>) -> Option<Finding> {
    let census = context.census?;
    let facts = Facts::of(record);
    let mut others = census.sharers(record, &facts, context.targets()).peekable();
    others.peek()?;
    let still: Vec<u64> =
        after.map(|after| census.sharers(after, &Facts::of(after), context.targets()).collect()).unwrap_or_default();
    // Those that it goes on to share with are registered again by it.
    let mut others = others.filter(|id| !still.contains(id)).peekable();
    others.peek()?;
    let others = listed(others, SHOWN);
    Some(Finding {
        field: Enabled,
        severity: Severity::Warning,
        rule: find("shared-address"),
        message: format!(
            "{others} registers the same address from the same node and loses its binding until its next refresh"
        ),
    })
}

//! `sipreg list --watch`: the list once, then a line for each change of it, as long as someone reads.

use std::collections::BTreeMap;
use std::time::Duration;

use super::{CommandOutput, CommandResult, Plan, Settings, among};
use crate::cli::output::table;
use crate::cli::records::{LoadedRecords, TargetsNeeded};
use crate::cli::session;
use crate::cli::session::now;
use crate::cli::writing::wording;
use crate::domain::change::Draft;
use crate::domain::formats::json::JsonPasswords;
use crate::domain::record::{FieldId, Record as _, Registration};

/// No server is asked more often.
const LEAST: Duration = Duration::from_secs(1);

/// Prints the list, then changes, until Ctrl-c.
pub(super) async fn run(plan: Plan, every: Duration, settings: Settings, output: &mut CommandOutput) -> CommandResult {
    let session = session::begin(settings, output).await?;
    let plan = among(plan, &session, output).await?;
    let zone = session.settings.zone();
    let mut seen: Option<BTreeMap<u64, Registration>> = None;
    loop {
        let mut loaded = LoadedRecords::all(&session.client, TargetsNeeded::All, JsonPasswords::Masked, output).await?;
        loaded.ignored = session.settings.ignored.value;
        let mut positions = loaded.passing(&plan.filter);
        plan.order.sort(&mut positions, &loaded.records, &loaded.targets);
        positions.truncate(plan.limit);
        let row = |index: usize| loaded.records.at(*positions.get(index)? as usize);
        let records: BTreeMap<u64, Registration> = (0..positions.len())
            .filter_map(|index| row(index).map(|row| (row.id(), Registration::from_record(&row))))
            .collect();
        match &seen {
            None => table::print(output, &plan.wanted, plan.headers, &row, &loaded.targets)?,
            // What a list that is not whole lacks may be there all the same.
            Some(_) if loaded.missing.is_some() => {}
            Some(before) => {
                let at = now().with_timezone(&zone).format("%H:%M:%S").to_string();
                for line in changes(before, &records, &loaded) {
                    output.line(&format!("{at}  {line}"))?;
                }
            }
        }
        output.flush()?;
        if loaded.missing.is_none() {
            seen = Some(records);
        }
        tokio::time::sleep(every.max(LEAST)).await;
    }
}

/// What differs, a line a record.
fn changes(
    before: &BTreeMap<u64, Registration>,
    after: &BTreeMap<u64, Registration>,
    loaded: &LoadedRecords,
) -> Vec<String> {
    let mut lines = Vec::new();
    for (id, record) in after {
        match before.get(id) {
            None => lines.push(format!("+ {}", wording::display_name(record))),
            Some(old) => {
                let mut draft = Draft::new(old.clone(), None);
                for field in FieldId::all() {
                    draft.set(field, record.get(field).clone());
                }
                if !draft.is_empty() {
                    lines.push(format!(
                        "~ {}: {}",
                        wording::display_name(record),
                        wording::changes(&draft, &loaded.targets)
                    ));
                }
            }
        }
    }
    lines.extend(
        before
            .iter()
            .filter(|(id, _)| !after.contains_key(id))
            .map(|(_, old)| format!("- {}", wording::display_name(old))),
    );
    lines
}

//! `sipreg delete`: the end of records.

use clap::Args;

use super::records::{RecordArgument, TargetsNeeded};
use super::set::meant;
use super::writing::{Desk, WriteJob, WriteKind};
use super::{CommandOutput, CommandResult, Exit, GlobalOptions, Machine};
use crate::domain::change::{Action, Outlook};
use crate::domain::record::{Record as _, Registration};

/// Examples for `--help`.
pub const EXAMPLES: &str = "Examples:
  sipreg delete 22
  sipreg delete 22 --yes
  sipreg delete -f 'domain:betatel enabled:no'

A deleted registration cannot be restored with its ID: export it first.";

/// Which registrations are to go.
#[derive(Debug, Clone, Args)]
pub struct Delete {
    /// Registration IDs or names
    #[arg(value_name = "ID|NAME")]
    pub whom: Vec<RecordArgument>,
}

/// Deletes records.
///
/// # Errors
/// What stopped it before anything was sent.
pub async fn run(delete: &Delete, options: GlobalOptions, world: Machine, output: &mut CommandOutput) -> CommandResult {
    meant(&delete.whom, &options)?;
    let mut desk = Desk::open(options, world, output).await?;
    let ids = desk.named(&delete.whom).await?;
    let Some((selection, others)) = desk.select_to_write(&ids, TargetsNeeded::Mentioned).await? else {
        return Ok(Exit::Done);
    };
    let records: Vec<Registration> = selection.records().collect();
    let mut outlook = Outlook::default();
    for record in &records {
        outlook.goes(record.id());
    }
    if !records.is_empty() {
        desk.compare(&selection.loaded, &outlook).await?;
    }
    for record in &records {
        desk.warn_of_loss(record);
    }
    let ids: Vec<String> = records.iter().map(|record| record.id().to_string()).collect();
    let names: Vec<String> = records.iter().map(|record| record.name().to_owned()).collect();
    desk.confirm_end("delete", &ids, &names).await?;
    let jobs: Vec<WriteJob> = records
        .into_iter()
        .map(|record| WriteJob { what: WriteKind::Delete(Box::new(record)), action: Action::Delete })
        .collect();
    desk.run_or_rehearse(&jobs, &others).await
}

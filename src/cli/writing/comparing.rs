//! What changes are compared with before they are sent: all other registrations, read where that costs little. The
//! server cannot look for an address, so that without them no one knows who else has it.

use std::time::Duration;

use super::Desk;
use crate::api::Client;
use crate::cli::records::{LoadedRecords, TargetsNeeded};
use crate::cli::{CommandFailure, CommandOutput, CommandResult};
use crate::domain::change::{Draft, Outlook};
use crate::domain::record::{Record as _, Relation};
use crate::domain::rules::{Census, CheckContext, OnServer};

/// So long the list may take: whoever changes one record does not want to wait for all.
const PATIENCE: Duration = Duration::from_secs(20);

/// What records have in common.
#[derive(Debug)]
pub struct Compared {
    /// Now.
    now: Census,
    /// Once the changes are saved.
    then: Census,
}

impl Desk<'_> {
    /// Compares records with all others from now on, as they are and as they will be. `loaded` may be all of them;
    /// where it is not, they are read. Says so where that cannot be.
    ///
    /// # Errors
    /// Ctrl-c.
    pub async fn compare(&mut self, loaded: &LoadedRecords, outlook: &Outlook<&Draft>) -> CommandResult<()> {
        if loaded.is_whole() {
            self.count(loaded, outlook);
            return Ok(());
        }
        let client = self.client.clone();
        let reading = others(&client, TargetsNeeded::Mentioned, self.output);
        let all = self.interrupts.unless_interrupted(Box::pin(reading)).await?;
        if let Some(all) = all {
            for target in Relation::ALL.into_iter().flat_map(|relation| all.targets.of(relation)) {
                self.targets.add(target.clone());
            }
            self.count(&all, outlook);
        }
        Ok(())
    }

    fn count(&mut self, loaded: &LoadedRecords, outlook: &Outlook<&Draft>) {
        let now = Census::of(loaded.records.iter(), &self.targets);
        let then = outlook.census(loaded.records.iter(), &self.targets);
        self.compared = Some(Compared { now, then });
    }

    /// Whether the name of a new record is nearly that of another one.
    pub fn has_lookalike(&self, draft: &Draft) -> bool {
        let compared = self.compared.as_ref();
        compared.is_some_and(|compared| compared.now.lookalike(draft.name(), draft.id()).is_some())
    }

    /// What a record is compared with now, and what once the changes are saved.
    pub(super) fn contexts(&self, standing: OnServer) -> (CheckContext<'_>, CheckContext<'_>) {
        let of = |census| CheckContext::new(&self.targets, census, standing).ignoring(self.settings.ignored.value);
        let compared = self.compared.as_ref();
        (of(compared.map(|compared| &compared.now)), of(compared.map(|compared| &compared.then)))
    }
}

/// All registrations, to compare some with; `None`, and a note, where they are too many or cannot be read.
pub async fn others(client: &Client, known: TargetsNeeded, output: &mut CommandOutput) -> Option<LoadedRecords> {
    let why = match tokio::time::timeout(PATIENCE, LoadedRecords::to_compare(client, known, output)).await {
        Ok(Ok(Ok(loaded))) if loaded.missing.is_none() => return Some(loaded),
        Ok(Ok(Ok(_))) => "the list is incomplete".to_owned(),
        Ok(Ok(Err(why))) => why.to_string(),
        Ok(Err(CommandFailure::Server(error))) => error.message,
        Ok(Err(_)) => "the list could not be read".to_owned(),
        Err(_) => format!("the list took longer than {} s", PATIENCE.as_secs()),
    };
    output.message(&format!("note: not compared with the other registrations ({why}); sipreg lint does that"));
    None
}

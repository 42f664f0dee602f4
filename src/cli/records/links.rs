//! What records refer to: pops, nodes and transports, read as a whole or by following each record's links.

use std::sync::Arc;

use tokio::task::{JoinError, JoinSet};

use super::patience::patiently;
use crate::api::Client;
use crate::cli::{CommandFailure, CommandOutput, CommandResult};
use crate::domain::query::Segment;
use crate::domain::record::{Record as _, Registration, Relation, Target, Targets, Value, ValueRef};
use crate::domain::request_error::{RequestError, RequestErrorKind};

/// Links followed at a time, where the server does not send labels along.
const LINKS_AT_ONCE: usize = 4;

/// What a task that ended badly means: a panic goes on here.
pub fn crashed(error: JoinError) -> CommandFailure {
    match error.try_into_panic() {
        Ok(panic) => std::panic::resume_unwind(panic),
        Err(error) => color_eyre::Report::from(error).into(),
    }
}

/// The same records with each relationship's link followed. One that cannot be followed costs its label, no more.
///
/// # Errors
/// A bug.
pub async fn followed(
    client: &Client,
    segment: &Segment,
    targets: &mut Targets,
    unread: &mut Unread,
) -> CommandResult<Arc<Segment>> {
    let records = segment.iter().map(|row| Registration::from_record(&row)).collect();
    let records = with_links_followed(client, records, targets, unread).await?;
    Ok(Arc::new(Segment::of(&records)))
}

/// The same records with each relationship's link followed, where the server did not send its target along. Costs
/// a request for each of them; where a server is not reached, or refuses us, the rest is not asked for.
///
/// # Errors
/// A bug.
pub async fn with_links_followed(
    client: &Client,
    mut records: Vec<Registration>,
    targets: &mut Targets,
    unread: &mut Unread,
) -> CommandResult<Vec<Registration>> {
    let mut open: Vec<(usize, Relation, String)> = Vec::new();
    for (index, record) in records.iter().enumerate() {
        for relation in Relation::ALL {
            if let ValueRef::Linked(link) = record.value(relation.field()) {
                open.push((index, relation, link.to_owned()));
            }
        }
    }
    let mut reading: JoinSet<(usize, Relation, Result<Option<Target>, RequestError>)> = JoinSet::new();
    let mut open = open.into_iter();
    loop {
        while reading.len() < LINKS_AT_ONCE
            && let Some((index, relation, link)) = open.next()
        {
            let client = client.clone();
            reading.spawn(async move {
                (index, relation, client.related(relation, &link).await.map_err(|error| error.error()))
            });
        }
        let Some(ended) = reading.join_next().await else { break };
        let (index, relation, target) = ended.map_err(crashed)?;
        let target = match target {
            Ok(target) => target,
            Err(error) => {
                unread.links = true;
                if is_general(&error) {
                    for (_, relation, _) in open.by_ref() {
                        unread.note(relation, &error);
                    }
                }
                unread.note(relation, &error);
                continue;
            }
        };
        if let Some(record) = records.get_mut(index) {
            record.set(relation.field(), target.as_ref().map_or(Value::Null, |target| Value::Reference(target.id)));
        }
        if let Some(target) = target {
            targets.add(target);
        }
    }
    Ok(records)
}

/// Whether every other link would end like this one.
const fn is_general(error: &RequestError) -> bool {
    error.is_passing()
        || matches!(
            error.kind,
            RequestErrorKind::SignInNeeded
                | RequestErrorKind::SignInFailed
                | RequestErrorKind::SignInRefused
                | RequestErrorKind::TokenRefused
                | RequestErrorKind::Certificate
        )
}

/// Kinds of targets that were asked for and could not be read, each with what came instead.
#[derive(Debug, Default)]
pub struct Unread {
    kinds: Vec<(Relation, RequestError)>,
    /// Whether links of records are among them: where these lead is not known.
    links: bool,
}

impl Unread {
    /// Notes what came instead, the first time for each kind.
    fn note(&mut self, relation: Relation, error: &RequestError) {
        if self.kinds.iter().all(|(known, _)| *known != relation) {
            self.kinds.push((relation, error.clone()));
            self.kinds.sort_by_key(|(relation, _)| relation.field());
        }
    }

    /// What came instead of the first of these kinds that could not be read.
    pub fn of(&self, needed: &[Relation]) -> Option<(Relation, &RequestError)> {
        self.kinds.iter().find(|(relation, _)| needed.contains(relation)).map(|(relation, error)| (*relation, error))
    }

    /// Whether it is unknown where some records lead.
    pub const fn has_links(&self) -> bool {
        self.links
    }

    /// Says that what depends on them may be missing.
    pub fn report(&self, output: &mut CommandOutput) {
        for (relation, error) in &self.kinds {
            let noun = relation.noun();
            output.message(&format!(
                "note: the {noun}s could not be loaded ({}): some names and problems may be missing",
                error.message
            ));
        }
    }
}

/// Reads all pops, nodes and transports. One that the server does not give away stays unknown.
#[must_use]
pub async fn resolve_targets(client: &Client, targets: &mut Targets) -> Unread {
    let mut unread = Unread::default();
    for (relation, read) in all_targets(client).await {
        match read {
            Ok(all) => {
                for target in all {
                    targets.add(target);
                }
                targets.note_complete(relation);
            }
            Err(error) => unread.note(relation, &error),
        }
    }
    unread
}

async fn all_targets(client: &Client) -> Vec<(Relation, Result<Vec<Target>, RequestError>)> {
    let mut reading = JoinSet::new();
    for relation in Relation::ALL {
        let client = client.clone();
        reading.spawn(async move { (relation, patiently(|| client.targets(relation)).await) });
    }
    let mut all = Vec::new();
    while let Some(ended) = reading.join_next().await {
        if let Ok(read) = ended {
            all.push(read);
        }
    }
    all
}

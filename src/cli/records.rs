//! Registrations for a command: the whole list, or those with some ids, and which of them a filter lets through.

mod links;
mod named;
mod pages;
mod patience;

use std::collections::HashMap;

pub use links::{Unread, crashed, resolve_targets, with_links_followed};
pub use named::{RecordArgument, ids as ids_of};
pub use pages::{Gathered, NotCompared, Pages};
pub use patience::patiently;

use super::{CommandFailure, CommandOutput, CommandResult, Exit};
use crate::api::Client;
use crate::domain::formats::json::JsonPasswords;
use crate::domain::query::{Collection, Filter, RecordState, RowRef, Sense, Test};
use crate::domain::record::{FieldId, Record, Registration, Secret, Targets, ValueRef};
use crate::domain::rules::{Census, CheckContext, OnServer, RuleSet, Severity, lint};

/// Whether all pops, nodes and transports are wanted, or those that the records refer to will do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TargetsNeeded {
    /// All: for checks, and for names that someone typed.
    All,
    /// Those referred to.
    Mentioned,
}

/// Records in memory, with what they refer to.
#[derive(Debug, Default)]
pub struct LoadedRecords {
    /// The records.
    pub records: Collection,
    /// What is known of pops, nodes and transports.
    pub targets: Targets,
    /// Passwords by id, where they were asked for.
    pub passwords: HashMap<u64, Secret>,
    /// Of pops, nodes and transports, what was asked for and could not be read.
    pub unread: Unread,
    /// Why these are not all records that the server has, a sentence.
    pub missing: Option<String>,
    /// Rules that the profile ignores.
    pub ignored: RuleSet,
    /// Whether all records were asked for.
    all: bool,
}

/// Most registrations that are read only to compare some with.
const MOST_TO_COMPARE: u64 = 5_000;

impl LoadedRecords {
    /// The whole list.
    ///
    /// # Errors
    /// It could not be read.
    pub async fn all(
        client: &Client,
        known: TargetsNeeded,
        passwords: JsonPasswords,
        output: &mut CommandOutput,
    ) -> CommandResult<Self> {
        let (loaded, _) = Self::gather(Pages::of(client, passwords), known, output).await?;
        Ok(loaded)
    }

    /// The whole list to compare some records with; `None` where that would cost too much.
    ///
    /// # Errors
    /// It could not be read.
    pub async fn to_compare(
        client: &Client,
        known: TargetsNeeded,
        output: &mut CommandOutput,
    ) -> CommandResult<Result<Self, NotCompared>> {
        let pages = Pages::of(client, JsonPasswords::Masked).at_most(MOST_TO_COMPARE);
        let (loaded, given_up) = Self::gather(pages, known, output).await?;
        Ok(given_up.map_or(Ok(loaded), Err))
    }

    async fn gather(
        mut pages: Pages,
        known: TargetsNeeded,
        output: &mut CommandOutput,
    ) -> CommandResult<(Self, Option<NotCompared>)> {
        if known == TargetsNeeded::All {
            pages.resolve_targets().await;
        }
        let mut loaded = Self { all: true, ..Self::default() };
        while let Some(batch) = pages.next(output).await? {
            loaded.records.absorb(batch.segment);
            loaded.passwords.extend(batch.passwords);
        }
        let Gathered { targets, unread, missing, given_up } = pages.end();
        (loaded.targets, loaded.unread, loaded.missing) = (targets, unread, missing);
        Ok((loaded, given_up))
    }

    /// Whether these are all records of the server.
    pub const fn is_whole(&self) -> bool {
        self.all && self.missing.is_none()
    }

    /// The records with these ids; the second part are ids that there are not.
    ///
    /// # Errors
    /// They could not be read.
    pub async fn some(client: &Client, ids: &[u64], known: TargetsNeeded) -> CommandResult<(Self, Vec<u64>)> {
        let mut loaded = Self::default();
        if known == TargetsNeeded::All {
            loaded.unread = resolve_targets(client, &mut loaded.targets).await;
        }
        let page = client.some(ids).await?;
        for target in page.targets {
            loaded.targets.add(target);
        }
        let segment = if page.linked {
            links::followed(client, &page.segment, &mut loaded.targets, &mut loaded.unread).await?
        } else {
            page.segment
        };
        loaded.records.absorb(segment);
        let missing = ids.iter().copied().filter(|id| loaded.records.get(*id).is_none()).collect();
        Ok((loaded, missing))
    }

    /// Positions in id order of the records that a filter lets through.
    pub fn passing(&self, filter: &Filter) -> Vec<u32> {
        let census = asks_for_lint(filter).then(|| Census::of(self.records.iter(), &self.targets));
        let context = CheckContext::new(&self.targets, census.as_ref(), OnServer::Loaded).ignoring(self.ignored);
        let is = |state, id| match state {
            RecordState::Lint => self.records.get(id).is_some_and(|row| lint::is_signed(&row, &context)),
            RecordState::Down => {
                let worst = self.records.get(id).and_then(|row| lint::sign(&row, &context).worst);
                worst == Some(Severity::Down)
            }
            // Refused when the filter was read.
            RecordState::Marked | RecordState::Draft | RecordState::Changed => false,
        };
        filter.prepare(&self.targets).select(&self.records, &is)
    }
}

/// Reads a filter of the command line.
///
/// # Errors
/// A sentence with the place of the mistake, or that a command cannot know what the filter asks for.
pub fn filter(text: Option<&str>) -> CommandResult<Filter> {
    let filter = live_filter(text)?;
    if asks_for_live(&filter) {
        return Err(CommandFailure::usage(
            "--filter: live: works only with list and status. Get the IDs there: sipreg list -o ids -f 'live:error'",
        ));
    }
    Ok(filter)
}

/// Whether the nodes have to be asked before a record can be judged.
pub fn asks_for_live(filter: &Filter) -> bool {
    filter.terms.iter().any(|term| matches!(term.test, Test::Live(_)))
}

/// The same for commands that ask the nodes.
///
/// # Errors
/// As [`filter`].
pub fn live_filter(text: Option<&str>) -> CommandResult<Filter> {
    let Some(text) = text else { return Ok(Filter::default()) };
    let filter = Filter::parse(text).map_err(|mistake| {
        let before = text.get(..mistake.at.start).unwrap_or_default().chars().count();
        let marked = text.get(mistake.at.clone()).unwrap_or_default().chars().count().max(1);
        CommandFailure::usage(format!("--filter: {mistake}\n  {text}\n  {}{}", " ".repeat(before), "^".repeat(marked)))
    })?;
    for term in &filter.terms {
        if let Test::Is(state @ (RecordState::Marked | RecordState::Draft | RecordState::Changed)) = term.test {
            let word = state.word();
            return Err(CommandFailure::usage(format!(
                "--filter: is:{word} works only in the console; commands support is:lint and is:down"
            )));
        }
    }
    Ok(filter)
}

/// Whether every record has to be known before one can be judged.
pub fn asks_for_lint(filter: &Filter) -> bool {
    filter.terms.iter().any(|term| matches!(term.test, Test::Is(RecordState::Lint | RecordState::Down)))
}

/// The ids that a filter names, where it names some and records with others cannot pass.
pub fn ids_named(filter: &Filter) -> Option<Vec<u64>> {
    filter.terms.iter().find_map(|term| match (&term.sense, &term.test) {
        (Sense::Is, Test::Ids(ids)) => Some(ids.clone()),
        _ => None,
    })
}

/// What a command is to work on.
#[derive(Debug)]
pub struct Selection {
    /// The records read, among which may be others.
    pub loaded: LoadedRecords,
    /// Ids of those that are meant: as they were typed, or in ascending order where a filter found them.
    pub ids: Vec<u64>,
    /// Ids that were typed and are not there.
    pub missing: Vec<u64>,
}

impl Selection {
    /// Those that are meant and there.
    pub fn records(&self) -> impl Iterator<Item = Registration> {
        self.ids.iter().filter_map(|id| self.loaded.records.get(*id)).map(|row| Registration::from_record(&row))
    }

    /// Says what is not there, or may be missing; returns an exit code for each.
    pub fn others(&self, output: &mut CommandOutput) -> Vec<Exit> {
        // What an incomplete list does not show may be there all the same.
        match report_incomplete(self.loaded.missing.as_deref(), output) {
            Exit::Done => vec![report_missing(&self.missing, output); self.missing.len()],
            incomplete => vec![incomplete],
        }
    }
}

/// The records with the ids that were typed, or those that pass the filter; with both, those of the ids that pass.
///
/// # Errors
/// Neither was given, the filter has a mistake, or the records could not be read.
pub async fn select(
    client: &Client,
    ids: &[u64],
    filter_text: Option<&str>,
    known: TargetsNeeded,
    ignored: RuleSet,
    output: &mut CommandOutput,
) -> CommandResult<Selection> {
    let filter = filter(filter_text)?;
    if ids.is_empty() && filter_text.is_none() {
        return Err(CommandFailure::usage("which registrations? Give IDs or names, or --filter"));
    }
    let named = if ids.is_empty() { ids_named(&filter) } else { Some(ids.to_vec()) };
    let (mut loaded, missing) = match named {
        Some(named) if !asks_for_lint(&filter) => LoadedRecords::some(client, &named, known).await?,
        Some(_) | None => {
            let loaded = LoadedRecords::all(client, known, JsonPasswords::Masked, output).await?;
            let missing = ids.iter().copied().filter(|id| loaded.records.get(*id).is_none()).collect();
            (loaded, missing)
        }
    };
    if filter_text.is_some() && loaded.unread.has_links() && loaded.missing.is_none() {
        let sentence = "POPs, nodes or transports could not be loaded; the filter may have missed registrations";
        loaded.missing = Some(sentence.to_owned());
    }
    loaded.ignored = ignored;
    let passing: Vec<u64> =
        loaded.passing(&filter).into_iter().filter_map(|position| loaded.records.id_at(position as usize)).collect();
    let meant = if ids.is_empty() {
        passing
    } else {
        let mut meant: Vec<u64> = Vec::with_capacity(ids.len());
        for id in ids {
            if passing.binary_search(id).is_ok() && !meant.contains(id) {
                meant.push(*id);
            }
        }
        meant
    };
    // What a filter does not find, no one asked for by number.
    let missing = if ids.is_empty() { Vec::new() } else { missing };
    Ok(Selection { loaded, ids: meant, missing })
}

/// Says that the list is not whole, and what a command ends with then.
pub fn report_incomplete(missing: Option<&str>, output: &mut CommandOutput) -> Exit {
    match missing {
        Some(sentence) => {
            output.message(&format!("sipreg: the list is incomplete: {sentence}"));
            Exit::Partial
        }
        None => Exit::Done,
    }
}

/// Reports the IDs that are not there.
pub fn report_missing(missing: &[u64], output: &mut CommandOutput) -> Exit {
    for id in missing {
        output.message(&format!("sipreg: no registration {id}; of that name: --filter name:{id}"));
    }
    if missing.is_empty() { Exit::Done } else { Exit::NoSuchRecord }
}

/// A record with its password beside it, where it is known.
#[derive(Debug, Clone, Copy)]
pub struct Revealed<'a> {
    /// The record.
    pub row: RowRef<'a>,
    pub password: Option<&'a Secret>,
}

impl Record for Revealed<'_> {
    fn id(&self) -> u64 {
        Record::id(&self.row)
    }

    fn value(&self, field: FieldId) -> ValueRef<'_> {
        match (field, self.password) {
            (FieldId::AuthPassword, Some(password)) => ValueRef::Secret(password),
            _ => self.row.get(field),
        }
    }
}

//! Registrations for a command: the whole list page by page, or those with some ids, and which of them a filter
//! lets through. Two pages are asked for at a time; rows that moved between pages meanwhile are noticed and read
//! again, and none is handed out twice.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;
use std::time::Duration;

use tokio::task::{JoinError, JoinSet};

use super::exit::Exit;
use super::failure::Failure;
use super::output::Output;
use crate::api::client::MAX_PAGE;
use crate::api::{self, Client};
use crate::domain::answer::{Conditional, Page};
use crate::domain::check::{Census, Context, Standing};
use crate::domain::collection::Collection;
use crate::domain::field::FieldId;
use crate::domain::filter::{Filter, Matcher, Sense, State, Test};
use crate::domain::flat::Passwords;
use crate::domain::lint;
use crate::domain::registration::{Record, Registration};
use crate::domain::relation::{Relation, Target, Targets};
use crate::domain::segment::{RowRef, Segment};
use crate::domain::trouble::{Trouble, TroubleKind};
use crate::domain::value::{Secret, Value, ValueRef};

/// Pages asked for at a time: the server ships two workers.
const AT_ONCE: usize = 2;

/// Links followed at a time, where the server does not send labels along.
const LINKS_AT_ONCE: usize = 4;

/// Sweeps over a list that changes under our hands.
const SWEEPS: u8 = 3;

/// How often a read is tried again that failed for now.
const RETRIES: u32 = 2;

/// A server that asks for a longer wait is not waited for.
const LONGEST_WAIT: Duration = Duration::from_secs(10);

/// The list, page by page, in the order of ids.
#[derive(Debug)]
pub struct Pages {
    client: Client,
    passwords: Passwords,
    reading: JoinSet<(u32, Result<Arrived, Trouble>)>,
    arrived: BTreeMap<u32, Arrived>,
    /// The page to ask for next, and the one to hand out next.
    ask: u32,
    give: u32,
    /// The last page, as far as known.
    last: Option<u32>,
    sweep: u8,
    /// What the pages of this sweep say the total is, and whether they agree.
    total: Option<u64>,
    moved: bool,
    /// Ids handed out, in ascending order.
    seen: Vec<u64>,
    targets: Targets,
}

#[derive(Debug, Default)]
struct Arrived {
    page: Page,
    passwords: Vec<(u64, Secret)>,
}

/// Some records that were not handed out before.
#[derive(Debug)]
pub struct Batch {
    /// The records.
    pub segment: Arc<Segment>,
    /// Passwords by id, where they were asked for.
    pub passwords: HashMap<u64, Secret>,
    /// Whether more is known about targets than before.
    pub learned: bool,
}

impl Pages {
    /// The whole list. Asks for nothing yet.
    #[must_use]
    pub fn of(client: &Client, passwords: Passwords) -> Self {
        Self {
            client: client.clone(),
            passwords,
            reading: JoinSet::new(),
            arrived: BTreeMap::new(),
            ask: 1,
            give: 1,
            last: None,
            sweep: 1,
            total: None,
            moved: false,
            seen: Vec::new(),
            targets: Targets::default(),
        }
    }

    /// What is known of pops, nodes and transports: all that the records so far refer to.
    #[must_use]
    pub const fn targets(&self) -> &Targets {
        &self.targets
    }

    /// Reads all pops, nodes and transports. One that the server does not give away stays unknown.
    pub async fn learn_all(&mut self) {
        self.ask_for_more();
        learn_all(&self.client, &mut self.targets).await;
    }

    /// Asks for what may be asked for now.
    fn ask_for_more(&mut self) {
        // Until the first page told how many there are, ask for one only.
        let at_once = if self.last.is_none() { 1 } else { AT_ONCE };
        while self.reading.len() + self.arrived.len() < at_once && self.last.is_none_or(|last| self.ask <= last) {
            self.reading.spawn(read(self.client.clone(), self.ask, self.passwords));
            self.ask += 1;
        }
    }

    /// The next records; `None` at the end.
    ///
    /// # Errors
    /// A page could not be read.
    pub async fn next(&mut self, output: &mut Output) -> Result<Option<Batch>, Failure> {
        loop {
            self.ask_for_more();
            if let Some(arrived) = self.arrived.remove(&self.give) {
                self.give += 1;
                self.count(&arrived.page);
                if let Some(batch) = self.take_in(arrived, output).await? {
                    return Ok(Some(batch));
                }
                continue;
            }
            match self.reading.join_next().await {
                Some(ended) => {
                    let (number, result) = ended.map_err(crashed)?;
                    self.arrived.insert(number, result?);
                }
                None if self.is_restless() && self.sweep < SWEEPS => self.sweep_again(),
                None => {
                    self.tell_end(output);
                    return Ok(None);
                }
            }
        }
    }

    /// Takes note of how many pages there are.
    fn count(&mut self, page: &Page) {
        let number = self.give - 1;
        self.moved |= self.total.is_some() && page.total.is_some() && self.total != page.total;
        self.total = page.total.or(self.total);
        let size = MAX_PAGE as usize;
        if page.segment.len() + page.skipped.len() < size {
            // A short page is the last one, whatever the total says.
            self.last = Some(self.last.map_or(number, |last| last.min(number)));
        } else if let Some(total) = self.total {
            let last = u32::try_from(total.div_ceil(u64::from(MAX_PAGE))).unwrap_or(u32::MAX);
            self.last = Some(last.max(number));
        } else {
            self.last = Some(number + 1);
        }
    }

    fn is_restless(&self) -> bool {
        self.moved || self.total.is_some_and(|total| total > self.seen.len() as u64 && self.give > 2)
    }

    fn sweep_again(&mut self) {
        self.sweep += 1;
        (self.ask, self.give, self.last, self.total, self.moved) = (1, 1, None, None, false);
    }

    fn tell_end(&self, output: &mut Output) {
        if self.is_restless() {
            let told = self.total.unwrap_or_default();
            let read = self.seen.len();
            output.message(&format!(
                "note: the list kept changing while it was read: the server counts {told}, {read} were read; run it \
                 again to be sure"
            ));
        }
    }

    async fn take_in(&mut self, arrived: Arrived, output: &mut Output) -> Result<Option<Batch>, Failure> {
        let Arrived { page, passwords } = arrived;
        for told in &page.skipped {
            output.message(&format!("note: {told}"));
        }
        let mut learned = false;
        for target in page.targets {
            learned |= self.targets.learn(target);
        }
        let mut segment = page.segment;
        if page.linked {
            segment = followed(&self.client, &segment, &mut self.targets).await?;
            learned = true;
        }
        let segment = self.fresh(segment);
        if segment.is_empty() {
            return Ok(None);
        }
        Ok(Some(Batch { segment, passwords: passwords.into_iter().collect(), learned }))
    }

    /// Only what was not handed out before.
    fn fresh(&mut self, segment: Arc<Segment>) -> Arc<Segment> {
        let ids: Vec<u64> = segment.iter().map(|row| row.id()).collect();
        let follows = self.seen.last().is_none_or(|last| ids.first().is_none_or(|first| first > last));
        if follows && ids.is_sorted() {
            self.seen.extend(ids);
            return segment;
        }
        let fresh: Vec<Registration> = segment
            .iter()
            .filter(|row| self.seen.binary_search(&row.id()).is_err())
            .map(|row| Registration::from_record(&row))
            .collect();
        self.seen.extend(fresh.iter().map(Record::id));
        self.seen.sort_unstable();
        Arc::new(Segment::of(&fresh))
    }
}

/// What a task that ended badly means: a panic goes on here.
pub(super) fn crashed(error: JoinError) -> Failure {
    match error.try_into_panic() {
        Ok(panic) => std::panic::resume_unwind(panic),
        Err(error) => color_eyre::Report::from(error).into(),
    }
}

async fn read(client: Client, number: u32, passwords: Passwords) -> (u32, Result<Arrived, Trouble>) {
    let page = || {
        let client = client.clone();
        async move {
            if passwords == Passwords::Shown {
                let (page, passwords) = client.page_with_passwords(number, MAX_PAGE, "id").await?;
                return Ok(Arrived { page, passwords });
            }
            match client.page(number, MAX_PAGE, "id", None).await? {
                Conditional::Changed(page) => Ok(Arrived { page, passwords: Vec::new() }),
                // Nothing was compared; the client sees to that.
                Conditional::Unchanged => Ok(Arrived::default()),
            }
        }
    };
    (number, patiently(page).await)
}

/// Reads, and once or twice again where the server is busy or the connection broke.
///
/// # Errors
/// The last failure.
pub async fn patiently<T, F>(read: impl Fn() -> F) -> Result<T, Trouble>
where
    F: Future<Output = Result<T, api::Error>>,
{
    let mut attempt = 1;
    loop {
        let trouble = match read().await {
            Ok(answer) => return Ok(answer),
            Err(error) => error.trouble(),
        };
        let Some(wait) = again_in(&trouble, attempt) else { return Err(trouble) };
        tokio::time::sleep(wait).await;
        attempt += 1;
    }
}

/// How long to wait before a read is tried again; `None`: do not. A server that is not there, or took all the time
/// that it was given, is told at once.
fn again_in(trouble: &Trouble, attempt: u32) -> Option<Duration> {
    if attempt > RETRIES || matches!(trouble.kind, TroubleKind::Unreachable | TroubleKind::TimedOut) {
        return None;
    }
    // Spread by the request's own number, which differs from process to process.
    let noise = trouble.request_id.as_deref().map_or(0, |id| id.bytes().map(u32::from).sum::<u32>() % 100);
    trouble.retry_in(attempt, f64::from(noise) / 100.0).filter(|wait| *wait <= LONGEST_WAIT)
}

/// The same records with each relationship's link followed.
async fn followed(client: &Client, segment: &Segment, targets: &mut Targets) -> Result<Arc<Segment>, Failure> {
    let records = segment.iter().map(|row| Registration::from_record(&row)).collect();
    let records = with_links_followed(client, records, targets).await?;
    Ok(Arc::new(Segment::of(&records)))
}

/// The same records with each relationship's link followed, where the server did not send its target along. Costs
/// a request for each of them.
///
/// # Errors
/// A link could not be followed.
pub async fn with_links_followed(
    client: &Client,
    mut records: Vec<Registration>,
    targets: &mut Targets,
) -> Result<Vec<Registration>, Failure> {
    let mut open: Vec<(usize, Relation, String)> = Vec::new();
    for (index, record) in records.iter().enumerate() {
        for relation in Relation::ALL {
            if let ValueRef::Linked(link) = record.value(relation.field()) {
                open.push((index, relation, link.to_owned()));
            }
        }
    }
    let mut reading: JoinSet<(usize, Relation, Result<Option<Target>, Trouble>)> = JoinSet::new();
    let mut open = open.into_iter();
    loop {
        while reading.len() < LINKS_AT_ONCE
            && let Some((index, relation, link)) = open.next()
        {
            let client = client.clone();
            reading.spawn(async move {
                (index, relation, client.related(relation, &link).await.map_err(|error| error.trouble()))
            });
        }
        let Some(ended) = reading.join_next().await else { break };
        let (index, relation, target) = ended.map_err(crashed)?;
        let target = target?;
        if let Some(record) = records.get_mut(index) {
            record.set(relation.field(), target.as_ref().map_or(Value::Null, |target| Value::Reference(target.id)));
        }
        if let Some(target) = target {
            targets.learn(target);
        }
    }
    Ok(records)
}

/// Reads all pops, nodes and transports. One that the server does not give away stays unknown.
pub async fn learn_all(client: &Client, targets: &mut Targets) {
    for (relation, all) in all_targets(client).await {
        for target in all {
            targets.learn(target);
        }
        targets.note_complete(relation);
    }
}

async fn all_targets(client: &Client) -> Vec<(Relation, Vec<Target>)> {
    let mut reading = JoinSet::new();
    for relation in Relation::ALL {
        let client = client.clone();
        reading.spawn(async move { (relation, client.targets(relation).await) });
    }
    let mut all = Vec::new();
    while let Some(ended) = reading.join_next().await {
        if let Ok((relation, Ok(targets))) = ended {
            all.push((relation, targets));
        }
    }
    all
}

/// Whether all pops, nodes and transports are wanted, or those that the records refer to will do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Known {
    /// All: for checks, and for names that somebody typed.
    All,
    /// Those referred to.
    Mentioned,
}

/// Records in memory, with what they refer to.
#[derive(Debug, Default)]
pub struct Loaded {
    /// The records.
    pub records: Collection,
    /// What is known of pops, nodes and transports.
    pub targets: Targets,
    /// Passwords by id, where they were asked for.
    pub passwords: HashMap<u64, Secret>,
}

impl Loaded {
    /// The whole list.
    ///
    /// # Errors
    /// It could not be read.
    pub async fn all(
        client: &Client,
        known: Known,
        passwords: Passwords,
        output: &mut Output,
    ) -> Result<Self, Failure> {
        let mut pages = Pages::of(client, passwords);
        if known == Known::All {
            pages.learn_all().await;
        }
        let mut loaded = Self::default();
        while let Some(batch) = pages.next(output).await? {
            loaded.records.absorb(batch.segment);
            loaded.passwords.extend(batch.passwords);
        }
        loaded.targets = pages.targets;
        Ok(loaded)
    }

    /// The records with these ids; the second part are ids that there are not.
    ///
    /// # Errors
    /// They could not be read.
    pub async fn some(client: &Client, ids: &[u64], known: Known) -> Result<(Self, Vec<u64>), Failure> {
        let mut loaded = Self::default();
        if known == Known::All {
            learn_all(client, &mut loaded.targets).await;
        }
        let page = client.some(ids).await?;
        for target in page.targets {
            loaded.targets.learn(target);
        }
        let segment =
            if page.linked { followed(client, &page.segment, &mut loaded.targets).await? } else { page.segment };
        loaded.records.absorb(segment);
        let missing = ids.iter().copied().filter(|id| loaded.records.get(*id).is_none()).collect();
        Ok((loaded, missing))
    }

    /// Positions in id order of the records that a filter lets through.
    #[must_use]
    pub fn passing(&self, filter: &Filter) -> Vec<u32> {
        let census = asks_for_lint(filter).then(|| Census::of(self.records.iter()));
        let context = Context::new(&self.targets, census.as_ref(), Standing::Loaded);
        let is = |state, id| match state {
            State::Lint => self.records.get(id).is_some_and(|row| lint::sign(&row, &context).is_some()),
            // Refused when the filter was read.
            State::Marked | State::Draft | State::Changed => false,
        };
        self.matcher(filter).select(&self.records, &is)
    }

    fn matcher(&self, filter: &Filter) -> Matcher {
        filter.prepare(&self.targets)
    }
}

/// Reads a filter of the command line.
///
/// # Errors
/// A sentence with the place of the mistake, or that a command cannot know what the filter asks for.
pub fn filter(text: Option<&str>) -> Result<Filter, Failure> {
    let Some(text) = text else { return Ok(Filter::default()) };
    let filter = Filter::parse(text).map_err(|mistake| {
        let before = text.get(..mistake.at.start).unwrap_or_default().chars().count();
        let marked = text.get(mistake.at.clone()).unwrap_or_default().chars().count().max(1);
        Failure::usage(format!("--filter: {mistake}\n  {text}\n  {}{}", " ".repeat(before), "^".repeat(marked)))
    })?;
    for term in &filter.terms {
        if let Test::Is(state @ (State::Marked | State::Draft | State::Changed)) = term.test {
            let word = state.word();
            return Err(Failure::usage(format!(
                "--filter: is:{word} is for the console; a command knows is:lint only"
            )));
        }
    }
    Ok(filter)
}

/// Whether every record has to be known before one can be judged.
#[must_use]
pub fn asks_for_lint(filter: &Filter) -> bool {
    filter.terms.iter().any(|term| term.test == Test::Is(State::Lint))
}

/// The ids that a filter names, where it names some and records with others cannot pass.
#[must_use]
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
    pub loaded: Loaded,
    /// Ids of those that are meant: as they were typed, or in ascending order where a filter found them.
    pub ids: Vec<u64>,
    /// Ids that were typed and are not there.
    pub missing: Vec<u64>,
}

/// The records with the ids that were typed, or those that pass the filter; with both, those of the ids that pass.
///
/// # Errors
/// Neither was given, the filter has a mistake, or the records could not be read.
pub async fn select(
    client: &Client,
    ids: &[u64],
    filter_text: Option<&str>,
    known: Known,
    output: &mut Output,
) -> Result<Selection, Failure> {
    let filter = filter(filter_text)?;
    if ids.is_empty() && filter_text.is_none() {
        return Err(Failure::usage("which registrations? Name ids, or choose some with --filter"));
    }
    let named = if ids.is_empty() { ids_named(&filter) } else { Some(ids.to_vec()) };
    let (loaded, missing) = match named {
        Some(named) if !asks_for_lint(&filter) => Loaded::some(client, &named, known).await?,
        Some(_) | None => {
            let loaded = Loaded::all(client, known, Passwords::Masked, output).await?;
            let missing = ids.iter().copied().filter(|id| loaded.records.get(*id).is_none()).collect();
            (loaded, missing)
        }
    };
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
    // What a filter does not find, nobody asked for by number.
    let missing = if ids.is_empty() { Vec::new() } else { missing };
    Ok(Selection { loaded, ids: meant, missing })
}

/// Tells which ids are not there.
pub fn tell_missing(missing: &[u64], output: &mut Output) -> Exit {
    for id in missing {
        output.message(&format!("sipreg: there is no registration {id}"));
    }
    if missing.is_empty() { Exit::Done } else { Exit::NoSuchRecord }
}

/// A record with its password beside it, where it is known.
#[derive(Debug, Clone, Copy)]
pub struct Revealed<'a> {
    /// The record.
    pub row: RowRef<'a>,
    /// Its password.
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

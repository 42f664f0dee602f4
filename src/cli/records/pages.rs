//! The whole list page by page, two at a time. Rows that moved between pages meanwhile are noticed and read again,
//! and none is handed out twice.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;
use std::time::Duration;

use tokio::task::JoinSet;

use super::links::{Unread, crashed, followed, learn_all};
use crate::api::client::MAX_PAGE;
use crate::api::{self, Client};
use crate::cli::failure::Failure;
use crate::cli::output::Output;
use crate::domain::answer::{Conditional, Page};
use crate::domain::formats::json::Passwords;
use crate::domain::query::segment::Segment;
use crate::domain::record::registration::{Record, Registration};
use crate::domain::record::relation::Targets;
use crate::domain::record::value::Secret;
use crate::domain::request_error::{Trouble, TroubleKind};

/// Pages asked for at a time: the server ships two workers.
const AT_ONCE: usize = 2;

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
    unread: Unread,
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
            unread: Unread::default(),
        }
    }

    /// What was learned of pops, nodes and transports, and which could not be read, for who has read enough.
    #[must_use]
    pub fn into_targets(self) -> (Targets, Unread) {
        (self.targets, self.unread)
    }

    /// Which of pops, nodes and transports could not be read.
    #[must_use]
    pub const fn unread(&self) -> &Unread {
        &self.unread
    }

    /// What is known of pops, nodes and transports: all that the records so far refer to.
    #[must_use]
    pub const fn targets(&self) -> &Targets {
        &self.targets
    }

    /// Reads all pops, nodes and transports. One that the server does not give away stays unknown.
    pub async fn learn_all(&mut self) {
        self.ask_for_more();
        self.unread = learn_all(&self.client, &mut self.targets).await;
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

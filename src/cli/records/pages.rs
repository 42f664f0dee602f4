//! The whole list for a command, page by page as the sweep asks for it. Records are handed out as they come, in the
//! order of pages, and none twice.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use tokio::task::JoinSet;

use super::links::{Unread, crashed, followed, resolve_targets};
use super::patience::patiently;
use crate::api::Client;
use crate::cli::{CommandOutput, CommandResult};
use crate::domain::answer::Page;
use crate::domain::formats::json::JsonPasswords;
use crate::domain::query::Segment;
use crate::domain::record::{Secret, Targets};
use crate::domain::request_error::RequestError;
use crate::domain::sweep::{Remedy, Sweep, SweepPage, SweepStep};

/// The list, page by page.
#[derive(Debug)]
pub struct Pages {
    client: Client,
    passwords: JsonPasswords,
    sweep: Sweep,
    reading: JoinSet<(SweepPage, Result<Arrived, RequestError>)>,
    /// Pages that came before those in front of them.
    arrived: BTreeMap<SweepPage, Result<Arrived, RequestError>>,
    /// What is not there that should be, a sentence.
    missing: Option<String>,
    targets: Targets,
    unread: Unread,
    /// More than so many are not read, nor such as cost a request a label.
    most: Option<u64>,
    given_up: Option<NotCompared>,
}

#[derive(Debug, Default)]
struct Arrived {
    page: Page,
    passwords: Vec<(u64, Secret)>,
}

/// Some records that were not handed out before.
#[derive(Debug)]
pub struct NewRecords {
    /// The records.
    pub segment: Arc<Segment>,
    /// Passwords by id, where they were asked for.
    pub passwords: HashMap<u64, Secret>,
    /// Whether more is known about targets than before.
    pub learned: bool,
}

/// Why the list was not read to the end to compare some registrations with it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NotCompared {
    /// More than are read for this.
    #[error("there are too many to read for this")]
    TooMany,
    /// Its relationships are links, one request each.
    #[error("the links of each to its POP and node would have to be followed for this")]
    Links,
}

/// What reading the list brought besides its records.
#[derive(Debug, Default)]
pub struct Gathered {
    /// What was learned of pops, nodes and transports.
    pub targets: Targets,
    /// Which of them could not be read.
    pub unread: Unread,
    /// Why this is not the whole list, a sentence.
    pub missing: Option<String>,
    /// Why reading ended before all were read.
    pub given_up: Option<NotCompared>,
}

impl Pages {
    /// The whole list. Asks for nothing yet.
    pub fn of(client: &Client, passwords: JsonPasswords) -> Self {
        Self {
            client: client.clone(),
            passwords,
            sweep: Sweep::new(None, client.page_size()),
            reading: JoinSet::new(),
            arrived: BTreeMap::new(),
            missing: None,
            targets: Targets::default(),
            unread: Unread::default(),
            most: None,
            given_up: None,
        }
    }

    /// Only where it costs little: not more than so many records, and their labels come along.
    #[must_use]
    pub const fn at_most(mut self, most: u64) -> Self {
        self.most = Some(most);
        self
    }

    /// What is known besides the records, for who has read enough.
    pub fn end(self) -> Gathered {
        Gathered { targets: self.targets, unread: self.unread, missing: self.missing, given_up: self.given_up }
    }

    /// What is known of pops, nodes and transports: all that the records so far refer to.
    pub const fn targets(&self) -> &Targets {
        &self.targets
    }

    /// Reads all pops, nodes and transports. One that the server does not give away stays unknown.
    pub async fn resolve_targets(&mut self) {
        // The first page is on its way meanwhile.
        let _: SweepStep = self.ask();
        self.unread = resolve_targets(&self.client, &mut self.targets).await;
    }

    /// Asks for what may be asked for now.
    fn ask(&mut self) -> SweepStep {
        let step = self.sweep.step();
        if let SweepStep::Ask(asks) = &step {
            for ask in asks {
                self.reading.spawn(read(self.client.clone(), *ask, self.passwords));
            }
        }
        step
    }

    /// The next records; `None` at the end.
    ///
    /// # Errors
    /// A page could not be read.
    pub async fn next(&mut self, output: &mut CommandOutput) -> CommandResult<Option<NewRecords>> {
        loop {
            if self.given_up.is_some() {
                return Ok(None);
            }
            if let SweepStep::Done(verdict) = self.ask() {
                self.missing = verdict.sentence(self.sweep.seen());
                return Ok(None);
            }
            let Some(due) = self.sweep.first_open() else { continue };
            match self.arrived.remove(&due) {
                Some(Ok(arrived)) => {
                    if let Some(batch) = self.take_in(due, arrived, output).await? {
                        return Ok(Some(batch));
                    }
                }
                Some(Err(error)) => match self.sweep.failed(due, &error) {
                    Remedy::Smaller(size) => {
                        self.client.note_page_size(size);
                        self.reading = JoinSet::new();
                        self.arrived.clear();
                    }
                    Remedy::Ended => {}
                    Remedy::None => return Err(error.into()),
                },
                None => {
                    if let Some(ended) = self.reading.join_next().await {
                        let (ask, result) = ended.map_err(crashed)?;
                        self.arrived.insert(ask, result);
                    }
                }
            }
        }
    }

    async fn take_in(
        &mut self,
        ask: SweepPage,
        arrived: Arrived,
        output: &mut CommandOutput,
    ) -> CommandResult<Option<NewRecords>> {
        let Arrived { page, passwords } = arrived;
        let facts = page.facts();
        let fresh = self.sweep.page(ask, &facts);
        if let Some(most) = self.most {
            let many = facts.total.unwrap_or_else(|| self.sweep.seen() as u64) > most;
            self.given_up = match (many, page.linked) {
                (true, _) => Some(NotCompared::TooMany),
                (false, true) => Some(NotCompared::Links),
                (false, false) => None,
            };
            if self.given_up.is_some() {
                return Ok(None);
            }
        }
        for reported in &page.skipped {
            output.message(&format!("note: {reported}"));
        }
        let mut learned = false;
        for target in page.targets {
            learned |= self.targets.add(target);
        }
        if fresh.is_empty() {
            return Ok(None);
        }
        let mut segment = page.segment;
        if fresh.len() < segment.len() {
            segment = Arc::new(segment.only(|id| fresh.contains(&id)));
        }
        if page.linked {
            segment = followed(&self.client, &segment, &mut self.targets, &mut self.unread).await?;
            learned = true;
        }
        Ok(Some(NewRecords { segment, passwords: passwords.into_iter().collect(), learned }))
    }
}

async fn read(client: Client, ask: SweepPage, passwords: JsonPasswords) -> (SweepPage, Result<Arrived, RequestError>) {
    let SweepPage { number, size } = ask;
    let page = || {
        let client = client.clone();
        async move {
            if passwords == JsonPasswords::Shown {
                let (page, passwords) = client.page_with_passwords(number, size, "id").await?;
                return Ok(Arrived { page, passwords });
            }
            let page = client.page(number, size, "id", None).await?.or_default();
            Ok(Arrived { page, passwords: Vec::new() })
        }
    };
    (ask, patiently(page).await)
}

//! Lists: one page, the records of some ids, and all pops, nodes or transport protocols. Where more than one page
//! is needed, [`Sweep`] says which and when to end.

use std::collections::BTreeMap;
use std::sync::atomic::Ordering;

use super::{Client, unchanged};
use crate::api::address::filter_chunks;
use crate::api::decode::{PageReader, aside, targets};
use crate::api::document::Malformed;
use crate::api::error::{Error, RequestFacts, RequestSubject};
use crate::api::exchange::{HttpAnswer, HttpRequest, common_query};
use crate::api::settings::Labels;
use crate::domain::answer::{Conditional, Page, PageFacts, Tag};
use crate::domain::record::{Relation, Secret, Target};
use crate::domain::sweep::{Completeness, Remedy, Sweep, SweepPage, SweepStep};

/// Letters that a message quotes of a record that cannot be read.
const SKIPPED: usize = 120;

impl Client {
    /// Records of a page, as many as the server was found to give.
    pub fn page_size(&self) -> u32 {
        self.inner.page_size.load(Ordering::Relaxed)
    }

    /// What can be done about a page that did not come; a smaller size is remembered.
    ///
    /// # Errors
    /// Nothing can be done.
    pub(crate) fn remedied(&self, sweep: &mut Sweep, ask: SweepPage, error: Error) -> Result<(), Error> {
        match sweep.failed(ask, &error.error()) {
            Remedy::Smaller(size) => {
                self.note_page_size(size);
                Ok(())
            }
            Remedy::Ended => Ok(()),
            Remedy::None => Err(error),
        }
    }

    /// Remembers that the server gives no larger pages.
    pub fn note_page_size(&self, size: u32) {
        self.inner.page_size.fetch_min(size.max(1), Ordering::Relaxed);
    }

    fn list_request(
        &self,
        labels: Labels,
        ask: SweepPage,
        sort: &str,
        ids: Option<&str>,
        known: Option<&Tag>,
    ) -> HttpRequest {
        let mut query = self.query(labels);
        if let Some(ids) = ids {
            query = query.with("filter[id]", ids);
        }
        let query = query.with_page(ask.number, ask.size, sort);
        let url = self.inner.endpoint.registrations(&query);
        HttpRequest { known: known.cloned(), ..HttpRequest::get(RequestSubject::Registrations, url) }
    }

    /// Reads an answer with a list, away from the loop where it is large.
    async fn read_list(
        &self,
        mut reader: PageReader,
        asked: &RequestFacts,
        answer: HttpAnswer,
    ) -> Result<(PageReader, PageFacts, Option<Tag>), Error> {
        let HttpAnswer { body, tag, status, request_id, .. } = answer;
        let reading = aside(body.len(), self.inner.wire.timeout(), move |stop| {
            reader.stopped_by(stop);
            let read = reader.absorb(&body);
            (reader, read, body)
        });
        let (reader, read, body) = reading.await.map_err(|failure| Error::new(asked, Some(&request_id), failure))?;
        self.inner.wire.keep_room(body);
        let facts = read.map_err(|malformed| self.unreadable(asked, status, &request_id, malformed))?;
        Ok((reader, facts, tag))
    }

    /// One page of the registrations; `known` is the tag of what the asker has of it.
    ///
    /// # Errors
    /// See [`Error`].
    pub async fn page(
        &self,
        number: u32,
        size: u32,
        sort: &str,
        known: Option<&Tag>,
    ) -> Result<Conditional<Page>, Error> {
        let request = |labels| self.list_request(labels, SweepPage { number, size }, sort, None, known);
        let (asked, answer) = self.send_with_labels(request).await?;
        if answer.status == 304 {
            return unchanged(&asked, &answer, known);
        }
        let reader = PageReader::expecting(size, answer.body.len());
        let (reader, _, tag) = self.read_list(reader, &asked, answer).await?;
        Ok(Conditional::Changed(self.finished(reader, tag)))
    }

    /// As [`Client::page`], with the passwords beside it, by id: for who asked to see them.
    ///
    /// # Errors
    /// See [`Error`].
    pub async fn page_with_passwords(
        &self,
        number: u32,
        size: u32,
        sort: &str,
    ) -> Result<(Page, Vec<(u64, Secret)>), Error> {
        let request = |labels| self.list_request(labels, SweepPage { number, size }, sort, None, None);
        let (asked, answer) = self.send_with_labels(request).await?;
        let (mut reader, _, tag) = self.read_list(PageReader::with_passwords(), &asked, answer).await?;
        let passwords = reader.take_passwords();
        Ok((self.finished(reader, tag), passwords))
    }

    /// The registrations of these ids, in as few requests as the server's limit on queries allows. Ids that
    /// do not exist are not in the answer.
    ///
    /// # Errors
    /// See [`Error`].
    pub async fn some(&self, ids: &[u64]) -> Result<Page, Error> {
        match self.some_if(ids, None).await? {
            Conditional::Changed(page) => Ok(page),
            // Without a tag nothing is compared.
            Conditional::Unchanged => Ok(self.finished(PageReader::default(), None)),
        }
    }

    /// The same on the condition that something changed; `known` is the tag of the last answer for these ids.
    /// More ids than one request takes are read whatever changed.
    ///
    /// # Errors
    /// See [`Error`].
    pub async fn some_if(&self, ids: &[u64], known: Option<&Tag>) -> Result<Conditional<Page>, Error> {
        Ok(match self.some_of(ids, PageReader::default(), known).await? {
            Conditional::Changed((reader, tag)) => Conditional::Changed(self.finished(reader, tag)),
            Conditional::Unchanged => Conditional::Unchanged,
        })
    }

    /// As [`Client::some`], with the passwords beside it, by id: for who has to bring a record back.
    ///
    /// # Errors
    /// See [`Error`].
    pub async fn some_with_passwords(&self, ids: &[u64]) -> Result<(Page, Vec<(u64, Secret)>), Error> {
        match self.some_of(ids, PageReader::with_passwords(), None).await? {
            Conditional::Changed((mut reader, _)) => {
                let passwords = reader.take_passwords();
                Ok((self.finished(reader, None), passwords))
            }
            Conditional::Unchanged => Ok((self.finished(PageReader::default(), None), Vec::new())),
        }
    }

    async fn some_of(
        &self,
        ids: &[u64],
        mut reader: PageReader,
        known: Option<&Tag>,
    ) -> Result<Conditional<(PageReader, Option<Tag>)>, Error> {
        let chunks = filter_chunks(ids);
        let known = known.filter(|_| chunks.len() == 1);
        let (mut tag, mut pages) = (None, 0_usize);
        for chunk in &chunks {
            let wanted = chunk.split(',').count();
            let mut sweep = Sweep::new(None, self.page_size()).one_at_a_time();
            let mut last = None;
            let verdict = loop {
                let asks = match sweep.step() {
                    SweepStep::Ask(asks) => asks,
                    SweepStep::Done(verdict) => break verdict,
                };
                for ask in asks {
                    let known = known.filter(|_| ask.number == 1);
                    let request = |labels| self.list_request(labels, ask, "id", Some(chunk), known);
                    let (asked, answer) = match self.send_with_labels(request).await {
                        Ok(sent) => sent,
                        Err(error) => {
                            self.remedied(&mut sweep, ask, error)?;
                            continue;
                        }
                    };
                    if answer.status == 304 {
                        return unchanged(&asked, &answer, known);
                    }
                    let (status, request_id) = (answer.status, answer.request_id.clone());
                    let facts;
                    (reader, facts, tag) = self.read_list(reader, &asked, answer).await?;
                    pages += 1;
                    sweep.page(ask, &facts);
                    if sweep.seen() >= wanted {
                        // Whatever the server counts: these are all that were asked for.
                        sweep.stop();
                    }
                    last = Some((asked, status, request_id));
                }
            };
            // An id that is not in an answer that holds less than it says may be there all the same.
            if let (Some(sentence), Some((asked, status, request_id))) = (verdict.sentence(sweep.seen()), last) {
                return Err(self.unreadable(&asked, status, &request_id, Malformed(sentence)));
            }
        }
        Ok(Conditional::Changed((reader, tag.filter(|_| pages == 1))))
    }

    /// All pops, nodes or transport protocols, by id.
    ///
    /// # Errors
    /// See [`Error`]; or the server shows fewer than it counts.
    pub async fn targets(&self, relation: Relation) -> Result<Vec<Target>, Error> {
        match self.targets_if(relation, None).await? {
            Conditional::Changed((all, _)) => Ok(all),
            Conditional::Unchanged => Ok(Vec::new()),
        }
    }

    /// As [`Client::targets`], unless nothing changed; `known` is the tag of what the asker has of them. A list of
    /// several pages has no tag.
    ///
    /// # Errors
    /// As [`Client::targets`].
    pub async fn targets_if(
        &self,
        relation: Relation,
        known: Option<&Tag>,
    ) -> Result<Conditional<(Vec<Target>, Option<Tag>)>, Error> {
        let (mut tag, mut pages) = (None, 0_usize);
        let mut all = BTreeMap::new();
        let mut sweep = Sweep::new(None, self.page_size()).one_at_a_time();
        let mut last = None;
        let verdict = loop {
            let asks = match sweep.step() {
                SweepStep::Ask(asks) => asks,
                SweepStep::Done(verdict) => break verdict,
            };
            for ask in asks {
                let query = common_query(self.inner.zone).with_page(ask.number, ask.size, "id");
                let url = self.inner.endpoint.targets(relation, &query);
                let known = known.filter(|_| ask.number == 1);
                let request =
                    HttpRequest { known: known.cloned(), ..HttpRequest::get(RequestSubject::Targets(relation), url) };
                let answer = match self.send(&request).await {
                    Ok(answer) => answer,
                    Err(error) => {
                        self.remedied(&mut sweep, ask, error)?;
                        continue;
                    }
                };
                if answer.status == 304 {
                    return unchanged(&request.asked, &answer, known);
                }
                pages += 1;
                let HttpAnswer { body, status, request_id, tag: came, .. } = answer;
                tag = came.filter(|_| pages == 1);
                let reading = aside(body.len(), self.inner.wire.timeout(), move |_| targets(&body, relation));
                let read = reading.await.map_err(|failure| Error::new(&request.asked, Some(&request_id), failure))?;
                let (page, facts) =
                    read.map_err(|malformed| self.unreadable(&request.asked, status, &request_id, malformed))?;
                sweep.page(ask, &facts);
                all.extend(page.into_iter().map(|target| (target.id, target)));
                last = Some((request.asked, status, request_id));
            }
        };
        let seen = sweep.seen();
        let misses_some = match verdict {
            Completeness::Differs { total } => total > seen as u64,
            Completeness::TooLong => true,
            // A link that leads nowhere new is the server's mistake, and no record of it.
            Completeness::Complete | Completeness::Moved | Completeness::Repeats | Completeness::Stopped => false,
        };
        if let (true, Some(sentence), Some((asked, status, request_id))) = (misses_some, verdict.sentence(seen), last) {
            return Err(self.unreadable(&asked, status, &request_id, Malformed(sentence)));
        }
        Ok(Conditional::Changed((all.into_values().collect(), tag)))
    }

    fn finished(&self, reader: PageReader, tag: Option<Tag>) -> Page {
        let mut page = reader.finish(tag);
        page.linked |= self.labels() == Labels::Links;
        if !page.skipped.is_empty() {
            let secrets = self.inner.wire.recent().secrets();
            for reported in &mut page.skipped {
                *reported = secrets.shortened(reported, SKIPPED);
            }
        }
        page
    }
}

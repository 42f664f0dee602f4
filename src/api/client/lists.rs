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

/// A list that is read page after page.
struct Walk<'a> {
    client: &'a Client,
    sweep: Sweep,
    pages: usize,
    /// What came last: what was asked for, its status, its id and its tag.
    last: Option<(RequestFacts, u16, String, Option<Tag>)>,
    verdict: Completeness,
}

impl<'a> Walk<'a> {
    fn new(client: &'a Client) -> Self {
        let sweep = Sweep::new(None, client.page_size()).one_at_a_time();
        Self { client, sweep, pages: 0, last: None, verdict: Completeness::Stopped }
    }

    /// The page to ask for now; `None` behind the last.
    fn next(&mut self) -> Option<SweepPage> {
        match self.sweep.step() {
            // One at a time, and none is under way.
            SweepStep::Ask(asks) => asks.first().copied(),
            SweepStep::Done(verdict) => {
                self.verdict = verdict;
                None
            }
        }
    }

    /// Notes what came for a page; `None` where it did not come and something can be done about that.
    fn came(
        &mut self,
        ask: SweepPage,
        sent: Result<(RequestFacts, HttpAnswer), Error>,
    ) -> Result<Option<(RequestFacts, HttpAnswer)>, Error> {
        match sent {
            Ok((asked, answer)) => {
                self.pages += 1;
                self.last = Some((asked.clone(), answer.status, answer.request_id.clone(), answer.tag.clone()));
                Ok(Some((asked, answer)))
            }
            Err(error) => self.client.remedied(&mut self.sweep, ask, error).map(|()| None),
        }
    }

    /// The tag of a list that was one page; an error where less came than is there, which `is_short` knows.
    fn ended(self, is_short: impl Fn(Completeness) -> bool) -> Result<Option<Tag>, Error> {
        let sentence = self.verdict.sentence(self.sweep.seen()).filter(|_| is_short(self.verdict));
        match (sentence, self.last) {
            (Some(sentence), Some((asked, status, request_id, _))) => {
                Err(self.client.unreadable(&asked, status, &request_id, Malformed(sentence)))
            }
            (_, last) => Ok(last.and_then(|(.., tag)| tag).filter(|_| self.pages == 1)),
        }
    }
}

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
    ) -> Result<(PageReader, PageFacts), Error> {
        let HttpAnswer { body, status, request_id, .. } = answer;
        let reading = aside(body.len(), self.inner.wire.timeout(), move |stop| {
            reader.stopped_by(stop);
            let read = reader.absorb(&body);
            (reader, read, body)
        });
        let (reader, read, body) = reading.await.map_err(|failure| Error::new(asked, Some(&request_id), failure))?;
        self.inner.wire.keep_room(body);
        let facts = read.map_err(|malformed| self.unreadable(asked, status, &request_id, malformed))?;
        Ok((reader, facts))
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
        let (asked, mut answer) = self.send_with_labels(request).await?;
        if answer.status == 304 {
            return unchanged(&asked, &answer, known);
        }
        let tag = answer.tag.take();
        let reader = PageReader::expecting(size, answer.body.len());
        let (reader, _) = self.read_list(reader, &asked, answer).await?;
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
        let (asked, mut answer) = self.send_with_labels(request).await?;
        let tag = answer.tag.take();
        let (mut reader, _) = self.read_list(PageReader::with_passwords(), &asked, answer).await?;
        let passwords = reader.take_passwords();
        Ok((self.finished(reader, tag), passwords))
    }

    /// The registrations of these ids, in as few requests as the server's limit on queries allows. Ids that
    /// do not exist are not in the answer.
    ///
    /// # Errors
    /// See [`Error`].
    pub async fn some(&self, ids: &[u64]) -> Result<Page, Error> {
        Ok(self.some_if(ids, None).await?.or_default())
    }

    /// The same on the condition that something changed; `known` is the tag of the last answer for these ids.
    /// More ids than one request takes are read whatever changed.
    ///
    /// # Errors
    /// See [`Error`].
    pub async fn some_if(&self, ids: &[u64], known: Option<&Tag>) -> Result<Conditional<Page>, Error> {
        let read = self.some_of(ids, PageReader::default(), known).await?;
        Ok(read.map(|(reader, tag)| self.finished(reader, tag)))
    }

    /// As [`Client::some`], with the passwords beside it, by id: for who has to bring a record back.
    ///
    /// # Errors
    /// See [`Error`].
    pub async fn some_with_passwords(&self, ids: &[u64]) -> Result<(Page, Vec<(u64, Secret)>), Error> {
        let (mut reader, _) = self.some_of(ids, PageReader::with_passwords(), None).await?.or_default();
        let passwords = reader.take_passwords();
        Ok((self.finished(reader, None), passwords))
    }

    async fn some_of(
        &self,
        ids: &[u64],
        mut reader: PageReader,
        known: Option<&Tag>,
    ) -> Result<Conditional<(PageReader, Option<Tag>)>, Error> {
        let chunks = filter_chunks(ids);
        let known = known.filter(|_| chunks.len() == 1);
        let mut tag = None;
        for chunk in &chunks {
            let wanted = chunk.split(',').count();
            let mut walk = Walk::new(self);
            while let Some(ask) = walk.next() {
                let known = known.filter(|_| ask.number == 1);
                let request = |labels| self.list_request(labels, ask, "id", Some(chunk), known);
                let Some((asked, answer)) = walk.came(ask, self.send_with_labels(request).await)? else { continue };
                if answer.status == 304 {
                    return unchanged(&asked, &answer, known);
                }
                let facts;
                (reader, facts) = self.read_list(reader, &asked, answer).await?;
                walk.sweep.page(ask, &facts);
                if walk.sweep.seen() >= wanted {
                    // Whatever the server counts: these are all that were asked for.
                    walk.sweep.stop();
                }
            }
            // An id that is not in an answer that holds less than it says may be there all the same.
            tag = walk.ended(|_| true)?;
        }
        Ok(Conditional::Changed((reader, tag.filter(|_| chunks.len() == 1))))
    }

    /// All pops, nodes or transport protocols, by id.
    ///
    /// # Errors
    /// See [`Error`]; or the server shows fewer than it counts.
    pub async fn targets(&self, relation: Relation) -> Result<Vec<Target>, Error> {
        Ok(self.targets_if(relation, None).await?.or_default().0)
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
        let mut all = BTreeMap::new();
        let mut walk = Walk::new(self);
        while let Some(ask) = walk.next() {
            let query = common_query(self.inner.zone).with_page(ask.number, ask.size, "id");
            let url = self.inner.endpoint.targets(relation, &query);
            let known = known.filter(|_| ask.number == 1);
            let request =
                HttpRequest { known: known.cloned(), ..HttpRequest::get(RequestSubject::Targets(relation), url) };
            let sent = self.send(&request).await.map(|answer| (request.asked, answer));
            let Some((asked, answer)) = walk.came(ask, sent)? else { continue };
            if answer.status == 304 {
                return unchanged(&asked, &answer, known);
            }
            let HttpAnswer { body, status, request_id, .. } = answer;
            let reading = aside(body.len(), self.inner.wire.timeout(), move |_| targets(&body, relation));
            let read = reading.await.map_err(|failure| Error::new(&asked, Some(&request_id), failure))?;
            let (page, facts) = read.map_err(|malformed| self.unreadable(&asked, status, &request_id, malformed))?;
            walk.sweep.page(ask, &facts);
            all.extend(page.into_iter().map(|target| (target.id, target)));
        }
        let seen = walk.sweep.seen();
        let tag = walk.ended(|verdict| verdict.misses_some(seen))?;
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

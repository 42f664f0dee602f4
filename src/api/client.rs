//! What can be asked of a server. Each call is one request, or as few as the server's limits allow; nothing
//! is kept between calls but the session and what the server has refused.

mod lists;

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};

use chrono_tz::Tz;
use tokio::sync::watch;

use crate::api::address::{Endpoint, Query};
use crate::api::decode::{single, target};
use crate::api::document::{Malformed, refusal, refuses_include};
use crate::api::error::{AnsweredBefore, Error, Failure, RequestFacts, RequestSubject, Verb};
use crate::api::exchange::{HttpAnswer, HttpRequest, ServerConnection, common_query};
use crate::api::pretty;
use crate::api::session::{ApiSession, Freshness};
use crate::api::settings::{ClientSettings, Credentials, Labels, Precondition, SecretFrom};
use crate::api::setup_error::SetupError;
use crate::domain::answer::{Conditional, ConnectionState, Fetched, Tag};
use crate::domain::http_exchange::HttpExchange;
use crate::domain::record::{Record, Relation, Secret, Target};
use crate::domain::request_error::RequestErrorKind;
use crate::domain::sweep::PAGE;

/// Largest page that the server gives.
pub const MAX_PAGE: u32 = PAGE;

/// One server, and who we are there. Cheap to clone; clones share the session.
#[derive(Debug, Clone)]
pub struct Client {
    inner: Arc<Inner>,
}

#[derive(Debug)]
struct Inner {
    endpoint: Endpoint,
    wire: ServerConnection,
    session: ApiSession,
    again: Credentials,
    zone: Option<Tz>,
    precondition: Precondition,
    /// Whether relationships come by links: the settings say so, or the server refused to include them.
    by_links: AtomicBool,
    /// Whether the API has ever answered as itself.
    known: AtomicBool,
    /// Records of a page, as many as the server was found to give.
    page_size: AtomicU32,
}

impl Client {
    /// Makes ready; nothing is sent.
    ///
    /// # Errors
    /// The certificates named in the settings cannot be read, or the system has none that can be used.
    pub fn new(settings: ClientSettings) -> Result<Self, SetupError> {
        let wire = ServerConnection::new(&settings)?;
        Ok(Self {
            inner: Arc::new(Inner {
                wire,
                session: ApiSession::new(settings.credentials, settings.token),
                again: settings.again,
                zone: settings.timezone,
                precondition: settings.precondition,
                by_links: AtomicBool::new(settings.labels == Labels::Links),
                known: AtomicBool::new(false),
                page_size: AtomicU32::new(MAX_PAGE),
                endpoint: settings.endpoint,
            }),
        })
    }

    /// Where the server is.
    pub fn endpoint(&self) -> &Endpoint {
        &self.inner.endpoint
    }

    /// The last exchanges, the oldest first, without secrets.
    pub fn exchanges(&self) -> Vec<Arc<HttpExchange>> {
        self.inner.wire.recent().all()
    }

    /// State of the connection, sent after each exchange.
    pub fn link(&self) -> watch::Receiver<ConnectionState> {
        self.inner.session.link()
    }

    /// The token in use, to be kept for a later run.
    pub fn token(&self) -> Option<Secret> {
        self.inner.session.token()
    }

    /// Replaces the credentials, as after asking the user; [`Credentials::None`] forgets everything. The
    /// next request signs in again.
    pub fn supply(&self, credentials: Credentials) {
        if matches!(credentials, Credentials::None) {
            self.inner.wire.recent().forget_secrets();
        }
        self.inner.session.supply(credentials);
    }

    /// Signs in the settings' way that needs no secret at hand, [`ClientSettings::again`]. A password is asked for
    /// once and kept, as one that was given.
    ///
    /// # Errors
    /// As [`Client::sign_in`], and where the secret is not to be had.
    pub async fn sign_in_again(&self) -> Result<ConnectionState, Error> {
        let credentials = match &self.inner.again {
            Credentials::Password { user, password: SecretFrom::Asked(ask) } => {
                let asked = RequestFacts { verb: Verb::Post, subject: RequestSubject::SignIn(Some(user.clone())) };
                let failed = |why| Error::new(&asked, None, Failure::NoSecret(why));
                let password = self.inner.session.asked(ask).await.map_err(failed)?;
                Credentials::Password { user: user.clone(), password: SecretFrom::Given(password) }
            }
            other => other.clone(),
        };
        self.sign_in_with(credentials).await
    }

    /// Signs in with other credentials. Where that fails those in use stay, with their token.
    ///
    /// # Errors
    /// As [`Client::sign_in`].
    pub async fn sign_in_with(&self, credentials: Credentials) -> Result<ConnectionState, Error> {
        self.inner.session.sign_in_with(&self.inner.wire, credentials).await
    }

    /// Makes sure that there is a token, signing in where there is none that lasts.
    ///
    /// # Errors
    /// Credentials were refused or are not at hand, or the server was not reached.
    pub async fn sign_in(&self) -> Result<ConnectionState, Error> {
        if self.inner.session.token().is_some() {
            self.inner.session.grant(&self.inner.wire).await?;
            return Ok(self.link().borrow().clone());
        }
        self.renew().await
    }

    /// Replaces the token by a new one although the old one lasts.
    ///
    /// # Errors
    /// As [`Client::sign_in`]. The old token stays in use.
    pub async fn renew(&self) -> Result<ConnectionState, Error> {
        self.inner.session.renew(&self.inner.wire).await
    }

    /// Makes sure that the server is there and has the API. Asks for no password, and needs no token.
    ///
    /// # Errors
    /// It is not, or it has not.
    pub async fn reach(&self) -> Result<(), Error> {
        match self.page(1, 1, "id", None).await {
            Err(error) if !matches!(error.kind(), RequestErrorKind::SignInNeeded | RequestErrorKind::SignInFailed) => {
                Err(error)
            }
            Ok(_) | Err(_) => Ok(()),
        }
    }

    /// Keeps a secret out of errors and of the HTTP log, also where it was not sent yet.
    pub(crate) fn hide(&self, secret: &Secret) {
        self.inner.wire.recent().keep_secret(secret);
    }

    /// Gives back memory that was kept for further pages: none is due now.
    pub fn rest(&self) {
        self.inner.wire.give_rooms_back();
    }

    /// One registration from its canonical address; `known` is the tag of what the asker has of it.
    ///
    /// # Errors
    /// See [`Error`].
    pub async fn registration(&self, id: u64, known: Option<&Tag>) -> Result<Conditional<Fetched>, Error> {
        let request = |labels| HttpRequest {
            known: known.cloned(),
            ..HttpRequest::get(
                RequestSubject::Registration(id),
                self.inner.endpoint.registration(id, &self.query(labels)),
            )
        };
        let (asked, answer) = self.send_with_labels(request).await?;
        if answer.status == 304 {
            return unchanged(&asked, &answer, known);
        }
        self.fetched(&asked, answer, Some(id)).map(Conditional::Changed)
    }

    /// What a record's link leads to; `None` where it is linked to nothing. Only path and query of the link
    /// are used, on the configured server, and only below the API's own path.
    ///
    /// # Errors
    /// The link leads out of the API (nothing was sent), and see [`Error`].
    pub async fn related(&self, relation: Relation, link: &str) -> Result<Option<Target>, Error> {
        let subject = RequestSubject::Related(relation);
        let url = self.inner.endpoint.rebase(link).map_err(|error| {
            Error::new(&RequestFacts { verb: Verb::Get, subject: subject.clone() }, None, Failure::Link(error))
        })?;
        let request = HttpRequest::get(subject, url);
        let answer = self.send(&request).await?;
        target(&answer.body, relation)
            .map_err(|malformed| self.unreadable(&request.asked, answer.status, &answer.request_id, malformed))
    }

    /// One pop, node or transport protocol.
    ///
    /// # Errors
    /// See [`Error`].
    pub async fn target(&self, relation: Relation, id: u64) -> Result<Target, Error> {
        let url = self.inner.endpoint.target(relation, id, &common_query(self.inner.zone));
        let request = HttpRequest::get(RequestSubject::Target(relation, id), url);
        let answer = self.send(&request).await?;
        let wrong =
            |reason: String| self.unreadable(&request.asked, answer.status, &answer.request_id, Malformed(reason));
        match target(&answer.body, relation) {
            Ok(Some(target)) if target.id == id => Ok(target),
            Ok(Some(target)) => Err(wrong(format!("it is {} {} where {id} was due", relation.noun(), target.id))),
            Ok(None) => Err(wrong("`data` is null".to_owned())),
            Err(malformed) => Err(self.unreadable(&request.asked, answer.status, &answer.request_id, malformed)),
        }
    }

    /// The canonical address of a registration, or of the list where there is no id: for a command line to
    /// copy.
    pub fn url_of(&self, id: Option<u64>) -> String {
        let query = self.query(self.labels());
        match id {
            Some(id) => self.inner.endpoint.registration(id, &query).to_string(),
            None => self.inner.endpoint.registrations(&query).to_string(),
        }
    }

    pub(super) fn labels(&self) -> Labels {
        if self.inner.by_links.load(Ordering::Relaxed) { Labels::Links } else { Labels::Include }
    }

    pub(super) fn query(&self, labels: Labels) -> Query {
        let query = match labels {
            Labels::Include => Query::default().with_labels(),
            Labels::Links => Query::default(),
        };
        // The zone stands last, where it is out of the way in logs.
        match self.inner.zone {
            Some(_) => query.joined(&common_query(self.inner.zone)),
            None => query,
        }
    }

    /// Whether writes name the tag that they are based on, by the settings.
    pub fn precondition(&self) -> Precondition {
        self.inner.precondition
    }

    /// Sends what `request` makes for the labels in force; where the server refuses to include them, it is
    /// made once more for links, now and from now on. A refused request was not carried out, so this holds
    /// for writes too.
    pub(super) async fn send_with_labels(
        &self,
        request: impl Fn(Labels) -> HttpRequest,
    ) -> Result<(RequestFacts, HttpAnswer), Error> {
        let labels = self.labels();
        let first = request(labels);
        let answer = self.exchange(&first).await?;
        let refused = labels == Labels::Include && answer.status == 400 && refuses_include(&answer.body);
        if !refused {
            return self.judged(&first.asked, answer).map(|answer| (first.asked, answer));
        }
        self.inner.by_links.store(true, Ordering::Relaxed);
        let second = request(Labels::Links);
        self.send(&second).await.map(|answer| (second.asked, answer))
    }

    /// Sends a request; a status that says no is an error.
    pub(super) async fn send(&self, request: &HttpRequest) -> Result<HttpAnswer, Error> {
        let answer = self.exchange(request).await?;
        self.judged(&request.asked, answer)
    }

    /// One exchange with a token, and one more with a new token after a 401: what got a 401 was not done.
    async fn exchange(&self, request: &HttpRequest) -> Result<HttpAnswer, Error> {
        let Inner { wire, session, .. } = &*self.inner;
        let grant = match session.grant(wire).await {
            Ok(grant) => grant,
            Err(error) if request.asked.verb == Verb::Get && matches!(error.failure(), Failure::SignInNeeded) => {
                return self.unsigned(request, error).await;
            }
            Err(error) => return Err(error.instead_of(&request.asked)),
        };
        let answer = wire.exchange(request, Some(&grant.token)).await?;
        session.observe(&answer);
        if answer.status != 401 {
            return Ok(answer);
        }
        let refused = |answer: &HttpAnswer| {
            let failure = Failure::TokenRefused(session.source());
            Error::new(&request.asked, Some(&answer.request_id), failure)
        };
        if grant.fresh == Freshness::Fresh {
            session.refused(&grant);
            return Err(refused(&answer));
        }
        let grant = session.replace(wire, &grant).await.map_err(|error| error.instead_of(&request.asked))?;
        let answer = wire.exchange(request, Some(&grant.token)).await?;
        session.observe(&answer);
        if answer.status == 401 {
            session.refused(&grant);
            return Err(refused(&answer));
        }
        Ok(answer)
    }

    /// A read without a token, where nothing is available to sign in with: a server that is not there, or is no such
    /// server, is reported before anyone is asked for a password.
    async fn unsigned(&self, request: &HttpRequest, needed: Error) -> Result<HttpAnswer, Error> {
        let answer = self.inner.wire.exchange(request, None).await?;
        self.inner.session.observe(&answer);
        if answer.status == 401 { Err(needed.instead_of(&request.asked)) } else { Ok(answer) }
    }

    /// An answer that is not what was asked for.
    pub(super) fn unreadable(
        &self,
        asked: &RequestFacts,
        status: u16,
        request_id: &str,
        Malformed(reason): Malformed,
    ) -> Error {
        let failure = Failure::Unreadable { status: Some(status), reason };
        self.inner.wire.hide(Error::new(asked, Some(request_id), failure))
    }

    /// The record in an answer; with `due`, that one and no other.
    pub(super) fn fetched(&self, asked: &RequestFacts, answer: HttpAnswer, due: Option<u64>) -> Result<Fetched, Error> {
        let (registration, targets) = single(&answer.body)
            .map_err(|malformed| self.unreadable(asked, answer.status, &answer.request_id, malformed))?;
        if let Some(due) = due.filter(|due| *due != registration.id()) {
            let reason = format!("it is registration {} where {due} was due", registration.id());
            return Err(self.unreadable(asked, answer.status, &answer.request_id, Malformed(reason)));
        }
        let document = pretty::document(&String::from_utf8_lossy(&answer.body));
        Ok(Fetched { registration, targets, tag: answer.tag, document })
    }

    fn judged(&self, asked: &RequestFacts, answer: HttpAnswer) -> Result<HttpAnswer, Error> {
        match answer.status {
            200..=299 => {
                self.inner.known.store(true, Ordering::Relaxed);
                Ok(answer)
            }
            304 if asked.verb == Verb::Get => Ok(answer),
            status => {
                let known =
                    if self.inner.known.load(Ordering::Relaxed) { AnsweredBefore::Yes } else { AnsweredBefore::NotYet };
                let failure =
                    Failure::Status { status, refusal: refusal(&answer.body), retry_after: answer.retry_after, known };
                let error = Error::new(asked, Some(&answer.request_id), failure);
                Err(self.inner.wire.hide(error))
            }
        }
    }
}

fn unchanged<T>(asked: &RequestFacts, answer: &HttpAnswer, known: Option<&Tag>) -> Result<Conditional<T>, Error> {
    if known.is_some() {
        return Ok(Conditional::Unchanged);
    }
    let reason = "it says \"unchanged\" although no ETag was sent".to_owned();
    Err(Error::new(asked, Some(&answer.request_id), Failure::Unreadable { status: Some(answer.status), reason }))
}

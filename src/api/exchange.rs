//! One HTTP exchange: headers, time-outs, size caps, redirects on the same origin, and the one immediate
//! repetition of a read whose connection had gone stale. Knows nothing of tokens but how to send one.

mod buffer_pool;
mod certificate;
mod fault;
mod http_log;

use std::fmt;
use std::hash::{BuildHasher, Hasher};
use std::ops::Deref;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use chrono::{DateTime, Utc};
use reqwest::header::{
    ACCEPT, AUTHORIZATION, CONTENT_TYPE, DATE, ETAG, HeaderMap, HeaderValue, IF_MATCH, IF_NONE_MATCH, LOCATION,
    RETRY_AFTER,
};
use reqwest::{Method, Url};
use secrecy::zeroize::Zeroizing;
use tokio::time::Instant;

use crate::api::address::{Endpoint, Query};
use crate::api::error::{AnswerStage, Error, Failure, RequestFacts, RequestSubject, Verb};
use crate::api::exchange::http_log::RecentExchanges;
use crate::api::proxy::Proxy;
use crate::api::settings::ClientSettings;
use crate::api::setup_error::SetupError;
use crate::domain::answer::Tag;
use crate::domain::record::Secret;
use buffer_pool::BufferPool;

/// The media type, exactly: the server refuses it with any parameter.
const MEDIA_TYPE: HeaderValue = HeaderValue::from_static("application/vnd.api+json");

/// The server closes a connection that was idle for 20 s; ours are given up before that.
const IDLE: Duration = Duration::from_secs(15);

/// Redirects on the same origin that are followed.
const REDIRECTS: usize = 3;

/// What is sent.
#[derive(Debug, Clone)]
pub(super) struct HttpRequest {
    /// What it is, in words.
    pub asked: RequestFacts,
    /// Where it goes.
    pub url: Url,
    /// Its body. It may hold a password.
    pub body: Option<Secret>,
    /// `If-None-Match`.
    pub known: Option<Tag>,
    /// `If-Match`.
    pub expected: Option<Tag>,
}

impl HttpRequest {
    /// A read.
    pub(super) const fn get(subject: RequestSubject, url: Url) -> Self {
        Self { asked: RequestFacts { verb: Verb::Get, subject }, url, body: None, known: None, expected: None }
    }

    /// A sign-in.
    pub(super) const fn post(asked: RequestFacts, url: Url) -> Self {
        Self { asked, url, body: None, known: None, expected: None }
    }
}

/// The bytes of an answer. Passwords and tokens are among them: not printed by `Debug`, and wiped in the end.
pub(super) struct AnswerBody(Zeroizing<Vec<u8>>);

impl Deref for AnswerBody {
    type Target = [u8];

    fn deref(&self) -> &[u8] {
        &self.0
    }
}

impl fmt::Debug for AnswerBody {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "Body({} bytes)", self.0.len())
    }
}

/// What came back, whatever its status.
#[derive(Debug)]
pub(super) struct HttpAnswer {
    pub status: u16,
    pub body: AnswerBody,
    pub tag: Option<Tag>,
    pub retry_after: Option<Duration>,
    /// The server's clock, in seconds since 1970.
    pub date: Option<i64>,
    /// Ours at the same moment.
    pub wall: i64,
    /// When the request was sent.
    pub sent: Instant,
    /// From sending to the last byte.
    pub took: Duration,
    pub request_id: String,
    /// Its headers, to be looked at.
    pub headers: Vec<(String, String)>,
}

/// The way to one server.
#[derive(Debug)]
pub(super) struct ServerConnection {
    http: reqwest::Client,
    /// Name of the proxy in between, if there is one.
    proxy: Option<String>,
    endpoint: Endpoint,
    timeout: Duration,
    max_body: u64,
    buffers: BufferPool,
    /// Distinguishes the requests of this process from those of others in the server's log.
    prefix: String,
    count: AtomicU64,
    recent: RecentExchanges,
}

/// A client for one address: no redirects, no proxy to this machine itself, certificates of the system and of `ca_pem`.
///
/// # Errors
/// The certificates cannot be read, or the system's cannot be used.
pub fn http_client(
    url: &Url,
    ca_pem: Option<&[u8]>,
    connect_timeout: Duration,
    proxy: Option<&Proxy>,
) -> Result<reqwest::Client, SetupError> {
    // reqwest asks for one even where nothing is encrypted; the second caller of this finds it made.
    drop(rustls::crypto::ring::default_provider().install_default());
    let mut builder = reqwest::Client::builder()
        .user_agent(concat!("sipreg/", env!("CARGO_PKG_VERSION")))
        .connect_timeout(connect_timeout)
        .pool_idle_timeout(IDLE)
        .tcp_nodelay(true)
        .redirect(reqwest::redirect::Policy::none())
        .http1_only()
        // It is decided already which one is used.
        .no_proxy();
    if let Some(proxy) = proxy {
        let refused = |error| SetupError::ProxyRefused(proxy.display_name(), fault::innermost(&error));
        builder = builder.proxy(reqwest::Proxy::all(proxy.address().as_str()).map_err(refused)?);
    }
    let encrypts = |url: &Url| url.scheme() == "https";
    if encrypts(url) || proxy.is_some_and(|proxy| encrypts(proxy.address())) {
        builder = builder.tls_backend_preconfigured(certificate::encryption(ca_pem)?);
    } else {
        // No certificate will be looked at, so the system's need not be loaded.
        builder = builder.tls_certs_only([]);
        // A mistake in the settings is still reported.
        ca_pem.map(certificate::authorities).transpose()?;
    }
    builder.build().map_err(|error| SetupError::Http(fault::innermost(&error)))
}

impl ServerConnection {
    /// Makes ready; nothing is sent.
    ///
    /// # Errors
    /// The certificates cannot be read, or the system's cannot be used.
    pub(super) fn new(settings: &ClientSettings) -> Result<Self, SetupError> {
        let variable = |name: &str| std::env::var(name).ok();
        let proxy = Proxy::of(settings.endpoint.base(), &settings.proxy, variable)?;
        let http = http_client(
            settings.endpoint.base(),
            settings.ca_pem.as_deref(),
            settings.connect_timeout,
            proxy.as_ref(),
        )?;
        let noise = std::hash::RandomState::new().build_hasher().finish();
        Ok(Self {
            http,
            proxy: proxy.map(|proxy| proxy.display_name()),
            endpoint: settings.endpoint.clone(),
            timeout: settings.timeout,
            max_body: settings.max_body,
            buffers: BufferPool::default(),
            prefix: format!("sipreg-{noise:016x}"),
            count: AtomicU64::new(0),
            recent: RecentExchanges::default(),
        })
    }

    /// Where it leads.
    pub(super) const fn endpoint(&self) -> &Endpoint {
        &self.endpoint
    }

    /// How long an answer may take.
    pub(super) const fn timeout(&self) -> Duration {
        self.timeout
    }

    /// The last exchanges, the oldest first, without secrets.
    pub(super) const fn recent(&self) -> &RecentExchanges {
        &self.recent
    }

    /// An error without any secret that was sent or received so far, wherever the server quotes it.
    pub(super) fn hide(&self, error: Error) -> Error {
        error.hiding(&self.recent.secrets()).through(self.proxy.as_deref())
    }

    /// Reuses the buffer of a body that has been read, for the next page.
    pub(super) fn keep_room(&self, body: AnswerBody) {
        self.buffers.keep(body.0);
    }

    /// Gives such rooms back: no further page is due.
    pub(super) fn give_rooms_back(&self) {
        self.buffers.clear();
    }

    /// Sends a request and reads its answer.
    ///
    /// # Errors
    /// No complete answer. A status that says no is an answer.
    pub(super) async fn exchange(&self, request: &HttpRequest, token: Option<&Secret>) -> Result<HttpAnswer, Error> {
        let number = self.count.fetch_add(1, Ordering::Relaxed) + 1;
        let id = format!("{}-{number}", self.prefix);
        let started = Instant::now();
        let result = match tokio::time::timeout(self.timeout, self.follow(request, token, &id, started)).await {
            Ok(result) => result,
            Err(_) => Err(Failure::TimedOut { limit: self.timeout }),
        };
        let result = result.map_err(|failure| Error::new(&request.asked, Some(&id), failure));
        self.recent.keep(request, token, &id, started.elapsed(), &result);
        result.map_err(|error| self.hide(error))
    }

    async fn follow(
        &self,
        request: &HttpRequest,
        token: Option<&Secret>,
        id: &str,
        sent: Instant,
    ) -> Result<HttpAnswer, Failure> {
        let headers = headers(request, token, id)?;
        let (mut url, mut last) = (request.url.clone(), 0);
        for _ in 0..=REDIRECTS {
            let response = self.send(request, &url, &headers).await?;
            let status = response.status().as_u16();
            let Some(target) = redirect_target(&response, &url) else {
                return self.answer(response, id, sent).await;
            };
            match target {
                Some(target) if !self.endpoint.is_home_of(&target) => {
                    return Err(Failure::Redirected { status, to: target.origin().ascii_serialization() });
                }
                Some(target) if request.asked.verb == Verb::Get => (url, last) = (target, status),
                Some(_) | None => return Err(Failure::Wandering { status }),
            }
        }
        Err(Failure::Wandering { status: last })
    }

    async fn send(&self, request: &HttpRequest, url: &Url, headers: &HeaderMap) -> Result<reqwest::Response, Failure> {
        let again = !request.asked.is_write();
        match self.once(request, url, headers).await {
            // A kept connection that the server had just closed looks like this; nothing was answered.
            Err(Failure::Cut { stage: AnswerStage::BeforeAnswer }) if again => self.once(request, url, headers).await,
            result => result,
        }
    }

    async fn once(&self, request: &HttpRequest, url: &Url, headers: &HeaderMap) -> Result<reqwest::Response, Failure> {
        let method = match request.asked.verb {
            Verb::Get => Method::GET,
            Verb::Patch => Method::PATCH,
            Verb::Post => Method::POST,
            Verb::Delete => Method::DELETE,
        };
        let mut builder = self.http.request(method, url.clone()).headers(headers.clone());
        if let Some(body) = &request.body {
            builder = builder.body(body.expose().to_owned());
        }
        builder
            .send()
            .await
            .map_err(|error| fault::of_request(&error, &self.endpoint, self.proxy.as_deref(), self.timeout))
    }

    async fn answer(&self, mut response: reqwest::Response, id: &str, sent: Instant) -> Result<HttpAnswer, Failure> {
        let status = response.status().as_u16();
        let limit = self.max_body;
        let too_large = || Failure::TooLarge { status, limit };
        let announced = response.content_length().unwrap_or_default();
        if announced > limit {
            return Err(too_large());
        }
        let wall = wall_clock();
        let date = date(response.headers());
        let retry_after = retry_after(response.headers(), date.unwrap_or_else(|| wall.timestamp()));
        let headers = http_log::headers(response.headers());
        let tag = response.headers().get(ETAG).and_then(|tag| tag.to_str().ok()).map(Tag::new);
        let mut body = self.buffers.take(response.content_length());
        while let Some(chunk) = response.chunk().await.map_err(|error| fault::of_body(&error, status))? {
            if (body.len() as u64).saturating_add(chunk.len() as u64) > limit {
                return Err(too_large());
            }
            body.extend_from_slice(&chunk);
        }
        Ok(HttpAnswer {
            status,
            body: AnswerBody(body),
            tag,
            retry_after,
            date,
            wall: wall.timestamp(),
            sent,
            took: sent.elapsed(),
            request_id: id.to_owned(),
            headers,
        })
    }
}

/// The parameters that every request to the API carries.
pub(super) fn common_query(settings_zone: Option<chrono_tz::Tz>) -> Query {
    Query::default().in_zone(settings_zone, wall_clock())
}

fn headers(request: &HttpRequest, token: Option<&Secret>, id: &str) -> Result<HeaderMap, Failure> {
    let unsendable = |reason: &str| Failure::Unsendable { reason: reason.to_owned() };
    let mut headers = HeaderMap::new();
    headers.insert(ACCEPT, MEDIA_TYPE);
    if request.body.is_some() {
        headers.insert(CONTENT_TYPE, MEDIA_TYPE);
    }
    if let Ok(id) = HeaderValue::from_str(id) {
        headers.insert("x-request-id", id);
    }
    if let Some(token) = token {
        let mut value = HeaderValue::from_str(token.expose())
            .map_err(|_invalid| unsendable("the token contains characters that are not allowed in a header"))?;
        value.set_sensitive(true);
        headers.insert(AUTHORIZATION, value);
    }
    for (name, tag) in [(IF_NONE_MATCH, &request.known), (IF_MATCH, &request.expected)] {
        if let Some(tag) = tag {
            let value = HeaderValue::from_str(tag.as_str())
                .map_err(|_invalid| unsendable("the ETag contains characters that are not allowed in a header"))?;
            headers.insert(name, value);
        }
    }
    Ok(headers)
}

/// Where a response redirects to: `None` where it does not, `Some(None)` where it does not say.
#[expect(clippy::option_option, reason = "no redirect and a redirect without a target are different things")]
fn redirect_target(response: &reqwest::Response, from: &Url) -> Option<Option<Url>> {
    if !matches!(response.status().as_u16(), 300..=303 | 307 | 308) {
        return None;
    }
    let location = response.headers().get(LOCATION).and_then(|value| value.to_str().ok());
    Some(location.and_then(|location| from.join(location).ok()))
}

fn date(headers: &HeaderMap) -> Option<i64> {
    http_date(headers.get(DATE)?.to_str().ok()?)
}

fn http_date(text: &str) -> Option<i64> {
    DateTime::parse_from_rfc2822(text).ok().map(|date| date.timestamp())
}

/// `Retry-After` as a time from now: seconds, or a date (RFC 9110, 10.2.3).
fn retry_after(headers: &HeaderMap, now: i64) -> Option<Duration> {
    let text = headers.get(RETRY_AFTER)?.to_str().ok()?.trim();
    let seconds = text.parse().ok().or_else(|| u64::try_from(http_date(text)?.saturating_sub(now)).ok())?;
    Some(Duration::from_secs(seconds))
}

/// The time of day: it is only compared with the server's, and names the offset of a time zone.
#[expect(clippy::disallowed_methods, reason = "the one place of the client that looks at the wall clock")]
pub(super) fn wall_clock() -> DateTime<Utc> {
    Utc::now()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::api::Credentials;

    #[test]
    fn waiting_times_are_read_as_seconds_or_as_a_date() {
        let after = |text: &'static str| {
            let headers = HeaderMap::from_iter([(RETRY_AFTER, HeaderValue::from_static(text))]);
            retry_after(&headers, 784_111_777)
        };
        assert_eq!(after("7"), Some(Duration::from_secs(7)));
        assert_eq!(after("Sun, 06 Nov 1994 08:49:57 GMT"), Some(Duration::from_secs(20)));
        assert_eq!(after("Sun, 06 Nov 1994 08:49:17 GMT"), None);
        assert_eq!(after("soon"), None);
    }

    #[test]
    fn rooms_of_bodies_are_used_again_until_no_further_page_is_due() {
        let endpoint = Endpoint::parse("http://127.0.0.1:1").unwrap();
        let wire = ServerConnection::new(&ClientSettings::new(endpoint, Credentials::None)).unwrap();
        let room = || wire.buffers.take(None);
        wire.keep_room(AnswerBody(wire.buffers.take(Some(1 << 20))));
        let kept = room();
        assert_eq!(kept.capacity(), 1 << 20);
        wire.keep_room(AnswerBody(kept));
        wire.give_rooms_back();
        assert_eq!(room().capacity(), 0);
    }
}

//! The token: had by signing in, replaced ahead of its end or after a 401, by one sign-in at a time however
//! many requests wait for it. A refused password is remembered and not tried again by itself.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use secrecy::zeroize::Zeroizing;
use tokio::sync::watch;
use tokio::time::Instant;

use crate::api::document::{Malformed, member, members, refusal, string, text_of_body};
use crate::api::error::{
    AnsweredBefore, Error, Failure, Refusal, RequestFacts, RequestSubject, TokenEnd, TokenSource, Verb,
};
use crate::api::exchange::{HttpAnswer, HttpRequest, ServerConnection, wall_clock};
use crate::api::settings::{Credentials, SecretFrom, SecretPrompt};
use crate::api::token::{ClockReading, expiry, left, margin};
use crate::domain::answer::ConnectionState;
use crate::domain::record::Secret;
use crate::domain::redactor::Redactor;
use crate::domain::secret_error::SecretError;

/// A token on loan for one exchange.
#[derive(Debug, Clone)]
pub(super) struct Grant {
    pub token: Secret,
    /// Which of the session's tokens it is.
    generation: u64,
    /// Whether it was made while the asker waited: then a 401 is no question of age.
    pub fresh: Freshness,
}

/// Whether a token may be too old.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Freshness {
    /// Just made.
    Fresh,
    /// From before.
    Kept,
}

#[derive(Debug)]
struct Token {
    secret: Secret,
    generation: u64,
    /// In seconds since 1970, on the server's clock.
    expires: Option<i64>,
    lifetime: Duration,
    /// Whether the server has said no to it.
    refused: bool,
}

#[derive(Debug)]
struct State {
    credentials: Credentials,
    /// Counts supplies of credentials, so that a sign-in with the old ones does not count.
    supplies: u64,
    token: Option<Token>,
    generations: u64,
    /// The server's refusal of these credentials.
    refusal: Option<Error>,
    /// Counts sign-ins that ended; the last one's error.
    attempts: u64,
    last_error: Option<Error>,
    seen: ClockReading,
    skew: Option<i64>,
    rtt: Option<Duration>,
    waits_for: Option<Arc<str>>,
}

/// Time after which the screen shows what it waits for.
const MENTIONED: Duration = Duration::from_secs(1);

/// Word of what is waited for, until this is dropped.
struct Mention<'s>(&'s ApiSession);

impl<'s> Mention<'s> {
    fn of(session: &'s ApiSession, ask: &SecretPrompt) -> Self {
        session.state().waits_for = Some(ask.name());
        session.report();
        Self(session)
    }
}

impl Drop for Mention<'_> {
    fn drop(&mut self) {
        self.0.state().waits_for = None;
        self.0.report();
    }
}

/// Why a sign-in is made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Cause {
    /// A request needs a token.
    Needed,
    /// Someone asked for it.
    Asked,
}

/// What one server knows us by.
#[derive(Debug)]
pub(super) struct ApiSession {
    state: Mutex<State>,
    /// Held while signing in.
    gate: tokio::sync::Mutex<()>,
    link: watch::Sender<ConnectionState>,
}

impl ApiSession {
    pub(super) fn new(credentials: Credentials, kept: Option<Secret>) -> Self {
        let mut state = State {
            credentials,
            supplies: 0,
            token: None,
            generations: 0,
            refusal: None,
            attempts: 0,
            last_error: None,
            seen: ClockReading { date: wall_clock().timestamp(), at: Instant::now() },
            skew: None,
            rtt: None,
            waits_for: None,
        };
        if let Some(kept) = kept {
            state.put(kept);
        }
        let link = watch::Sender::new(state.link(Instant::now()));
        Self { state: Mutex::new(state), gate: tokio::sync::Mutex::new(()), link }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        // Nothing panics while holding it; if something did, the state is still whole.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn report(&self) {
        let link = self.state().link(Instant::now());
        self.link.send_replace(link);
    }

    /// Receives changes of the link.
    pub(super) fn link(&self) -> watch::Receiver<ConnectionState> {
        self.link.subscribe()
    }

    /// The token in use.
    pub(super) fn token(&self) -> Option<Secret> {
        self.state().token.as_ref().filter(|token| !token.refused).map(|token| token.secret.clone())
    }

    /// Replaces the credentials. The token goes with the old ones.
    pub(super) fn supply(&self, credentials: Credentials) {
        {
            let mut state = self.state();
            state.credentials = credentials;
            state.supplies += 1;
            state.token = None;
            state.refusal = None;
            state.last_error = None;
        }
        self.report();
    }

    /// Takes note of an answer: how long it took, and what the server's clock says.
    pub(super) fn observe(&self, answer: &HttpAnswer) {
        {
            let mut state = self.state();
            state.rtt = Some(answer.took);
            if let Some(date) = answer.date {
                // The date is not younger than the sending; an end that comes too early does no harm.
                state.seen = ClockReading { date, at: answer.sent };
                state.skew = Some(date.saturating_sub(answer.wall));
            }
        }
        self.report();
    }

    /// A token to send, made first where there is none or it is about to end.
    pub(super) async fn grant(&self, wire: &ServerConnection) -> Result<Grant, Error> {
        let (kept, attempts) = {
            let state = self.state();
            match state.lend(Instant::now()) {
                Lent::Good(grant) => return Ok(grant),
                Lent::Ending(grant) => (Some(grant), state.attempts),
                Lent::None => (None, state.attempts),
            }
        };
        match (self.sign_in(wire, None, attempts, Cause::Needed).await, kept) {
            (Ok(grant), _) => Ok(grant),
            // It lasts for some seconds more: better than nothing where only the line is bad.
            (Err(error), Some(grant)) if error.error().is_passing() => Ok(grant),
            (Err(error), _) => Err(error),
        }
    }

    /// Another token in place of one that the server refused.
    pub(super) async fn replace(&self, wire: &ServerConnection, refused: &Grant) -> Result<Grant, Error> {
        self.refused(refused);
        let attempts = self.state().attempts;
        self.sign_in(wire, Some(refused.generation), attempts, Cause::Needed).await
    }

    /// Where the token in use comes from, and whether it had ended by its own word.
    pub(super) fn source(&self) -> TokenSource {
        let state = self.state();
        let Credentials::Token(SecretFrom::Asked(ask)) = &state.credentials else { return TokenSource::SignIn };
        let end = match state.left(Instant::now()) {
            Some(left) if left.is_zero() => TokenEnd::Past,
            Some(_) => TokenEnd::Ahead,
            None => TokenEnd::Unknown,
        };
        TokenSource::Asked { name: ask.name(), end }
    }

    /// Takes note that the server refused a token, without replacing it.
    pub(super) fn refused(&self, grant: &Grant) {
        {
            let mut state = self.state();
            if let Some(token) = state.token.as_mut().filter(|token| token.generation == grant.generation) {
                token.refused = true;
            }
        }
        self.report();
    }

    /// Signs in although a token may be at hand.
    pub(super) async fn renew(&self, wire: &ServerConnection) -> Result<ConnectionState, Error> {
        let (current, attempts) = {
            let state = self.state();
            (state.token.as_ref().map(|token| token.generation), state.attempts)
        };
        self.sign_in(wire, current, attempts, Cause::Asked).await?;
        Ok(self.link.borrow().clone())
    }

    /// Signs in with other credentials. Where that fails those in use stay, with their token: what is under way needs
    /// them.
    pub(super) async fn sign_in_with(
        &self,
        wire: &ServerConnection,
        credentials: Credentials,
    ) -> Result<ConnectionState, Error> {
        let _held = self.gate.lock().await;
        let secret = self.attempt(wire, &credentials, Cause::Asked).await?;
        {
            let mut state = self.state();
            state.credentials = credentials;
            state.attempts += 1;
            state.refusal = None;
            state.last_error = None;
            state.put(secret);
        }
        self.report();
        Ok(self.link.borrow().clone())
    }

    /// Signs in, or waits for the sign-in that is under way and shares its outcome. `not` is a token that
    /// will not do; `before` counts the attempts that had ended when the asker found so.
    async fn sign_in(
        &self,
        wire: &ServerConnection,
        not: Option<u64>,
        before: u64,
        cause: Cause,
    ) -> Result<Grant, Error> {
        let _held = self.gate.lock().await;
        {
            let state = self.state();
            if let Some(token) = &state.token {
                let other =
                    not.is_some_and(|not| token.generation != not) || (not.is_none() && state.attempts > before);
                if other && !token.refused {
                    return Ok(token.grant(freshness(&state.credentials)));
                }
            }
            if let Some(error) = state.last_error.as_ref().filter(|_| state.attempts > before) {
                return Err(error.clone());
            }
        }
        loop {
            let (credentials, supplies) = {
                let state = self.state();
                (state.credentials.clone(), state.supplies)
            };
            let outcome = match self.refused_before(&credentials, cause) {
                Some(refusal) => Err(refusal),
                None => self.attempt(wire, &credentials, cause).await,
            };
            let result = {
                let mut state = self.state();
                if state.supplies != supplies {
                    // Others were supplied meanwhile: what came of the old ones does not count.
                    continue;
                }
                state.attempts += 1;
                match outcome {
                    Ok(secret) => {
                        state.last_error = None;
                        state.refusal = None;
                        let freshness = freshness(&state.credentials);
                        Ok(state.put(secret).grant(freshness))
                    }
                    Err(error) => {
                        if matches!(error.failure(), Failure::SignInRefused { .. }) {
                            state.refusal = Some(error.clone());
                        }
                        state.last_error = Some(error.clone());
                        Err(error)
                    }
                }
            };
            self.report();
            return result;
        }
    }

    /// The secret, where that takes longer than a moment with word of what is waited for.
    pub(super) async fn asked(&self, ask: &SecretPrompt) -> Result<Secret, SecretError> {
        let mut asking = ask.ask();
        if let Ok(answer) = tokio::time::timeout(MENTIONED, &mut asking).await {
            return answer;
        }
        // Removed also where nothing waits any more.
        let _mention = Mention::of(self, ask);
        asking.await
    }

    /// Why a password that is in use is not sent again.
    fn refused_before(&self, credentials: &Credentials, cause: Cause) -> Option<Error> {
        let Credentials::Password { password, .. } = credentials else { return None };
        // A password that is asked for may be another one when someone wants to try again.
        let may_differ = cause == Cause::Asked && matches!(password, SecretFrom::Asked(_));
        self.state().refusal.clone().filter(|_| !may_differ)
    }

    async fn attempt(&self, wire: &ServerConnection, credentials: &Credentials, cause: Cause) -> Result<Secret, Error> {
        let asked =
            RequestFacts { verb: Verb::Post, subject: RequestSubject::SignIn(credentials.user().map(str::to_owned)) };
        let failed = |failure| Error::new(&asked, None, failure);
        match credentials {
            Credentials::None => Err(failed(Failure::SignInNeeded)),
            Credentials::Token(SecretFrom::Given(token)) => {
                let refused = self.state().token.as_ref().is_some_and(|known| known.refused && known.secret == *token);
                if refused && cause == Cause::Needed {
                    return Err(failed(Failure::NoSecret(SecretError::Refused)));
                }
                Ok(token.clone())
            }
            Credentials::Token(SecretFrom::Asked(ask)) => {
                self.asked(ask).await.map_err(|why| failed(Failure::NoSecret(why)))
            }
            Credentials::Password { user, password } => {
                let password = match password {
                    SecretFrom::Given(password) => password.clone(),
                    SecretFrom::Asked(ask) => self.asked(ask).await.map_err(|why| failed(Failure::NoSecret(why)))?,
                };
                let body = Some(sign_in_body(user, &password));
                let request = HttpRequest { body, ..HttpRequest::post(asked.clone(), wire.endpoint().sign_in()) };
                let answer = wire.exchange(&request, None).await?;
                self.observe(&answer);
                token_of(&asked, &answer, &wire.recent().secrets()).map_err(|error| wire.hide(error))
            }
        }
    }
}

/// Written by hand: a tree of JSON values would leave a copy of the password behind.
fn sign_in_body(user: &str, password: &Secret) -> Secret {
    let quoted = |text: &str| serde_json::to_string(text).map(Zeroizing::new).unwrap_or_default();
    let (user, password) = (quoted(user), quoted(password.expose()));
    Secret::new(format!(r#"{{"auth":{{"username":{},"password":{}}}}}"#, *user, *password))
}

/// What a token is that these credentials have just led to. One that is given may be of any age.
const fn freshness(credentials: &Credentials) -> Freshness {
    match credentials {
        Credentials::Token(SecretFrom::Given(_)) => Freshness::Kept,
        Credentials::None | Credentials::Password { .. } | Credentials::Token(SecretFrom::Asked(_)) => Freshness::Fresh,
    }
}

/// The token in the answer to a sign-in.
fn token_of(asked: &RequestFacts, answer: &HttpAnswer, secrets: &Redactor) -> Result<Secret, Error> {
    let failed = |failure| Error::new(asked, Some(&answer.request_id), failure).hiding(secrets);
    match answer.status {
        200..=299 => {
            let unreadable = |Malformed(reason)| failed(Failure::Unreadable { status: Some(answer.status), reason });
            let text = text_of_body(&answer.body).map_err(unreadable)?;
            members(text)
                .and_then(|top| string(member(&top, "jwt")?).map(|jwt| Secret::new(jwt.into_owned())))
                .filter(|token| !token.expose().is_empty())
                .ok_or_else(|| unreadable(Malformed::new("it holds no token")))
        }
        401 => {
            let detail = match refusal(&answer.body) {
                Refusal::Errors(errors) => {
                    // Masked before it is cut: half a password is no longer recognised.
                    let reported = errors.first().map(|error| secrets.clean(&error.detail)).unwrap_or_default();
                    reported.chars().take(200).collect()
                }
                Refusal::Html(_) | Refusal::Empty | Refusal::Other => String::new(),
            };
            let detail = if detail.is_empty() { "wrong user name or password".to_owned() } else { detail };
            Err(failed(Failure::SignInRefused { detail }))
        }
        status => Err(failed(Failure::Status {
            status,
            refusal: refusal(&answer.body),
            retry_after: answer.retry_after,
            known: AnsweredBefore::NotYet,
        })),
    }
}

enum Lent {
    Good(Grant),
    /// It should be replaced, and still works.
    Ending(Grant),
    /// There is none, or none that works.
    None,
}

impl Token {
    fn grant(&self, fresh: Freshness) -> Grant {
        Grant { token: self.secret.clone(), generation: self.generation, fresh }
    }
}

impl State {
    fn put(&mut self, secret: Secret) -> &Token {
        self.generations += 1;
        let expires = expiry(secret.expose());
        let lifetime = expires.map(|expires| left(expires, self.seen, Instant::now())).unwrap_or_default();
        self.token.insert(Token { secret, generation: self.generations, expires, lifetime, refused: false })
    }

    fn left(&self, now: Instant) -> Option<Duration> {
        Some(left(self.token.as_ref()?.expires?, self.seen, now))
    }

    fn lend(&self, now: Instant) -> Lent {
        let Some(token) = self.token.as_ref().filter(|token| !token.refused) else { return Lent::None };
        match self.left(now) {
            Some(left) if left <= margin(token.lifetime) && self.is_renewable() => {
                if left.is_zero() {
                    Lent::None
                } else {
                    Lent::Ending(token.grant(Freshness::Kept))
                }
            }
            Some(_) | None => Lent::Good(token.grant(Freshness::Kept)),
        }
    }

    fn is_renewable(&self) -> bool {
        match &self.credentials {
            Credentials::None | Credentials::Token(SecretFrom::Given(_)) => false,
            Credentials::Token(SecretFrom::Asked(_)) => true,
            Credentials::Password { .. } => self.refusal.is_none(),
        }
    }

    fn link(&self, now: Instant) -> ConnectionState {
        let in_use = self.token.as_ref().is_some_and(|token| !token.refused);
        ConnectionState {
            user: self.credentials.user().map(str::to_owned),
            token_left: if in_use { self.left(now) } else { None },
            renewable: self.is_renewable(),
            rtt: self.rtt,
            skew: self.skew,
            waits_for: self.waits_for.clone(),
        }
    }
}

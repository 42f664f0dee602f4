//! The server's state while it runs: records, faults that wait for their request, and the requests that came.
//! One lock guards all of it; nothing waits while holding it.

use std::collections::VecDeque;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::watch;

use super::answer::Answer;
use super::exchange::{self, Request, ServerSite};
use super::faults::{Fault, FaultEffect};
use super::node::DemoNodes;
use super::options::ServerClock;
use super::request_log::Exchange;
use super::store::Collections;
use crate::domain::record::Secret;

/// How many requests are remembered.
const REMEMBERED: usize = 2_000;
/// How much of a request's body is remembered, in bytes.
const REMEMBERED_BODY: usize = 64 * 1024;

/// Everything that changes while the server runs.
pub(super) struct ServerWorld {
    inner: Mutex<Inner>,
    /// Number of requests so far.
    arrivals: watch::Sender<u64>,
    /// Number of releases so far.
    releases: watch::Sender<u64>,
    /// Number of late commits so far.
    commits: watch::Sender<u64>,
    /// Number of changes of the faults so far.
    fault_changes: watch::Sender<u64>,
    /// The nodes; none unless they were asked for.
    pub(super) switch: DemoNodes,
}

pub(super) struct Inner {
    pub(super) store: Collections,
    pub(super) site: ServerSite,
    pub(super) faults: Vec<Fault>,
    pub(super) exchanges: VecDeque<Exchange>,
    pub(super) latency: Duration,
    pub(super) clock: ServerClock,
}

/// What is to happen to a request.
pub(super) struct Admission {
    pub(super) serial: u64,
    pub(super) delay: Duration,
    /// Set where the request is to wait for a release.
    pub(super) held: Option<watch::Receiver<u64>>,
    /// Set where its answer is to wait for one.
    pub(super) answer_held: Option<watch::Receiver<u64>>,
    /// Set where it is applied whatever becomes of its sender.
    pub(super) late: Option<LateCommit>,
    pub(super) effect: Option<FaultEffect>,
}

/// When a late commit comes.
pub(super) enum LateCommit {
    /// With a release.
    Released(watch::Receiver<u64>),
    /// After this time.
    After(Duration),
}

impl ServerWorld {
    pub(super) fn new(
        store: Collections,
        site: ServerSite,
        faults: Vec<Fault>,
        latency: Duration,
        clock: ServerClock,
    ) -> Self {
        let inner = Inner { store, site, faults, exchanges: VecDeque::new(), latency, clock };
        Self {
            inner: Mutex::new(inner),
            arrivals: watch::Sender::new(0),
            releases: watch::Sender::new(0),
            commits: watch::Sender::new(0),
            fault_changes: watch::Sender::new(0),
            switch: DemoNodes::default(),
        }
    }

    pub(super) fn lock(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Notes a request and uses up the faults that hit it.
    pub(super) fn admit(&self, request: &Request) -> Admission {
        let mut inner = self.lock();
        let method = request.effective_method();
        let mut admission = Admission {
            serial: *self.arrivals.borrow() + 1,
            delay: inner.latency,
            held: None,
            answer_held: None,
            late: None,
            effect: None,
        };
        for fault in &mut inner.faults {
            if !fault.hits(&method, &request.path) {
                continue;
            }
            match &fault.effect {
                FaultEffect::Delay(delay) => admission.delay += *delay,
                // Listening begins before the arrival is reported, so that no release is missed.
                FaultEffect::Hold => admission.held = Some(self.releases.subscribe()),
                FaultEffect::SlowCommit => admission.late = Some(LateCommit::Released(self.releases.subscribe())),
                FaultEffect::LateCommit(after) => admission.late = Some(LateCommit::After(*after)),
                FaultEffect::HoldAnswer => admission.answer_held = Some(self.releases.subscribe()),
                // Those are for nodes.
                FaultEffect::Node(_) => continue,
                _ if admission.effect.is_some() => continue,
                effect => admission.effect = Some(effect.clone()),
            }
            fault.use_up();
        }
        inner.faults.retain(|fault| !fault.is_used_up());
        if inner.exchanges.len() == REMEMBERED {
            inner.exchanges.pop_front();
        }
        inner.exchanges.push_back(noted(request, admission.serial));
        drop(inner);
        self.arrivals.send_replace(admission.serial);
        admission
    }

    /// Notes what was answered.
    pub(super) fn finish(&self, serial: u64, status: u16) {
        let mut inner = self.lock();
        if let Some(exchange) = inner.exchanges.iter_mut().rev().find(|exchange| exchange.serial == serial) {
            exchange.status = Some(status);
        }
    }

    /// Lets held requests go.
    pub(super) fn release(&self) {
        self.releases.send_modify(|releases| *releases += 1);
    }

    /// The faults were changed.
    pub(super) fn faults_changed(&self) {
        self.fault_changes.send_modify(|changes| *changes += 1);
    }

    /// Signals when faults are changed from now on.
    pub(super) fn fault_changes(&self) -> watch::Receiver<u64> {
        self.fault_changes.subscribe()
    }

    /// How many requests came so far.
    pub(super) fn arrivals(&self) -> u64 {
        *self.arrivals.borrow()
    }

    /// Waits until this many requests came.
    pub(super) async fn arrived(&self, count: u64) {
        // An error would mean that the sender is gone, which is `self`.
        let _ = self.arrivals.subscribe().wait_for(|arrivals| *arrivals >= count).await;
    }

    /// Waits, and answers as the real server would; reported to [`ServerWorld::committed`].
    pub(super) async fn answer_late(&self, late: LateCommit, request: &Request) -> Answer {
        match late {
            LateCommit::After(time) => tokio::time::sleep(time).await,
            LateCommit::Released(mut releases) => {
                // An error would mean that the sender is gone, which is `self`.
                let _ = releases.changed().await;
            }
        }
        let answer = self.answer(request);
        self.commits.send_modify(|commits| *commits += 1);
        answer
    }

    /// Waits until this many late commits came.
    pub(super) async fn committed(&self, count: u64) {
        // An error would mean that the sender is gone, which is `self`.
        let _ = self.commits.subscribe().wait_for(|commits| *commits >= count).await;
    }

    /// The record of a request as it is.
    pub(super) fn shown(&self, request: &Request) -> Answer {
        let (method, body) = ("GET".to_owned(), Vec::new());
        let (path, query, headers) = (request.path.clone(), request.query.clone(), request.headers.clone());
        self.answer(&Request { method, path, query, headers, body, peer: request.peer })
    }

    /// Answers as the real server would.
    pub(super) fn answer(&self, request: &Request) -> Answer {
        let mut inner = self.lock();
        let now = inner.clock.now();
        let Inner { store, site, .. } = &mut *inner;
        exchange::answer(store, site, request, now)
    }

    /// Unix time in seconds.
    pub(super) fn now(&self) -> u64 {
        self.lock().clock.now()
    }
}

impl ServerClock {
    #[expect(clippy::disallowed_methods, reason = "the server runs beside the program, with a clock of its own")]
    pub(super) fn now(self) -> u64 {
        match self {
            Self::System => {
                let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
                since.map_or(0, |since| since.as_secs())
            }
            Self::Fixed(second) => second,
        }
    }
}

fn noted(request: &Request, serial: u64) -> Exchange {
    let target =
        if request.query.is_empty() { request.path.clone() } else { format!("{}?{}", request.path, request.query) };
    let text = |value: &axum::http::HeaderValue| String::from_utf8_lossy(value.as_bytes()).into_owned();
    let secret = |name: &str| matches!(name, "authorization" | "cookie");
    let headers = request.headers.iter().filter(|(name, _)| !secret(name.as_str()));
    let body = if request.path.ends_with("/auth") {
        String::new()
    } else {
        String::from_utf8_lossy(request.body.get(..REMEMBERED_BODY).unwrap_or(&request.body)).into_owned()
    };
    Exchange {
        serial,
        method: request.method.clone(),
        target,
        headers: headers.map(|(name, value)| (name.as_str().to_owned(), text(value))).collect(),
        authorization: request.headers.get("authorization").map(|value| Secret::new(text(value))),
        body,
        status: None,
    }
}

//! The client over HTTP: against the embedded server where a real one would answer the same, and against a
//! socket that says whatever it is told where no server would.
#![expect(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic, reason = "a test may stop where it fails")]

#[path = "api/answers.rs"]
mod answers;
#[path = "api/exact.rs"]
mod exact;
#[path = "api/faults.rs"]
mod faults;
#[path = "api/hostile.rs"]
mod hostile;
#[path = "kit/kit.rs"]
mod kit;
#[path = "api/lists.rs"]
mod lists;
#[path = "api/recent.rs"]
mod recent;
#[path = "api/renewing.rs"]
mod renewing;
#[path = "api/session.rs"]
mod session;
#[path = "api/tls.rs"]
mod tls;
#[path = "api/writes.rs"]
mod writes;

use std::time::Duration;

use kit::server::{client as client_of, settings as settings_for};
use sipreg::api::{Client, ClientSettings, Credentials, Endpoint, SecretFrom};
use sipreg::demo::{self, Exchange, RunningServer, ServerOptions};
use sipreg::domain::record::Secret;

/// User and password that every test signs in with.
fn password() -> Credentials {
    Credentials::Password { user: "alice".into(), password: SecretFrom::Given(Secret::new("pw-of-alice")) }
}

/// Settings for a server at this URL.
fn settings(url: &str) -> ClientSettings {
    let mut settings = ClientSettings::new(Endpoint::parse(url).unwrap(), password());
    // Long enough for a busy machine; tests of time-outs set their own.
    settings.timeout = Duration::from_secs(60);
    settings
}

/// A client of a server at this URL.
fn client(url: &str) -> Client {
    Client::new(settings(url)).unwrap()
}

/// The embedded server with so many made-up registrations.
async fn embedded(records: u32) -> RunningServer {
    demo::start(ServerOptions { records, ..ServerOptions::default() }).await.unwrap()
}

/// What came besides sign-ins.
fn requests(server: &RunningServer) -> Vec<Exchange> {
    server.control().exchanges().into_iter().filter(|exchange| !exchange.path().ends_with("/auth")).collect()
}

/// How often someone signed in, or tried to.
fn sign_ins(server: &RunningServer) -> usize {
    server.control().exchanges().iter().filter(|exchange| exchange.path().ends_with("/auth")).count()
}

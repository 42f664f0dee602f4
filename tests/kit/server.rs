//! The embedded server over HTTP, with faults, and what came to it.

use std::ops::Deref;
use std::time::Duration;

use sipreg::api::{Client, ClientSettings, Credentials, Endpoint, SecretFrom};
use sipreg::demo::faults::{Fault, FaultEffect};
use sipreg::demo::{self, Control, Exchange, RunningServer, ServerOptions};
use sipreg::domain::record::{FieldId, Registration, Value};
use tokio::runtime::Runtime;
use tokio::time::timeout;

use super::{PATIENCE, runtime};

/// A server that runs while this lives.
#[derive(Debug)]
pub struct Server {
    pub control: Control,
    running: RunningServer,
    runtime: Runtime,
}

impl Deref for Server {
    type Target = RunningServer;

    fn deref(&self) -> &RunningServer {
        &self.running
    }
}

impl Server {
    pub fn new() -> Self {
        Self::start(ServerOptions::default())
    }

    pub fn start(options: ServerOptions) -> Self {
        Self::start_on(runtime(), options)
    }

    pub fn start_on(runtime: Runtime, options: ServerOptions) -> Self {
        let running = runtime.block_on(demo::start(options)).unwrap();
        Self { control: running.control(), running, runtime }
    }

    /// With so many made-up registrations.
    pub fn with_records(records: u32) -> Self {
        Self::start(ServerOptions { records, ..ServerOptions::default() })
    }

    /// Stops it, with all its connections.
    pub fn stop(self) -> Runtime {
        let Self { running, runtime, .. } = self;
        runtime.block_on(running.stop());
        runtime
    }

    /// Runs something beside it to its end.
    pub fn block_on<T>(&self, task: impl Future<Output = T>) -> T {
        self.runtime.block_on(task)
    }

    /// Has a request fail, always or as often as the fault says.
    pub fn fault(&self, fault: Fault) {
        self.control.add_fault(fault);
    }

    /// Waits until something happened there.
    fn wait(&self, what: &str, happened: impl Future) {
        let waited = self.runtime.block_on(async { timeout(PATIENCE, happened).await });
        assert!(waited.is_ok(), "waited for {what} in vain: {:#?}", self.control.exchanges());
    }

    /// Waits until as many requests as this came that are of a kind.
    pub fn wait_for_requests(&self, what: &str, count: usize, is_of_kind: impl Fn(&Exchange) -> bool) {
        self.wait(&format!("{count} {what}"), async {
            loop {
                let arrivals = self.control.arrivals();
                if self.control.exchanges().iter().filter(|exchange| is_of_kind(exchange)).count() >= count {
                    break;
                }
                // An answer is noted after its request arrived, so that looking again has to be due to time, too.
                let _ = timeout(Duration::from_millis(50), self.control.arrived(arrivals + 1)).await;
            }
        });
    }

    /// Waits until so many requests with this method came besides sign-ins, answered or not.
    pub fn wait_for(&self, method: &str, count: usize) {
        self.wait_for_requests(method, count, |exchange| exchange.method == method && !is_sign_in(exchange));
    }

    /// Waits until a request came for this path.
    pub fn wait_for_path(&self, method: &str, path: &str) {
        self.wait_for_paths(method, path, 1);
    }

    /// Waits until so many requests came for this path.
    pub fn wait_for_paths(&self, method: &str, path: &str, count: usize) {
        self.wait_for_requests(path, count, |exchange| exchange.method == method && exchange.path().ends_with(path));
    }

    /// Waits until this many requests came, answered or not.
    pub fn wait_until_arrived(&self, count: u64) {
        self.wait(&format!("{count} requests"), self.control.arrived(count));
    }

    /// Waits until more requests came than these.
    pub fn wait_until_more(&self, count: usize) {
        self.wait_for_requests("requests", count + 1, |_| true);
    }

    /// Waits until a request was applied long after its client gave up.
    pub fn wait_for_late_commit(&self) {
        self.wait("a late commit", self.control.committed(1));
    }

    /// Holds the next read of this path.
    pub fn hold(&self, path: &str) {
        self.control.clear_exchanges();
        self.fault(Fault::next("GET", path, FaultEffect::Hold));
    }

    /// Lets that read go on, once it has arrived: one that comes later would wait for another word.
    pub fn let_go(&self, path: &str) {
        self.wait_for_path("GET", path);
        self.control.release();
    }

    /// How often someone signed in, or tried to.
    pub fn sign_ins(&self) -> usize {
        self.control.exchanges().iter().filter(|exchange| is_sign_in(exchange)).count()
    }

    /// The requests that write.
    pub fn writes(&self) -> Vec<Exchange> {
        let is_write = |exchange: &Exchange| {
            matches!(exchange.method.as_str(), "PATCH" | "POST" | "DELETE") && !is_sign_in(exchange)
        };
        self.control.exchanges().into_iter().filter(is_write).collect()
    }

    pub fn record(&self, id: u64) -> Registration {
        self.control.registration(id).unwrap()
    }

    /// What the database has.
    pub fn stored(&self, id: u64, field: FieldId) -> Value {
        self.record(id).get(field).clone()
    }

    /// A change behind everyone's back.
    #[track_caller]
    pub fn change(&self, id: u64, field: FieldId, value: Value) {
        assert!(self.control.change(id, field, value));
    }
}

/// A request for a page of the list.
pub fn is_list(exchange: &Exchange) -> bool {
    exchange.path() == "/api/rest/admin/registrations"
}

/// A sign-in.
pub fn is_sign_in(exchange: &Exchange) -> bool {
    exchange.path() == "/api/rest/admin/auth"
}

/// An answer that lists all pops, nodes or transport protocols.
pub fn is_answered_catalogue(exchange: &Exchange) -> bool {
    let kinds = ["/pops", "/nodes", "/transport-protocols"];
    kinds.iter().any(|kind| exchange.path().ends_with(kind)) && exchange.status.is_some()
}

/// What a client needs to sign in to the embedded server.
pub fn settings(server: &RunningServer) -> ClientSettings {
    let password = SecretFrom::Given(server.password.clone());
    let credentials = Credentials::Password { user: server.username.clone(), password };
    let mut settings = ClientSettings::new(Endpoint::parse(&server.url).unwrap(), credentials);
    // Long enough for a busy machine; tests of time-outs set their own.
    settings.timeout = PATIENCE;
    settings
}

/// A token of the embedded server.
pub async fn token(server: &RunningServer) -> String {
    let client = client(server);
    client.sign_in().await.unwrap();
    client.token().unwrap().expose().to_owned()
}

/// A client of the embedded server.
pub fn client(server: &RunningServer) -> Client {
    Client::new(settings(server)).unwrap()
}

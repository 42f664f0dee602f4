//! The edit engine over HTTP against the embedded server, with someone else writing in between, and with each
//! way in which a request can fail.
#![expect(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic, reason = "a test may stop where it fails")]

#[path = "edit/changes.rs"]
mod changes;
#[path = "edit/checks.rs"]
mod checks;
#[path = "edit/creates.rs"]
mod creates;
#[path = "edit/deletes.rs"]
mod deletes;
#[path = "kit/kit.rs"]
mod kit;
#[path = "edit/lost_answers.rs"]
mod lost_answers;
#[path = "edit/preconditions.rs"]
mod preconditions;
#[path = "edit/refusals.rs"]
mod refusals;
#[path = "edit/saves.rs"]
mod saves;
#[path = "edit/stress.rs"]
mod stress;
#[path = "edit/switches.rs"]
mod switches;
#[path = "edit/verdicts.rs"]
mod verdicts;

use std::time::Duration;

use kit::records::text;
use kit::server::settings;
use sipreg::api::Client;
use sipreg::demo::{self, Control, Exchange, Preconditions, RunningServer, ServerOptions};
use sipreg::domain::answer::{Conditional, Fetched};
use sipreg::domain::change::Draft;
use sipreg::domain::record::{FieldId, Value};

/// A server, and a client that is signed in.
struct Bench {
    server: RunningServer,
    client: Client,
    control: Control,
    /// The record under edit.
    id: u64,
}

impl Bench {
    async fn new() -> Self {
        Self::with(Preconditions::Ignored).await
    }

    async fn with(preconditions: Preconditions) -> Self {
        let server =
            demo::start(ServerOptions { records: 5, preconditions, ..ServerOptions::default() }).await.unwrap();
        let client = Client::new(settings(&server)).unwrap();
        client.sign_in().await.unwrap();
        let control = server.control();
        let id = control.ids()[1];
        Self { server, client, control, id }
    }

    /// Another one who is signed in.
    async fn colleague(&self) -> Client {
        let client = Client::new(settings(&self.server)).unwrap();
        client.sign_in().await.unwrap();
        client
    }

    /// A client that gives up soon.
    fn impatient(&self) -> Client {
        let mut settings = settings(&self.server);
        settings.token = self.client.token();
        settings.timeout = Duration::from_secs(2);
        Client::new(settings).unwrap()
    }

    async fn read(&self) -> Fetched {
        read(&self.client, self.id).await
    }

    /// An edit of the record as it is now.
    async fn draft(&self, changes: &[(FieldId, Value)]) -> Draft {
        edit(self.read().await, changes)
    }

    /// What the database has.
    fn stored(&self, field: FieldId) -> Value {
        self.control.registration(self.id).unwrap().get(field).clone()
    }

    /// A change behind everyone's back.
    fn change(&self, field: FieldId, value: Value) {
        assert!(self.control.change(self.id, field, value));
    }

    /// The requests of one method.
    fn requests(&self, method: &str) -> Vec<Exchange> {
        self.control
            .exchanges()
            .into_iter()
            .filter(|exchange| exchange.method == method && !exchange.path().ends_with("/auth"))
            .collect()
    }
}

async fn read(client: &Client, id: u64) -> Fetched {
    match client.registration(id, None).await.unwrap() {
        Conditional::Changed(fetched) => fetched,
        Conditional::Unchanged => panic!("no ETag was sent"),
    }
}

fn edit(base: Fetched, changes: &[(FieldId, Value)]) -> Draft {
    let mut draft = Draft::new(base.registration, base.tag);
    for (field, value) in changes {
        draft.set(*field, value.clone());
    }
    draft
}

/// An edit that meets no one.
fn own() -> Vec<(FieldId, Value)> {
    vec![(FieldId::DisplayUsername, text("mine")), (FieldId::RetryDelay, Value::Number(77))]
}

//! The only match on effects: what the app wants becomes requests, and their answers become messages.

use std::time::Duration;

use tokio::sync::watch;

use crate::api::encode::Purpose;
use crate::api::{Client, Credentials, Precondition, SecretFrom, write as api_write};
use crate::app::core::{Effect, IfMatch, Message, Outcome, PlanNote, Read, Reply, Slot, Ticket, Unexported, Write};
use crate::app::jobs::export::ExportJob;
use crate::config::switching::Switching;
use crate::domain::answer::{Conditional, ConnectionState};
use crate::domain::change::draft::is_fresh;
use crate::domain::change::{Draft, ReadBack, SaveOutcome};
use crate::domain::formats::json;
use crate::domain::record::Record as _;
use crate::domain::request_error::RequestError;
use crate::edit;
use crate::live::Provider;

use crate::runtime::clock::Clock;
use crate::runtime::disk_worker::{DiskWorker, Errand};
use crate::runtime::files;
use crate::runtime::next_profile;
use crate::runtime::program;
use crate::runtime::saved_login::SavedLogin;
use crate::runtime::tasks::Tasks;

/// Performs effects.
#[derive(Debug)]
pub(super) struct Performer {
    client: Client,
    link: watch::Receiver<ConnectionState>,
    tasks: Tasks,
    writes: Tasks,
    disk_worker: DiskWorker,
    /// Source of the live state.
    live: Option<Provider>,
    clock: Clock,
    elsewhere: Elsewhere,
}

/// What is asked for beside the server.
#[derive(Debug)]
pub(super) struct Elsewhere {
    /// Where a token may come from while the console waits for a password.
    pub login: Option<SavedLogin>,
    /// What other profiles there are.
    pub switching: Option<Switching>,
}

impl Performer {
    /// With a client and the disk.
    pub fn new(
        client: Client,
        disk_worker: DiskWorker,
        live: Option<Provider>,
        clock: Clock,
        elsewhere: Elsewhere,
    ) -> Self {
        let mut link = client.link();
        // What is known from the start is sent, too.
        link.mark_changed();
        Self { client, link, tasks: Tasks::default(), writes: Tasks::default(), disk_worker, live, clock, elsewhere }
    }

    /// Starts what an effect asks for.
    pub fn perform(&mut self, effect: Effect) {
        match effect {
            Effect::Read { ticket, read: read @ (Read::Login | Read::Profile(_)) } => self.read_elsewhere(ticket, read),
            Effect::UseToken(token) => self.client.supply(Credentials::Token(SecretFrom::Given(token))),
            Effect::Read { ticket, read } => {
                let client = self.client.clone();
                self.tasks.start(ticket.slot, async move {
                    let result = self::read(&client, &read).await;
                    Message::Reply { ticket, read, result }
                });
            }
            Effect::Write { number, write } => {
                let client = self.client.clone();
                let noted = self.disk_worker.reached();
                // Apart from reads: nothing ever cancels it.
                self.writes.start(Slot::Check, async move {
                    // What is about to be sent stands in the journal before it is.
                    noted.await;
                    let outcome = self::write(&client, &write).await;
                    Message::Outcome { number, outcome }
                });
            }
            Effect::WriteNoted { number, write, note } => {
                let client = self.client.clone();
                let noted = self.disk_worker.note(PlanNote::Add(note));
                self.writes.start(Slot::Check, async move {
                    // What is about to be sent stands on the disk before it is.
                    if let Err(why) = noted.written().await {
                        return Message::Unnoted { number, why };
                    }
                    let outcome = self::write(&client, &write).await;
                    Message::Outcome { number, outcome }
                });
            }
            Effect::ReadJournal { ticket, of } => self.disk_worker.send(Errand::ReadJournal(ticket, of)),
            Effect::Note(note) => self.disk_worker.send(Errand::Note(None, note)),
            Effect::FindUnfinished => self.disk_worker.send(Errand::FindUnfinished),
            Effect::FindPending => self.disk_worker.send(Errand::FindPending),
            Effect::Forget(name) => self.disk_worker.send(Errand::Forget(name)),
            Effect::Export(export) => {
                let client = self.client.clone();
                self.tasks.start(Slot::Export, export_whole(client, export));
            }
            Effect::KeepDraft(stored) => self.disk_worker.send(Errand::Keep(stored)),
            Effect::DropDraft(id) => self.disk_worker.send(Errand::Drop(id)),
            Effect::FindDrafts => self.disk_worker.send(Errand::Find),
            Effect::ClaimDraft(id) => self.disk_worker.send(Errand::Claim(id)),
            Effect::TakeDraft(id, version) => self.disk_worker.send(Errand::Taken(id, version)),
            Effect::ReleaseDraft(id) => self.disk_worker.send(Errand::Release(id)),
            Effect::Record(line) => self.disk_worker.send(Errand::Record(line)),
            Effect::Arrange { ticket, job } => {
                self.tasks.start_blocking(ticket.slot, move || Message::Arranged { ticket, ids: job.run() });
            }
            Effect::Count { ticket, job } => {
                self.tasks.start_blocking(ticket.slot, move || Message::Counted { counted: Box::new(job.run()) });
            }
            Effect::AskLive { ticket, job } => {
                let Some(provider) = self.live.clone() else { return };
                let clock = self.clock;
                self.tasks.start(ticket.slot, async move {
                    let round = provider.ask(&provider.addresses(&job.targets)).await;
                    let now = clock.now();
                    let judged = tokio::task::spawn_blocking(move || job.judge(round, now)).await;
                    match judged {
                        Ok(news) => Message::Live { ticket, news },
                        Err(stopped) => match stopped.try_into_panic() {
                            Ok(panic) => std::panic::resume_unwind(panic),
                            // The program is about to end.
                            Err(_) => Message::Woke,
                        },
                    }
                });
            }
            Effect::Lint { ticket, job } => {
                self.tasks.start_blocking(ticket.slot, move || Message::Linted { ticket, findings: job.run() });
            }
            Effect::Overview { ticket, job } => {
                self.tasks.start_blocking(ticket.slot, move || Message::Surveyed { ticket, places: job.run() });
            }
            Effect::Run { ticket, program } => {
                self.tasks.start(ticket.slot, async move {
                    let result = program::run(&program).await;
                    Message::Ran { ticket, result }
                });
            }
            Effect::Keep(change) => self.disk_worker.send(Errand::Looks(change)),
            Effect::Cancel(slot) => self.tasks.cancel(slot),
            Effect::SignOut => self.client.supply(Credentials::None),
            // The loop does these itself.
            Effect::Redraw
            | Effect::Bell
            | Effect::Suspend
            | Effect::NextProfile(_)
            | Effect::Quit
            | Effect::Copy(_)
            | Effect::EditText(_) => {}
        }
    }

    /// What this server does not know of.
    fn read_elsewhere(&mut self, ticket: Ticket, read: Read) {
        match (&read, self.elsewhere.login.clone()) {
            (Read::Profile(name), _) => {
                let reached = next_profile::reach(self.elsewhere.switching.clone(), name.clone());
                self.tasks.start(ticket.slot, async move { Message::Reply { ticket, read, result: reached.await } });
            }
            (_, Some(login)) => self.tasks.start(ticket.slot, async move {
                let kept = login.another().await;
                Message::Reply { ticket, read, result: Ok(Reply::Login(kept.username, kept.token)) }
            }),
            (_, None) => {}
        }
    }

    /// The next message.
    pub async fn message(&mut self) -> Message {
        tokio::select! {
            biased;
            message = self.writes.next() => message,
            message = self.tasks.next() => {
                if self.tasks.is_empty() {
                    self.client.rest();
                }
                message
            }
            message = self.disk_worker.answer() => message,
            Ok(()) = self.link.changed() => Message::Linked(self.link.borrow_and_update().clone()),
        }
    }

    /// A message that is there already.
    pub fn try_message(&mut self) -> Option<Message> {
        if self.link.has_changed().unwrap_or(false) {
            return Some(Message::Linked(self.link.borrow_and_update().clone()));
        }
        if let Some(outcome) = self.writes.try_next() {
            return Some(outcome);
        }
        let ended = self.tasks.try_next();
        if ended.is_some() && self.tasks.is_empty() {
            self.client.rest();
        }
        ended.or_else(|| self.disk_worker.try_answer())
    }

    /// Ends reads at once, and gives writes two seconds; their outcomes are for the caller.
    pub async fn last_outcomes(&mut self) -> Vec<Message> {
        self.tasks.stop().await;
        self.writes.finish(LAST_WAIT).await
    }

    /// Ends everything, the disk once it is done, and returns what that still answered.
    pub async fn stop(&mut self) -> Vec<Message> {
        self.writes.stop().await;
        self.disk_worker.stop().await;
        std::iter::from_fn(|| self.disk_worker.try_answer()).collect()
    }
}

/// How long a quitting console waits for writes under way.
const LAST_WAIT: Duration = Duration::from_secs(2);

const fn precondition(if_match: IfMatch) -> Precondition {
    match if_match {
        IfMatch::Send => Precondition::Send,
        IfMatch::Omit => Precondition::Omit,
    }
}

/// How a write ended.
pub async fn write(client: &Client, write: &Write) -> Outcome {
    match write {
        Write::Save { draft, if_match } => Outcome::Saved(edit::save(client, draft, precondition(*if_match)).await),
        Write::Switch { shown, tag, to, if_match } => {
            let precondition = precondition(*if_match);
            Outcome::Switched(edit::switch(client, shown, tag.as_ref(), *to, precondition).await)
        }
        Write::Change { draft, if_match } => {
            Outcome::Changed(edit::change(client, draft, precondition(*if_match)).await)
        }
        Write::Create(draft) => Outcome::Created(edit::create(client, draft).await),
        Write::ReadBack { write, error } => read_back(client, write, error.as_ref().clone()).await,
        Write::Delete { shown, tag, if_match } => {
            Outcome::Deleted(edit::delete(client, shown, tag.as_ref(), precondition(*if_match)).await)
        }
    }
}

/// What became of a write that got no clear answer.
async fn read_back(client: &Client, write: &Write, error: RequestError) -> Outcome {
    match write {
        Write::Save { draft, .. } | Write::Change { draft, .. } => {
            Outcome::Saved(edit::read_back(client, draft, error).await)
        }
        Write::Switch { shown, to, .. } => Outcome::Switched(edit::read_back_switch(client, shown, *to, error).await),
        Write::Create(draft) => Outcome::Created(edit::look_up(client, draft, error).await),
        Write::Delete { shown, .. } => Outcome::Deleted(edit::read_back_deletion(client, shown.id(), error).await),
        // Nothing was sent, so that there is nothing to read back.
        Write::ReadBack { .. } => {
            let seen = ReadBack::Nothing(error.clone());
            Outcome::Saved(SaveOutcome::Unknown { error, seen })
        }
    }
}

/// Writes records to a file. Of those of which the list keeps a part only all is read first.
async fn export_whole(client: Client, mut export: Box<ExportJob>) -> Message {
    let in_part = export.in_part();
    if !in_part.is_empty() {
        match client.some(&in_part).await {
            Ok(page) => export.complete(&page.segment),
            Err(error) => {
                let result = Err(Unexported::Unread(in_part.len(), Box::new(error.error())));
                return Message::Exported { export, result };
            }
        }
    }
    let written = tokio::task::spawn_blocking(move || {
        let result = files::export(&export);
        Message::Exported { export, result }
    });
    match written.await {
        Ok(message) => message,
        Err(error) => match error.try_into_panic() {
            Ok(panic) => std::panic::resume_unwind(panic),
            Err(_ended) => Message::Woke,
        },
    }
}

/// What a draft would send, to be read and copied.
fn preview(client: &Client, draft: &Draft) -> Result<Reply, RequestError> {
    let changes: Vec<_> = draft.changes().iter().map(|(field, value)| (*field, value.clone())).collect();
    let id = draft.base().id();
    let (purpose, method, at) =
        if is_fresh(id) { (Purpose::Create, "POST", None) } else { (Purpose::Update(id), "PATCH", Some(id)) };
    let body = api_write::preview(purpose, &changes).map_err(|error| RequestError::unsendable(error.to_string()))?;
    let compact: String = body.lines().map(str::trim_start).map(json::escaped).collect();
    let quoted = compact.replace('\'', "'\\''");
    let url = client.url_of(at);
    let curl = format!(
        "curl -X {method} '{url}' -H 'Accept: application/vnd.api+json' -H 'Content-Type: application/vnd.api+json' -H \"Authorization: $TOKEN\" -d '{quoted}'"
    );
    Ok(Reply::Preview { body, curl })
}

/// What a read brings.
///
/// # Errors
/// The error of the request, or of what would be sent.
pub async fn read(client: &Client, read: &Read) -> Result<Reply, RequestError> {
    Ok(match read {
        Read::Check(draft) => Reply::Checked(edit::check(client, draft).await?),
        Read::Preview(draft) => preview(client, draft)?,
        Read::Page { number, size, known } => Reply::Page(client.page(*number, *size, "id", known.as_ref()).await?),
        Read::Many { ids, with_passwords: true } => {
            let (page, passwords) = client.some_with_passwords(ids).await?;
            Reply::Many(page, passwords)
        }
        Read::Many { ids, with_passwords: false } => Reply::Many(client.some(ids).await?, Vec::new()),
        Read::Some { ids, known } => Reply::Page(client.some_if(ids, known.as_ref()).await?),
        Read::Record { id, known } => match client.registration(*id, known.as_ref()).await? {
            Conditional::Unchanged => Reply::Record(Conditional::Unchanged),
            Conditional::Changed(fetched) => Reply::Record(Conditional::Changed(Box::new(fetched))),
        },
        Read::Related { relation, link } => Reply::Related(client.related(*relation, link).await?),
        Read::Target { relation, id } => Reply::Target(client.target(*relation, *id).await?),
        Read::Targets(relation, known) => Reply::Targets(client.targets_if(*relation, known.as_ref()).await?),
        Read::SignInAgain => {
            client.sign_in_again().await?;
            Reply::SignedIn
        }
        // This server does not know of them.
        Read::Login | Read::Profile(_) => std::future::pending().await,
        Read::Exchanges => Reply::Exchanges(client.exchanges()),
        Read::Renew => {
            client.renew().await?;
            Reply::SignedIn
        }
        Read::SignIn { user, password } => {
            let password = SecretFrom::Given(password.clone());
            client.sign_in_with(Credentials::Password { user: user.clone(), password }).await?;
            Reply::SignedIn
        }
    })
}

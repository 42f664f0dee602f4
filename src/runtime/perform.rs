//! The only match on effects: what the app wants becomes requests, and their answers become messages.

use std::path::PathBuf;

use tokio::sync::watch;

use crate::api::{Client, Credentials, Error, SecretFrom};
use crate::app::effect::{Effect, Read};
use crate::app::message::{Message, Reply};
use crate::app::ticket::Slot;
use crate::domain::answer::{Conditional, Link};

use super::kept;
use super::tasks::Tasks;

/// Performs effects.
#[derive(Debug)]
pub struct Performer {
    client: Client,
    link: watch::Receiver<Link>,
    tasks: Tasks,
    /// Where columns and views are kept.
    looks: Option<PathBuf>,
}

impl Performer {
    /// With a client.
    pub fn new(client: Client, looks: Option<PathBuf>) -> Self {
        let link = client.link();
        Self { client, link, tasks: Tasks::default(), looks }
    }

    /// Starts what an effect asks for.
    pub fn perform(&mut self, effect: Effect) {
        match effect {
            Effect::Read { ticket, read } => {
                let client = self.client.clone();
                self.tasks.start(ticket.slot, async move {
                    let result = self::read(&client, &read).await.map_err(|error| error.trouble());
                    Message::Reply { ticket, read, result }
                });
            }
            Effect::Arrange { ticket, job } => {
                self.tasks.start_blocking(ticket.slot, move || Message::Arranged { ticket, ids: job.run() });
            }
            Effect::Count { ticket, job } => {
                self.tasks.start_blocking(ticket.slot, move || Message::Counted { counts: job.run() });
            }
            Effect::Keep(kept) => {
                if let Some(path) = self.looks.clone() {
                    self.tasks.start_blocking(Slot::Keep, move || match kept::save(&path, &kept) {
                        Ok(()) => Message::Woke,
                        Err(error) => Message::NotKept(error.to_string()),
                    });
                }
            }
            Effect::Cancel(slot) => self.tasks.cancel(slot),
            // The loop does these itself.
            Effect::Redraw | Effect::Suspend | Effect::Quit => {}
        }
    }

    /// The next message.
    pub async fn message(&mut self) -> Message {
        tokio::select! {
            biased;
            message = self.tasks.next() => message,
            Ok(()) = self.link.changed() => Message::Linked(self.link.borrow_and_update().clone()),
        }
    }

    /// A message that is there already.
    pub fn try_message(&mut self) -> Option<Message> {
        if self.link.has_changed().unwrap_or(false) {
            return Some(Message::Linked(self.link.borrow_and_update().clone()));
        }
        self.tasks.try_next()
    }

    /// Ends everything.
    pub async fn stop(&mut self) {
        self.tasks.stop().await;
    }
}

async fn read(client: &Client, read: &Read) -> Result<Reply, Error> {
    Ok(match read {
        Read::Page { number, size, known } => Reply::Page(client.page(*number, *size, "id", known.as_ref()).await?),
        Read::Record { id, known } => match client.registration(*id, known.as_ref()).await? {
            Conditional::Unchanged => Reply::Record(Conditional::Unchanged),
            Conditional::Changed(fetched) => Reply::Record(Conditional::Changed(Box::new(fetched))),
        },
        Read::Related { relation, link } => Reply::Related(client.related(*relation, link).await?),
        Read::Target { relation, id } => Reply::Target(client.target(*relation, *id).await?),
        Read::Targets(relation) => Reply::Targets(client.targets(*relation).await?),
        Read::Renew => {
            client.renew().await?;
            Reply::SignedIn
        }
        Read::SignIn { user, password } => {
            client.supply(Credentials::Password { user: user.clone(), password: SecretFrom::Given(password.clone()) });
            client.sign_in().await?;
            Reply::SignedIn
        }
    })
}

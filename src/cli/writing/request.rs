//! The exact request of a write, to be read: everything but the token, passwords as asterisks.

use std::fmt::Write as _;

use crate::api::encode::Purpose;
use crate::api::{Client, Precondition, write};
use crate::domain::answer::Tag;
use crate::domain::change::{ChangeOutcome, Draft};
use crate::domain::record::{FieldId, Record as _, Value};
use crate::edit::{self, Ready};

use super::WriteKind;

const MEDIA_TYPE: &str = "application/vnd.api+json";

/// What a write comes to that is not made.
pub enum Rehearsed {
    /// This would be sent, under the tag that the record has now.
    Request { text: String, tag: Option<String> },
    /// Nothing would be sent.
    Ended(Box<ChangeOutcome>),
}

/// Looks at the record as the write would, and shows what would be sent.
pub async fn rehearsed(client: &Client, what: WriteKind) -> Rehearsed {
    match what {
        WriteKind::Change(asked) => match edit::ready(client, &asked).await {
            Ready::ToSend { draft, .. } => {
                let tag = draft.tag().filter(|_| client.precondition() == Precondition::Send);
                let id = draft.base().id();
                let text = text(client, "PATCH", Some(id), tag, Some((Purpose::Update(id), &draft)));
                Rehearsed::Request { text, tag: draft.tag().map(|tag| tag.as_str().to_owned()) }
            }
            Ready::Ended(changed) => Rehearsed::Ended(Box::new(changed)),
        },
        WriteKind::Create(draft) => {
            let text = text(client, "POST", None, None, Some((Purpose::Create, &draft)));
            Rehearsed::Request { text, tag: None }
        }
        WriteKind::Delete(shown) => {
            Rehearsed::Request { text: text(client, "DELETE", Some(shown.id()), None, None), tag: None }
        }
    }
}

fn text(
    client: &Client,
    method: &str,
    id: Option<u64>,
    tag: Option<&Tag>,
    document: Option<(Purpose, &Draft)>,
) -> String {
    let mut text = format!("{method} {}\nAccept: {MEDIA_TYPE}\n", client.url_of(id));
    if let Some(tag) = tag {
        // Writing to a string cannot fail, here and below.
        let _ = writeln!(text, "If-Match: {}", tag.as_str());
    }
    if let Some((purpose, draft)) = document {
        let changes: Vec<(FieldId, Value)> =
            draft.changes().iter().map(|(field, value)| (*field, value.clone())).collect();
        let body =
            write::preview(purpose, &changes).unwrap_or_else(|unsendable| format!("(cannot be sent: {unsendable})"));
        let _ = writeln!(text, "Content-Type: {MEDIA_TYPE}\n\n{body}");
    }
    text
}

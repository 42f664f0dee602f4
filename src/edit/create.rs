//! Creating a record: one POST, and after a lost answer or a server error a look for the name before anything
//! is said, since a second POST would be a second record or a refusal of our own first one.

use std::collections::BTreeSet;

use crate::api::client::MAX_PAGE;
use crate::api::{Client, Error};
use crate::domain::answer::{Conditional, Fetched};
use crate::domain::change::merge::{Cause, Difference};
use crate::domain::change::outcome::{Created, Seen};
use crate::domain::record::draft::Draft;
use crate::domain::record::equality::{Likeness, likeness};
use crate::domain::record::field::FieldId;
use crate::domain::record::registration::{Record, Registration};
use crate::domain::record::value::Value;
use crate::domain::request_error::{Effectiveness, Trouble, TroubleKind};

/// How many of the newest records are looked at before all of them.
const NEWEST: u32 = 50;

/// Pages that are read at most: a server that never ends its list would be read forever.
const MAX_PAGES: u32 = 10_000;

/// Creates a record with the changes of a draft over a record that says nothing; the rest gets the server's
/// defaults.
pub async fn create(client: &Client, draft: &Draft) -> Created {
    let fields: Vec<(FieldId, Value)> = draft.changes().iter().map(|(field, value)| (*field, value.clone())).collect();
    match client.create(&fields).await {
        // Names are unique and stored as they are sent: a record of another name is not the one that was created.
        Ok(now) if draft.text(FieldId::Name).is_some_and(|name| name != now.registration.name()) => {
            let id = now.registration.id();
            let message = format!("POST a new registration: the answer shows registration {id} of another name");
            look_up(client, draft, Trouble::unanswered(message)).await
        }
        Ok(now) => {
            let differences = altered(draft, &now.registration);
            Created::Applied { now: Box::new(now), differences }
        }
        Err(error) => match error.effect() {
            Effectiveness::NotApplied => Created::Refused(error.trouble()),
            Effectiveness::Unknown | Effectiveness::Pending => look_up(client, draft, error.trouble()).await,
        },
    }
}

/// Finds out by its name what became of a record whose creation got no clear answer; `trouble` is what came
/// instead. To be called again after [`Created::Unknown`], as often as one likes.
///
/// The server cannot look for a name: the newest records are read first, then all.
pub async fn look_up(client: &Client, draft: &Draft, trouble: Trouble) -> Created {
    let Some(name) = draft.text(FieldId::Name) else { return Created::Unknown { trouble, seen: Seen::Nameless } };
    match find(client, name).await {
        Ok(None) if trouble.effect == Effectiveness::Pending => Created::Unknown { trouble, seen: Seen::Absent },
        Ok(None) => Created::NotApplied(trouble),
        Ok(Some(now)) => {
            let differences = altered(draft, &now.registration);
            if differences.is_empty() {
                Created::AppliedUnseen { now, trouble }
            } else {
                Created::Unclear { now, differences, trouble }
            }
        }
        Err(error) => Created::Unknown { trouble, seen: Seen::Nothing(error.trouble()) },
    }
}

/// Values that are not as they were sent.
fn altered(draft: &Draft, now: &Registration) -> Vec<Difference> {
    let changed = draft.changes().iter();
    changed
        .filter(|(field, wanted)| likeness(wanted.as_ref(), now.value(**field)) == Likeness::Different)
        .map(|(field, wanted)| Difference {
            field: *field,
            cause: Cause::Altered,
            wanted: wanted.clone(),
            answer: now.get(*field).clone(),
        })
        .collect()
}

/// The record of this name, if there is one: all pages are read before it is said that there is none.
async fn find(client: &Client, name: &str) -> Result<Option<Box<Fetched>>, Error> {
    if let Found::At(id) = on_page(client, 1, NEWEST, name, &mut BTreeSet::new()).await? {
        return read(client, id).await;
    }
    let mut seen = BTreeSet::new();
    for number in 1..=MAX_PAGES {
        match on_page(client, number, MAX_PAGE, name, &mut seen).await? {
            Found::At(id) => return read(client, id).await,
            Found::NoMore => break,
            Found::NotHere => {}
        }
    }
    Ok(None)
}

enum Found {
    At(u64),
    NotHere,
    /// Not here, and there are no more pages.
    NoMore,
}

/// `seen` is what earlier pages had. How long a page is says nothing: servers give less than they are asked for.
async fn on_page(
    client: &Client,
    number: u32,
    size: u32,
    name: &str,
    seen: &mut BTreeSet<u64>,
) -> Result<Found, Error> {
    let Conditional::Changed(page) = client.page(number, size, "-id", None).await? else { return Ok(Found::NoMore) };
    let before = seen.len();
    for row in page.segment.iter() {
        if row.name() == name {
            return Ok(Found::At(row.id()));
        }
        seen.insert(row.id());
    }
    let all = page.total.is_some_and(|total| seen.len() as u64 >= total);
    Ok(if seen.len() == before || all { Found::NoMore } else { Found::NotHere })
}

async fn read(client: &Client, id: u64) -> Result<Option<Box<Fetched>>, Error> {
    match client.registration(id, None).await {
        Ok(Conditional::Changed(fetched)) => Ok(Some(Box::new(fetched))),
        Ok(Conditional::Unchanged) => Ok(None),
        Err(error) if error.kind() == TroubleKind::NoSuchRecord => Ok(None),
        Err(error) => Err(error),
    }
}

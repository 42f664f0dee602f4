//! Creating a record: one POST, and after a lost answer or a server error a look for the name before anything
//! is said, since a second POST would be a second record or a refusal of our own first one.

use crate::api::Client;
use crate::domain::answer::{Conditional, Fetched};
use crate::domain::change::outcome::Created;
use crate::domain::change::{Cause, Difference, Draft, ReadBack};
use crate::domain::record::{Equality, FieldId, Record, Registration, Value, equality};
use crate::domain::request_error::{Effectiveness, RequestError};
use crate::domain::sweep::{Sweep, SweepStep};

use super::check::{RecordNow, read_now};

/// How many of the newest records are looked at before all of them.
const NEWEST: u32 = 50;

/// Creates a record with the changes of a draft over a record that says nothing; the rest gets the server's
/// defaults.
pub async fn create(client: &Client, draft: &Draft) -> Created {
    let fields: Vec<(FieldId, Value)> = draft.changes().iter().map(|(field, value)| (*field, value.clone())).collect();
    match client.create(&fields).await {
        // Names are unique and stored as they are sent: a record of another name is not the one that was created.
        Ok(now) if draft.text(FieldId::Name).is_some_and(|name| name != now.registration.name()) => {
            let id = now.registration.id();
            let message = format!("POST a new registration: the answer shows registration {id} of another name");
            look_up(client, draft, RequestError::unanswered(message)).await
        }
        Ok(now) => {
            let differences = altered(draft, &now.registration);
            Created::Applied { now: Box::new(now), differences }
        }
        Err(error) => match error.effect() {
            Effectiveness::NotApplied => Created::Refused(error.error()),
            Effectiveness::Unknown | Effectiveness::Pending => look_up(client, draft, error.error()).await,
        },
    }
}

/// Finds out by its name what became of a record whose creation got no clear answer; `error` is what came
/// instead. Call it again after [`Created::Unknown`], as often as one likes.
///
/// The server cannot look for a name: the newest records are read first, then all.
pub async fn look_up(client: &Client, draft: &Draft, error: RequestError) -> Created {
    let Some(name) = draft.text(FieldId::Name) else { return Created::Unknown { error, seen: ReadBack::Nameless } };
    match find(client, name).await {
        Ok(None) if error.effect == Effectiveness::Pending => Created::Unknown { error, seen: ReadBack::Absent },
        Ok(None) => Created::NotApplied(error),
        Ok(Some(now)) => {
            let differences = altered(draft, &now.registration);
            if differences.is_empty() {
                Created::AppliedUnseen { now, error }
            } else {
                Created::Unclear { now, differences, error }
            }
        }
        Err(after) => Created::Unknown { error, seen: ReadBack::Nothing(after) },
    }
}

/// Values that are not as they were sent.
fn altered(draft: &Draft, now: &Registration) -> Vec<Difference> {
    let changed = draft.changes().iter();
    changed
        .filter(|(field, wanted)| equality(wanted.as_ref(), now.value(**field)) == Equality::Different)
        .map(|(field, wanted)| Difference {
            field: *field,
            cause: Cause::Altered,
            wanted: wanted.clone(),
            answer: now.get(*field).clone(),
        })
        .collect()
}

/// The record of this name, if there is one: the whole list is read before it is said that there is none.
async fn find(client: &Client, name: &str) -> Result<Option<Box<Fetched>>, RequestError> {
    let mut sweep = Sweep::new(Some(NEWEST), client.page_size()).one_at_a_time();
    loop {
        let asks = match sweep.step() {
            SweepStep::Ask(asks) => asks,
            SweepStep::Done(verdict) => {
                return match verdict.sentence(sweep.seen()) {
                    None => Ok(None),
                    Some(sentence) => Err(RequestError::unanswered(format!("the list is not complete: {sentence}"))),
                };
            }
        };
        for ask in asks {
            match client.page(ask.number, ask.size, "-id", None).await {
                Ok(Conditional::Changed(page)) => {
                    if let Some(row) = page.segment.iter().find(|row| row.name() == name) {
                        return match read_now(client, row.id(), None).await {
                            Ok(RecordNow::Read(now)) => Ok(Some(now)),
                            Ok(RecordNow::Gone | RecordNow::Unchanged) => Ok(None),
                            Err(error) => Err(error.error()),
                        };
                    }
                    sweep.page(ask, &page.facts());
                }
                // Nothing was compared; the client sees to that.
                Ok(Conditional::Unchanged) => {}
                Err(error) => client.remedied(&mut sweep, ask, error).map_err(|error| error.error())?,
            }
        }
    }
}

//! What can be changed on a server. A write is sent once; only what the server certainly did not carry out
//! (a 401 before a fresh sign-in, a refused `include`) is sent again by itself.

use crate::api::client::Client;
use crate::api::document::{Malformed, text_of_body};
use crate::api::encode::{BodyPasswords, Purpose, body};
use crate::api::error::{Error, Failure, RequestFacts, RequestSubject, Verb};
use crate::api::exchange::{HttpAnswer, HttpRequest};
use crate::api::settings::Precondition;
use crate::domain::answer::{Fetched, Tag};
use crate::domain::record::{FieldId, Secret, Value};

impl Client {
    /// Changes these fields of a registration and nothing else; the answer is what the server has now, and
    /// its tag is that of the next read. `if_match` is the tag that the changes are based on.
    ///
    /// # Errors
    /// See [`Error`]; [`Error::effect`] says whether it may have happened.
    pub async fn update(
        &self,
        id: u64,
        changes: &[(FieldId, Value)],
        if_match: Option<&Tag>,
    ) -> Result<Fetched, Error> {
        let asked = RequestFacts { verb: Verb::Patch, subject: RequestSubject::Registration(id) };
        let body = wire_body(&asked, Purpose::Update(id), changes)?;
        let expected = self.expected(if_match);
        let (asked, answer) = self
            .send_with_labels(|labels| HttpRequest {
                asked: asked.clone(),
                url: self.endpoint().registration(id, &self.query(labels)),
                body: Some(body.clone()),
                known: None,
                expected: expected.clone(),
            })
            .await?;
        match answer.status {
            202 | 204 => Err(self.silent(&asked, &answer)),
            _ => self.fetched(&asked, answer, Some(id)),
        }
    }

    /// Creates a registration; what is not named gets the server's defaults.
    ///
    /// # Errors
    /// See [`Error`]; after one that leaves the outcome open, look by name before trying again.
    pub async fn create(&self, fields: &[(FieldId, Value)]) -> Result<Fetched, Error> {
        let asked = RequestFacts { verb: Verb::Post, subject: RequestSubject::NewRegistration };
        let body = wire_body(&asked, Purpose::Create, fields)?;
        let (asked, answer) = self
            .send_with_labels(|labels| HttpRequest {
                asked: asked.clone(),
                url: self.endpoint().registrations(&self.query(labels)),
                body: Some(body.clone()),
                known: None,
                expected: None,
            })
            .await?;
        self.fetched(&asked, answer, None)
    }

    /// Deletes a registration. `if_match` is the tag of what was shown before.
    ///
    /// # Errors
    /// See [`Error`]; [`Error::effect`] says whether it may have happened. Of the successes only a 204 is the
    /// API's word that a record is gone.
    pub async fn delete(&self, id: u64, if_match: Option<&Tag>) -> Result<(), Error> {
        let request = HttpRequest {
            asked: RequestFacts { verb: Verb::Delete, subject: RequestSubject::Registration(id) },
            url: self.endpoint().registration(id, &crate::api::address::Query::default()),
            body: None,
            known: None,
            expected: self.expected(if_match),
        };
        let answer = self.send(&request).await?;
        if answer.status == 204 { Ok(()) } else { Err(self.silent(&request.asked, &answer)) }
    }

    /// A success that does not show what became of the record.
    fn silent(&self, asked: &RequestFacts, answer: &HttpAnswer) -> Error {
        let malformed = match text_of_body(&answer.body) {
            Ok(_) => Malformed::new("it does not show the record"),
            Err(malformed) => malformed,
        };
        self.unreadable(asked, answer.status, &answer.request_id, malformed)
    }

    fn expected(&self, if_match: Option<&Tag>) -> Option<Tag> {
        match self.precondition() {
            Precondition::Send => if_match.cloned(),
            Precondition::Omit => None,
        }
    }
}

fn wire_body(asked: &RequestFacts, purpose: Purpose, changes: &[(FieldId, Value)]) -> Result<Secret, Error> {
    match body(purpose, changes, BodyPasswords::Sent) {
        Ok(body) => Ok(Secret::new(body.compact())),
        Err(unsendable) => Err(Error::new(asked, None, Failure::Unsendable { reason: unsendable.to_string() })),
    }
}

/// The exact body of a write, to be read: indented, the password masked.
///
/// # Errors
/// The same as when it is sent.
pub fn preview(purpose: Purpose, changes: &[(FieldId, Value)]) -> Result<String, crate::api::encode::Unsendable> {
    body(purpose, changes, BodyPasswords::Masked).map(|body| body.indented())
}

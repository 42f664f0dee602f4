//! The sentences about outcomes that every kind of write can have, in one wording for form, toggle, creation, deletion,
//! many records and command line.

use super::Seen;
use crate::domain::request_error::Trouble;

/// What came in place of an answer, as the end of a sentence.
#[must_use]
pub fn no_clear_answer(trouble: &Trouble) -> String {
    format!("(no clear answer: {})", trouble.message)
}

/// It may have been done. `then` says what is done about that, and begins with what separates it.
#[must_use]
pub fn unknown(done: &str, seen: &Seen, then: &str, trouble: &Trouble) -> String {
    format!("UNKNOWN whether it was {done} {}: {}{then}", no_clear_answer(trouble), seen.words())
}

/// It was not done: the server shows the record as it was. `then` says what is kept, and what to press.
#[must_use]
pub fn not_applied(done: &str, so_far: &str, then: &str, trouble: &Trouble) -> String {
    format!("NOT {done} {so_far}, as a check shows {}. {then}", no_clear_answer(trouble))
}

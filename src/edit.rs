//! The one way to change registrations, for the console, the commands and bulk alike: look before writing, send
//! changes only, compare the answer, and after a lost answer read back before anything is said. The server
//! offers no lock, so this is where no one's change is overwritten unseen. Knows of no screen and keeps no state.
//!
//! What became of a write follows from what the server shows of the record, whatever the write was:
//!
//! | answer to the write | the record read back | outcome |
//! |---|---|---|
//! | the record, with the changes | | applied |
//! | 204 to a DELETE | | applied |
//! | an error document of the API, 4xx; 401; 429 | | refused; 404: gone; 412: see [`save`](mod@save) |
//! | never sent | | refused |
//! | anything else: a page, a redirect, an empty or another document, the old values, 5xx | with the changes; gone, of a DELETE | applied unseen |
//! | | the old values | not applied; **unknown where no one answered** (time-out, cut, 502, 504): the server may still do it |
//! | | other values | unclear |
//! | | the API's own 404 | gone |
//! | | anything else | unknown |
//!
//! A record that is created is read back by its name. An unknown outcome is read back again, by the schedule of
//! [`Recheck`](crate::domain::change::recheck::Recheck).
//!
//! No write is sent twice by itself but after a 412, which says that it was not done, when only the tag of an
//! otherwise unchanged record was outdated.

mod change;
mod check;
mod create;
mod delete;
mod save;
mod switch;

pub use change::{Ready, change, ready};
pub use check::check;
pub use create::{create, look_up};
pub use delete::{delete, read_back_deletion};
pub use save::{read_back, save};
pub use switch::{read_back_switch, switch};

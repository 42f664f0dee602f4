//! The one way to change registrations, for the console, the commands and bulk alike: look before writing, send
//! changes only, compare the answer, and after a lost answer read back before anything is said. The server
//! offers no lock, so this is where nobody's change is overwritten unseen. Knows of no screen and keeps no state.
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
pub use check::{check, rebased};
pub use create::{create, look_up};
pub use delete::delete;
pub use save::{read_back, save};
pub use switch::switch;

//! What a measurement is made of: a program on a pseudo-terminal behind a link, its bytes by kind, the
//! embedded server, floors to compare with, and the table that is printed. Knows no figure.

pub mod bare;
pub mod clock;
pub mod curl;
pub mod kinds;
pub mod link;
pub mod minimal;
pub mod nodes;
pub mod server;
pub mod statistics;
pub mod table;
pub mod terminal;

use std::error::Error;

/// What stops a measurement.
pub type Outcome<T> = Result<T, Box<dyn Error + Send + Sync>>;

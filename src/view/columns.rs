//! Which columns of the list fit on the screen: as in every other table.

pub use crate::domain::fit::{Placed, fit};

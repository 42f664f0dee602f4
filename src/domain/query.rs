//! Many registrations: holding, filtering, sorting and listing them.

pub mod collection;
pub mod column;
pub mod filter;
pub(crate) mod fit;
pub(crate) mod fold;
pub mod listing;
pub(crate) mod order;
pub mod segment;

//! Many registrations: holding, filtering, sorting and listing them.

pub mod collection;
pub mod column;
pub mod filter;
pub mod fit;
pub mod fold;
pub mod listing;
pub mod order;
pub mod segment;

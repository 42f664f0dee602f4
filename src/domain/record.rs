//! One registration: the field table, values, labels.

pub mod equality;
pub mod field;
pub(crate) mod fresh_id;
pub(crate) mod live_marks;
pub mod registration;
pub mod relation;
pub mod resource;
pub mod show;
pub mod value;

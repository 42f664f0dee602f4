//! What a registration is: fields, values, records, what they refer to. No I/O, no widgets.

pub mod answer;
pub mod collection;
pub mod field;
pub mod nearest;
pub mod registration;
pub mod relation;
pub mod segment;
pub mod trouble;
pub mod value;

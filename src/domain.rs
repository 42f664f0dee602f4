//! What a registration is: fields, values, records, what they refer to. No I/O, no widgets.

pub mod answer;
pub mod check;
pub mod collection;
pub mod column;
pub mod draft;
pub mod field;
pub mod filter;
pub mod fold;
pub mod likeness;
pub mod lint;
pub mod listing;
pub mod merge;
pub mod nearest;
pub mod order;
pub mod outcome;
pub mod placement;
pub mod preview;
pub mod registration;
pub mod relation;
pub mod segment;
pub mod show;
pub mod text;
pub mod toml_text;
pub mod trouble;
pub mod value;

//! One registration: the field table, values, labels. Other folders name its types from here.

mod equality;
pub mod field;
pub(crate) mod fresh_id;
mod live_marks;
mod registration;
mod relation;
pub mod resource;
pub mod show;
mod value;

pub use equality::{Equality, equality, is_stated};
pub use field::{
    Align, EDIT_ORDER, FIELD_COUNT, FIELDS, Field, FieldId, FieldPresence, FieldSection, ListColumn, NodeEffect,
    ValueKind, WIRE_ATTRIBUTES, WIRE_RELATIONSHIPS,
};
pub use live_marks::{CompareWith, LIVE_WORDS, LiveMark, LiveMarks, LiveTest};
pub use registration::{Record, Registration};
pub use relation::{Relation, Resolved, Target, Targets};
pub use value::{MASK, SECRET_VARIABLES, Secret, Texts, Value, ValueRef, flag_of};

//! What a registration is: fields, values, records, what they refer to. No I/O, no widgets.

pub mod answer;
pub mod change;
pub mod clipping;
pub(crate) mod count;
pub mod formats;
pub mod http_exchange;
pub mod live;
pub(crate) mod nearest;
pub(crate) mod program;
pub mod query;
pub mod record;
pub(crate) mod redactor;
pub mod request_error;
pub mod rules;
pub mod secret_error;
pub mod state_error;
pub(crate) mod sweep;
pub(crate) mod system_error;
pub mod text;
pub mod unreadable_draft;

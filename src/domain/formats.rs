//! Registrations as text: CSV, JSON, TOML, and times of day.

pub(crate) mod csv;
pub(crate) mod json;
pub(crate) mod rfc3339;
pub(crate) mod spreadsheet;
pub mod toml;

//! Registrations as text: CSV, JSON, TOML, and times of day.

pub mod csv;
pub mod json;
pub mod rfc3339;
pub mod spreadsheet;
pub mod toml;

//! The parts of SIP that a registration is made of: hosts, URIs and addresses as RFC 3261 writes them, read as a
//! node reads them. Borrows the text, allocates nothing and never panics. Judges nothing: `check` does.
//!
//! Written here because the published parsers fold what has to be distinguished: rsip 0.4 (last release 2022)
//! rejects or repairs a contact as a whole, and none says why a host cannot be one.

pub mod address;
pub mod contact;
pub mod host;
pub mod uri;

//! The client of the switch's JSON:API: domain values to HTTP and back. Knows of no screen, no files and no
//! configuration: what it needs comes in as [`ClientSettings`].
//!
//! - [`client`]: what can be asked of a server; [`write`](mod@write): what can be changed on it.
//! - [`settings`]: where the server is and how to sign in.
//! - [`address`]: URLs, queries, and what is left of a link that the server wrote.
//! - `session`: the token; `token`: what it says of itself. `exchange`: one request and its answer.
//! - [`document`], [`decode`]: bytes to records. [`encode`]: changes to bytes. [`pretty`]: bytes to read.
//! - [`error`]: the error, and what is true now.

pub(crate) mod address;
pub(crate) mod client;
pub mod decode;
pub(crate) mod document;
pub mod encode;
pub(crate) mod error;
mod exchange;
pub(crate) mod pretty;
mod proxy;
mod session;
pub(crate) mod settings;
mod setup_error;
mod token;
pub mod write;

pub use address::{Endpoint, is_loopback};
pub use client::Client;
pub use error::Error;
pub use exchange::http_client;
pub use proxy::{Proxy, ProxyChoice};
pub use settings::{ClientSettings, Credentials, Labels, Precondition, SecretFrom, SecretPrompt};
pub use setup_error::SetupError;

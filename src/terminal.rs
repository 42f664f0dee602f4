//! Entering, drawing on and leaving a terminal.
//!
//! It knows bytes, cells and termios. It must not know what is shown: views draw a frame, and nothing here ever asks the
//! terminal a question, since an answer can take a round trip or never come.

pub(crate) mod backend;
pub(crate) mod charset;
pub mod clipboard;
pub mod decode;
pub(crate) mod depth;
pub(crate) mod editor;
mod modes;
pub(crate) mod outlet;
pub(crate) mod plain;
pub(crate) mod program;
pub mod screen;
pub(crate) mod wire;

pub use clipboard::Multiplexer;
pub use depth::Depth;
pub use screen::{Screen, ScreenOptions, install_panic_hook};

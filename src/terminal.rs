//! Entering, drawing on and leaving a terminal.
//!
//! It knows bytes, cells and termios. It must not know what is shown: views draw a frame, and nothing here ever asks the
//! terminal a question, since an answer can take a round trip or never come.

pub mod backend;
pub mod charset;
pub mod clipboard;
pub mod decode;
pub mod depth;
pub mod editor;
mod modes;
pub mod outlet;
pub mod plain;
pub mod program;
pub mod screen;
pub mod wire;

pub use clipboard::Multiplexer;
pub use depth::Depth;
pub use editor::{EditError, Editor};
pub use screen::{Options, Screen, install_panic_hook};

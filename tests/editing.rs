//! Stories of editing: what a person types, what the server answers, and what the console then says, keeps and
//! sends. No server, no disk, no clock: the messages are written here.
#![expect(clippy::unwrap_used, clippy::panic, reason = "a test may stop where it fails")]

#[path = "kit/kit.rs"]
mod kit;

#[path = "editing/desk.rs"]
mod desk;

#[path = "editing/as_text.rs"]
mod as_text;
#[path = "editing/blame.rs"]
mod blame;
#[path = "editing/bursts.rs"]
mod bursts;
#[path = "editing/checking.rs"]
mod checking;
#[path = "editing/drafts.rs"]
mod drafts;
#[path = "editing/endings.rs"]
mod endings;
#[path = "editing/locking.rs"]
mod locking;
#[path = "editing/new_records.rs"]
mod new_records;
#[path = "editing/pictures.rs"]
mod pictures;
#[path = "editing/rebinding.rs"]
mod rebinding;
#[path = "editing/save_odds.rs"]
mod save_odds;
#[path = "editing/saving.rs"]
mod saving;
#[path = "editing/setting.rs"]
mod setting;
#[path = "editing/switching.rs"]
mod switching;
#[path = "editing/typing.rs"]
mod typing;
#[path = "editing/undoing.rs"]
mod undoing;

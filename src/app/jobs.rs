//! Pure work over a snapshot of the records. Over a few it is done at once, over many by whoever performs effects, so that
//! keys never wait for it.

pub mod arrange;
pub mod count;
pub mod export;
pub mod lint;
pub mod overview;

//! What a crash says: where it happened, and of the message only what cannot quote what was on the screen. A
//! message that was put together at run time may hold a record, a key or a password; one that stands in the
//! program's text cannot.

use std::any::Any;
use std::fmt;
use std::panic::PanicHookInfo;
use std::path::PathBuf;

use color_eyre::section::PanicMessage;

/// How messages of the standard library begin that hold numbers and nothing else.
const NUMBERS_ONLY: [&str; 6] = [
    "index out of bounds: the len is ",
    "range end index ",
    "range start index ",
    "slice index starts at ",
    "mid > len",
    "attempt to ",
];

/// The report of a crash.
#[derive(Debug, Clone, Default)]
pub struct Careful {
    /// The log of this run, where there is one.
    pub log: Option<PathBuf>,
}

impl PanicMessage for Careful {
    fn display(&self, panic: &PanicHookInfo<'_>, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(out, "sipreg crashed: {}", reported(panic.payload()))?;
        if let Some(place) = panic.location() {
            writeln!(out, "at {}:{}:{}", place.file(), place.line(), place.column())?;
        }
        if let Some(log) = &self.log {
            writeln!(out, "See the log {} for what happened before", log.display())?;
        }
        write!(
            out,
            "This is a bug. Drafts are on disk, without typed passwords; changes that were sent may have been applied."
        )
    }
}

/// What may be shown of a panic's message.
fn reported(payload: &(dyn Any + Send)) -> &str {
    if let Some(text) = payload.downcast_ref::<&'static str>() {
        return text;
    }
    match payload.downcast_ref::<String>() {
        Some(text) if NUMBERS_ONLY.iter().any(|beginning| text.starts_with(beginning)) => text,
        Some(_) | None => "(message hidden: it may contain data from the screen)",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_that_may_quote_is_left_out() {
        let reported = |text: String| reported(&text as &(dyn Any + Send)).to_owned();
        assert!(reported("byte index 3 is out of bounds of `hunter2`".to_owned()).starts_with("(message hidden"));
        assert!(reported("called `Result::unwrap()` on an `Err` value: \"hunter2\"".to_owned()).starts_with('('));
        assert_eq!(
            reported("index out of bounds: the len is 3 but the index is 4".to_owned()),
            "index out of bounds: the len is 3 but the index is 4"
        );
    }

    #[test]
    fn a_message_from_the_programs_text_is_told() {
        assert_eq!(reported(&"entered unreachable code"), "entered unreachable code");
    }
}

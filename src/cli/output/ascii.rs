//! A stream on which every character that is not ASCII goes out by its number: for terminals that take the bytes of
//! UTF-8 for control characters.

use std::io::{self, Write};

use crate::domain::text::in_ascii;

/// The stream, with the bytes of a character that is not whole yet.
pub struct Ascii {
    out: Box<dyn Write>,
    part: Vec<u8>,
}

impl Ascii {
    /// Over another stream.
    pub fn over(out: Box<dyn Write>) -> Self {
        Self { out, part: Vec::new() }
    }
}

impl Write for Ascii {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.part.extend_from_slice(bytes);
        let whole = match std::str::from_utf8(&self.part) {
            Ok(text) => text.len(),
            Err(error) if error.error_len().is_none() => error.valid_up_to(),
            Err(_) => self.part.len(),
        };
        let rest = self.part.split_off(whole);
        let text = std::mem::replace(&mut self.part, rest);
        self.out.write_all(in_ascii(&String::from_utf8_lossy(&text)).as_bytes())?;
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.out.flush()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cli::output::tests::Kept;

    #[test]
    fn characters_go_out_by_number_also_where_they_come_in_pieces() {
        let kept = Kept::default();
        let mut stream = Ascii::over(Box::new(kept.clone()));
        for byte in "a\u{1b}[1m東Ä\n".bytes() {
            stream.write_all(&[byte]).unwrap();
        }
        assert_eq!(kept.text(), "a\u{1b}[1m<6771><c4>\n");
    }
}

//! Netstrings: the length of the payload in decimal, `:`, the payload, `,`. A payload comes out in pieces as it
//! arrives, so that an answer of any size takes no more memory than one registration.

use std::io;

use tokio_util::bytes::{Buf as _, BufMut as _, Bytes, BytesMut};
use tokio_util::codec::{Decoder, Encoder};

/// Digits of the longest length that is read.
const MOST_DIGITS: usize = 10;

/// Bytes of a payload that are handed out at once.
const PIECE: usize = 64 << 10;

/// A part of a frame.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FramePiece {
    /// Part of the payload.
    Bytes(Bytes),
    /// The frame is whole.
    End,
}

/// Why bytes are no netstring.
#[derive(Debug, thiserror::Error)]
pub enum FrameError {
    /// There is no length where one was due.
    #[error("not a netstring: it begins with {0:?}")]
    NoLength(String),
    /// The payload is larger than allowed.
    #[error("{length} bytes, more than {limit}")]
    TooLarge {
        /// Bytes that were announced.
        length: u64,
        /// The most that is taken.
        limit: u64,
    },
    /// There is no comma behind the payload.
    #[error("not a netstring: no comma behind the payload")]
    NoComma,
    /// The connection failed.
    #[error(transparent)]
    Io(#[from] io::Error),
}

/// Reads and writes netstrings.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Netstring {
    limit: u64,
    /// Bytes of the payload that are still to come; `None`: a length is due.
    left: Option<u64>,
}

impl Netstring {
    /// With the most bytes that a payload may have.
    pub const fn within(limit: u64) -> Self {
        Self { limit, left: None }
    }

    fn length(&self, source: &mut BytesMut) -> Result<Option<u64>, FrameError> {
        let digits = source.iter().take_while(|byte| byte.is_ascii_digit()).count();
        let wrong = |source: &BytesMut| {
            let shown = source.get(..source.len().min(24)).unwrap_or_default();
            FrameError::NoLength(String::from_utf8_lossy(shown).into_owned())
        };
        if digits > MOST_DIGITS {
            return Err(wrong(source));
        }
        match source.get(digits) {
            None => return Ok(None),
            Some(b':') => {}
            Some(_) => return Err(wrong(source)),
        }
        let number = source.get(..digits).unwrap_or_default();
        let text = str::from_utf8(number).unwrap_or_default();
        let leading_zero = digits > 1 && number.first() == Some(&b'0');
        let Some(length) = text.parse::<u64>().ok().filter(|_| !leading_zero) else { return Err(wrong(source)) };
        if length > self.limit {
            return Err(FrameError::TooLarge { length, limit: self.limit });
        }
        source.advance(digits + 1);
        Ok(Some(length))
    }
}

impl Decoder for Netstring {
    type Item = FramePiece;
    type Error = FrameError;

    fn decode(&mut self, source: &mut BytesMut) -> Result<Option<FramePiece>, FrameError> {
        let left = match self.left {
            Some(left) => left,
            None => match self.length(source)? {
                Some(length) => {
                    self.left = Some(length);
                    length
                }
                None => return Ok(None),
            },
        };
        if source.is_empty() {
            return Ok(None);
        }
        if left > 0 {
            let here = source.len().min(PIECE).min(usize::try_from(left).unwrap_or(PIECE));
            self.left = Some(left - here as u64);
            return Ok(Some(FramePiece::Bytes(source.split_to(here).freeze())));
        }
        if source.get_u8() != b',' {
            return Err(FrameError::NoComma);
        }
        self.left = None;
        Ok(Some(FramePiece::End))
    }
}

impl Encoder<&[u8]> for Netstring {
    type Error = FrameError;

    fn encode(&mut self, payload: &[u8], target: &mut BytesMut) -> Result<(), FrameError> {
        let length = payload.len() as u64;
        if length > self.limit {
            return Err(FrameError::TooLarge { length, limit: self.limit });
        }
        target.put_slice(length.to_string().as_bytes());
        target.put_u8(b':');
        target.put_slice(payload);
        target.put_u8(b',');
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const LIMIT: u64 = 1_000;

    /// Payloads of all whole frames, the bytes arriving in parts of this size.
    fn read(bytes: &[u8], part: usize) -> Result<(Vec<Vec<u8>>, bool), FrameError> {
        let mut codec = Netstring::within(LIMIT);
        let mut source = BytesMut::new();
        let (mut frames, mut payload) = (Vec::new(), Vec::new());
        for part in bytes.chunks(part.max(1)) {
            source.extend_from_slice(part);
            while let Some(piece) = codec.decode(&mut source)? {
                match piece {
                    FramePiece::Bytes(bytes) => payload.extend_from_slice(&bytes),
                    FramePiece::End => frames.push(std::mem::take(&mut payload)),
                }
            }
        }
        Ok((frames, codec.left.is_some() || !source.is_empty()))
    }

    #[test]
    fn the_documented_request_is_one_frame() {
        let mut out = BytesMut::new();
        let request = br#"{"jsonrpc":"2.0","method":"yeti.show.registrations","params":[],"id":"1"}"#;
        Netstring::within(LIMIT).encode(request, &mut out).unwrap();
        assert!(out.starts_with(b"73:{") && out.ends_with(b"},"));
    }

    #[test]
    fn what_is_no_netstring_is_refused_where_it_goes_wrong() {
        for wrong in ["HTTP/1.1 400 Bad Request", ":x,", "01:x,", "-1:x,", "99999999999:", "3:abcd", "1 :x,"] {
            assert!(read(wrong.as_bytes(), 64).is_err(), "{wrong}");
        }
        assert!(matches!(read(b"1001:", 64), Err(FrameError::TooLarge { length: 1001, .. })));
    }

    #[test]
    fn an_empty_payload_is_a_frame() {
        assert_eq!(read(b"0:,", 1).unwrap(), (vec![Vec::new()], false));
    }

    proptest! {
        #[test]
        fn whatever_is_written_is_read_in_any_parts(
            payloads in proptest::collection::vec(proptest::collection::vec(any::<u8>(), 0..40), 0..5),
            part in 1_usize..20,
        ) {
            let mut out = BytesMut::new();
            for payload in &payloads {
                Netstring::within(LIMIT).encode(payload, &mut out).unwrap();
            }
            prop_assert_eq!(read(&out, part).unwrap(), (payloads, false));
        }

        #[test]
        fn half_a_frame_is_never_whole(payload in proptest::collection::vec(any::<u8>(), 1..40), part in 1_usize..9) {
            let mut out = BytesMut::new();
            Netstring::within(LIMIT).encode(&payload, &mut out).unwrap();
            for end in 1..out.len() {
                let (frames, inside) = read(&out[..end], part).unwrap();
                prop_assert!(frames.is_empty() && inside);
            }
        }
    }
}

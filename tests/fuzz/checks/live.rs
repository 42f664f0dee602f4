//! Any bytes as the answer of a node, in parts of any size: registrations or a sentence, never a panic, the same in one
//! part and in many, and nothing larger in memory than what came.

use sipreg::domain::live::loaded::{LOADED_COUNT, TextsBuilder, unpack};
use sipreg::live::answer::{AnswerFault, AnswerReader};
use sipreg::live::netstring::{FramePiece, Netstring};
use sipreg::live::{entry, rpc};
use tokio_util::bytes::BytesMut;
use tokio_util::codec::Decoder as _;

/// The first byte says how large the parts are; the rest is what a connection brings, and also a payload by itself.
pub fn check(data: &[u8]) {
    let Some((first, stream)) = data.split_first() else { return };
    let part = usize::from(*first).max(1);
    let frames = frames(stream, part);
    assert_eq!(frames, self::frames(stream, stream.len().max(1)), "parts make no difference");
    for payload in frames.iter().map(Vec::as_slice).chain([stream]) {
        let whole = read(payload, payload.len().max(1));
        assert_eq!(read(payload, part), whole, "parts make no difference");
        if let Ok((ids, document)) = whole {
            assert!(ids <= payload.len() && document.len() <= payload.len());
            if let Err(why) = rpc::envelope(&document, 1) {
                assert!(!why.to_string().is_empty());
            }
        }
    }
}

/// Whole payloads, up to where the bytes are no netstring any more.
fn frames(stream: &[u8], part: usize) -> Vec<Vec<u8>> {
    let mut codec = Netstring::within(4_096);
    let mut source = BytesMut::new();
    let (mut frames, mut payload) = (Vec::new(), Vec::new());
    for part in stream.chunks(part) {
        source.extend_from_slice(part);
        loop {
            match codec.decode(&mut source) {
                Ok(Some(FramePiece::Bytes(bytes))) => payload.extend_from_slice(&bytes),
                Ok(Some(FramePiece::End)) => frames.push(std::mem::take(&mut payload)),
                Ok(None) => break,
                Err(error) => {
                    assert!(!error.to_string().is_empty());
                    return frames;
                }
            }
        }
    }
    frames
}

/// How many registrations, and the document around them.
fn read(payload: &[u8], part: usize) -> Result<(usize, Vec<u8>), AnswerFault> {
    let mut reader = AnswerReader::at_level(1);
    let mut texts = TextsBuilder::default();
    let mut rows = Vec::new();
    for part in payload.chunks(part) {
        reader.feed(part, &mut |object| {
            rows.extend(entry(object, &mut texts)?.row);
            Ok(())
        })?;
    }
    let document = reader.finish()?;
    let texts = texts.finish();
    for row in &rows {
        if let Some(loaded) = row.loaded {
            assert_eq!(unpack(texts.get(loaded)).count(), LOADED_COUNT);
        }
    }
    Ok((rows.len(), document))
}

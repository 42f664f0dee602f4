//! The text of a file in the encodings that programs save it in: UTF-8, with or without a byte order mark, and UTF-16.

use std::borrow::Cow;

/// How the bytes of a file were read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum FileEncoding {
    Utf8,
    Utf16,
}

/// The bytes as UTF-8, without a byte order mark. What is no UTF-16 is handed on as it is: whoever reads it says where
/// it is no UTF-8.
pub(super) fn decoded(bytes: &[u8]) -> (Cow<'_, [u8]>, FileEncoding) {
    if let Some(plain) = bytes.strip_prefix("\u{feff}".as_bytes()) {
        return (Cow::Borrowed(plain), FileEncoding::Utf8);
    }
    let little = match bytes {
        [0xff, 0xfe, ..] => true,
        [0xfe, 0xff, ..] => false,
        // No mark: a header or JSON begins with ASCII, of which every second byte is zero.
        [first, 0, second, 0, ..] if *first != 0 && *second != 0 => true,
        [0, first, 0, second, ..] if *first != 0 && *second != 0 => false,
        _ => return (Cow::Borrowed(bytes), FileEncoding::Utf8),
    };
    let unit = |pair: &[u8]| match pair {
        [low, high] if little => u16::from_le_bytes([*low, *high]),
        [high, low] => u16::from_be_bytes([*high, *low]),
        // Half a unit at the end: shown as what cannot be read.
        _ => 0xfffd,
    };
    let units: Vec<u16> = bytes.chunks(2).map(unit).collect();
    let text = String::from_utf16_lossy(&units);
    let plain = text.strip_prefix('\u{feff}').unwrap_or(&text);
    (Cow::Owned(plain.as_bytes().to_vec()), FileEncoding::Utf16)
}

/// What the file is where it is no text that could be read at all, with what to do.
pub(super) fn other_kind(bytes: &[u8]) -> Option<&'static str> {
    let text = bytes.strip_prefix("\u{feff}".as_bytes()).unwrap_or(bytes).trim_ascii_start();
    match bytes {
        [0xff, 0xfe, 0, 0, ..] | [0, 0, 0xfe, 0xff, ..] => Some("the file is UTF-32; save it as UTF-8"),
        [b'P', b'K', 3, 4, ..] | [0xd0, 0xcf, 0x11, 0xe0, ..] => Some(
            "the file is a workbook of a spreadsheet (.xlsx, .ods, .xls), not CSV; save it as CSV (in Excel: CSV UTF-8)",
        ),
        [0x1f, 0x8b, ..] => Some("the file is compressed (gzip); unpack it first"),
        _ if text.starts_with(b"<") => Some("the file is HTML or XML, not CSV or JSON"),
        _ => None,
    }
}

impl FileEncoding {
    /// The line about it, where it is not what `export` writes.
    pub(super) fn note(self) -> Option<String> {
        (self == Self::Utf16).then(|| "read as UTF-16".to_owned())
    }
}

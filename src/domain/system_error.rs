//! What an error of the system means, in plain English: for connections, names, files and programs. Its number and the
//! system's own words belong in the log only.

use std::borrow::Cow;
use std::error::Error;
use std::io;

/// The system's numbers of errors that have no kind of their own (Linux).
const NUMBERS: &[(i32, &str)] = &[
    (5, "input/output error of the device"),
    (6, "no such device"),
    (8, "not a program that this system can run"),
    (19, "no such device"),
    (23, "too many open files on this system"),
    (24, "too many open files in this program"),
    (36, "the name is too long"),
    (40, "a symbolic link leads in a circle, or is not followed"),
    (122, "disk quota reached"),
];

/// What libraries say of names that cannot be resolved, in their own words.
const NAMES: &[(&str, &str)] = &[
    ("name or service not known", "no such host"),
    ("name does not resolve", "no such host"),
    ("nodename nor servname", "no such host"),
    ("no address associated", "the host has no address"),
    ("temporary failure in name resolution", "the name server timed out"),
    ("try aga", "the name server timed out"),
    ("non-recoverable failure in name resolution", "the name server failed"),
    ("service not known", "no such host"),
];

/// An error of the system as the end of a sentence: `connection refused`.
pub fn in_words(error: &io::Error) -> String {
    if let Some(meaning) = number(error) {
        return meaning.to_owned();
    }
    if let Some(inner) = error.get_ref() {
        return in_chain(inner);
    }
    kind(error.kind()).map_or_else(|| cleaned(&error.to_string()).into_owned(), str::to_owned)
}

/// The first cause of an error, in plain English where the system named it.
pub fn in_chain(error: &(dyn Error + 'static)) -> String {
    let mut last = error;
    loop {
        if let Some(io) = last.downcast_ref::<io::Error>() {
            return in_words(io);
        }
        match last.source() {
            Some(inner) => last = inner,
            None => return cleaned(&last.to_string()).into_owned(),
        }
    }
}

fn number(error: &io::Error) -> Option<&'static str> {
    let raw = error.raw_os_error()?;
    NUMBERS.iter().find(|(number, _)| *number == raw).map(|(_, meaning)| *meaning).or_else(|| kind(error.kind()))
}

fn kind(kind: io::ErrorKind) -> Option<&'static str> {
    use io::ErrorKind;
    Some(match kind {
        ErrorKind::ConnectionRefused => "connection refused",
        ErrorKind::ConnectionReset | ErrorKind::ConnectionAborted => "the connection was closed by the other side",
        ErrorKind::BrokenPipe => "the reader closed it",
        ErrorKind::NotConnected => "not connected",
        ErrorKind::HostUnreachable => "host unreachable",
        ErrorKind::NetworkUnreachable => "network unreachable",
        ErrorKind::NetworkDown => "the network is down",
        ErrorKind::TimedOut => "timed out",
        ErrorKind::AddrInUse => "the address is in use",
        ErrorKind::AddrNotAvailable => "this machine does not have the address",
        ErrorKind::NotFound => "no such file or directory",
        ErrorKind::PermissionDenied => "no permission",
        ErrorKind::AlreadyExists => "it exists already",
        ErrorKind::NotADirectory => "not a directory",
        ErrorKind::IsADirectory => "it is a directory",
        ErrorKind::DirectoryNotEmpty => "the directory is not empty",
        ErrorKind::ReadOnlyFilesystem => "read-only file system",
        ErrorKind::StorageFull | ErrorKind::WriteZero => "no space left on the disk",
        ErrorKind::QuotaExceeded => "disk quota reached",
        ErrorKind::FileTooLarge => "the file is too large",
        ErrorKind::ResourceBusy | ErrorKind::ExecutableFileBusy => "it is in use",
        ErrorKind::StaleNetworkFileHandle => "the file system of the network has lost it",
        ErrorKind::CrossesDevices => "it is on another file system",
        ErrorKind::TooManyLinks => "too many links",
        ErrorKind::ArgumentListTooLong => "the command line is too long",
        ErrorKind::InvalidFilename => "the name is too long or not valid",
        ErrorKind::Interrupted => "interrupted",
        ErrorKind::UnexpectedEof => "it ended too early",
        ErrorKind::OutOfMemory => "no memory left",
        ErrorKind::InvalidInput => "not a valid request to the system",
        ErrorKind::Unsupported => "this system does not support it",
        _ => return None,
    })
}

/// A text of a library: known words in plain English, without the system's number.
fn cleaned(text: &str) -> Cow<'_, str> {
    let lower = text.to_lowercase();
    if let Some((_, meaning)) = NAMES.iter().find(|(words, _)| lower.contains(words)) {
        return Cow::Borrowed(meaning);
    }
    match text.split_once(" (os error ") {
        Some((before, behind)) => {
            let rest = behind.split_once(')').map_or("", |(_number, rest)| rest);
            Cow::Owned(format!("{before}{rest}"))
        }
        None => Cow::Borrowed(text),
    }
}

#[cfg(test)]
mod tests {
    use std::io::ErrorKind;

    use super::*;

    #[test]
    fn each_error_of_the_system_has_plain_words_and_no_number() {
        for (number, meaning) in [
            (1, "no permission"),
            (2, "no such file or directory"),
            (5, "input/output error of the device"),
            (8, "not a program that this system can run"),
            (13, "no permission"),
            (20, "not a directory"),
            (21, "it is a directory"),
            (24, "too many open files in this program"),
            (28, "no space left on the disk"),
            (30, "read-only file system"),
            (36, "the name is too long"),
            (40, "a symbolic link leads in a circle, or is not followed"),
            (98, "the address is in use"),
            (101, "network unreachable"),
            (104, "the connection was closed by the other side"),
            (110, "timed out"),
            (111, "connection refused"),
            (113, "host unreachable"),
            (122, "disk quota reached"),
        ] {
            assert_eq!(in_words(&io::Error::from_raw_os_error(number)), meaning, "{number}");
        }
        for number in 1..200 {
            let reported = in_words(&io::Error::from_raw_os_error(number));
            assert!(!reported.contains("os error") && !reported.is_empty(), "{number}: {reported}");
        }
    }

    #[test]
    fn names_that_cannot_be_resolved_have_plain_words() {
        for (text, meaning) in [
            ("failed to lookup address information: Name or service not known", "no such host"),
            ("failed to lookup address information: Temporary failure in name resolution", "the name server timed out"),
            ("failed to lookup address information: No address associated with hostname", "the host has no address"),
            ("failed to lookup address information: Name does not resolve", "no such host"),
            ("it was given up", "it was given up"),
            ("x (os error 5): y", "x: y"),
        ] {
            assert_eq!(in_words(&io::Error::other(text)), meaning);
        }
    }

    #[test]
    fn an_error_that_wraps_one_of_the_system_has_its_words() {
        let wrapped = io::Error::other(io::Error::from_raw_os_error(111));
        assert_eq!(in_words(&wrapped), "connection refused");
        assert_eq!(in_chain(&wrapped), "connection refused");
        assert_eq!(in_words(&io::Error::from(ErrorKind::UnexpectedEof)), "it ended too early");
    }
}

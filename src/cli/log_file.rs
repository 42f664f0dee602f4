//! The log that `--log FILE` or `SIPREG_LOG` asks for: requests, decisions and timings as the program's parts log
//! them, without secrets, in a file for its owner only.

use std::fs::{File, OpenOptions, Permissions};
use std::io::{self, Write as _};
use std::os::unix::fs::{OpenOptionsExt as _, PermissionsExt as _};
use std::path::{Path, PathBuf};
use std::sync::Mutex;

use rustix::fs::OFlags;
use tracing_subscriber::EnvFilter;

use super::session::now;
use super::{CommandFailure, CommandOutput, CommandResult};
use crate::domain::system_error::in_words;
use crate::state::log_fault;

/// The variable that says how much is logged: `debug`, `info`, `warn`, or a filter of tracing.
pub const VARIABLE: &str = "SIPREG_LOG";

/// The file, where none was named.
const USUAL: &str = "sipreg.log";

/// From this size on, in bytes, it begins again.
const LARGEST: u64 = 50_000_000;

/// Where the log goes, where one is wanted: the file that was named, or `sipreg.log` in this directory.
pub fn wanted(named: Option<&Path>, level: Option<&str>) -> Option<PathBuf> {
    match (named, level) {
        (Some(file), _) => Some(file.to_owned()),
        (None, Some(level)) if !level.trim().is_empty() && level != "off" => Some(PathBuf::from(USUAL)),
        (None, _) => None,
    }
}

/// Begins the log, with the version and the terminal on its first line.
///
/// # Errors
/// The file cannot be written, or the level is none.
pub fn begin(file: &Path, level: Option<&str>) -> CommandResult<()> {
    let level = level.filter(|level| !level.trim().is_empty()).unwrap_or("debug");
    let filter = filter_of(level)
        .map_err(|why| CommandFailure::usage(format!("{VARIABLE}: {why}; write debug, info, warn or error")))?;
    let opened = open(file).map_err(|error| CommandFailure::Log(file.to_owned(), error))?;
    let terminal = std::env::var("TERM").unwrap_or_else(|_| "no terminal".to_owned());
    let first = format!(
        "{} sipreg {} on {} {}, TERM {}, process {}",
        now().to_rfc3339(),
        env!("CARGO_PKG_VERSION"),
        std::env::consts::OS,
        std::env::consts::ARCH,
        crate::domain::text::visible(&terminal),
        std::process::id()
    );
    let written = opened.metadata().map_or(0, |metadata| metadata.len());
    let mut log = LogFile { path: file.to_owned(), file: opened, written, first };
    if written >= LARGEST {
        log.rotate();
    } else {
        log.write_first().map_err(|error| CommandFailure::Log(file.to_owned(), error))?;
    }
    let writer = Mutex::new(log);
    // What cannot be written is not shown on the terminal, which may be the console's.
    let subscriber = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_ansi(false)
        .log_internal_errors(false)
        .with_writer(writer)
        .finish();
    // A second one in one process is a test's: the first stays.
    let _ = tracing::subscriber::set_global_default(subscriber);
    Ok(())
}

/// Which of our parts speak. Those of libraries never do: no one vouches that what they log holds no secret.
fn filter_of(level: &str) -> Result<EnvFilter, String> {
    let mut directives = vec!["off".to_owned()];
    for part in level.split(',').map(str::trim).filter(|part| !part.is_empty()) {
        match part.split_once('=') {
            None => directives.push(format!("sipreg={part}")),
            Some((target, _)) if target == "sipreg" || target.starts_with("sipreg::") => {
                directives.push(part.to_owned());
            }
            Some((target, _)) => return Err(format!("only parts of sipreg are logged, not {target:?}")),
        }
    }
    EnvFilter::try_new(directives.join(",")).map_err(|error| error.to_string())
}

/// Opens it for its owner only. The file that no one named is never one that a link of someone else leads to.
fn open(path: &Path) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.create(true).append(true).mode(0o600);
    if path == Path::new(USUAL) {
        options.custom_flags(OFlags::NOFOLLOW.bits().cast_signed());
    }
    let file = options.open(path)?;
    let metadata = file.metadata()?;
    if metadata.is_file() && metadata.permissions().mode() & 0o077 != 0 {
        file.set_permissions(Permissions::from_mode(0o600))?;
    }
    Ok(file)
}

/// Says what of the log could not be written, where the console has not said so.
pub fn last_word(output: &mut CommandOutput) {
    if let Some(sentence) = log_fault::take() {
        output.message(&format!("sipreg: {sentence}"));
    }
}

/// The file, which begins again where it became too large. What does not fit on the disk is dropped, and that is said
/// once: a log never stops the work that it is about.
struct LogFile {
    path: PathBuf,
    file: File,
    written: u64,
    /// What each file begins with.
    first: String,
}

impl LogFile {
    /// The full file becomes `FILE.1`, in place of the one before it.
    fn rotate(&mut self) {
        let is_plain = self.file.metadata().is_ok_and(|metadata| metadata.is_file());
        let mut earlier = self.path.clone().into_os_string();
        earlier.push(".1");
        self.written = 0;
        if is_plain
            && std::fs::rename(&self.path, earlier).is_ok()
            && let Ok(file) = open(&self.path)
        {
            self.file = file;
        }
        // Where it cannot be written the next line says so.
        let _ = self.write_first();
    }

    fn write_first(&mut self) -> io::Result<()> {
        writeln!(self.file, "{}", self.first)
    }
}

impl io::Write for LogFile {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if self.written >= LARGEST {
            self.rotate();
        }
        self.written += bytes.len() as u64;
        if let Err(error) = self.file.write_all(bytes) {
            let file = self.path.display();
            log_fault::note(|| {
                format!("The log {file} is not complete: {}. The command keeps running", in_words(&error))
            });
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_our_own_parts_are_logged() {
        for fine in ["debug", "info,sipreg::api=trace", "sipreg=warn", "off"] {
            assert!(filter_of(fine).is_ok(), "{fine}");
        }
        for refused in ["hyper=trace", "debug,reqwest=debug", "sipregx=debug", "loud"] {
            assert!(filter_of(refused).is_err(), "{refused}");
        }
    }

    #[test]
    fn a_log_is_its_owners_alone_and_no_planted_link_is_followed() {
        let home = tempfile::tempdir().unwrap();
        let path = home.path().join("log");
        std::fs::write(&path, "earlier\n").unwrap();
        std::fs::set_permissions(&path, Permissions::from_mode(0o644)).unwrap();
        open(&path).unwrap();
        assert_eq!(std::fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
        assert_eq!(std::fs::read_to_string(&path).unwrap(), "earlier\n");
    }

    #[test]
    fn a_large_log_begins_anew_and_one_earlier_file_stays() {
        let home = tempfile::tempdir().unwrap();
        let path = home.path().join("log");
        let file = open(&path).unwrap();
        let mut log = LogFile { path: path.clone(), file, written: 0, first: "version".to_owned() };
        log.write_all(b"first\n").unwrap();
        log.written = LARGEST;
        log.write_all(b"second\n").unwrap();
        assert_eq!(std::fs::read_to_string(&path).unwrap(), "version\nsecond\n");
        assert_eq!(std::fs::read_to_string(home.path().join("log.1")).unwrap(), "first\n");
    }
}

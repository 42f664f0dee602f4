//! The log that `--log FILE` or `SIPREG_LOG` asks for: requests, decisions and timings as the program's parts tell
//! them, without secrets, in a file for its owner only.

use std::fs::OpenOptions;
use std::io::Write as _;
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};
use std::sync::Mutex;

use tracing_subscriber::EnvFilter;

use super::exit::Exit;
use super::failure::Failure;
use super::writing::now;

/// The variable that says how much is told: `debug`, `info`, `warn`, or a filter of tracing.
pub const VARIABLE: &str = "SIPREG_LOG";

/// Where the log goes, where one is wanted: the file that was named, or `sipreg.log` in this directory.
#[must_use]
pub fn wanted(named: Option<&Path>, level: Option<&str>) -> Option<PathBuf> {
    match (named, level) {
        (Some(file), _) => Some(file.to_owned()),
        (None, Some(level)) if !level.trim().is_empty() && level != "off" => Some(PathBuf::from("sipreg.log")),
        (None, _) => None,
    }
}

/// Begins the log, with the version and the terminal on its first line.
///
/// # Errors
/// The file cannot be written, or the level is none.
pub fn begin(file: &Path, level: Option<&str>) -> Result<(), Failure> {
    let level = level.filter(|level| !level.trim().is_empty()).unwrap_or("debug");
    // Libraries tell of things that nobody vouches for: only our own parts speak, unless a filter names others.
    let filter = if level.contains('=') { level.to_owned() } else { format!("off,sipreg={level}") };
    let filter = EnvFilter::try_new(&filter)
        .map_err(|error| Failure::usage(format!("{VARIABLE}: {error}; write debug, info, warn or error")))?;
    let opened = OpenOptions::new().create(true).append(true).mode(0o600).open(file);
    let mut opened = opened
        .map_err(|error| Failure::Said(Exit::Usage, format!("cannot write the log {}: {error}", file.display())))?;
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
    writeln!(opened, "{first}")
        .map_err(|error| Failure::Said(Exit::Usage, format!("cannot write the log {}: {error}", file.display())))?;
    let subscriber =
        tracing_subscriber::fmt().with_env_filter(filter).with_ansi(false).with_writer(Mutex::new(opened)).finish();
    // A second one in one process is a test's: the first stays.
    let _ = tracing::subscriber::set_global_default(subscriber);
    Ok(())
}

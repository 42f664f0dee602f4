//! Says which commit this is built from, and its date, for `sipreg --version`. Works without git (in a source archive)
//! and gives the same text for the same commit on any machine and day.
//!
//! The commit comes from `SIPREG_COMMIT`, else from git, else from `assets/package/commit`, which `git archive` fills
//! in. The date is that of `SOURCE_DATE_EPOCH`, else the commit's. Never the time of the build.

use std::path::Path;
use std::process::Command;

/// File of a source archive that names its commit.
const ARCHIVED: &str = "assets/package/commit";

/// Digits of a commit that are shown.
const SHORT: usize = 12;

const SECONDS_A_DAY: i64 = 24 * 60 * 60;

fn main() {
    let root = std::env::var("CARGO_MANIFEST_DIR").unwrap_or_else(|_| ".".to_owned());
    let package = std::env::var("CARGO_PKG_VERSION").unwrap_or_default();
    let root = Path::new(&root);
    let variable = |name: &str| std::env::var(name).ok();
    // A development build would be compiled anew after every commit.
    let is_release = std::env::var("PROFILE").is_ok_and(|profile| profile == "release");
    let version =
        if is_release { version(&package, root, &variable) } else { format!("{package} (development build)") };
    println!("cargo:rustc-env=SIPREG_VERSION={version}");
    for name in ["SIPREG_COMMIT", "SOURCE_DATE_EPOCH"] {
        println!("cargo:rerun-if-env-changed={name}");
    }
    println!("cargo:rerun-if-changed=build.rs");
    println!("cargo:rerun-if-changed={ARCHIVED}");
    // Each commit and each checkout is noted there.
    if is_release
        && let Some(log) = git(root, &["rev-parse", "--git-path", "logs/HEAD"]).filter(|log| root.join(log).exists())
    {
        println!("cargo:rerun-if-changed={log}");
    }
}

/// `0.2.0 (0123456789ab 2026-11-26)`, or less where less is known.
fn version(package: &str, root: &Path, variable: &impl Fn(&str) -> Option<String>) -> String {
    let (commit, committed) = commit(root, variable);
    let seconds = variable("SOURCE_DATE_EPOCH").and_then(|seconds| seconds.trim().parse().ok()).or(committed);
    let known: Vec<String> = commit.into_iter().chain(seconds.map(day)).collect();
    if known.is_empty() { package.to_owned() } else { format!("{package} ({})", known.join(" ")) }
}

/// The commit, and when it was made, in seconds since 1970.
fn commit(root: &Path, variable: &impl Fn(&str) -> Option<String>) -> (Option<String>, Option<i64>) {
    if let Some(given) = variable("SIPREG_COMMIT").as_deref().and_then(hash) {
        return (Some(given), None);
    }
    // A repository around an unpacked archive is not ours.
    let ours = root.join(".git").exists();
    let told = if ours { git(root, &["log", "-1", "--format=%H %ct"]) } else { None };
    let told = told.or_else(|| std::fs::read_to_string(root.join(ARCHIVED)).ok()).unwrap_or_default();
    let mut words = told.split_whitespace();
    let commit = words.next().and_then(hash);
    let seconds = if commit.is_some() { words.next().and_then(|seconds| seconds.parse().ok()) } else { None };
    (commit, seconds)
}

/// The beginning of what is a commit; not the placeholder that stands in a checkout.
fn hash(text: &str) -> Option<String> {
    let text = text.trim();
    let is_hash = text.len() >= 7 && text.bytes().all(|byte| byte.is_ascii_hexdigit());
    is_hash.then(|| text.chars().take(SHORT).collect())
}

fn git(root: &Path, arguments: &[&str]) -> Option<String> {
    let output = Command::new("git").args(arguments).current_dir(root).output().ok()?;
    let text = String::from_utf8(output.stdout).ok()?;
    output.status.success().then(|| text.trim().to_owned())
}

/// The day of a moment, in UTC. After Howard Hinnant's `civil_from_days`.
fn day(seconds: i64) -> String {
    let days = seconds.div_euclid(SECONDS_A_DAY) + 719_468;
    let era = days.div_euclid(146_097);
    let of_era = days.rem_euclid(146_097);
    let year_of_era = (of_era - of_era / 1460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let month = (5 * of_year + 2) / 153;
    let day = of_year - (153 * month + 2) / 5 + 1;
    let month = if month < 10 { month + 3 } else { month - 9 };
    let year = year_of_era + era * 400 + i64::from(month <= 2);
    format!("{year:04}-{month:02}-{day:02}")
}

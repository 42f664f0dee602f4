//! The file in which a profile's columns and views are kept: `looks/PROFILE.toml` in the state directory, for
//! its owner only, replaced as a whole.

use std::fs;
use std::io::{self, Write as _};
use std::os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _};
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use crate::app::columns::Columns;
use crate::app::views::{Kept, View};
use crate::domain::order::Order;

/// The largest file that is read.
const LARGEST: u64 = 64 * 1024;

#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(default)]
struct Written {
    columns: Vec<String>,
    view: Vec<WrittenView>,
}

#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(default)]
struct WrittenView {
    number: u8,
    name: String,
    filter: String,
    sort: String,
    columns: Vec<String>,
}

/// Where a profile's file is.
pub fn path(state: &Path, profile: &str) -> PathBuf {
    // A profile may be called anything; a file may not.
    let safe = |c: char| if c.is_ascii_alphanumeric() || matches!(c, '-' | '_') { c } else { '_' };
    let name: String = profile.chars().map(safe).collect();
    state.join("looks").join(format!("{name}.toml"))
}

/// What was kept; nothing where there is no file.
///
/// # Errors
/// The file is there and cannot be read.
pub fn load(path: &Path) -> io::Result<Kept> {
    let metadata = match fs::metadata(path) {
        Ok(metadata) => metadata,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Kept::default()),
        Err(error) => return Err(error),
    };
    if !metadata.is_file() || metadata.len() > LARGEST {
        return Err(io::Error::new(io::ErrorKind::InvalidData, "not a small file"));
    }
    let text = fs::read_to_string(path)?;
    let written: Written = toml::from_str(&text)
        .map_err(|error| io::Error::new(io::ErrorKind::InvalidData, error.message().to_owned()))?;
    let views = written.view.into_iter().map(|view| {
        let order = Order::parse(&view.sort).unwrap_or_default();
        let columns = Columns::of_words(&view.columns);
        (view.number, View { name: view.name, filter: view.filter, order, columns })
    });
    Ok(Kept { columns: Columns::of_words(&written.columns), views: views.collect() })
}

/// Keeps it. Either the old file stays or the new one is there, whatever happens meanwhile.
///
/// # Errors
/// The directory or the file cannot be written.
pub fn save(path: &Path, kept: &Kept) -> io::Result<()> {
    let view = kept.views.iter().map(|(number, view)| WrittenView {
        number: *number,
        name: view.name.clone(),
        filter: view.filter.clone(),
        sort: view.order.to_string(),
        columns: view.columns.words(),
    });
    let written = Written { columns: kept.columns.words(), view: view.collect() };
    let text = toml::to_string(&written).map_err(io::Error::other)?;
    let folder = path.parent().ok_or_else(|| io::Error::other("no directory"))?;
    fs::DirBuilder::new().recursive(true).mode(0o700).create(folder)?;
    let beside = path.with_extension(format!("{}.new", std::process::id()));
    let _ = fs::remove_file(&beside);
    let mut file = fs::OpenOptions::new().write(true).create_new(true).mode(0o600).open(&beside)?;
    let done = file.write_all(text.as_bytes()).and_then(|()| file.sync_all()).and_then(|()| fs::rename(&beside, path));
    if done.is_err() {
        let _ = fs::remove_file(&beside);
    }
    done
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt as _;

    use super::*;

    #[test]
    fn what_is_kept_reads_back_from_a_file_for_its_owner_only() {
        let state = tempfile::tempdir().unwrap();
        let path = path(state.path(), "eu/noc");
        assert_eq!(load(&path).unwrap(), Kept::default());
        let mut kept = Kept { columns: Columns::of_words(&["id".into(), "name:30".into()]), ..Kept::default() };
        let order = Order::parse("pop,-expire").unwrap();
        kept.views.insert(4, View { name: "acme".into(), filter: "\"a\\\"b\" 東".into(), order, ..View::default() });
        save(&path, &kept).unwrap();
        save(&path, &kept).unwrap();
        assert_eq!(load(&path).unwrap(), kept);
        assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
        assert_eq!(fs::read_dir(path.parent().unwrap()).unwrap().count(), 1);
    }

    #[test]
    fn a_broken_file_is_told_and_not_guessed_at() {
        let state = tempfile::tempdir().unwrap();
        let path = path(state.path(), "p");
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(&path, "columns = 3").unwrap();
        assert!(load(&path).is_err());
    }
}

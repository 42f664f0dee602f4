//! What the file says in which a profile's columns and views are kept: `looks/PROFILE.toml` in the state directory.

use std::path::Path;

use serde::{Deserialize, Serialize};

use crate::app::list::views::{Kept, View};
use crate::app::model::columns::Columns;
use crate::domain::query::order::Order;
use crate::state::profile_file::SingleFile;

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
pub fn file(state: &Path, profile: &str) -> SingleFile {
    SingleFile::of_profile(state, "looks", profile, "toml", LARGEST)
}

/// What was kept; nothing where there is no file.
///
/// # Errors
/// A sentence: the file is there and cannot be read.
pub fn load(file: &SingleFile) -> Result<Kept, String> {
    let Some(bytes) = file.read().map_err(|error| error.reason())? else { return Ok(Kept::default()) };
    let written: Written = toml::from_slice(&bytes).map_err(|error| error.message().to_owned())?;
    let views = written.view.into_iter().map(|view| {
        let order = Order::parse(&view.sort).unwrap_or_default();
        let columns = Columns::of_words(&view.columns);
        (view.number, View { name: view.name, filter: view.filter, order, columns })
    });
    Ok(Kept { columns: Columns::of_words(&written.columns), views: views.collect() })
}

/// Keeps it.
///
/// # Errors
/// A sentence: the directory or the file cannot be written.
pub fn save(file: &SingleFile, kept: &Kept) -> Result<(), String> {
    let view = kept.views.iter().map(|(number, view)| WrittenView {
        number: *number,
        name: view.name.clone(),
        filter: view.filter.clone(),
        sort: view.order.to_string(),
        columns: view.columns.words(),
    });
    let written = Written { columns: kept.columns.words(), view: view.collect() };
    let text = toml::to_string(&written).map_err(|error| error.to_string())?;
    file.replace(text.as_bytes()).map_err(|error| error.reason())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_kept_reads_back() {
        let state = tempfile::tempdir().unwrap();
        let file = file(state.path(), "eu/noc");
        assert_eq!(load(&file).unwrap(), Kept::default());
        let mut kept = Kept { columns: Columns::of_words(&["id".into(), "name:30".into()]), ..Kept::default() };
        let order = Order::parse("pop,-expire").unwrap();
        kept.views.insert(4, View { name: "acme".into(), filter: "\"a\\\"b\" 東".into(), order, ..View::default() });
        save(&file, &kept).unwrap();
        save(&file, &kept).unwrap();
        assert_eq!(load(&file).unwrap(), kept);
    }

    #[test]
    fn a_broken_file_is_told_and_not_guessed_at() {
        let state = tempfile::tempdir().unwrap();
        let file = file(state.path(), "p");
        file.replace(b"columns = 3").unwrap();
        assert!(load(&file).is_err());
    }
}

//! The file in which a profile's columns and views are kept: `looks/PROFILE.toml` in the state directory. Several
//! consoles change it: each reads it, changes one thing and writes it back under a lock. What this version does not
//! understand in it stays as it is.

mod entry;

use std::collections::BTreeMap;
use std::path::Path;

use chrono::{DateTime, Utc};
use toml::{Table, Value};

use crate::app::model::columns::Columns;
use crate::app::model::looks::{LooksChange, LooksConflict, LooksError, LooksRefusal, OWN, SavedLooks};
use crate::state::profile_file::SingleFile;

use entry::{ViewEntry, Words};

/// The largest file that is read, and written.
const LARGEST: u64 = 64 * 1024;

/// Where a profile's file is.
pub fn file(state: &Path, profile: &str) -> SingleFile {
    SingleFile::of_profile(state, "looks", profile, "toml", LARGEST)
}

/// What is kept, and in sentences what of the file is not understood. Nothing where there is no file.
///
/// # Errors
/// The file is there and cannot be read.
pub fn load(file: &SingleFile) -> Result<(SavedLooks, Vec<String>), LooksError> {
    let table = table(file)?;
    let (columns, mut notes) = columns(&table);
    let mut saved = SavedLooks { columns, ..SavedLooks::default() };
    for entry in entries(&table).unwrap_or_default() {
        notes.extend(entry.notes());
        match (entry.number, entry.view) {
            (Some(number), Ok(view)) => {
                saved.foreign.remove(&number);
                saved.views.insert(number, view);
            }
            (Some(number), Err(_)) => {
                saved.views.remove(&number);
                saved.foreign.insert(number, entry.name);
            }
            (None, _) => {}
        }
    }
    Ok((saved, notes))
}

/// Changes one thing, unless another console changed the same meanwhile. Returns what is kept then, and what became of
/// the change where that is not what was wanted.
///
/// # Errors
/// The file cannot be read or written. It is as it was.
pub fn change(
    file: &SingleFile,
    change: &LooksChange,
    now: DateTime<Utc>,
) -> Result<(Box<SavedLooks>, Option<LooksConflict>), LooksError> {
    let content = |why| LooksError::Content { path: file.path(), why };
    let mut overtaken = None;
    if *change != LooksChange::Nothing {
        let _lock = file.lock(now).map_err(LooksError::File)?;
        let mut table = table(file)?;
        overtaken = changed(&mut table, change).map_err(content)?;
        let text = toml::to_string(&Value::Table(table)).map_err(|error| LooksError::Unwritable(error.to_string()))?;
        if text.len() as u64 > LARGEST {
            return Err(content(LooksRefusal::TooLarge(LARGEST >> 10)));
        }
        file.replace(text.as_bytes()).map_err(LooksError::File)?;
    }
    let (saved, _) = load(file)?;
    Ok((Box::new(saved), overtaken))
}

/// The file as it stands.
fn table(file: &SingleFile) -> Result<Table, LooksError> {
    let Some(bytes) = file.read().map_err(LooksError::File)? else { return Ok(Table::new()) };
    toml::from_slice(&bytes).map_err(|error| LooksError::NotToml { path: file.path(), why: error.message().to_owned() })
}

fn columns(table: &Table) -> (Columns, Vec<String>) {
    let words = match table.get("columns").map(Words::of) {
        None => return (Columns::default(), Vec::new()),
        Some(Some(words)) => words,
        Some(None) => {
            return (Columns::default(), vec!["columns: not a list of names; not changed".to_owned()]);
        }
    };
    let notes = words.unknown().map(|word| format!("columns: unknown column \"{word}\", kept in the file")).collect();
    (Columns::of_words(&words.0), notes)
}

/// The views in the file, one after the other.
///
/// # Errors
/// They are of a form that is not known.
fn entries(table: &Table) -> Result<Vec<ViewEntry>, LooksRefusal> {
    match table.get("view") {
        None => Ok(Vec::new()),
        Some(Value::Array(entries)) => Ok(entries.iter().map(ViewEntry::of).collect()),
        Some(_) => Err(LooksRefusal::Views),
    }
}

/// Makes one change. Returns what became of it where that is not what was wanted.
fn changed(table: &mut Table, change: &LooksChange) -> Result<Option<LooksConflict>, LooksRefusal> {
    if let LooksChange::Columns(columns) = change {
        let before = match table.get("columns").map(Words::of) {
            None => Words::default(),
            Some(Some(words)) => words,
            Some(None) => return Err(LooksRefusal::Columns),
        };
        let words = before.replaced_by(columns.words());
        table.insert("columns".to_owned(), Value::Array(words.into_iter().map(Value::String).collect()));
        return Ok(None);
    }
    let known: BTreeMap<u8, usize> =
        entries(table)?.iter().enumerate().filter_map(|(at, entry)| Some((entry.number?, at))).collect();
    let Value::Array(entries) = table.entry("view").or_insert_with(|| Value::Array(Vec::new())) else {
        return Ok(None);
    };
    let there = |digit: u8| known.get(&digit).and_then(|at| Some((*at, ViewEntry::of(entries.get(*at)?))));
    let reported = match change {
        LooksChange::Nothing | LooksChange::Columns(_) => None,
        LooksChange::Save { digit, view, expected } => {
            let Some((at, found)) = there(*digit) else {
                entries.push(entry::written(*digit, view));
                return Ok(None);
            };
            if expected.is_some() && found.is(expected.as_ref()) || found.is(Some(view)) {
                if let Some(place) = entries.get_mut(at) {
                    *place = entry::written(*digit, view);
                }
                return Ok(None);
            }
            let Some(free) = OWN.into_iter().find(|digit| !known.contains_key(digit)) else {
                return Err(LooksRefusal::Taken { digit: *digit, theirs: found.name, ours: view.name.clone() });
            };
            entries.push(entry::written(free, view));
            Some(LooksConflict::Moved { digit: *digit, theirs: found.name, ours: view.name.clone(), free })
        }
        LooksChange::Rename { digit, name, expected } => match there(*digit) {
            Some((at, found)) if found.is(Some(expected)) => {
                if let Some(Value::Table(place)) = entries.get_mut(at) {
                    place.insert("name".to_owned(), Value::String(name.clone()));
                }
                None
            }
            Some((_, found)) => Some(LooksConflict::Changed { digit: *digit, name: found.name, action: "renamed" }),
            None => Some(LooksConflict::Deleted { digit: *digit, name: expected.name.clone() }),
        },
        LooksChange::Delete { digit, expected } => match there(*digit) {
            Some((at, found)) if found.is(expected.as_ref()) => {
                entries.remove(at);
                None
            }
            Some((_, found)) => Some(LooksConflict::Changed { digit: *digit, name: found.name, action: "deleted" }),
            None => None,
        },
    };
    Ok(reported)
}

#[cfg(test)]
mod tests;

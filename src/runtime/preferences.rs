//! The file in which a profile's columns and views are kept: `looks/PROFILE.toml` in the state directory. Several
//! consoles change it: each reads it, changes one thing and writes it back under a lock. What this version does not
//! understand in it stays as it is.

mod entry;

use std::collections::BTreeMap;
use std::path::Path;

use chrono::{DateTime, Utc};
use toml::{Table, Value};

use crate::app::model::columns::Columns;
use crate::app::model::looks::{LooksChange, OWN, SavedLooks};
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
/// A sentence: the file is there and cannot be read.
pub fn load(file: &SingleFile) -> Result<(SavedLooks, Vec<String>), String> {
    let table = table(file)?;
    let (columns, mut notes) = columns(&table);
    let mut kept = SavedLooks { columns, ..SavedLooks::default() };
    for entry in entries(&table).unwrap_or_default() {
        notes.extend(entry.notes());
        match (entry.number, entry.view) {
            (Some(number), Ok(view)) => {
                kept.foreign.remove(&number);
                kept.views.insert(number, view);
            }
            (Some(number), Err(_)) => {
                kept.views.remove(&number);
                kept.foreign.insert(number, entry.name);
            }
            (None, _) => {}
        }
    }
    Ok((kept, notes))
}

/// Changes one thing, unless another console changed the same meanwhile. Returns what is kept then, and what became of
/// the change where that is not what was wanted.
///
/// # Errors
/// A sentence: the file cannot be read or written. It is as it was.
pub fn change(
    file: &SingleFile,
    change: &LooksChange,
    now: DateTime<Utc>,
) -> Result<(Box<SavedLooks>, Option<String>), String> {
    let mut reported = None;
    if *change != LooksChange::Nothing {
        let _lock = file.lock(now).map_err(|error| error.reason())?;
        let mut table = table(file)?;
        reported = changed(&mut table, change).map_err(|why| format!("{}: {why}", file.path().display()))?;
        let text = toml::to_string(&Value::Table(table)).map_err(|error| error.to_string())?;
        if text.len() as u64 > LARGEST {
            return Err(format!("{}: would be larger than {} KiB", file.path().display(), LARGEST >> 10));
        }
        file.replace(text.as_bytes()).map_err(|error| error.reason())?;
    }
    let (kept, _) = load(file)?;
    Ok((Box::new(kept), reported))
}

/// The file as it stands.
fn table(file: &SingleFile) -> Result<Table, String> {
    let Some(bytes) = file.read().map_err(|error| error.reason())? else { return Ok(Table::new()) };
    toml::from_slice(&bytes).map_err(|error| {
        let (path, why) = (file.path(), error.message().to_owned());
        format!("{} is not valid ({why}) and was not changed: correct it or move it away", path.display())
    })
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
fn entries(table: &Table) -> Result<Vec<ViewEntry>, String> {
    match table.get("view") {
        None => Ok(Vec::new()),
        Some(Value::Array(entries)) => Ok(entries.iter().map(ViewEntry::of).collect()),
        Some(_) => Err("its views were written by another version of sipreg; they are not changed".to_owned()),
    }
}

/// Makes one change. Returns what became of it where that is not what was wanted.
fn changed(table: &mut Table, change: &LooksChange) -> Result<Option<String>, String> {
    if let LooksChange::Columns(columns) = change {
        let before = match table.get("columns").map(Words::of) {
            None => Words::default(),
            Some(Some(words)) => words,
            Some(None) => return Err("its columns were written by another version of sipreg".to_owned()),
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
                return Err(format!(
                    "another console saved {} as view {digit} meanwhile, and 4 to 9 are taken: {} was not saved",
                    found.name, view.name
                ));
            };
            entries.push(entry::written(free, view));
            let (theirs, ours) = (found.name, &view.name);
            Some(format!("another console saved {theirs} as view {digit} meanwhile: {ours} is view {free}"))
        }
        LooksChange::Rename { digit, name, expected } => match there(*digit) {
            Some((at, found)) if found.is(Some(expected)) => {
                if let Some(Value::Table(place)) = entries.get_mut(at) {
                    place.insert("name".to_owned(), Value::String(name.clone()));
                }
                None
            }
            Some((_, found)) => Some(meanwhile(*digit, &found.name, "renamed")),
            None => Some(format!("another console deleted view {digit} {} meanwhile", expected.name)),
        },
        LooksChange::Delete { digit, expected } => match there(*digit) {
            Some((at, found)) if found.is(expected.as_ref()) => {
                entries.remove(at);
                None
            }
            Some((_, found)) => Some(meanwhile(*digit, &found.name, "deleted")),
            None => None,
        },
    };
    Ok(reported)
}

fn meanwhile(digit: u8, name: &str, action: &str) -> String {
    format!("view {digit} was not {action}: another console changed it meanwhile; it is {name} now")
}

#[cfg(test)]
mod tests;

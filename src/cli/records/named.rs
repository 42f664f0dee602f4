//! Records as people name them on the command line: by id, or by name.

use std::convert::Infallible;
use std::str::FromStr;

use super::{LoadedRecords, TargetsNeeded};
use crate::api::Client;
use crate::cli::{CommandFailure, CommandOutput, CommandResult};
use crate::domain::formats::json::JsonPasswords;
use crate::domain::nearest::nearest;
use crate::domain::query::{RowRef, fold};
use crate::domain::record::{FieldId, Record as _, ValueRef};
use crate::domain::text::visible;

/// A record that someone named.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RecordArgument {
    /// By its id; `#22` is one too.
    Id(u64),
    /// By its name.
    Name(String),
}

impl FromStr for RecordArgument {
    type Err = Infallible;

    fn from_str(text: &str) -> Result<Self, Infallible> {
        let digits = text.strip_prefix('#').unwrap_or(text);
        // Telephone numbers, `+4930` and `004930`, are names.
        let is_id = digits.bytes().all(|byte| byte.is_ascii_digit()) && (digits == "0" || !digits.starts_with('0'));
        let id = digits.parse().ok().filter(|_| is_id);
        Ok(id.map_or_else(|| Self::Name(text.to_owned()), Self::Id))
    }
}

/// As many candidates as a message names.
const CANDIDATES: usize = 8;

/// The ids of these records, each once. Names are looked for in the whole list: the server cannot search.
///
/// # Errors
/// The list could not be read, or a name is no one's or not just one record's.
pub async fn ids(client: &Client, whom: &[RecordArgument], output: &mut CommandOutput) -> CommandResult<Vec<u64>> {
    let is_name = |whom: &&RecordArgument| matches!(whom, RecordArgument::Name(_));
    let loaded = if whom.iter().any(|whom| is_name(&whom)) {
        LoadedRecords::all(client, TargetsNeeded::Mentioned, JsonPasswords::Masked, output).await?
    } else {
        LoadedRecords::default()
    };
    let name = |row: RowRef<'_>| match row.get(FieldId::Name) {
        ValueRef::Text(name) => (row.id(), name.to_owned()),
        _ => (row.id(), String::new()),
    };
    let owned: Vec<(u64, String)> = loaded.records.iter().map(name).collect();
    let names: Vec<(u64, &str)> = owned.iter().map(|(id, name)| (*id, name.as_str())).collect();
    let mut ids = Vec::with_capacity(whom.len());
    let mut complaints = Vec::new();
    for whom in whom {
        match whom {
            RecordArgument::Id(id) => ids.push(*id),
            RecordArgument::Name(name) => match found(name, &names) {
                Ok(id) => ids.push(id),
                Err(complaint) => complaints.push(complaint),
            },
        }
    }
    if !complaints.is_empty() {
        if let Some(sentence) = &loaded.missing {
            complaints.push(format!("the list is incomplete: {sentence}"));
        }
        return Err(CommandFailure::NotFound(complaints.join("\n")));
    }
    Ok(ids)
}

/// The record with exactly this name, or else the only one whose name differs by case only.
fn found(name: &str, names: &[(u64, &str)]) -> Result<u64, String> {
    let folded = fold::fold(name);
    let candidates = |is: &dyn Fn(&str) -> bool| names.iter().filter(|(_, name)| is(name)).copied().collect::<Vec<_>>();
    let mut like = candidates(&|other| other == name);
    if like.is_empty() {
        like = candidates(&|other| fold::equals(other, &folded));
    }
    match like.as_slice() {
        [(id, _)] => return Ok(*id),
        [] => {}
        several => return Err(format!("{:?} may be {}; give the ID", visible(name), listed(several))),
    }
    let near = candidates(&|other| !folded.is_empty() && fold::contains(other, &folded));
    if !near.is_empty() {
        return Err(format!("no registration is called {:?}; similar: {}", visible(name), listed(&near)));
    }
    let nearest = nearest(name, names.iter().map(|(_, name)| *name));
    let meant = nearest.and_then(|near| names.iter().find(|(_, name)| *name == near)).map(|near| listed(&[*near]));
    let meant = meant.map_or_else(String::new, |meant| format!("; did you mean {meant}?"));
    Err(format!("no registration is called {:?}{meant}", visible(name)))
}

/// `7 acme-fra-main, 8 acme-fra-backup`.
fn listed(records: &[(u64, &str)]) -> String {
    let some = records.iter().take(CANDIDATES).map(|(id, name)| format!("{id} {}", visible(name)));
    let more = if records.len() > CANDIDATES { ", .." } else { "" };
    format!("{}{more}", some.collect::<Vec<_>>().join(", "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_record_is_found_by_its_name_and_others_are_offered() {
        let names = [(7, "acme-fra-main"), (8, "acme-fra-backup"), (9, "Twin"), (10, "twin")];
        assert_eq!(found("acme-fra-main", &names), Ok(7));
        assert_eq!(found("ACME-fra-main", &names), Ok(7));
        assert_eq!(found("twin", &names), Ok(10));
        assert_eq!(found("TWIN", &names), Err("\"TWIN\" may be 9 Twin, 10 twin; give the ID".to_owned()));
        let accented = [(11, "m\u{fc}nchen-1"), (12, "k\u{f6}ln-1")];
        assert_eq!(found("Mu\u{308}nchen-1", &accented), Ok(11));
        let reported = found("acme-fra", &names).unwrap_err();
        assert_eq!(reported, "no registration is called \"acme-fra\"; similar: 7 acme-fra-main, 8 acme-fra-backup");
        let reported = found("acme-fra-mian", &names).unwrap_err();
        assert_eq!(reported, "no registration is called \"acme-fra-mian\"; did you mean 7 acme-fra-main?");
    }

    #[test]
    fn digits_are_an_id() {
        assert_eq!("22".parse(), Ok(RecordArgument::Id(22)));
        assert_eq!("#22".parse(), Ok(RecordArgument::Id(22)));
        for name in ["22a", "+49301234", "0049301234", "#022", "7.0", "٢٢", "99999999999999999999"] {
            assert_eq!(name.parse(), Ok(RecordArgument::Name(name.to_owned())));
        }
    }

    #[test]
    fn of_many_candidates_eight_are_named() {
        let names: Vec<(u64, String)> = (1..=9).map(|id| (id, format!("acme-{id}"))).collect();
        let names: Vec<(u64, &str)> = names.iter().map(|(id, name)| (*id, name.as_str())).collect();
        let all = "1 acme-1, 2 acme-2, 3 acme-3, 4 acme-4, 5 acme-5, 6 acme-6, 7 acme-7, 8 acme-8";
        let complaint = "no registration is called \"acme\"; similar: ";
        assert_eq!(found("acme", &names), Err(format!("{complaint}{all}, ..")));
        assert_eq!(found("acme", &names[..8]), Err(format!("{complaint}{all}")));
        assert_eq!(found("", &names), Err("no registration is called \"\"".to_owned()));
        assert_eq!(found("nothing-like-it", &names), Err("no registration is called \"nothing-like-it\"".to_owned()));
    }
}

//! Files of earlier versions were named after the profile, whatever server it led to. They are moved once to the
//! server's own name, so that another server never finds them under the same profile.

use std::path::Path;

use chrono::{DateTime, Utc};

use crate::domain::count::counted;
use crate::domain::record::Record as _;
use crate::domain::state_error::FileFault;
use crate::state::drafts::DraftFiles;
use crate::state::folder::Folder;
use crate::state::name;
use crate::state::tokens::{self, Tokens};

/// Whose files they were, and whose they are.
#[derive(Debug, Clone, Copy)]
pub struct Heir<'a> {
    /// The profile that earlier versions named them after.
    pub profile: &'a str,
    /// The key of its server.
    pub origin: &'a str,
    /// The key of a server, by its address.
    pub origin_of: fn(&str) -> Option<String>,
}

/// Moves what there is. Returns sentences for people: what was moved, and what stays where it is and why.
pub fn adopt(state: &Path, heir: Heir<'_>, now: DateTime<Utc>) -> Vec<String> {
    let mut reported = Vec::new();
    if heir.profile == heir.origin {
        return reported;
    }
    let mut moved = Vec::new();
    match drafts(state, heir, now, &mut reported) {
        0 => {}
        count => moved.push(counted(count, "draft")),
    }
    let (old, new) = (name::of_profile(heir.profile), name::of_profile(heir.origin));
    let one = |folder, from: String, to: &[String]| move_file(state, folder, &from, to).unwrap_or_default();
    // The older of two journals takes the place where older lines are looked for.
    if one("journal", format!("{old}.jsonl"), &[format!("{new}.jsonl"), format!("{new}.jsonl.1")]) {
        moved.push("the journal".to_owned());
    }
    let _ = one("journal", format!("{old}.jsonl.1"), &[format!("{new}.jsonl.1")]);
    if one("looks", format!("{old}.toml"), &[format!("{new}.toml")]) {
        moved.push("columns and views".to_owned());
    }
    let _ = one("names", format!("{old}.tsv"), &[format!("{new}.tsv")]);
    if plans(state, &old, &new).unwrap_or_default() {
        moved.push("unfinished changes".to_owned());
    }
    if token(state, heir, &mut reported) {
        moved.push("the token of the last login".to_owned());
    }
    if !moved.is_empty() {
        reported.insert(
            0,
            format!("moved from profile {} to its server {}: {}", heir.profile, heir.origin, moved.join(", ")),
        );
    }
    reported
}

/// How many drafts were moved. One that another console writes now stays for the next start.
fn drafts(state: &Path, heir: Heir<'_>, now: DateTime<Utc>, reported: &mut Vec<String>) -> usize {
    let (old, new) = (DraftFiles::open(state, heir.profile, now), DraftFiles::open(state, heir.origin, now));
    let (kept, unreadable) = old.load_all();
    for file in unreadable {
        reported.push(format!("a draft cannot be read: {}: {}", file.path.display(), file.reason));
    }
    let mut moved = 0;
    for draft in kept {
        let id = draft.draft.base().id();
        if old.claim(id, now).is_err() {
            continue;
        }
        let taken = match new.claim(id, now) {
            Ok(None) => new.save(&draft.draft.to_stored(), draft.changed).is_ok() && old.remove(id, now).is_ok(),
            Ok(Some(_)) => {
                reported.push(format!(
                    "the draft of {id} of profile {} was not moved: its server {} has another draft of this \
                     registration",
                    heir.profile, heir.origin
                ));
                false
            }
            Err(_) => false,
        };
        new.release(id);
        old.release(id);
        moved += usize::from(taken);
    }
    moved
}

/// Moves a file to the first name that is free. Returns whether it was moved.
fn move_file(state: &Path, folder: &'static str, from: &str, to: &[String]) -> Result<bool, FileFault> {
    let Some(folder) = Folder::open(state, &[folder])? else { return Ok(false) };
    let names = folder.names()?;
    if !names.iter().any(|name| name == from) {
        return Ok(false);
    }
    let Some(free) = to.iter().find(|to| !names.contains(to)) else { return Ok(false) };
    Ok(folder.rename(from, free).is_ok())
}

/// Plans carry a number of their own: none takes the place of another.
fn plans(state: &Path, old: &str, new: &str) -> Result<bool, FileFault> {
    let Some(folder) = Folder::open(state, &["bulk"])? else { return Ok(false) };
    let mut moved = false;
    for from in folder.names()? {
        if let Some(rest) = from.strip_prefix(old).filter(|rest| rest.starts_with('@')) {
            moved |= folder.rename(&from, &format!("{new}{rest}")).is_ok();
        }
    }
    Ok(moved)
}

/// Whether a token was moved. It says itself which server it is for.
fn token(state: &Path, heir: Heir<'_>, reported: &mut Vec<String>) -> bool {
    let place = tokens::earlier(state, heir.profile);
    let kept = match place.load() {
        Ok(None) => return false,
        Ok(Some(kept)) => kept,
        Err(error) => {
            reported.push(format!("{error}; it was deleted, sign in again"));
            let _ = place.remove();
            return false;
        }
    };
    let Some(origin) = (heir.origin_of)(&kept.server) else { return false };
    let moved = Tokens::open(state, &origin, None).keep(&kept).is_ok();
    if moved {
        let _ = place.remove();
    }
    moved && origin == heir.origin
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;
    use crate::domain::change::Draft;
    use crate::domain::record::{FieldId, Registration, Secret, Value};
    use crate::state::tokens::SavedToken;

    const ORIGIN: &str = "https://yeti.example";

    fn heir() -> Heir<'static> {
        let origin_of = |server: &str| server.strip_suffix("/api/rest/admin").map(str::to_owned);
        Heir { profile: "eu/noc", origin: ORIGIN, origin_of }
    }

    fn write(state: &Path, path: &str, text: &str) {
        use std::os::unix::fs::DirBuilderExt as _;
        let path = state.join(path);
        fs::DirBuilder::new().recursive(true).mode(0o700).create(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    fn number(expire: i64) -> Value {
        Value::Number(expire)
    }

    fn edit(id: u64, expire: i64) -> Draft {
        let mut draft = Draft::new(Registration::new(id), None);
        draft.set(FieldId::Expire, Value::Number(expire));
        draft
    }

    fn expires(drafts: &DraftFiles) -> Vec<(u64, Value)> {
        let (kept, unreadable) = drafts.load_all();
        assert!(unreadable.is_empty(), "{unreadable:?}");
        let mut all: Vec<_> =
            kept.iter().map(|kept| (kept.draft.base().id(), kept.draft.changes()[&FieldId::Expire].clone())).collect();
        all.sort_by_key(|(id, _)| *id);
        all
    }

    #[test]
    fn what_a_profile_kept_is_found_under_its_server_once_and_told() {
        let home = tempfile::tempdir().unwrap();
        let state = home.path();
        let old = DraftFiles::open(state, "eu/noc", DateTime::UNIX_EPOCH);
        old.save(&edit(13, 60).to_stored(), DateTime::UNIX_EPOCH).unwrap();
        drop(old);
        write(state, "journal/eu%2Fnoc.jsonl", "{}\n");
        write(state, "looks/eu%2Fnoc.toml", "columns = []\n");
        write(state, "names/eu%2Fnoc.tsv", "7\ta\n");
        write(state, "bulk/eu%2Fnoc@7-1.jsonl", "{}\n");
        let server = format!("{ORIGIN}/api/rest/admin");
        let token = SavedToken { server, username: Some("al".to_owned()), expires: None, token: Secret::new("t0ken") };
        tokens::earlier(state, "eu/noc").keep(&token).unwrap();

        let reported = adopt(state, heir(), DateTime::UNIX_EPOCH);
        assert_eq!(
            reported,
            ["moved from profile eu/noc to its server https://yeti.example: 1 draft, the journal, columns and views, \
              unfinished changes, the token of the last login"]
        );
        assert_eq!(expires(&DraftFiles::open(state, ORIGIN, DateTime::UNIX_EPOCH)), [(13, number(60))]);
        assert_eq!(Tokens::open(state, ORIGIN, Some("al")).load(), Ok(Some(token)));
        let new = name::of_profile(ORIGIN);
        for path in ["journal/NEW.jsonl", "looks/NEW.toml", "names/NEW.tsv", "bulk/NEW@7-1.jsonl"] {
            assert!(state.join(path.replace("NEW", &new)).is_file(), "{path}");
        }
        assert_eq!(adopt(state, heir(), DateTime::UNIX_EPOCH), [""; 0]);
    }

    #[test]
    fn nothing_that_the_server_has_already_is_written_over() {
        let home = tempfile::tempdir().unwrap();
        let state = home.path();
        let of = |profile| DraftFiles::open(state, profile, DateTime::UNIX_EPOCH);
        for (drafts, id, expire) in [(of("eu/noc"), 13, 60), (of("eu/noc"), 14, 61), (of(ORIGIN), 13, 90)] {
            drafts.save(&edit(id, expire).to_stored(), DateTime::UNIX_EPOCH).unwrap();
        }
        let new = name::of_profile(ORIGIN);
        write(state, "journal/eu%2Fnoc.jsonl", "old\n");
        write(state, &format!("journal/{new}.jsonl"), "new\n");
        write(state, "looks/eu%2Fnoc.toml", "old");
        write(state, &format!("looks/{new}.toml"), "new");
        let reported = adopt(state, heir(), DateTime::UNIX_EPOCH);
        assert!(
            reported[0].ends_with("1 draft, the journal") && reported[1].contains("the draft of 13"),
            "{reported:?}"
        );
        assert_eq!(expires(&of(ORIGIN)), [(13, number(90)), (14, number(61))]);
        assert_eq!(expires(&of("eu/noc")), [(13, number(60))]);
        let read = |path: String| fs::read_to_string(state.join(path)).unwrap();
        assert_eq!(read(format!("journal/{new}.jsonl")), "new\n");
        assert_eq!(read(format!("journal/{new}.jsonl.1")), "old\n", "where older lines are looked for");
        assert_eq!(read(format!("looks/{new}.toml")), "new");
    }

    #[test]
    fn a_draft_that_another_console_writes_stays_with_it() {
        let home = tempfile::tempdir().unwrap();
        let other = DraftFiles::open(home.path(), "eu/noc", DateTime::UNIX_EPOCH);
        other.save(&edit(13, 60).to_stored(), DateTime::UNIX_EPOCH).unwrap();
        assert_eq!(adopt(home.path(), heir(), DateTime::UNIX_EPOCH), [""; 0]);
        assert_eq!(expires(&other), [(13, number(60))]);
    }

    #[test]
    fn a_token_goes_to_the_server_that_made_it() {
        let home = tempfile::tempdir().unwrap();
        let server = "https://former.example/api/rest/admin".to_owned();
        let token = SavedToken { server, username: None, expires: None, token: Secret::new("t0ken") };
        tokens::earlier(home.path(), "eu/noc").keep(&token).unwrap();
        assert_eq!(adopt(home.path(), heir(), DateTime::UNIX_EPOCH), [""; 0]);
        assert_eq!(Tokens::open(home.path(), ORIGIN, None).load(), Ok(None));
        assert_eq!(Tokens::open(home.path(), "https://former.example", None).load(), Ok(Some(token)));
    }
}

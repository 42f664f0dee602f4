//! Tokens of `sipreg login` on disk: `STATE/tokens/SERVER/USER.json`, for their owner only. Each is kept with the server
//! and the user that it is for, so that it is never shown to another. A password is never kept.

use std::os::unix::fs::MetadataExt as _;
use std::path::{Path, PathBuf};

use rustix::fs::OFlags;
use secrecy::zeroize::Zeroizing;
use serde::{Deserialize, Serialize};

use crate::domain::record::Secret;
use crate::domain::state_error::{Attempt, FileFault, FileObstacle, StateError};
use crate::state::atomic_write::{self, carry_out};
use crate::state::folder::Folder;
use crate::state::name;

/// The directory of all servers' tokens.
const TOKENS: &str = "tokens";

/// No file of ours is larger, in bytes.
const LARGEST: u64 = 1 << 20;

/// Permission for anyone but the owner.
const OTHERS: u32 = 0o077;

/// A token, and what it is good for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SavedToken {
    /// The server that made it.
    pub server: String,
    /// Who signed in.
    pub username: Option<String>,
    /// When it ends on our clock, in seconds since 1970; `None` where it does not say.
    pub expires: Option<i64>,
    /// The token.
    pub token: Secret,
}

#[derive(Serialize, Deserialize)]
struct Written {
    server: String,
    username: Option<String>,
    expires: Option<i64>,
    token: String,
}

/// The kept tokens of one server, one for each user. All calls may block.
#[derive(Debug)]
pub struct Tokens {
    state: PathBuf,
    place: Place,
}

#[derive(Debug)]
enum Place {
    /// `STATE/tokens/SERVER/USER.json`; without a user, that of whoever signed in last.
    Server { folder: String, user: Option<String> },
    /// `STATE/tokens/PROFILE.json`, as earlier versions had it.
    Profile(String),
}

/// The token that an earlier version kept for a profile.
pub fn earlier(state: &Path, profile: &str) -> Tokens {
    Tokens { state: state.to_path_buf(), place: Place::Profile(file_name(profile)) }
}

fn file_name(of: &str) -> String {
    format!("{}.json", name::of_profile(of))
}

impl Tokens {
    /// Those of a server, by the key of its origin, below the state directory; of one user where it is known who
    /// signs in. Touches nothing.
    pub fn open(state: &Path, origin: &str, user: Option<&str>) -> Self {
        let place = Place::Server { folder: name::of_profile(origin), user: user.map(str::to_owned) };
        Self { state: state.to_path_buf(), place }
    }

    /// Where the token of a user is kept.
    pub fn path(&self, user: Option<&str>) -> PathBuf {
        let folder = self.folders().iter().fold(self.state.clone(), |path, name| path.join(name));
        folder.join(self.name_of(user))
    }

    fn folders(&self) -> Vec<&str> {
        match &self.place {
            Place::Server { folder, .. } => vec![TOKENS, folder],
            Place::Profile(_) => vec![TOKENS],
        }
    }

    fn name_of(&self, user: Option<&str>) -> String {
        match &self.place {
            Place::Server { .. } => file_name(user.unwrap_or_default()),
            Place::Profile(name) => name.clone(),
        }
    }

    /// The files that may hold the token wanted, the last written first.
    fn candidates(&self, folder: &Folder) -> Result<Vec<String>, FileFault> {
        let names = folder.names()?;
        Ok(match &self.place {
            Place::Profile(name) => names.into_iter().filter(|found| found == name).collect(),
            Place::Server { user: Some(user), .. } => {
                let name = file_name(user);
                names.into_iter().filter(|found| *found == name).collect()
            }
            Place::Server { user: None, .. } => {
                let written = |name: &String| {
                    let file = folder.open_as_it_is(name, OFlags::RDONLY).ok();
                    file.and_then(|file| file.metadata().ok()).and_then(|metadata| metadata.modified().ok())
                };
                let mut names: Vec<_> = names
                    .into_iter()
                    .filter(|name| Path::new(name).extension().is_some_and(|ending| ending == "json"))
                    .map(|name| (written(&name), name))
                    .collect();
                names.sort();
                names.into_iter().rev().map(|(_, name)| name).collect()
            }
        })
    }

    /// Keeps a token in place of the one before.
    ///
    /// # Errors
    /// The disk does not let us.
    pub fn keep(&self, saved: &SavedToken) -> Result<(), StateError> {
        self.write(saved).map_err(|fault| fault.during(Attempt::KeepToken))
    }

    /// The token that is kept.
    ///
    /// # Errors
    /// The disk does not let us, others can read it, or it is not what we wrote. That there is none is no error.
    pub fn load(&self) -> Result<Option<SavedToken>, StateError> {
        self.read().map_err(|fault| fault.during(Attempt::ReadToken))
    }

    /// Removes it. Returns whether there was one.
    ///
    /// # Errors
    /// The disk does not let us.
    pub fn remove(&self) -> Result<bool, StateError> {
        self.unlink().map_err(|fault| fault.during(Attempt::RemoveToken))
    }

    fn write(&self, saved: &SavedToken) -> Result<(), FileFault> {
        let folder = Folder::create(&self.state, &self.folders())?;
        let name = self.name_of(saved.username.as_deref());
        let written = Written {
            server: saved.server.clone(),
            username: saved.username.clone(),
            expires: saved.expires,
            token: saved.token.expose().to_owned(),
        };
        let bytes = serde_json::to_vec(&written)
            .map(Zeroizing::new)
            .map_err(|error| FileFault::at(folder.path_of(&name), error))?;
        atomic_write::replace(&folder, &name, &format!("{name}.new"), &bytes, &carry_out)
    }

    fn read(&self) -> Result<Option<SavedToken>, FileFault> {
        let Some(folder) = Folder::open(&self.state, &self.folders())? else { return Ok(None) };
        let Some(name) = self.candidates(&folder)?.into_iter().next() else { return Ok(None) };
        let file = match folder.open_as_it_is(&name, OFlags::RDONLY) {
            Ok(file) => file,
            Err(fault) if fault.obstacle == FileObstacle::Gone => return Ok(None),
            Err(fault) => return Err(fault),
        };
        let path = folder.path_of(&name);
        let other = |reason: String| FileFault::new(&path, FileObstacle::Other(reason));
        let mode = file.metadata().map_err(|error| FileFault::at(&path, error))?.mode() & 0o7777;
        if mode & OTHERS != 0 {
            return Err(other(format!("others can read it (mode {mode:04o}); remove it with `sipreg logout`")));
        }
        let Some(bytes) = folder.read(&name, LARGEST)?.map(Zeroizing::new) else { return Ok(None) };
        // What the parser says could quote the token.
        let written: Written = serde_json::from_slice(&bytes)
            .map_err(|_damaged| other("it is damaged; remove it with `sipreg logout`".to_owned()))?;
        Ok(Some(SavedToken {
            server: written.server,
            username: written.username,
            expires: written.expires,
            token: Secret::new(written.token),
        }))
    }

    fn unlink(&self) -> Result<bool, FileFault> {
        let Some(folder) = Folder::open(&self.state, &self.folders())? else { return Ok(false) };
        let names = self.candidates(&folder)?;
        for name in &names {
            folder.remove(name).map_err(|error| FileFault::at(folder.path_of(name), error))?;
        }
        Ok(!names.is_empty())
    }
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt as _;

    use super::*;

    fn saved() -> SavedToken {
        SavedToken {
            server: "https://yeti.example".to_owned(),
            username: Some("alice".to_owned()),
            expires: Some(1_795_427_036),
            token: Secret::new("t0ken"),
        }
    }

    #[test]
    fn a_token_is_kept_for_its_owner_only_and_removed() {
        let folder = tempfile::tempdir().unwrap();
        let tokens = Tokens::open(folder.path(), "../eu", Some("alice"));
        assert_eq!(tokens.load(), Ok(None));
        assert_eq!(tokens.remove(), Ok(false));
        tokens.keep(&saved()).unwrap();
        assert_eq!(tokens.load(), Ok(Some(saved())));
        assert!(tokens.path(Some("alice")).starts_with(folder.path()));
        assert_eq!(std::fs::metadata(tokens.path(Some("alice"))).unwrap().permissions().mode() & 0o7777, 0o600);
        assert_eq!(tokens.remove(), Ok(true));
        assert_eq!(tokens.load(), Ok(None));
    }

    #[test]
    fn two_users_of_one_server_keep_a_token_each() {
        let folder = tempfile::tempdir().unwrap();
        let of = |user: Option<&str>| Tokens::open(folder.path(), "https://yeti.example", user);
        let bob = SavedToken { username: Some("bob".to_owned()), ..saved() };
        of(Some("alice")).keep(&saved()).unwrap();
        of(Some("bob")).keep(&bob).unwrap();
        assert_eq!(of(Some("alice")).load(), Ok(Some(saved())));
        assert_eq!(of(Some("bob")).load(), Ok(Some(bob.clone())));
        assert_eq!(of(Some("carol")).load(), Ok(None));
        let alices = std::fs::File::open(of(None).path(Some("alice"))).unwrap();
        alices.set_modified(std::time::SystemTime::UNIX_EPOCH).unwrap();
        assert_eq!(of(None).load(), Ok(Some(bob)), "whoever signed in last");
        assert_eq!((of(None).remove(), of(Some("alice")).load()), (Ok(true), Ok(None)));
    }

    #[test]
    fn a_token_that_others_can_read_or_that_is_damaged_is_not_used() {
        let folder = tempfile::tempdir().unwrap();
        let tokens = Tokens::open(folder.path(), "eu", None);
        tokens.keep(&saved()).unwrap();
        std::fs::set_permissions(tokens.path(Some("alice")), std::fs::Permissions::from_mode(0o640)).unwrap();
        let reported = tokens.load().unwrap_err().to_string();
        assert!(reported.contains("0640") && reported.contains("sipreg logout"), "{reported}");
        std::fs::set_permissions(tokens.path(Some("alice")), std::fs::Permissions::from_mode(0o600)).unwrap();
        std::fs::write(tokens.path(Some("alice")), "{\"token\":\"t0ken").unwrap();
        let reported = tokens.load().unwrap_err().to_string();
        assert!(reported.contains("damaged") && !reported.contains("t0ken"), "{reported}");
    }
}

//! The token of `sipreg login` on disk: `STATE/tokens/PROFILE.json`, for its owner only. It is kept with the server
//! and the user that it is for, so that it is never shown to another. A password is never kept.

use std::os::unix::fs::MetadataExt as _;
use std::path::{Path, PathBuf};

use rustix::fs::OFlags;
use secrecy::zeroize::Zeroizing;
use serde::{Deserialize, Serialize};

use crate::domain::record::value::Secret;
use crate::state::atomic_write::{self, carry_out};
use crate::state::error::{Attempt, Fault, Obstacle, StateError};
use crate::state::folder::{Folder, Missing};
use crate::state::name;

/// The directory of all profiles' tokens.
const TOKENS: &str = "tokens";

/// No file of ours is larger, in bytes.
const LARGEST: u64 = 1 << 20;

/// Permission for anybody but the owner.
const OTHERS: u32 = 0o077;

/// A token, and what it is good for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeptToken {
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

/// The kept token of one profile. All calls may block.
#[derive(Debug)]
pub struct Tokens {
    state: PathBuf,
    name: String,
}

impl Tokens {
    /// That of a profile, below the state directory. Touches nothing.
    #[must_use]
    pub fn open(state: &Path, profile: &str) -> Self {
        Self { state: state.to_path_buf(), name: format!("{}.json", name::of_profile(profile)) }
    }

    /// Where it is kept.
    #[must_use]
    pub fn path(&self) -> PathBuf {
        self.state.join(TOKENS).join(&self.name)
    }

    /// Keeps a token in place of the one before.
    ///
    /// # Errors
    /// The disk does not let us.
    pub fn keep(&self, kept: &KeptToken) -> Result<(), StateError> {
        self.write(kept).map_err(|fault| fault.during(Attempt::KeepToken))
    }

    /// The token that is kept.
    ///
    /// # Errors
    /// The disk does not let us, others can read it, or it is not what we wrote. That there is none is no error.
    pub fn load(&self) -> Result<Option<KeptToken>, StateError> {
        self.read().map_err(|fault| fault.during(Attempt::ReadToken))
    }

    /// Removes it. Returns whether there was one.
    ///
    /// # Errors
    /// The disk does not let us.
    pub fn remove(&self) -> Result<bool, StateError> {
        self.unlink().map_err(|fault| fault.during(Attempt::RemoveToken))
    }

    fn write(&self, kept: &KeptToken) -> Result<(), Fault> {
        let Some(folder) = Folder::open(&self.state, &[TOKENS], Missing::Create)? else {
            return Err(Fault::new(&self.state, Obstacle::Gone));
        };
        let written = Written {
            server: kept.server.clone(),
            username: kept.username.clone(),
            expires: kept.expires,
            token: kept.token.expose().to_owned(),
        };
        let bytes = serde_json::to_vec(&written).map(Zeroizing::new).map_err(|error| Fault::at(self.path(), error))?;
        atomic_write::replace(&folder, &self.name, &format!("{}.new", self.name), &bytes, &carry_out)
    }

    fn read(&self) -> Result<Option<KeptToken>, Fault> {
        let Some(folder) = Folder::open(&self.state, &[TOKENS], Missing::Leave)? else { return Ok(None) };
        let file = match folder.open_as_it_is(&self.name, OFlags::RDONLY) {
            Ok(file) => file,
            Err(fault) if fault.obstacle == Obstacle::Gone => return Ok(None),
            Err(fault) => return Err(fault),
        };
        let other = |reason: String| Fault::new(self.path(), Obstacle::Other(reason));
        let mode = file.metadata().map_err(|error| Fault::at(self.path(), error))?.mode() & 0o7777;
        if mode & OTHERS != 0 {
            return Err(other(format!("others can read it (mode {mode:04o}); remove it with `sipreg logout`")));
        }
        let Some(bytes) = folder.read(&self.name, LARGEST)?.map(Zeroizing::new) else { return Ok(None) };
        // What the parser says could quote the token.
        let written: Written = serde_json::from_slice(&bytes)
            .map_err(|_damaged| other("it is damaged; remove it with `sipreg logout`".to_owned()))?;
        Ok(Some(KeptToken {
            server: written.server,
            username: written.username,
            expires: written.expires,
            token: Secret::new(written.token),
        }))
    }

    fn unlink(&self) -> Result<bool, Fault> {
        let Some(folder) = Folder::open(&self.state, &[TOKENS], Missing::Leave)? else { return Ok(false) };
        let there = folder.names()?.contains(&self.name);
        folder.remove(&self.name).map_err(|error| Fault::at(self.path(), error))?;
        Ok(there)
    }
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt as _;

    use super::*;

    fn kept() -> KeptToken {
        KeptToken {
            server: "https://yeti.example".to_owned(),
            username: Some("alice".to_owned()),
            expires: Some(1_795_427_036),
            token: Secret::new("t0ken"),
        }
    }

    #[test]
    fn a_token_is_kept_for_its_owner_only_and_removed() {
        let folder = tempfile::tempdir().unwrap();
        let tokens = Tokens::open(folder.path(), "../eu");
        assert_eq!(tokens.load(), Ok(None));
        assert_eq!(tokens.remove(), Ok(false));
        tokens.keep(&kept()).unwrap();
        assert_eq!(tokens.load(), Ok(Some(kept())));
        assert!(tokens.path().starts_with(folder.path()));
        assert_eq!(std::fs::metadata(tokens.path()).unwrap().permissions().mode() & 0o7777, 0o600);
        assert_eq!(tokens.remove(), Ok(true));
        assert_eq!(tokens.load(), Ok(None));
    }

    #[test]
    fn a_token_that_others_can_read_or_that_is_damaged_is_not_used() {
        let folder = tempfile::tempdir().unwrap();
        let tokens = Tokens::open(folder.path(), "eu");
        tokens.keep(&kept()).unwrap();
        std::fs::set_permissions(tokens.path(), std::fs::Permissions::from_mode(0o640)).unwrap();
        let told = tokens.load().unwrap_err().to_string();
        assert!(told.contains("0640") && told.contains("sipreg logout"), "{told}");
        std::fs::set_permissions(tokens.path(), std::fs::Permissions::from_mode(0o600)).unwrap();
        std::fs::write(tokens.path(), "{\"token\":\"t0ken").unwrap();
        let told = tokens.load().unwrap_err().to_string();
        assert!(told.contains("damaged") && !told.contains("t0ken"), "{told}");
    }
}

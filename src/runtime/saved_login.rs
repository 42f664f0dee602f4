//! The token that `sipreg login` keeps in another terminal while the console waits for a password.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use crate::config::Settings;
use crate::config::secret_source::SignInMethod;
use crate::domain::record::value::Secret;
use crate::state::tokens::{SavedToken, Tokens};

/// How often it is looked for, and only while someone is asked for a password.
const EVERY: Duration = Duration::from_secs(2);

/// Where such a token is kept, and which one is known.
#[derive(Debug, Clone)]
pub struct SavedLogin {
    tokens: Arc<Tokens>,
    server: String,
    user: Option<String>,
    known: Arc<Mutex<Option<Secret>>>,
}

impl SavedLogin {
    /// Where the settings name no token of their own. What is kept by now is known.
    pub fn of(settings: &Settings, server: &str) -> Option<Self> {
        let SignInMethod::Password { username, .. } = &settings.sign_in else { return None };
        let user = username.as_ref().map(|user| user.value.clone());
        let state = settings.places.state.as_deref()?;
        let tokens = Tokens::open(state, &settings.identity.origin, user.as_deref());
        let known = tokens.load().ok().flatten().map(|kept| kept.token);
        Some(Self { tokens: Arc::new(tokens), server: server.to_owned(), user, known: Arc::new(Mutex::new(known)) })
    }

    /// Waits for another token than the one that is known, of this server and user.
    pub async fn another(&self) -> SavedToken {
        loop {
            tokio::time::sleep(EVERY).await;
            let login = self.clone();
            if let Ok(Some(kept)) = tokio::task::spawn_blocking(move || login.look()).await {
                return kept;
            }
        }
    }

    /// A file that cannot be read, or not yet, is no token; `sipreg login` says what is wrong with it.
    fn look(&self) -> Option<SavedToken> {
        let kept = self.tokens.load().ok()??;
        let is_ours = kept.server == self.server && (self.user.is_none() || kept.username == self.user);
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        if !is_ours || known.as_ref() == Some(&kept.token) {
            return None;
        }
        *known = Some(kept.token.clone());
        Some(kept)
    }
}

//! The token that `sipreg login` keeps in another terminal while the console waits for a password.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use crate::config::{Settings, SignInMethod};
use crate::domain::record::Secret;
use crate::state::tokens::{SavedToken, Tokens};

/// How often it is looked for, and only while someone is asked for a password.
const EVERY: Duration = Duration::from_secs(2);

/// Where such a token is saved, and which one is known.
#[derive(Debug, Clone)]
pub struct SavedLogin {
    tokens: Arc<Tokens>,
    server: String,
    user: Option<String>,
    known: Arc<Mutex<Option<Secret>>>,
}

impl SavedLogin {
    /// Where the settings name no token of their own. What is saved by now is known.
    pub fn of(settings: &Settings, server: &str) -> Option<Self> {
        let SignInMethod::Password { username, .. } = &settings.sign_in else { return None };
        let user = username.as_ref().map(|user| user.value.clone());
        let state = settings.places.state.as_deref()?;
        let tokens = Tokens::open(state, &settings.identity.origin, user.as_deref());
        let known = tokens.load().ok().flatten().map(|saved| saved.token);
        Some(Self { tokens: Arc::new(tokens), server: server.to_owned(), user, known: Arc::new(Mutex::new(known)) })
    }

    /// Waits for another token than the one that is known, of this server and user.
    pub async fn another(&self) -> SavedToken {
        loop {
            tokio::time::sleep(EVERY).await;
            let login = self.clone();
            if let Ok(Some(saved)) = tokio::task::spawn_blocking(move || login.load()).await {
                return saved;
            }
        }
    }

    /// A file that cannot be read, or not yet, is no token; `sipreg login` says what is wrong with it.
    fn load(&self) -> Option<SavedToken> {
        let saved = self.tokens.load().ok()??;
        let is_ours = saved.server == self.server && (self.user.is_none() || saved.username == self.user);
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        if !is_ours || known.as_ref() == Some(&saved.token) {
            return None;
        }
        *known = Some(saved.token.clone());
        Some(saved)
    }
}

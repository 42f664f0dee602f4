//! Tokens as the server signs them: HS256, no `iat`, so that two sign-ins within a second give the same one.
//! The time is an argument.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ring::hmac::{self, HMAC_SHA256, Key};

use crate::domain::record::Secret;

const HEADER: &str = "{\"alg\":\"HS256\"}";
const AUDIENCE: &str = "admin";

/// A token for a user, good until the second `expires` (Unix time) begins; `None` is for ever.
pub(super) fn issue(key: &Secret, user: u64, expires: Option<u64>) -> String {
    let expiry = expires.map(|second| format!(",\"exp\":{second}")).unwrap_or_default();
    let claims = format!("{{\"sub\":{user},\"aud\":[\"{AUDIENCE}\"]{expiry}}}");
    let content = format!("{}.{}", URL_SAFE_NO_PAD.encode(HEADER), URL_SAFE_NO_PAD.encode(claims));
    let signature = hmac::sign(&signer(key), content.as_bytes());
    format!("{content}.{}", URL_SAFE_NO_PAD.encode(signature))
}

/// The user of a token, if it is one of ours and good at `now` (Unix time).
pub(super) fn verify(key: &Secret, token: &str, now: u64) -> Option<u64> {
    let (content, signature) = token.rsplit_once('.')?;
    let (header, claims) = content.split_once('.')?;
    let header = json(header)?;
    if header.get("alg")?.as_str()? != "HS256" {
        return None;
    }
    hmac::verify(&signer(key), content.as_bytes(), &URL_SAFE_NO_PAD.decode(signature).ok()?).ok()?;
    let claims = json(claims)?;
    let audience = match claims.get("aud")? {
        serde_json::Value::Array(all) => all.iter().any(|one| one.as_str() == Some(AUDIENCE)),
        one => one.as_str() == Some(AUDIENCE),
    };
    if !audience {
        return None;
    }
    match claims.get("exp") {
        Some(expires) if expires.as_u64()? <= now => None,
        _ => claims.get("sub")?.as_u64(),
    }
}

fn signer(key: &Secret) -> Key {
    Key::new(HMAC_SHA256, key.expose().as_bytes())
}

fn json(part: &str) -> Option<serde_json::Value> {
    serde_json::from_slice(&URL_SAFE_NO_PAD.decode(part).ok()?).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key() -> Secret {
        Secret::new("a key for tests")
    }

    #[test]
    fn a_token_ends_in_the_second_of_its_expiry() {
        let token = issue(&key(), 188, Some(1000));
        assert_eq!(verify(&key(), &token, 999), Some(188));
        assert_eq!(verify(&key(), &token, 1000), None);
    }

    #[test]
    fn a_token_without_expiry_stays_good() {
        assert_eq!(verify(&key(), &issue(&key(), 1, None), u64::MAX), Some(1));
    }

    #[test]
    fn other_keys_and_changed_tokens_are_refused() {
        let token = issue(&key(), 188, None);
        assert_eq!(verify(&Secret::new("other"), &token, 0), None);
        assert_eq!(verify(&key(), &token.replace('.', ".x"), 0), None);
        assert_eq!(verify(&key(), "garbage", 0), None);
        assert_eq!(verify(&key(), "eyJhbGciOiJub25lIn0.eyJzdWIiOjE4OCwiYXVkIjpbImFkbWluIl19.", 0), None);
    }
}

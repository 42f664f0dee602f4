//! What a request may accept and send, and in which format the framework's own errors come.

use super::errors::{self, ErrorMember};

/// The media type of JSON:API.
pub(super) const JSON_API: &str = "application/vnd.api+json";

/// Refuses an `Accept` that does not take a JSON:API document. Parameters are refused too.
pub(super) fn check_accept(accept: Option<&str>) -> Result<(), ErrorMember> {
    let Some(accept) = accept else { return Ok(()) };
    let acceptable = |part: &str| part == JSON_API || part.starts_with("*/*");
    if accept.split(',').map(str::trim).any(acceptable) { Ok(()) } else { Err(errors::not_acceptable(accept)) }
}

/// Refuses a body of another media type. Parameters are let pass.
pub(super) fn check_content_type(content_type: Option<&str>) -> Result<(), ErrorMember> {
    if essence(content_type) == JSON_API {
        return Ok(());
    }
    Err(errors::unsupported_media_type(essence(content_type)))
}

/// A media type without its parameters; empty where there is none.
pub(super) fn essence(content_type: Option<&str>) -> &str {
    content_type.unwrap_or_default().split(';').next().unwrap_or_default().trim()
}

/// Whether the answer depends on `Accept`: not where the path names a format, and not for what browsers send.
pub(super) fn varies(accept: Option<&str>, format: Option<&str>) -> bool {
    format.is_none() && accept.is_some_and(|accept| !accept.trim().is_empty() && !is_browser_like(accept))
}

fn is_browser_like(accept: &str) -> bool {
    let parts: Vec<&str> = accept.split(',').map(str::trim).collect();
    parts.len() > 1 && parts.iter().any(|part| part.starts_with("*/*"))
}

/// The format of an error that is not JSON:API.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum BareFormat {
    Json,
    Html,
}

/// Which format the framework chooses for its own errors.
pub(super) fn bare_format(accept: Option<&str>) -> BareFormat {
    let Some(accept) = accept else { return BareFormat::Html };
    if is_browser_like(accept) {
        return BareFormat::Html;
    }
    match accept.split(',').next().map(|first| essence(Some(first))) {
        Some("application/json") => BareFormat::Json,
        _ => BareFormat::Html,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_plain_media_type_or_anything_is_acceptable() {
        for accept in [None, Some("application/vnd.api+json"), Some("*/*"), Some("application/json, */*;q=0.1")] {
            assert!(check_accept(accept).is_ok(), "{accept:?}");
        }
        for accept in ["application/json", "application/vnd.api+json;q=0.9", "Application/vnd.api+json", ""] {
            assert!(check_accept(Some(accept)).is_err(), "{accept}");
        }
    }

    #[test]
    fn a_body_may_name_its_charset() {
        assert!(check_content_type(Some("application/vnd.api+json; charset=utf-8")).is_ok());
        assert!(check_content_type(Some("application/json")).is_err());
        assert!(check_content_type(None).is_err());
    }
}

//! What the server answers: status, headers and body, before they become HTTP.

use std::fmt::Write as _;

use ring::digest::{self, SHA256};

use super::errors::{self, ErrorMember};
use super::media::{BareFormat, JSON_API};

/// Who answers, which decides on the headers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Voice {
    /// The application: security headers, caching, `Vary`.
    Application,
    /// The framework's error pages.
    Framework,
    /// What stands in front of the application: next to no header.
    Door,
}

/// An answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Answer {
    pub(super) status: u16,
    pub(super) voice: Voice,
    pub(super) content_type: Option<String>,
    pub(super) location: Option<String>,
    pub(super) retry_after: Option<u64>,
    pub(super) etag: Option<String>,
    /// Whether it says that it depends on `Accept`.
    pub(super) varies: bool,
    pub(super) body: Vec<u8>,
}

/// Media type of what the sign-in endpoint answers.
const APPLICATION_JSON: &str = "application/json; charset=utf-8";

impl Answer {
    fn new(status: u16, voice: Voice, content_type: Option<&str>, body: impl Into<Vec<u8>>) -> Self {
        Self {
            status,
            voice,
            content_type: content_type.map(str::to_owned),
            location: None,
            retry_after: None,
            etag: None,
            varies: voice == Voice::Application,
            body: body.into(),
        }
    }

    /// A document.
    pub(super) fn document(status: u16, body: String) -> Self {
        Self::new(status, Voice::Application, Some(JSON_API), body).tagged()
    }

    /// Errors as a document; the status is that of the first.
    pub(super) fn errors(errors: &[ErrorMember]) -> Self {
        let status = errors.first().map_or(500, |error| error.status);
        Self::new(status, Voice::Application, Some(JSON_API), errors::document(errors))
    }

    /// Done, and nothing to report.
    pub(super) fn no_content() -> Self {
        Self::new(204, Voice::Application, None, "")
    }

    /// The token of someone who signed in.
    pub(super) fn token(token: &str) -> Self {
        let body = format!("{{\"jwt\":\"{token}\"}}");
        Self::new(201, Voice::Application, Some(APPLICATION_JSON), body).tagged()
    }

    /// Sign-in failed.
    pub(super) fn sign_in_refused(detail: &str) -> Self {
        let body = errors::document(&[errors::authentication_failed(detail)]);
        Self::new(401, Voice::Application, Some(APPLICATION_JSON), body)
    }

    /// Not signed in: no word about why.
    pub(super) fn unauthorized() -> Self {
        Self { varies: false, ..Self::new(401, Voice::Application, Some("text/html"), "") }
    }

    /// The framework's 404 page.
    pub(super) fn not_routed(format: BareFormat) -> Self {
        Self::framework(404, "Not Found", format, NOT_ROUTED_PAGE)
    }

    /// The framework cannot read the request; it has no page for that.
    pub(super) fn unreadable(format: BareFormat) -> Self {
        Self::framework(400, "Bad Request", format, "")
    }

    fn framework(status: u16, reason: &str, format: BareFormat, page: &str) -> Self {
        match format {
            BareFormat::Json => {
                let body = format!("{{\"status\":{status},\"error\":\"{reason}\"}}");
                Self::new(status, Voice::Framework, Some("application/json; charset=UTF-8"), body)
            }
            BareFormat::Html => Self::new(status, Voice::Framework, Some("text/html; charset=UTF-8"), page),
        }
    }

    /// A page of the proxy in front.
    pub(super) fn proxy_page(status: u16, reason: &str) -> Self {
        let body = format!(
            "<html>\r\n<head><title>{status} {reason}</title></head>\r\n<body>\r\n<h1>{status} {reason}</h1>\r\n\
             </body>\r\n</html>\r\n"
        );
        Self::new(status, Voice::Door, Some("text/html"), body)
    }

    /// The server's front refuses to read on: no header, no body.
    pub(super) fn slammed() -> Self {
        Self::new(400, Voice::Door, None, "")
    }

    /// Anything at all, for rehearsals.
    pub(super) fn arbitrary(status: u16, content_type: &str, body: &str) -> Self {
        Self::new(status, Voice::Application, Some(content_type), body)
    }

    pub(in crate::demo) fn tagged(mut self) -> Self {
        self.etag = Some(etag(&self.body));
        self
    }

    /// The same without a body, where the client has it already.
    pub(super) fn or_not_modified(self, if_none_match: Option<&str>) -> Self {
        // The comparison is of the whole header: lists, `*` and the strong form do not match.
        if self.status == 200 && self.etag.is_some() && self.etag.as_deref() == if_none_match {
            Self { status: 304, content_type: None, body: Vec::new(), ..self }
        } else {
            self
        }
    }
}

/// The weak tag of a body.
fn etag(body: &[u8]) -> String {
    format!("W/\"{}\"", digest(body))
}

/// The first 32 hexadecimal digits of a SHA-256.
pub(super) fn digest(bytes: &[u8]) -> String {
    digest::digest(&SHA256, bytes).as_ref().iter().take(16).fold(String::with_capacity(32), |mut hex, byte| {
        let _ = write!(hex, "{byte:02x}");
        hex
    })
}

const NOT_ROUTED_PAGE: &str = "<!DOCTYPE html>\n<html>\n<head>\n  <title>404: no such page</title>\n  \
    <meta name=\"viewport\" content=\"width=device-width,initial-scale=1\">\n  <style>body { background: #f4f4f4; \
    color: #333; font-family: sans-serif; text-align: center; }</style>\n</head>\n<body>\n  \
    <h1>There is nothing at this address.</h1>\n  <p>The address may be mistyped, or what was here has moved.</p>\n\
    </body>\n</html>\n";

//! Where things are on a server: the configured base, the URLs built from it, and what is left of a link
//! that a server wrote. Knows nothing of requests; whatever it returns is on the configured origin.

mod query;

use std::fmt;

use reqwest::Url;
use thiserror::Error;

use crate::domain::record::Relation;
pub(crate) use query::{Query, filter_chunks};

/// Path under which every such server has its API.
pub const API_PATH: &str = "/api/rest/admin";

/// Why a text is no address of a server.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum EndpointError {
    /// No scheme in front.
    #[error("`{0}` has no scheme; use https://{0}")]
    NoScheme(String),
    /// No URL at all.
    #[error("`{text}` is not a URL ({reason}); use https://HOST[:PORT][{API_PATH}]")]
    NotAUrl {
        /// What was given.
        text: String,
        /// What is wrong with it.
        reason: String,
    },
    /// A scheme other than http and https.
    #[error("the scheme `{0}` is not accepted; use https or http")]
    Scheme(String),
    /// User or password in the URL.
    #[error("the URL must not contain user and password, logs would show them; set the user name separately")]
    UserInfo,
    /// A query or a fragment.
    #[error("the URL must end with the path: nothing after `?` or `#` is accepted")]
    Extra,
    /// A path that does not end with the API's.
    #[error("the path `{0}` is not accepted; use https://HOST[:PORT], with or without {API_PATH}")]
    Path(String),
}

/// The base of one server's API: origin, and path up to and including `/api/rest/admin`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Endpoint {
    base: Url,
}

impl Endpoint {
    /// Reads `http[s]://HOST[:PORT]`, or the same up to and including `/api/rest/admin`, where a proxy's
    /// path prefix may stand before it.
    ///
    /// # Errors
    /// A sentence that says what is accepted.
    pub fn parse(text: &str) -> Result<Self, EndpointError> {
        let text = text.trim();
        let mut base = match Url::parse(text) {
            Ok(url) => url,
            Err(_) if !text.contains("://") && !text.is_empty() => {
                return Err(EndpointError::NoScheme(text.to_owned()));
            }
            Err(error) => return Err(EndpointError::NotAUrl { text: text.to_owned(), reason: error.to_string() }),
        };
        if !matches!(base.scheme(), "http" | "https") {
            // `switch.example:8080` reads as a scheme and a path.
            return Err(if text.contains("://") {
                EndpointError::Scheme(base.scheme().to_owned())
            } else {
                EndpointError::NoScheme(text.to_owned())
            });
        }
        if !base.username().is_empty() || base.password().is_some() {
            return Err(EndpointError::UserInfo);
        }
        if base.query().is_some() || base.fragment().is_some() {
            return Err(EndpointError::Extra);
        }
        let path = base.path().trim_end_matches('/').to_owned();
        if path.is_empty() {
            base.set_path(API_PATH);
        } else if path.ends_with(API_PATH) {
            base.set_path(&path);
        } else {
            return Err(EndpointError::Path(base.path().to_owned()));
        }
        Ok(Self { base })
    }

    /// Scheme, host and port, as in `https://switch.example:8443`.
    pub fn origin(&self) -> String {
        self.base.origin().ascii_serialization()
    }

    /// The address up to where the API's own path begins.
    #[cfg(test)]
    pub fn short(&self) -> String {
        let whole = self.base.as_str();
        whole.strip_suffix(API_PATH).unwrap_or(whole).to_owned()
    }

    /// Host, an IPv6 address without brackets, and port.
    pub fn host_and_port(&self) -> (String, u16) {
        let host = self.base.host_str().unwrap_or_default().trim_start_matches('[').trim_end_matches(']');
        (host.to_owned(), self.base.port_or_known_default().unwrap_or_default())
    }

    /// Whether what is sent can be read on the way.
    pub fn is_encrypted(&self) -> bool {
        self.base.scheme() == "https"
    }

    /// Whether it names this machine itself.
    pub fn is_loopback(&self) -> bool {
        is_loopback(&self.base)
    }

    /// The address up to where the API's paths begin.
    pub const fn base(&self) -> &Url {
        &self.base
    }

    /// Whether a URL stands on the same scheme, host and port.
    pub(crate) fn is_home_of(&self, url: &Url) -> bool {
        url.origin() == self.base.origin()
    }

    /// A URL below the base. The path is ours, never the server's.
    fn below(&self, path: &str, query: &Query) -> Url {
        let mut url = self.base.clone();
        url.set_path(&format!("{}/{path}", self.base.path()));
        url.set_query(query.text());
        url
    }

    /// Where to sign in.
    pub(crate) fn sign_in(&self) -> Url {
        self.below("auth", &Query::default())
    }

    /// The registrations.
    pub(crate) fn registrations(&self, query: &Query) -> Url {
        self.below("registrations", query)
    }

    /// One registration.
    pub(crate) fn registration(&self, id: u64, query: &Query) -> Url {
        self.below(&format!("registrations/{id}"), query)
    }

    /// The pops, nodes or transport protocols.
    pub(crate) fn targets(&self, relation: Relation, query: &Query) -> Url {
        self.below(relation.resource_type(), query)
    }

    /// One pop, node or transport protocol.
    pub(crate) fn target(&self, relation: Relation, id: u64, query: &Query) -> Url {
        self.below(&format!("{}/{id}", relation.resource_type()), query)
    }

    /// What is left of a link that the server wrote: its path below the API and its query, on our base.
    /// Servers build links from the request's host and a proxy's headers, so scheme, host, port and prefix
    /// of a link are often wrong and never used.
    ///
    /// # Errors
    /// The link does not lead into the API.
    pub fn rebase(&self, link: &str) -> Result<Url, LinkError> {
        let refused = |why| LinkError { link: link.chars().take(200).collect(), why };
        if link.trim().is_empty() {
            return Err(refused("it is empty"));
        }
        // A relative one starts from the list (RFC 3986, 5.2): that is where most links come from.
        let list = self.below("registrations", &Query::default());
        let url = list.join(link).map_err(|_unreadable| refused("it cannot be read"))?;
        if !matches!(url.scheme(), "http" | "https") {
            return Err(refused("it is not an http URL"));
        }
        // Whatever stands before the API's path belongs to a proxy, perhaps to another one than ours.
        let path = url.path();
        let below = format!("{API_PATH}/");
        let inside = path
            .strip_prefix(self.base.path())
            .and_then(|rest| rest.strip_prefix('/'))
            .or_else(|| path.split_once(below.as_str()).map(|(_, rest)| rest))
            .ok_or_else(|| refused("it leads out of the API"))?;
        if !inside.split('/').all(is_plain_segment) {
            return Err(refused("its path has parts that no resource has"));
        }
        let mut query = Query::default();
        for (name, value) in url.query_pairs() {
            // A token in the query would win over the header.
            if name != "token" {
                query = query.with(&name, &value);
            }
        }
        Ok(self.below(inside, &query))
    }
}

impl fmt::Display for Endpoint {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(self.base.as_str())
    }
}

/// Names and ids of resources consist of these; anything else may mean something to a proxy on the way.
fn is_plain_segment(segment: &str) -> bool {
    !segment.is_empty()
        && segment.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b'.' | b'~'))
        && segment.bytes().any(|b| b != b'.')
}

/// A link that is not followed.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("the link `{link}` was not followed: {why}")]
pub struct LinkError {
    /// The link, shortened. From the server: hostile until sanitised.
    pub link: String,
    /// Why.
    pub why: &'static str,
}

/// Whether an address names this machine itself.
pub fn is_loopback(url: &Url) -> bool {
    url.host_str().is_some_and(|host| {
        let bare = host.trim_start_matches('[').trim_end_matches(']');
        host == "localhost" || bare.parse::<std::net::IpAddr>().is_ok_and(|address| address.is_loopback())
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn at(text: &str) -> Endpoint {
        Endpoint::parse(text).unwrap()
    }

    #[test]
    fn an_origin_or_the_whole_base_is_accepted() {
        for text in [
            "https://switch.example",
            "https://switch.example/",
            " https://switch.example/api/rest/admin ",
            "https://switch.example/api/rest/admin/",
        ] {
            assert_eq!(at(text).to_string(), "https://switch.example/api/rest/admin", "{text}");
        }
        assert_eq!(at("http://[::1]:3000").to_string(), "http://[::1]:3000/api/rest/admin");
        assert_eq!(at("https://h/yeti/api/rest/admin").to_string(), "https://h/yeti/api/rest/admin");
    }

    #[test]
    fn what_is_not_accepted_is_told_with_what_is() {
        let reported = |text: &str| Endpoint::parse(text).unwrap_err().to_string();
        assert!(reported("switch.example").contains("https://switch.example"));
        assert!(reported("switch.example:8080").contains("https://switch.example:8080"));
        assert!(reported("ftp://h").contains("https or http"));
        assert!(reported("https://user:pw@h").contains("user"));
        assert!(!reported("https://user:pw@h").contains("pw@"));
        assert!(reported("https://h/?a=1").contains('?'));
        assert!(reported("https://h/#x").contains('#'));
        assert!(reported("https://h/api/rest/admin/registrations").contains("/api/rest/admin"));
        assert!(reported("https://h/yeti").contains("with or without"));
        assert!(reported("").contains("https://HOST"));
        assert!(reported("https://").contains("https://HOST"));
    }

    #[test]
    fn this_machine_is_known_by_all_its_names() {
        assert!(at("http://127.0.0.1:1").is_loopback());
        assert!(at("http://[::1]:1").is_loopback());
        assert!(at("http://localhost").is_loopback());
        assert!(!at("http://10.0.0.1").is_loopback());
    }

    #[test]
    fn a_link_is_followed_on_our_origin_whatever_host_it_names() {
        let base = at("https://switch.example:8443/yeti/api/rest/admin");
        for link in [
            "http://127.0.0.1/api/rest/admin/registrations/8/pop",
            "https://evil.example/yeti/api/rest/admin/registrations/8/pop",
            "/api/rest/admin/registrations/8/pop",
            "//evil.example/api/rest/admin/registrations/8/pop",
            "https://switch.example/inner/proxy/api/rest/admin/registrations/8/pop",
            "registrations/8/pop",
            "./registrations/8/pop",
            "registrations/9/../8/pop",
            "http://user:pw@evil.example:1/api/rest/admin/registrations/8/pop#x",
        ] {
            assert_eq!(
                base.rebase(link).unwrap().as_str(),
                "https://switch.example:8443/yeti/api/rest/admin/registrations/8/pop",
                "{link}"
            );
        }
        let kept = base.rebase("/api/rest/admin/nodes?page%5Bsize%5D=2&token=x&include=pop").unwrap();
        assert_eq!(kept.query(), Some("page%5Bsize%5D=2&include=pop"));
    }

    #[test]
    fn a_link_out_of_the_api_is_refused() {
        let base = at("https://switch.example");
        for link in [
            "",
            " ",
            "..",
            "../../system/1",
            "mailto:a@b.example",
            "javascript:alert(1)",
            "file:///etc/passwd",
            "/",
            "/api/rest/admin",
            "/api/rest/admin/",
            "/api/rest/administrators/1",
            "/api/rest/admin/../system/1",
            "/api/rest/admin/%2e%2e/system/1",
            "/api/rest/admin/..%2fsystem",
            "/api/rest/admin/x%2F..%2F..%2Fy",
            "/api/rest/admin/a\\..\\b c",
            "/api/rest/admin/a//b",
            "https://switch.example/login",
        ] {
            assert!(base.rebase(link).is_err(), "{link}");
        }
    }

    proptest! {
        #[test]
        fn no_link_leaves_origin_and_api(link in prop_oneof![
            ".*",
            "(https?://[a-z.:@0-9\\[\\]]{0,12})?/api/rest/admin/[a-z0-9./%\\\\?#&=;~_-]{0,40}",
            "/api/rest/admin(/(\\.|%2e|%2E|%2f|a|[0-9]|\\\\|/)){0,8}",
        ]) {
            let base = at("https://switch.example:8443/p/api/rest/admin");
            if let Ok(url) = base.rebase(&link) {
                prop_assert!(base.is_home_of(&url));
                prop_assert!(url.path().starts_with("/p/api/rest/admin/"));
                prop_assert!(!url.path().contains('%') && url.path().split('/').all(|part| part != ".."), "{}", url);
                prop_assert!(url.username().is_empty() && url.password().is_none() && url.fragment().is_none());
                prop_assert_eq!(reqwest::Url::parse(url.as_str()).unwrap(), url);
            }
        }

        #[test]
        fn no_text_makes_the_endpoint_panic(text in ".*") {
            if let Ok(endpoint) = Endpoint::parse(&text) {
                prop_assert!(endpoint.to_string().ends_with(API_PATH));
            }
        }
    }
}

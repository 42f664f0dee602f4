//! Which server this is: the one place that decides the name of the server really talked to, whether the
//! profile's badge stands for it, and under which key all that is kept of it is filed.

use reqwest::Url;

use super::{Origin, Sourced};

/// Path of the API, which may stand at the end of an address.
const API_PATH: &str = "/api/rest/admin";

/// A server, however its address was written: scheme, host, port, and a path prefix in front of the API.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ServerAddress {
    scheme: String,
    host: String,
    port: u16,
    prefix: String,
}

impl ServerAddress {
    /// Reads an address as settings have it. `None` where it is none.
    pub fn of(text: &str) -> Option<Self> {
        let url = Url::parse(text.trim()).ok()?;
        let (host, port) = (url.host_str()?.to_owned(), url.port_or_known_default()?);
        let path = url.path().trim_end_matches('/');
        let prefix = path.strip_suffix(API_PATH).unwrap_or(path).trim_end_matches('/').to_owned();
        Some(Self { scheme: url.scheme().to_owned(), host, port, prefix })
    }

    /// Scheme, host, port where it is not the usual one, and prefix: the same text for the same server.
    pub fn origin(&self) -> String {
        let usual = matches!((self.scheme.as_str(), self.port), ("http", 80) | ("https", 443));
        let port = if usual { String::new() } else { format!(":{}", self.port) };
        format!("{}://{}{port}{}", self.scheme, self.host, self.prefix)
    }

    /// Whether what is sent there can be read on the way: without TLS, and not on this machine.
    pub fn is_plaintext(&self) -> bool {
        let bare = self.host.trim_start_matches('[').trim_end_matches(']');
        let here = bare == "localhost"
            || bare.ends_with(".localhost")
            || bare.parse::<std::net::IpAddr>().is_ok_and(|address| address.to_canonical().is_loopback());
        self.scheme == "http" && !here
    }

    /// Host, port and prefix, for people.
    pub fn host_and_port(&self) -> String {
        format!("{}:{}{}", self.host, self.port, self.prefix)
    }
}

/// A profile, as far as it says which server is its own.
#[derive(Debug, Clone, Copy)]
pub struct Named<'p> {
    pub name: &'p str,
    pub url: Option<&'p str>,
}

/// Name of the server that is talked to, and of the folder that keeps its files.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ServerIdentity {
    /// The profile's name where the server is the profile's own; else host and port.
    pub name: String,
    /// The profile's badge, under the same condition.
    pub badge: Option<String>,
    /// Key of drafts, journal, plans, tokens, views and names.
    pub origin: String,
    /// Key under which earlier versions filed the same: the profile's name, where the server is its own.
    pub earlier: Option<String>,
    /// Why the profile's name does not stand for the server, in a sentence.
    pub note: Option<String>,
}

impl ServerIdentity {
    /// The embedded server: another port at each start, and always the same records.
    pub fn demo() -> Self {
        Self { name: "demo".to_owned(), badge: None, origin: "demo".to_owned(), earlier: None, note: None }
    }

    /// The server at `url`, for someone who chose a profile, or none.
    pub fn of(profile: Option<Named<'_>>, badge: Option<&str>, url: Option<&Sourced<String>>) -> Self {
        let Some(url) = url else {
            // Nothing can be talked to, and nothing is kept.
            let name = profile.map_or("default", |profile| profile.name).to_owned();
            return Self { origin: name.clone(), name, badge: badge.map(str::to_owned), earlier: None, note: None };
        };
        let address = ServerAddress::of(&url.value);
        let origin = address.as_ref().map_or_else(|| url.value.clone(), ServerAddress::origin);
        let own = profile.and_then(|profile| profile.url);
        if let Some(profile) = profile
            && (matches!(url.origin, Origin::File { .. })
                || (address.is_some() && own.and_then(ServerAddress::of) == address))
        {
            let (name, badge) = (profile.name.to_owned(), badge.map(str::to_owned));
            return Self { earlier: Some(name.clone()), name, badge, origin, note: None };
        }
        let name = address.as_ref().map_or_else(|| url.value.clone(), ServerAddress::host_and_port);
        let note = profile.map(|profile| {
            let whose = match own {
                Some(own) => format!("not the server of profile {} ({own})", profile.name),
                None => format!("and profile {} has no server", profile.name),
            };
            format!(
                "the server is {name} ({}), {whose}: it is shown as {name} without a badge, with its own drafts, \
                 journal and tokens",
                url.origin
            )
        });
        Self { name, badge: None, origin, earlier: None, note }
    }

    /// `PROD eu-noc`: badge and name, so that no one takes one server for another.
    pub fn display_name(&self) -> String {
        self.badge.as_ref().map_or_else(|| self.name.clone(), |badge| format!("{badge} {}", self.name))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const OWN: &str = "https://yeti.example";

    fn identity(own: Option<&str>, url: &str) -> ServerIdentity {
        let url = Sourced::new(url.to_owned(), Origin::Argument("--url"));
        ServerIdentity::of(Some(Named { name: "lab", url: own }), Some("LAB"), Some(&url))
    }

    #[test]
    fn one_server_is_the_profiles_own_however_its_address_is_written() {
        for same in [
            OWN,
            "https://YETI.example/",
            "https://yeti.example:443",
            "https://yeti.example:0443/api/rest/admin",
            "https://yeti.example/api/rest/admin///",
            " HTTPS://yeti.example",
        ] {
            let identity = identity(Some(OWN), same);
            assert_eq!((identity.display_name().as_str(), identity.origin.as_str()), ("LAB lab", OWN), "{same}");
            assert_eq!((identity.earlier.as_deref(), &identity.note), (Some("lab"), &None), "{same}");
        }
    }

    #[test]
    fn another_server_takes_neither_name_nor_badge_nor_files_of_the_profile() {
        for (own, other, display_name) in [
            (Some(OWN), "http://yeti.example", "yeti.example:80"),
            (Some(OWN), "https://yeti.example:8443", "yeti.example:8443"),
            (Some(OWN), "https://yeti.example/eu/api/rest/admin", "yeti.example:443/eu"),
            (Some(OWN), "https://yeti.example.evil.example", "yeti.example.evil.example:443"),
            (Some("https://yeti.example/us/api/rest/admin"), OWN, "yeti.example:443"),
            (None, "https://[::1]:8080", "[::1]:8080"),
        ] {
            let identity = identity(own, other);
            assert_eq!(identity.display_name(), display_name, "{other}");
            assert_ne!(identity.origin, OWN.to_owned() + if other == OWN { "/us" } else { "" });
            assert_eq!(identity.earlier, None);
            let note = identity.note.unwrap();
            assert!(note.contains(display_name) && note.contains("lab") && note.contains("--url"), "{note}");
        }
    }

    #[test]
    fn profiles_of_one_server_share_what_is_kept_of_it() {
        let url = Sourced::new(OWN.to_owned(), Origin::Argument("--url"));
        let of = |name| ServerIdentity::of(Some(Named { name, url: Some(OWN) }), None, Some(&url));
        let (one, other, none) = (of("eu-ro"), of("eu-rw"), ServerIdentity::of(None, None, Some(&url)));
        assert_eq!((one.name.as_str(), other.name.as_str()), ("eu-ro", "eu-rw"));
        assert_eq!((&one.origin, &one.origin), (&other.origin, &none.origin));
        assert_eq!((none.display_name().as_str(), none.note), ("yeti.example:443", None));
    }

    #[test]
    fn only_what_leaves_this_machine_without_tls_is_plaintext() {
        let plain = |url| ServerAddress::of(url).unwrap().is_plaintext();
        for url in ["http://yeti.example", "http://10.0.0.5:8080", "HTTP://[2001:db8::1]", "http://localhost.example"] {
            assert!(plain(url), "{url}");
        }
        for url in [
            "https://yeti.example",
            "http://localhost:3000",
            "http://127.8.8.8",
            "http://[::1]",
            "http://[::ffff:127.0.0.1]",
            "http://yeti.localhost",
            "http://2130706433",
        ] {
            assert!(!plain(url), "{url}");
        }
    }

    #[test]
    fn the_embedded_server_keeps_its_place_at_any_port() {
        assert_eq!(ServerIdentity::demo().display_name(), "demo");
    }
}

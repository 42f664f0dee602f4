//! The proxy in front of a server: the one of the settings, or the one that the environment names. Decided here and not
//! by the HTTP library, which passes over values that it cannot read, and does not say that a proxy was the one that
//! failed.

use std::net::IpAddr;

use reqwest::Url;

use crate::api::address::is_loopback;
use crate::api::setup_error::{ProxyMistake, SetupError};

/// Which proxy is used.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum ProxyChoice {
    /// What `HTTPS_PROXY`, `ALL_PROXY` and `NO_PROXY` say.
    #[default]
    Environment,
    /// No proxy.
    Direct,
    /// This one, an address.
    This(String),
}

/// A proxy that is used for a server.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Proxy {
    address: Url,
    /// The setting or the variable that names it.
    named_by: String,
}

impl Proxy {
    /// The proxy for this address, if there is one. `variable` reads the environment.
    ///
    /// # Errors
    /// What names not a proxy URL. It is not passed over, for that would send requests another
    /// way than someone wants. Does not repeat a password in it.
    pub fn of(
        server: &Url,
        choice: &ProxyChoice,
        variable: impl Fn(&str) -> Option<String>,
    ) -> Result<Option<Self>, SetupError> {
        let set = |name: &str| variable(name).filter(|value| !value.trim().is_empty());
        let (named_by, text) = match choice {
            ProxyChoice::Direct => return Ok(None),
            ProxyChoice::This(text) => ("proxy of the profile".to_owned(), text.clone()),
            ProxyChoice::Environment if is_loopback(server) => return Ok(None),
            ProxyChoice::Environment => {
                let own: &[&str] =
                    if server.scheme() == "https" { &["HTTPS_PROXY", "https_proxy"] } else { &["http_proxy"] };
                let names = own.iter().chain(&["ALL_PROXY", "all_proxy"]);
                let Some((name, text)) = names.into_iter().find_map(|name| Some((*name, set(name)?))) else {
                    return Ok(None);
                };
                let excepted = set("NO_PROXY").or_else(|| set("no_proxy")).unwrap_or_default();
                if text.trim() == "none" || is_excepted(server, &excepted) {
                    return Ok(None);
                }
                (name.to_owned(), text)
            }
        };
        match address(&text) {
            Ok(address) => Ok(Some(Self { address, named_by })),
            Err(mistake) => Err(SetupError::Proxy { named_by, mistake }),
        }
    }

    /// For people: where it is and what names it, without user and password.
    pub fn display_name(&self) -> String {
        let host = self.address.host_str().unwrap_or_default();
        let port = self.address.port_or_known_default().unwrap_or_default();
        format!("the proxy {}://{host}:{port} ({})", self.address.scheme(), self.named_by)
    }

    pub(super) const fn address(&self) -> &Url {
        &self.address
    }
}

/// Reads the address of a proxy; one without a scheme is `http`.
fn address(text: &str) -> Result<Url, ProxyMistake> {
    let text = text.trim();
    let whole = if text.contains("://") { text.to_owned() } else { format!("http://{text}") };
    let url = Url::parse(&whole).map_err(|_error| ProxyMistake::NoUrl)?;
    match url.scheme() {
        "http" | "https" if url.host_str().is_some_and(|host| !host.is_empty()) && url.path().len() <= 1 => Ok(url),
        "http" | "https" => Err(ProxyMistake::NoUrl),
        other => Err(ProxyMistake::Scheme(other.to_owned())),
    }
}

/// Whether `NO_PROXY` names the server: `*`, a domain with all below it, an address, a network.
fn is_excepted(server: &Url, list: &str) -> bool {
    let host = server.host_str().unwrap_or_default().trim_start_matches('[').trim_end_matches(']').to_lowercase();
    let address: Option<IpAddr> = host.parse().ok();
    let port = server.port_or_known_default();
    list.split(',').map(|entry| entry.trim().to_lowercase()).filter(|entry| !entry.is_empty()).any(|entry| {
        if entry == "*" {
            return true;
        }
        if let Some(address) = address
            && let Some((network, bits)) = entry.split_once('/')
        {
            return network
                .parse()
                .is_ok_and(|network| bits.parse().is_ok_and(|bits| is_within(address, network, bits)));
        }
        // An IPv6 address has colons of its own: a port can follow its bracket only.
        let (name, only) = match entry.rsplit_once(':') {
            Some((name, port)) if (!name.contains(':') || name.ends_with(']')) && port.parse::<u16>().is_ok() => {
                (name, port.parse::<u16>().ok())
            }
            _ => (entry.as_str(), None),
        };
        let name = name.trim_start_matches("*.").trim_start_matches('.');
        let name = name.trim_start_matches('[').trim_end_matches(']');
        let same =
            host == name || (address.is_none() && host.strip_suffix(name).is_some_and(|rest| rest.ends_with('.')));
        same && (only.is_none() || only == port)
    })
}

fn is_within(address: IpAddr, network: IpAddr, bits: u32) -> bool {
    match (address, network) {
        (IpAddr::V4(address), IpAddr::V4(network)) if bits <= 32 => {
            let mask = u32::MAX.checked_shl(32 - bits).unwrap_or(0);
            u32::from(address) & mask == u32::from(network) & mask
        }
        (IpAddr::V6(address), IpAddr::V6(network)) if bits <= 128 => {
            let mask = u128::MAX.checked_shl(128 - bits).unwrap_or(0);
            u128::from(address) & mask == u128::from(network) & mask
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(server: &str, variables: &[(&str, &str)]) -> Result<Option<String>, String> {
        let variable =
            |name: &str| variables.iter().find(|(known, _)| *known == name).map(|(_, value)| (*value).to_owned());
        let found = Proxy::of(&Url::parse(server).unwrap(), &ProxyChoice::Environment, variable);
        let found = found.map_err(|mistake| mistake.to_string())?;
        Ok(found.map(|proxy| proxy.display_name()))
    }

    #[test]
    fn the_environment_names_a_proxy_for_each_scheme() {
        let display_name = |name: &str| Ok(Some(format!("the proxy http://p.example:3128 ({name})")));
        assert_eq!(of("https://y.example", &[("HTTPS_PROXY", "p.example:3128")]), display_name("HTTPS_PROXY"));
        assert_eq!(
            of("https://y.example", &[("all_proxy", "http://bob:s3cret@p.example:3128/")]),
            display_name("all_proxy")
        );
        assert_eq!(of("http://y.example", &[("http_proxy", "http://p.example:3128")]), display_name("http_proxy"));
        assert_eq!(of("http://y.example", &[("HTTPS_PROXY", "http://p.example:3128")]), Ok(None));
        assert_eq!(of("http://127.0.0.1:3000", &[("http_proxy", "http://p.example:3128")]), Ok(None));
        assert_eq!(of("https://y.example", &[("HTTPS_PROXY", "")]), Ok(None));
    }

    #[test]
    fn what_is_no_proxy_is_an_error_and_not_passed_over() {
        for wrong in ["http://", "ftp://p.example", "socks5://p.example:1080", "http://p.example:99999", "http://p/x"] {
            let reported = of("https://y.example", &[("HTTPS_PROXY", wrong)]).unwrap_err();
            assert!(reported.starts_with("HTTPS_PROXY: "), "{reported}");
        }
        // What the message says may be written.
        assert_eq!(of("https://y.example", &[("HTTPS_PROXY", "none"), ("ALL_PROXY", "http://p")]), Ok(None));
        let reported = of("https://y.example", &[("HTTPS_PROXY", "ftp://bob:s3cret@p")]).unwrap_err();
        assert!(!reported.contains("s3cret"), "{reported}");
    }

    #[test]
    fn exceptions_are_names_with_all_below_them_addresses_and_networks() {
        let is = |server: &str, list: &str| is_excepted(&Url::parse(server).unwrap(), list);
        for list in ["*", "y.example", ".example", "EXAMPLE", "a, y.example ,b", "*.example", "y.example:443"] {
            assert!(is("https://y.example", list), "{list}");
        }
        for list in ["", "xample", "y.example:8443", "z.y.example", "10.0.0.0/8"] {
            assert!(!is("https://y.example", list), "{list}");
        }
        assert!(is("https://10.1.2.3", "10.0.0.0/8") && is("https://10.1.2.3", "10.1.2.3"));
        assert!(!is("https://11.1.2.3", "10.0.0.0/8") && is("https://[fd00::1]", "fd00::/8"));
        for list in ["10.1.2.3:443", "10.1.2.3/32", "0.0.0.0/0", "10.1.2.0/24, x"] {
            assert!(is("https://10.1.2.3", list), "{list}");
        }
        for list in ["10.1.2.3:8443", "10.1.2.4/32", "10.1.2.0/33", "10.1.2.0/x", "fd00::/0", "1.2.3", ".2.3"] {
            assert!(!is("https://10.1.2.3", list), "{list}");
        }
        for list in ["fd00::1", "[fd00::1]", "[fd00::1]:443", "FD00::1", "fd00::1/128", "::/0"] {
            assert!(is("https://[fd00::1]", list), "{list}");
        }
        for list in ["[fd00::1]:8443", "fd00::2", "fd00::1/129", "0.0.0.0/0"] {
            assert!(!is("https://[fd00::1]", list), "{list}");
        }
    }
}

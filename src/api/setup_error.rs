//! Why a client cannot be set up, before anything is sent.

/// What in the settings, or in this system, stands in the way.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SetupError {
    /// What should name a proxy does not.
    #[error("{named_by}: {mistake}")]
    Proxy {
        /// The setting or the variable that names it.
        named_by: String,
        /// What is wrong with it.
        mistake: ProxyMistake,
    },
    /// A proxy that cannot be used: its name, and what the HTTP library says.
    #[error("{0}: {1}")]
    ProxyRefused(String, String),
    /// The file of certificates cannot be read.
    #[error("the certificates of `ca_file` cannot be read: {0}")]
    CaFile(String),
    /// The file of certificates has none.
    #[error("no certificate found in `ca_file`")]
    NoCertificate,
    /// The certificates of the system cannot be used.
    #[error("the certificates of the system cannot be used: {0}")]
    SystemCertificates(String),
    /// There is no encryption.
    #[error("encryption cannot be set up: {0}")]
    Encryption(String),
    /// The HTTP library refuses.
    #[error("the HTTP client cannot be set up: {0}")]
    Http(String),
}

/// Why a text is no address of a proxy.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ProxyMistake {
    /// It is no URL with a host alone.
    #[error("not a proxy URL; {ACCEPTED}")]
    NoUrl,
    /// A scheme that is not supported.
    #[error("{0} proxies are not supported; {ACCEPTED}")]
    Scheme(String),
}

const ACCEPTED: &str = "write http://HOST:PORT or https://HOST:PORT, or \"none\"";

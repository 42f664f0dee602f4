//! Whatever a server writes as a link: followed is only what stays on the configured server, under its API, and
//! without a token in the query.

use sipreg::api::Endpoint;

/// The text of a link.
pub fn check(data: &[u8]) {
    let link = String::from_utf8_lossy(data);
    for base in ["https://yeti.example:8443/api/rest/admin", "http://127.0.0.1:4120/behind/a/proxy/api/rest/admin"] {
        let endpoint = Endpoint::parse(base).expect("a good address");
        match endpoint.rebase(&link) {
            Err(error) => assert!(!error.why.is_empty()),
            Ok(url) => {
                assert!(url.as_str().starts_with(&format!("{base}/")), "{link:?} led to {url}");
                assert!(url.username().is_empty() && url.password().is_none(), "{link:?} led to {url}");
                assert!(url.fragment().is_none(), "{link:?} led to {url}");
                assert!(url.query_pairs().all(|(name, _)| name != "token"), "{link:?} led to {url}");
                let up = url.path().split('/').skip(1).any(|segment| matches!(segment, "" | "." | ".."));
                assert!(!up, "{link:?} led to {url}");
                assert_eq!(
                    endpoint.rebase(url.as_str()).as_ref(),
                    Ok(&url),
                    "followed twice it leads to the same place"
                );
            }
        }
        // Any text as an address: good or refused.
        if let Ok(endpoint) = Endpoint::parse(&link) {
            assert!(endpoint.to_string().starts_with(&endpoint.origin()));
        }
    }
}

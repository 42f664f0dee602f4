//! The origin that links name: taken from the request's headers, as the server does. A client must not
//! trust it.

use axum::http::HeaderMap;

/// `http://host[:port]` from `Host`, `X-Forwarded-Host` and `X-Forwarded-Proto`.
pub(super) fn of(headers: &HeaderMap) -> String {
    let text = |name: &str| headers.get(name).and_then(|value| value.to_str().ok()).map(str::trim);
    let scheme = match text("x-forwarded-proto").and_then(|list| list.split(',').next()).map(str::trim) {
        Some(proto) if proto.eq_ignore_ascii_case("https") => "https",
        _ => "http",
    };
    let forwarded = text("x-forwarded-host").and_then(|list| list.rsplit(',').next()).map(str::trim);
    let host = forwarded.filter(|host| !host.is_empty()).or_else(|| text("host")).unwrap_or_default();
    let default_port = if scheme == "https" { ":443" } else { ":80" };
    format!("{scheme}://{}", host.strip_suffix(default_port).unwrap_or(host))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn origin(pairs: &[(&'static str, &'static str)]) -> String {
        let mut headers = HeaderMap::new();
        for (name, value) in pairs {
            headers.insert(*name, value.parse().unwrap());
        }
        of(&headers)
    }

    #[test]
    fn links_follow_the_host_header_and_the_proxy() {
        assert_eq!(origin(&[("host", "evil.example:8080")]), "http://evil.example:8080");
        assert_eq!(origin(&[("host", "yeti.example:80")]), "http://yeti.example");
        let proxied = [("host", "a"), ("x-forwarded-host", "yeti.example.com"), ("x-forwarded-proto", "https")];
        assert_eq!(origin(&proxied), "https://yeti.example.com");
    }
}

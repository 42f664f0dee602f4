//! Which action a method and a path mean. Everything else is the framework's 404 page.

use super::kind::CollectionKind;

/// Path of the API on its origin.
pub(crate) const PREFIX: &str = "/api/rest/admin";

/// What is asked for. Ids are as the path has them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum ApiRoute {
    SignIn,
    Index(CollectionKind),
    Create(CollectionKind),
    Show(CollectionKind, String),
    Update(CollectionKind, String),
    Destroy(CollectionKind, String),
    /// The resource that a relationship leads to.
    ShowRelated(CollectionKind, String, usize),
    /// The relationship itself.
    ShowLink(CollectionKind, String, usize),
    UpdateLink(CollectionKind, String, usize),
    DestroyLink(CollectionKind, String, usize),
}

impl ApiRoute {
    /// Whether the body's media type is checked.
    pub(super) const fn takes_document(&self) -> bool {
        matches!(self, Self::Create(_) | Self::Update(..) | Self::UpdateLink(..))
    }
}

/// A recognised request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Routed {
    pub(super) action: ApiRoute,
    /// What follows a dot at the end of the path: `7.json`.
    pub(super) format: Option<String>,
}

/// Finds the action. The path is still percent-encoded.
pub(super) fn recognise(method: &str, path: &str) -> Option<Routed> {
    let rest = squeeze(path);
    let rest = rest.strip_prefix(PREFIX)?.strip_prefix('/')?;
    let (rest, format) = match rest.rsplit_once('/').map_or(rest, |(_, last)| last).split_once('.') {
        Some((_, format)) if format.is_empty() || format.contains('.') => return None,
        Some((_, format)) => (rest.strip_suffix(format)?.strip_suffix('.')?, Some(format.to_owned())),
        None => (rest, None),
    };
    let segments: Vec<&str> = rest.split('/').collect();
    let method = if method == "HEAD" { "GET" } else { method };
    let action = match *segments.as_slice() {
        ["auth"] => (method == "POST").then_some(ApiRoute::SignIn)?,
        [kind] => collection(method, CollectionKind::by_type(kind)?)?,
        [kind, id] => member(method, CollectionKind::by_type(kind)?, unescape(id)?)?,
        [kind, id, link] if method == "GET" => {
            let kind = CollectionKind::by_type(kind)?;
            ApiRoute::ShowRelated(kind, unescape(id)?, kind.link(link)?)
        }
        [kind, id, "relationships", link] => {
            let kind = CollectionKind::by_type(kind)?;
            let (id, link) = (unescape(id)?, kind.link(link)?);
            match method {
                "GET" => ApiRoute::ShowLink(kind, id, link),
                "PATCH" | "PUT" => ApiRoute::UpdateLink(kind, id, link),
                "DELETE" => ApiRoute::DestroyLink(kind, id, link),
                _ => return None,
            }
        }
        _ => return None,
    };
    Some(Routed { action, format })
}

fn collection(method: &str, kind: CollectionKind) -> Option<ApiRoute> {
    match method {
        "GET" => Some(ApiRoute::Index(kind)),
        "POST" if kind.is_writable() => Some(ApiRoute::Create(kind)),
        _ => None,
    }
}

fn member(method: &str, kind: CollectionKind, id: String) -> Option<ApiRoute> {
    match method {
        "GET" => Some(ApiRoute::Show(kind, id)),
        "PATCH" | "PUT" if kind.is_writable() => Some(ApiRoute::Update(kind, id)),
        "DELETE" if kind.is_writable() => Some(ApiRoute::Destroy(kind, id)),
        _ => None,
    }
}

/// Repeated and trailing slashes mean nothing.
fn squeeze(path: &str) -> String {
    let mut out = String::with_capacity(path.len());
    for segment in path.split('/').filter(|segment| !segment.is_empty()) {
        out.push('/');
        out.push_str(segment);
    }
    out
}

fn unescape(segment: &str) -> Option<String> {
    super::query::decode_part(segment).ok().filter(|id| !id.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn action(method: &str, path: &str) -> Option<ApiRoute> {
        recognise(method, &format!("{PREFIX}{path}")).map(|routed| routed.action)
    }

    #[test]
    fn members_and_collections_are_found() {
        assert_eq!(action("GET", "/registrations"), Some(ApiRoute::Index(CollectionKind::Registrations)));
        assert_eq!(action("HEAD", "//pops/1/"), Some(ApiRoute::Show(CollectionKind::Pops, "1".to_owned())));
        assert_eq!(action("PUT", "/nodes/3"), Some(ApiRoute::Update(CollectionKind::Nodes, "3".to_owned())));
        assert_eq!(
            action("DELETE", "/registrations/8/relationships/node"),
            Some(ApiRoute::DestroyLink(CollectionKind::Registrations, "8".to_owned(), 2))
        );
    }

    #[test]
    fn a_dot_ends_the_id() {
        let routed = recognise("GET", "/api/rest/admin/registrations/7.json").unwrap();
        assert_eq!(routed.action, ApiRoute::Show(CollectionKind::Registrations, "7".to_owned()));
        assert_eq!(routed.format.as_deref(), Some("json"));
    }

    #[test]
    fn what_is_not_routed_is_nothing() {
        for (method, path) in [
            ("GET", "/auth"),
            ("POST", "/registrations/10"),
            ("PATCH", "/registrations"),
            ("DELETE", "/registrations"),
            ("OPTIONS", "/registrations/10"),
            ("PATCH", "/transport-protocols/1"),
            ("GET", "/transport_protocols"),
            ("GET", "/registrations/7/nonsense"),
            ("POST", "/registrations/8/relationships/pop"),
            ("PATCH", "/registrations/8/pop"),
        ] {
            assert_eq!(action(method, path), None, "{method} {path}");
        }
        assert_eq!(recognise("GET", "/"), None);
    }
}

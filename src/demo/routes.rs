//! Which action a method and a path mean. Everything else is the framework's 404 page.

use super::kind::Kind;

/// Path of the API on its origin.
pub(crate) const PREFIX: &str = "/api/rest/admin";

/// What is asked for. Ids are as the path has them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Action {
    SignIn,
    Index(Kind),
    Create(Kind),
    Show(Kind, String),
    Update(Kind, String),
    Destroy(Kind, String),
    /// The resource that a relationship leads to.
    ShowRelated(Kind, String, usize),
    /// The relationship itself.
    ShowLink(Kind, String, usize),
    UpdateLink(Kind, String, usize),
    DestroyLink(Kind, String, usize),
}

impl Action {
    /// Whether the body's media type is checked.
    pub(super) const fn takes_document(&self) -> bool {
        matches!(self, Self::Create(_) | Self::Update(..) | Self::UpdateLink(..))
    }
}

/// A recognised request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Routed {
    pub(super) action: Action,
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
        ["auth"] => (method == "POST").then_some(Action::SignIn)?,
        [kind] => collection(method, Kind::by_type(kind)?)?,
        [kind, id] => member(method, Kind::by_type(kind)?, unescape(id)?)?,
        [kind, id, link] if method == "GET" => {
            let kind = Kind::by_type(kind)?;
            Action::ShowRelated(kind, unescape(id)?, kind.link(link)?)
        }
        [kind, id, "relationships", link] => {
            let kind = Kind::by_type(kind)?;
            let (id, link) = (unescape(id)?, kind.link(link)?);
            match method {
                "GET" => Action::ShowLink(kind, id, link),
                "PATCH" | "PUT" => Action::UpdateLink(kind, id, link),
                "DELETE" => Action::DestroyLink(kind, id, link),
                _ => return None,
            }
        }
        _ => return None,
    };
    Some(Routed { action, format })
}

fn collection(method: &str, kind: Kind) -> Option<Action> {
    match method {
        "GET" => Some(Action::Index(kind)),
        "POST" if kind.is_writable() => Some(Action::Create(kind)),
        _ => None,
    }
}

fn member(method: &str, kind: Kind, id: String) -> Option<Action> {
    match method {
        "GET" => Some(Action::Show(kind, id)),
        "PATCH" | "PUT" if kind.is_writable() => Some(Action::Update(kind, id)),
        "DELETE" if kind.is_writable() => Some(Action::Destroy(kind, id)),
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

    fn action(method: &str, path: &str) -> Option<Action> {
        recognise(method, &format!("{PREFIX}{path}")).map(|routed| routed.action)
    }

    #[test]
    fn members_and_collections_are_found() {
        assert_eq!(action("GET", "/registrations"), Some(Action::Index(Kind::Registrations)));
        assert_eq!(action("HEAD", "//pops/1/"), Some(Action::Show(Kind::Pops, "1".to_owned())));
        assert_eq!(action("PUT", "/nodes/3"), Some(Action::Update(Kind::Nodes, "3".to_owned())));
        assert_eq!(
            action("DELETE", "/registrations/8/relationships/node"),
            Some(Action::DestroyLink(Kind::Registrations, "8".to_owned(), 2))
        );
    }

    #[test]
    fn a_dot_ends_the_id() {
        let routed = recognise("GET", "/api/rest/admin/registrations/7.json").unwrap();
        assert_eq!(routed.action, Action::Show(Kind::Registrations, "7".to_owned()));
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

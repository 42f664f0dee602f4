//! Pops, nodes and transport protocols: included with registrations, behind a link, or in lists of their
//! own. There are few of them, so they are read the convenient way.

use crate::api::decode::Stop;
use crate::api::decode::linkage;
use crate::api::document::{
    Malformed, elements, lenient_id, member, members, next_page, no_json, plain, string, text_of_body, total,
};
use crate::domain::answer::PageFacts;
use crate::domain::record::{Relation, Target};

/// The known ones among `included`, up to where no one waits for them any more; others are no concern of ours.
pub(super) fn included(json: &str, stop: &Stop) -> Vec<Target> {
    let resources = elements(json).unwrap_or_default().into_iter().take_while(|_| !stop.is_asked());
    resources.filter_map(|resource| read(resource).ok()).collect()
}

fn read(json: &str) -> Result<Target, Malformed> {
    let resource = members(json).ok_or_else(|| Malformed::new("`data` is not a resource object"))?;
    let kind = member(&resource, "type").and_then(string).unwrap_or_default();
    let relation = Relation::by_type(&kind)
        .ok_or_else(|| Malformed(format!("its type is \"{}\"", kind.chars().take(4_000).collect::<String>())))?;
    let id = member(&resource, "id")
        .and_then(lenient_id)
        .ok_or_else(|| Malformed(format!("the {} has no usable id", relation.noun())))?;
    let mut target = Target { relation, id, name: None, pop: None, attributes: Vec::new() };
    for (name, value) in member(&resource, "attributes").and_then(members).unwrap_or_default() {
        match (name.as_str(), value) {
            (_, "null") => {}
            ("name", value) => target.name = Some(plain(value)),
            (_, value) => target.attributes.push((name, plain(value))),
        }
    }
    if relation == Relation::Node {
        target.pop = member(&resource, "relationships")
            .and_then(members)
            .and_then(|all| members(member(&all, "pop")?))
            .and_then(|pop| linkage(Relation::Pop, member(&pop, "data")?));
    }
    Ok(target)
}

fn top(body: &[u8]) -> Result<Vec<(String, &str)>, Malformed> {
    let text = text_of_body(body)?;
    // Checked for its own sake: the reader of members does not say what is wrong with a text.
    serde_json::from_str::<serde::de::IgnoredAny>(text).map_err(no_json)?;
    members(text).ok_or_else(|| Malformed::new("it is JSON, but not a JSON:API document"))
}

/// Reads a document with one target; `None` where its `data` is null.
///
/// # Errors
/// The body is no such document, or is about something else.
pub fn target(body: &[u8], relation: Relation) -> Result<Option<Target>, Malformed> {
    let top = top(body)?;
    let data = member(&top, "data").ok_or_else(|| Malformed::new("it is JSON without a `data` member"))?;
    if data == "null" {
        return Ok(None);
    }
    let target = read(data)?;
    if target.relation == relation {
        Ok(Some(target))
    } else {
        Err(Malformed(format!("it is a {} where a {} was due", target.relation.noun(), relation.noun())))
    }
}

/// Reads a document with a list of targets, and what it says of the list. Entries of another type or without an id
/// are left out.
///
/// # Errors
/// The body is no such document.
pub fn targets(body: &[u8], relation: Relation) -> Result<(Vec<Target>, PageFacts), Malformed> {
    let top = top(body)?;
    let data = member(&top, "data").ok_or_else(|| Malformed::new("it is JSON without a `data` member"))?;
    let list =
        elements(data).ok_or_else(|| Malformed(format!("`data` is not a list of {}", relation.resource_type())))?;
    let entries = list.len();
    let targets = list.into_iter().filter_map(|one| read(one).ok()).filter(|target| target.relation == relation);
    let targets: Vec<Target> = targets.collect();
    let facts = PageFacts {
        ids: targets.iter().map(|target| target.id).collect(),
        skipped: entries - targets.len(),
        total: member(&top, "meta").and_then(total),
        next: member(&top, "links").map(next_page).unwrap_or_default(),
        bytes: body.len(),
    };
    Ok((targets, facts))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn null_means_linked_to_nothing() {
        assert_eq!(target(br#"{"data":null}"#, Relation::Pop), Ok(None));
    }

    #[test]
    fn another_kind_than_asked_is_refused() {
        let body = br#"{"data":{"id":"1","type":"nodes","attributes":{"name":"n"}}}"#;
        assert!(target(body, Relation::Pop).unwrap_err().to_string().contains("node where a POP"));
        assert_eq!(target(body, Relation::Node).unwrap().unwrap().name.as_deref(), Some("n"));
    }

    #[test]
    fn a_list_is_read_past_odd_entries() {
        let body = br#"{"data":[{"id":"1","type":"pops","attributes":{"name":null}},{"id":"x","type":"pops"},7,
            {"id":"2","type":"nodes"}],"meta":{"total-count":"12"}}"#;
        let (list, facts) = targets(body, Relation::Pop).unwrap();
        assert_eq!(list.len(), 1);
        assert_eq!(list[0].name, None);
        assert_eq!((facts.total, facts.skipped), (Some(12), 3));
        assert!(targets(br#"{"data":{}}"#, Relation::Pop).is_err());
    }
}

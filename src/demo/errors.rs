//! The error objects of JSON:API documents: every title, detail and code that the server has. Knows nothing
//! of HTTP beyond the number of the status.

use std::fmt::Write as _;

use super::json::{Escapes, write_text};
use super::kind::CollectionKind;

/// One member of `errors`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct ErrorMember {
    pub(crate) title: String,
    pub(crate) detail: String,
    pub(crate) code: &'static str,
    pub(crate) pointer: Option<String>,
    pub(crate) status: u16,
}

fn object(status: u16, code: &'static str, title: &str, detail: impl Into<String>) -> ErrorMember {
    ErrorMember { title: title.to_owned(), detail: detail.into(), code, pointer: None, status }
}

fn bad(code: &'static str, title: &str, detail: impl Into<String>) -> ErrorMember {
    object(400, code, title, detail)
}

/// The error inside; the server says no more.
pub(crate) fn internal() -> ErrorMember {
    object(500, "500", "Internal Server Error", "Internal Server Error")
}

/// The body is not what a parser of JSON:API documents takes.
pub(crate) fn bad_request(detail: impl Into<String>) -> ErrorMember {
    bad("400", "Bad Request", detail)
}

/// A value refused by validation. The pointer is `/data/attributes/…` or `/data/relationships/…`.
pub(crate) fn invalid(pointer: String, name: &str, message: &str) -> ErrorMember {
    ErrorMember { pointer: Some(pointer), ..object(422, "100", message, format!("{name} - {message}")) }
}

/// The record as a whole is refused.
pub(crate) fn restricted(message: &str) -> ErrorMember {
    ErrorMember { pointer: Some("/data".to_owned()), ..object(422, "100", message, message) }
}

pub(crate) fn invalid_resource(resource_type: &str) -> ErrorMember {
    bad("101", "Invalid resource", format!("{resource_type} is not a valid resource."))
}

pub(crate) fn filter_not_allowed(filter: &str) -> ErrorMember {
    bad("102", "Filter not allowed", format!("{filter} is not allowed."))
}

pub(crate) fn invalid_id(id: &str) -> ErrorMember {
    bad("103", "Invalid field value", format!("{id} is not a valid value for id."))
}

pub(crate) fn invalid_field(field: &str, resource_type: &str) -> ErrorMember {
    bad("104", "Invalid field", format!("{field} is not a valid field for {resource_type}."))
}

pub(crate) fn param_not_allowed(param: &str) -> ErrorMember {
    bad("105", "Param not allowed", format!("{param} is not allowed."))
}

pub(crate) fn param_missing(param: &str) -> ErrorMember {
    bad("106", "Missing Parameter", format!("The required parameter, {param}, is missing."))
}

pub(crate) fn key_missing() -> ErrorMember {
    bad("109", "A key is required", "The resource object does not contain a key.")
}

pub(crate) fn key_not_in_url(key: &str) -> ErrorMember {
    bad("110", "Key is not included in URL", format!("The URL does not support the key {key}"))
}

pub(crate) fn invalid_include(relationship: &str, kind: CollectionKind) -> ErrorMember {
    let detail = format!("{relationship} is not a valid relationship of {}", kind.resource_type());
    bad("112", "Invalid field", detail)
}

pub(crate) fn invalid_sort(criterion: &str, kind: CollectionKind) -> ErrorMember {
    let detail = format!("{criterion} is not a valid sort criteria for {}", kind.resource_type());
    bad("114", "Invalid sort criteria", detail)
}

pub(crate) fn invalid_links_object() -> ErrorMember {
    bad("115", "Invalid Links Object", "Data is not a valid Links Object.")
}

pub(crate) fn type_mismatch(resource_type: &str) -> ErrorMember {
    bad("116", "Type Mismatch", format!("{resource_type} is not a valid type for this operation."))
}

pub(crate) fn page_too_large(maximum: i64) -> ErrorMember {
    bad("118", "Invalid page value", format!("size exceeds maximum page size of {maximum}."))
}

pub(crate) fn invalid_page_value(parameter: &str, value: i128) -> ErrorMember {
    bad("118", "Invalid page value", format!("{value} is not a valid value for {parameter} page parameter."))
}

pub(crate) fn fields_without_type() -> ErrorMember {
    bad("119", "Invalid field format", "Fields must specify a type.")
}

pub(crate) fn filter_syntax(filter: &str) -> ErrorMember {
    bad("120", "Invalid filters syntax", format!("{filter} is not a valid syntax for filtering."))
}

pub(crate) fn data_not_a_hash() -> ErrorMember {
    bad("122", "Invalid data format", "Data must be a hash.")
}

pub(crate) fn not_found(id: &str) -> ErrorMember {
    object(404, "404", "Record not found", format!("The record identified by {id} could not be found."))
}

pub(crate) fn not_acceptable(accept: &str) -> ErrorMember {
    let detail = format!(
        "All requests must use the 'application/vnd.api+json' Accept without media type parameters. \
         This request specified '{accept}'."
    );
    object(406, "406", "Not acceptable", detail)
}

pub(crate) fn unsupported_media_type(content_type: &str) -> ErrorMember {
    let detail = format!(
        "All requests that create or update must use the 'application/vnd.api+json' Content-Type. \
         This request specified '{content_type}'."
    );
    object(415, "415", "Unsupported media type", detail)
}

/// Not signed in, as the sign-in endpoint says it.
pub(crate) fn authentication_failed(detail: &str) -> ErrorMember {
    object(401, "401", "Authentication failed", detail)
}

/// The record is not in the state that the request expects.
pub(crate) fn conflict() -> ErrorMember {
    object(409, "409", "Conflict", "The record was changed by someone else.")
}

/// A precondition of the request does not hold.
pub(crate) fn precondition_failed() -> ErrorMember {
    object(412, "412", "Precondition failed", "The record does not match the given entity tag.")
}

/// The error document.
pub(crate) fn document(errors: &[ErrorMember]) -> String {
    let mut out = String::from("{\"errors\":[");
    for (index, error) in errors.iter().enumerate() {
        out.push_str(if index == 0 { "{\"title\":" } else { ",{\"title\":" });
        write_text(&mut out, &error.title, Escapes::Html);
        out.push_str(",\"detail\":");
        write_text(&mut out, &error.detail, Escapes::Html);
        out.push_str(",\"code\":");
        write_text(&mut out, error.code, Escapes::Html);
        if let Some(pointer) = &error.pointer {
            out.push_str(",\"source\":{\"pointer\":");
            write_text(&mut out, pointer, Escapes::Html);
            out.push('}');
        }
        let _ = write!(out, ",\"status\":\"{}\"}}", error.status);
    }
    out.push_str("]}");
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn members_stand_in_the_order_of_the_wire() {
        let error = invalid("/data/attributes/name".to_owned(), "name", "can't be blank");
        assert_eq!(
            document(&[error]),
            "{\"errors\":[{\"title\":\"can't be blank\",\"detail\":\"name - can't be blank\",\"code\":\"100\",\
             \"source\":{\"pointer\":\"/data/attributes/name\"},\"status\":\"422\"}]}"
        );
    }
}

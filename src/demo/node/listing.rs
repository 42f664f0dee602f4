//! A registration as a node writes it: member by member in the node's order.

use serde_json::{Map, Value as Json, json};

use super::super::store::StoredResource;
use super::registrar::RegistrarCourse;
use super::{Loaded, Node, NodeFault};
use crate::domain::record::{FieldId, Value};

/// Members that also the oldest nodes write.
const OLDEST: [&str; 3] = ["id", "state", "state_code"];
/// Members that older nodes write as booleans.
const FLAGS: [&str; 2] = ["force_reregister", "attempt"];

fn text(row: &StoredResource, field: FieldId) -> String {
    match row.value(field) {
        Value::Text(text) => text,
        Value::Texts(texts) => texts.join(","),
        _ => String::new(),
    }
}

fn number(row: &StoredResource, field: FieldId) -> u64 {
    match row.value(field) {
        Value::Number(number) => u64::try_from(number).unwrap_or_default(),
        Value::Reference(id) => id,
        Value::Flag(flag) => u64::from(flag),
        _ => 0,
    }
}

fn entry(node: &Node, id: u64, loaded: &Loaded, now: u64) -> Map<String, Json> {
    let row = &loaded.row;
    let age = now.saturating_sub(loaded.since);
    let standing = loaded.fate.at(age, number(row, FieldId::RetryDelay), number(row, FieldId::MaxAttempts));
    let moment = |after: Option<u64>| after.map_or(0, |after| loaded.since + after);
    let (code, reason, by) = match loaded.fate {
        RegistrarCourse::Refused { code, reason, by } => (code, Some(reason), Some(by)),
        RegistrarCourse::Accepted { .. } | RegistrarCourse::Postponed { .. } => (0, None, None),
    };
    let written = json!({
        "handle": format!("{id}-{:08X}", id.wrapping_mul(0x9e37_79b9) & 0xffff_ffff),
        "id": id.to_string(),
        "domain": text(row, FieldId::Domain),
        "port": 0,
        "user": text(row, FieldId::Username),
        "display_name": text(row, FieldId::DisplayUsername),
        "auth_user": text(row, FieldId::AuthUser),
        "proxy": "",
        "contact": text(row, FieldId::Contact),
        "route_set": text(row, FieldId::RouteSet),
        "sip_interface_name": text(row, FieldId::SipInterfaceName),
        "scheme_id": number(row, FieldId::SipSchemaId),
        "transport_protocol_id": number(row, FieldId::TransportProtocol),
        "proxy_transport_protocol_id": 1,
        "resolve_priority": 0,
        "expires_interval": number(row, FieldId::Expire),
        "expires": standing.granted,
        "expires_left": standing.left,
        "force_reregister": number(row, FieldId::ForceExpire),
        "retry_delay": number(row, FieldId::RetryDelay),
        "max_attempts": number(row, FieldId::MaxAttempts),
        "attempt": standing.attempt,
        "last_request_time": moment(standing.asked),
        "last_succ_reg_time": moment(standing.succeeded),
        "state_code": standing.code,
        "state": standing.state,
        "last_request_contact": text(row, FieldId::Contact),
        "last_reply_contacts": if standing.succeeded.is_some() { text(row, FieldId::Contact) } else { String::new() },
        "last_error_code": code,
        "last_error_reason": reason,
        "last_error_initiator": by,
        "postpone_timeout_msec": standing.postponed_ms,
        "node_id": node.id,
        "pop_id": node.pop.unwrap_or_default(),
    });
    match written {
        Json::Object(members) => members,
        _ => Map::new(),
    }
}

/// Everything that a node lists at a second of Unix time.
pub(in crate::demo) fn registrations(node: &Node, now: u64, fault: Option<NodeFault>) -> Json {
    let mut entries = Vec::with_capacity(node.loaded.len());
    for (place, (id, loaded)) in node.loaded.iter().enumerate() {
        let mut entry = entry(node, *id, loaded, now);
        match fault {
            Some(NodeFault::MissingMembers) => entry.retain(|name, _| OLDEST.contains(&name.as_str())),
            Some(NodeFault::Booleans) => {
                for name in FLAGS {
                    if let Some(value) = entry.get_mut(name) {
                        *value = Json::Bool(value.as_u64().is_some_and(|number| number > 0));
                    }
                }
            }
            Some(NodeFault::NoIds) if place % 2 == 1 => drop(entry.remove("id")),
            Some(NodeFault::DuplicateIds) => entries.push(Json::Object(entry.clone())),
            _ => {}
        }
        entries.push(Json::Object(entry));
    }
    Json::Array(entries)
}

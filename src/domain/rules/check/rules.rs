//! The rules themselves: of each kind of value, of single fields, and across the fields of a record. They
//! report faults and make no text.

use crate::domain::record::field::{FIELDS, FieldId, Kind, Presence};
use crate::domain::record::registration::Record;
use crate::domain::record::relation::{Relation, Resolved, Targets};
use crate::domain::record::value::{Texts, ValueRef};
use crate::domain::rules::placement::misplaced;

use crate::domain::rules::check::fault::Fault;
use crate::domain::rules::check::{Context, Standing};

type Report<'r> = &'r mut dyn FnMut(FieldId, Fault<'_>);

/// Numbers that are accepted, but rarely meant: below the first or above the second.
const UNUSUAL: [(FieldId, i64, i64); 2] = [(FieldId::Expire, 60, 86_400), (FieldId::RetryDelay, 5, 600)];

/// Rules of one value by itself.
pub(super) fn value(field: FieldId, value: ValueRef<'_>, report: Report<'_>) {
    let row = field.field();
    match (row.kind, value) {
        // What is not known, or in part only, cannot be judged; what the server keeps back is set.
        (_, ValueRef::Missing | ValueRef::Withheld | ValueRef::Cut(_))
        | (Kind::Reference(_), ValueRef::Linked(_) | ValueRef::Reference(_))
        // An empty secret is kept as an empty text where secrets are not kept.
        | (Kind::Secret, ValueRef::Text(""))
        | (Kind::Flag, ValueRef::Flag(_)) => {}
        (Kind::Texts, ValueRef::Null) => report(field, Fault::Empty),
        (_, ValueRef::Null) => {
            if row.presence == Presence::Required {
                report(field, Fault::Empty);
            }
        }
        (Kind::Text, ValueRef::Text(text)) => {
            if row.presence == Presence::Required && text.trim().is_empty() {
                report(field, Fault::Empty);
            } else if text.contains('\0') {
                report(field, Fault::Nul);
            }
            if let Some(control) = text.chars().find(|c| c.is_control() && *c != '\0') {
                report(field, Fault::ControlCharacter(control));
            }
            if !text.trim().is_empty() {
                text_of(field, text, report);
            }
        }
        (Kind::Secret, ValueRef::Secret(secret)) => {
            if secret.expose().contains('\0') {
                report(field, Fault::Nul);
            }
            if has_edge_spaces(secret.expose()) {
                report(field, Fault::EdgeSpaces);
            }
        }
        (Kind::Number { min, max, .. }, ValueRef::Number(number)) => {
            if (min..=max).contains(&number) {
                unusual(field, number, report);
            } else {
                report(field, Fault::OutOfRange);
            }
        }
        (Kind::Choice(choices), ValueRef::Number(number)) => {
            if !choices.iter().any(|(choice, _)| *choice == number) {
                report(field, Fault::NotAChoice);
            }
        }
        (Kind::Texts, ValueRef::Texts(texts)) => routes(field, texts, report),
        (
            Kind::Text
            | Kind::Secret
            | Kind::Flag
            | Kind::Number { .. }
            | Kind::Choice(_)
            | Kind::Texts
            | Kind::Reference(_),
            ValueRef::Text(_)
            | ValueRef::Secret(_)
            | ValueRef::Flag(_)
            | ValueRef::Number(_)
            | ValueRef::Texts(_)
            | ValueRef::Reference(_)
            | ValueRef::Linked(_)
            | ValueRef::Odd(_),
        ) => report(field, Fault::OtherType),
    }
}

/// Rules of a whole record.
pub(super) fn record(record: &impl Record, context: &Context<'_>, report: Report<'_>) {
    for row in &FIELDS {
        let lent = record.value(row.id);
        match (context.standing, lent, row.kind, row.presence) {
            // The server has a default for every other required field.
            (Standing::New, ValueRef::Missing, Kind::Text, Presence::Required) => report(row.id, Fault::Empty),
            _ => value(row.id, lent, report),
        }
        if let (Kind::Reference(relation), ValueRef::Reference(id)) = (row.kind, lent)
            && context.targets.is_complete(relation)
            && context.targets.get(relation, id).is_none()
        {
            report(row.id, Fault::UnknownTarget { relation, id });
        }
    }
    placed(record, context, report);
    among_others(record, context, report);
    credentials(record, report);
    if record.number(FieldId::SipSchemaId) == Some(2) && is_udp(record, context.targets) {
        report(FieldId::SipSchemaId, Fault::SipsOverUdp);
    }
    if matches!(record.value(FieldId::ForceExpire), ValueRef::Flag(true)) && is_empty(record, FieldId::Expire) {
        report(FieldId::ForceExpire, Fault::NothingToForce);
    }
}

fn placed(record: &impl Record, context: &Context<'_>, report: Report<'_>) {
    if let Some(barrier) = misplaced(record, context.targets) {
        report(FieldId::Pop, Fault::Misplaced(barrier));
    }
    // Where labels come through links, nothing is where the link led nowhere.
    let nothing = |field| context.targets.resolve(record.value(field)) == Resolved::Nothing;
    if nothing(FieldId::Pop) && nothing(FieldId::Node) && context.nodes > 1 {
        report(FieldId::Node, Fault::Everywhere { nodes: context.nodes });
    }
}

fn among_others(record: &impl Record, context: &Context<'_>, report: Report<'_>) {
    let Some(census) = context.census else { return };
    if let Some(name) = record.text(FieldId::Name).filter(|name| !name.trim().is_empty())
        && let Some(other) = census.namesake(name, record.id())
    {
        report(FieldId::Name, Fault::SameName(other));
    }
    if let Some(interface) = record.text(FieldId::SipInterfaceName).filter(|name| !name.is_empty())
        && census.records() > 1
        && census.interface_mate(interface, record.id()).is_none()
    {
        report(FieldId::SipInterfaceName, Fault::LoneInterface);
    }
}

fn credentials(record: &impl Record, report: Report<'_>) {
    let known = |field| !matches!(record.value(field), ValueRef::Missing);
    if !known(FieldId::AuthUser) || !known(FieldId::AuthPassword) {
        return;
    }
    match (is_empty(record, FieldId::AuthUser), is_empty(record, FieldId::AuthPassword)) {
        (false, true) => report(FieldId::AuthUser, Fault::UserWithoutPassword),
        (true, false) => report(FieldId::AuthUser, Fault::PasswordWithoutUser),
        (true, true) | (false, false) => {}
    }
}

/// Set to nothing, as opposed to not told.
fn is_empty(record: &impl Record, field: FieldId) -> bool {
    let value = record.value(field);
    value.is_unset() && !matches!(value, ValueRef::Missing)
}

fn is_udp(record: &impl Record, targets: &Targets) -> bool {
    let Resolved::Target(id) = targets.resolve(record.value(FieldId::TransportProtocol)) else { return false };
    targets.name(Relation::TransportProtocol, id).is_some_and(|name| name.eq_ignore_ascii_case("udp"))
}

fn unusual(field: FieldId, number: i64, report: Report<'_>) {
    let Some((_, least, most)) = UNUSUAL.into_iter().find(|(unusual, _, _)| *unusual == field) else { return };
    if field == FieldId::Expire && number == 0 {
        report(field, Fault::ExpireZero);
    } else if number < least {
        report(field, Fault::TooShort { least });
    } else if number > most {
        report(field, Fault::TooLong { most });
    }
}

fn has_edge_spaces(text: &str) -> bool {
    text.trim().len() != text.len()
}

fn has_spaces(text: &str) -> bool {
    text.contains(char::is_whitespace)
}

/// What single text fields need beyond being text.
fn text_of(field: FieldId, text: &str, report: Report<'_>) {
    match field {
        FieldId::Name => {
            if has_edge_spaces(text) {
                report(field, Fault::EdgeSpaces);
            }
        }
        FieldId::SipInterfaceName => {
            if has_spaces(text) {
                report(field, Fault::Spaces);
            }
        }
        FieldId::Domain => {
            if names_scheme(text) {
                report(field, Fault::Scheme);
            }
            if text.contains('@') {
                report(field, Fault::UserPart);
            }
            if has_spaces(text) {
                report(field, Fault::Spaces);
            }
        }
        FieldId::Username => {
            if let Some(c) = unescaped(text) {
                report(field, Fault::Unescaped(c));
            }
        }
        FieldId::Contact => contact(text, report),
        FieldId::Enabled
        | FieldId::Pop
        | FieldId::Node
        | FieldId::TransportProtocol
        | FieldId::SipSchemaId
        | FieldId::DisplayUsername
        | FieldId::RouteSet
        | FieldId::AuthUser
        | FieldId::AuthPassword
        | FieldId::Expire
        | FieldId::ForceExpire
        | FieldId::RetryDelay
        | FieldId::MaxAttempts => {}
    }
}

fn starts_with_ignoring_case(text: &str, prefix: &str) -> bool {
    text.get(..prefix.len()).is_some_and(|start| start.eq_ignore_ascii_case(prefix))
}

fn names_scheme(text: &str) -> bool {
    let text = text.trim_start();
    starts_with_ignoring_case(text, "sip:") || starts_with_ignoring_case(text, "sips:") || text.contains("://")
}

/// The first character that the user part of a SIP URI cannot hold as it is (RFC 3261, 25.1: unreserved,
/// user-unreserved, escaped).
fn unescaped(user: &str) -> Option<char> {
    let escapes = |rest: &str| {
        let mut digits = rest.bytes().skip(1).take(2);
        digits.clone().count() == 2 && digits.all(|digit| digit.is_ascii_hexdigit())
    };
    user.char_indices().find_map(|(at, c)| match c {
        '-' | '_' | '.' | '!' | '~' | '*' | '\'' | '(' | ')' | '&' | '=' | '+' | '$' | ',' | ';' | '?' | '/' => None,
        '%' if user.get(at..).is_some_and(escapes) => None,
        // Control characters have a fault of their own.
        c if c.is_ascii_alphanumeric() || c.is_control() => None,
        c => Some(c),
    })
}

/// The server looks for `sip:` in lower case anywhere in the text and checks no more.
fn contact(text: &str, report: Report<'_>) {
    let field = FieldId::Contact;
    let Some(start) = text.find("sip:") else {
        report(field, Fault::NoSipUri);
        return;
    };
    if text.contains(['<', '>']) {
        report(field, Fault::AngleBrackets);
    }
    let bare = text.get(..start).is_some_and(|before| before.is_empty() || before.ends_with('<'));
    if !bare || has_spaces(text) {
        report(field, Fault::TextAround);
    }
    let user = text.get(start..).and_then(|uri| uri.split_once('@')).and_then(|(user, _)| user.strip_prefix("sip:"));
    if user.is_none_or(str::is_empty) {
        report(field, Fault::NoUser);
    }
}

fn routes(field: FieldId, texts: Texts<'_>, report: Report<'_>) {
    for (entry, text) in texts.iter().enumerate().map(|(index, text)| (index + 1, text)) {
        if text.contains('\0') {
            report(field, Fault::Nul);
        }
        if !is_route(text) {
            report(field, Fault::RouteNoUri(entry));
        }
        if text.contains(',') {
            report(field, Fault::RouteComma(entry));
        }
        if is_route(text) && !is_loose(text) {
            report(field, Fault::RouteStrict(entry));
        }
    }
}

/// A sip or sips URI, bare or in angle brackets, with something behind the scheme.
fn is_route(text: &str) -> bool {
    let uri = match (text.strip_prefix('<'), text.ends_with('>')) {
        (Some(rest), true) => rest.strip_suffix('>').unwrap_or(rest),
        (None, false) => text,
        (Some(_), false) | (None, true) => return false,
    };
    let host = ["sip:", "sips:"]
        .into_iter()
        .find_map(|scheme| if starts_with_ignoring_case(uri, scheme) { uri.get(scheme.len()..) } else { None });
    let spoiled = |c: char| c.is_whitespace() || c.is_control() || matches!(c, '<' | '>' | '"');
    host.is_some_and(|host| !host.is_empty() && !host.starts_with(';') && !host.contains(spoiled))
}

/// Has an `lr` parameter (RFC 3261, 19.1.1), with or without a value.
fn is_loose(text: &str) -> bool {
    text.trim_end_matches('>').split(';').skip(1).any(|parameter| {
        let name = parameter.split(['=', '?']).next().unwrap_or_default();
        name.eq_ignore_ascii_case("lr")
    })
}

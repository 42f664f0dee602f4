//! Rules that hold for every field of a kind: what the server or its database would refuse.

use crate::domain::record::{FIELDS, Field, FieldId, FieldPresence, ValueKind, ValueRef};
use crate::domain::rules::check::domain;
use crate::domain::rules::rule::Rule;
use crate::domain::rules::rule::Severity;
use crate::domain::rules::rule::subject::CheckSubject;
use crate::domain::text::{is_blank, is_hidden, visible};

use FieldId::{
    AuthPassword, AuthUser, Contact, DisplayUsername, Domain, Enabled, Expire, ForceExpire, MaxAttempts, Name, Node,
    Pop, RetryDelay, RouteSet, SipInterfaceName, SipSchemaId, TransportProtocol, Username,
};

const TEXTS: &[FieldId] =
    &[Name, SipInterfaceName, Domain, Username, DisplayUsername, Contact, RouteSet, AuthUser, AuthPassword];

pub(in crate::domain::rules) const RULES: [Rule; 6] = [
    Rule {
        id: "required",
        severity: Severity::Error,
        fields: &[
            Name,
            Enabled,
            TransportProtocol,
            SipSchemaId,
            Domain,
            Username,
            Contact,
            RouteSet,
            ForceExpire,
            RetryDelay,
        ],
        summary: "a required field is empty",
        help: "The server refuses a record without it.",
        source: "server",
        check: |subject, report| {
            for row in &FIELDS {
                if is_lacking(row, subject) {
                    report.add(row.id, || lacking(row));
                }
            }
        },
    },
    Rule {
        id: "wrong-type",
        severity: Severity::Error,
        fields: &[
            Name,
            Enabled,
            Pop,
            Node,
            TransportProtocol,
            SipInterfaceName,
            SipSchemaId,
            Domain,
            Username,
            DisplayUsername,
            Contact,
            RouteSet,
            AuthUser,
            AuthPassword,
            Expire,
            ForceExpire,
            RetryDelay,
            MaxAttempts,
        ],
        summary: "a value is of a type that the field does not have",
        help: "The server holds something that sipreg cannot show as a value of this field. Set it again.",
        source: "server",
        check: |subject, report| {
            for row in FIELDS.iter().filter(|row| !fits(row.kind, subject.get(row.id))) {
                report.add(row.id, || format!("holds a value of another type; set it again: {}", accepted(row)));
            }
        },
    },
    Rule {
        id: "out-of-range",
        severity: Severity::Error,
        fields: &[Expire, RetryDelay, MaxAttempts],
        summary: "a number is outside of what the server takes",
        help: "The server or its database refuses it. Expire has 32 bits, the other two have 16.",
        source: "server",
        check: |subject, report| {
            for row in &FIELDS {
                if let (ValueKind::Number { min, max, .. }, ValueRef::Number(number)) = (row.kind, subject.get(row.id))
                    && !(min..=max).contains(&number)
                {
                    report.add(row.id, || must_be(row));
                }
            }
        },
    },
    Rule {
        id: "not-a-choice",
        severity: Severity::Error,
        fields: &[SipSchemaId],
        summary: "a number is none of the choices",
        help: "1 is sip, 2 is sips; there is nothing else.",
        source: "server",
        check: |subject, report| {
            for row in &FIELDS {
                if let (ValueKind::Choice(_), ValueRef::Number(number)) = (row.kind, subject.get(row.id))
                    && row.kind.meaning(number).is_none()
                {
                    report.add(row.id, || must_be(row));
                }
            }
        },
    },
    Rule {
        id: "nul-character",
        severity: Severity::Error,
        fields: TEXTS,
        summary: "a text contains a NUL character",
        help: "The database behind the server cannot store it.",
        source: "server",
        check: |subject, report| {
            if subject.is_plain() {
                return;
            }
            for field in TEXTS.iter().filter(|field| subject.get(**field).find(|c| c == '\0').is_some()) {
                report.add(*field, || "contains a NUL character, which the server cannot store; remove it".to_owned());
            }
        },
    },
    Rule {
        id: "control-character",
        severity: Severity::Warning,
        fields: TEXTS,
        summary: "a text contains a control or an invisible character",
        help: "Such a character comes with a paste: it is invisible, and no registrar expects it. Type the text \
               again. Names of records and display names may have invisible joiners: some scripts need them.",
        source: "practice",
        check: |subject, report| {
            if subject.is_plain() {
                return;
            }
            for field in TEXTS.iter().copied() {
                let value = subject.get(field);
                // A domain that has one is reported as what it is: not a host.
                let found = match field {
                    Domain if domain::is_unusable(subject) => None,
                    Name | DisplayUsername | AuthPassword => value.find(|c| c.is_control() && c != '\0'),
                    _ => value.find(|c| (c.is_control() || is_hidden(c)) && c != '\0'),
                };
                if let Some(c) = found {
                    let shown = if field == AuthPassword { "one".to_owned() } else { shown(c) };
                    report.add(field, || format!("contains a control or invisible character ({shown}); remove it"));
                }
            }
        },
    },
];

/// As it stands on the screen.
fn shown(c: char) -> String {
    visible(c.encode_utf8(&mut [0; 4])).into_owned()
}

/// The first such character of a value.
fn is_lacking(row: &Field, subject: &CheckSubject<'_>) -> bool {
    match (row.kind, subject.get(row.id)) {
        (ValueKind::Texts, ValueRef::Null) => true,
        (_, ValueRef::Null) => row.presence == FieldPresence::Required,
        (ValueKind::Text, ValueRef::Text(text)) => row.presence == FieldPresence::Required && is_blank(text),
        // The server has a default for every other required field.
        (ValueKind::Text, ValueRef::Missing) => row.presence == FieldPresence::Required && subject.is_new(),
        _ => false,
    }
}

const fn fits(kind: ValueKind, value: ValueRef<'_>) -> bool {
    match (kind, value) {
        // What is not known, or in part only, cannot be judged; what the server keeps back is set.
        (_, ValueRef::Missing | ValueRef::Withheld | ValueRef::Null | ValueRef::Cut(_))
        | (ValueKind::Reference(_), ValueRef::Linked(_) | ValueRef::Reference(_))
        | (ValueKind::Flag, ValueRef::Flag(_))
        | (ValueKind::Text, ValueRef::Text(_))
        | (ValueKind::Secret, ValueRef::Secret(_))
        | (ValueKind::Number { .. } | ValueKind::Choice(_), ValueRef::Number(_))
        | (ValueKind::Texts, ValueRef::Texts(_)) => true,
        // An empty secret is kept as an empty text where secrets are not kept.
        (ValueKind::Secret, ValueRef::Text(text)) => text.is_empty(),
        (
            ValueKind::Text
            | ValueKind::Secret
            | ValueKind::Flag
            | ValueKind::Number { .. }
            | ValueKind::Choice(_)
            | ValueKind::Texts
            | ValueKind::Reference(_),
            _,
        ) => false,
    }
}

fn lacking(row: &Field) -> String {
    match row.kind {
        ValueKind::Text | ValueKind::Secret => "required; the server refuses a record without it".to_owned(),
        ValueKind::Texts => "cannot be null; an empty list means none".to_owned(),
        ValueKind::Flag | ValueKind::Number { .. } | ValueKind::Choice(_) | ValueKind::Reference(_) => {
            format!("cannot be empty; {}", must_be(row))
        }
    }
}

/// What a value of a field must be, for where it is something else.
pub(super) fn must_be(row: &Field) -> String {
    format!("must be {}", accepted(row))
}

/// What a field takes, in a few words.
fn accepted(row: &Field) -> String {
    let takes = match row.kind {
        ValueKind::Text | ValueKind::Secret => "text".to_owned(),
        ValueKind::Texts => "a list of SIP URIs".to_owned(),
        ValueKind::Flag => "yes or no".to_owned(),
        ValueKind::Number { min, max, .. } => format!("{min}..{max}"),
        ValueKind::Choice(_) => row.kind.choices_in_words(),
        ValueKind::Reference(relation) => format!("the name or id of a {}", relation.noun()),
    };
    match (row.presence, row.kind) {
        (FieldPresence::Required, _) | (FieldPresence::Optional, ValueKind::Texts) => takes,
        (FieldPresence::Optional, _) => {
            let usually = if matches!(row.id, Expire) { " (usually 1800)" } else { "" };
            format!("{takes}, or empty = {}{usually}", row.unset)
        }
    }
}

//! Rules of the digest credentials.

use crate::domain::record::FieldId::AuthPassword;
use crate::domain::record::FieldId::AuthUser;
use crate::domain::record::ValueRef;
use crate::domain::rules::rule::Rule;
use crate::domain::rules::rule::Severity;
use crate::domain::rules::rule::subject::CheckSubject;
use crate::domain::text::has_edge_space;

pub(in crate::domain::rules) const RULES: [Rule; 6] = [
    Rule {
        id: "auth-user-alone",
        severity: Severity::Warning,
        fields: &[AuthUser, AuthPassword],
        summary: "auth-user is set without a password",
        help: "A challenge of the registrar cannot be answered.",
        source: "RFC 3261, 22.2",
        check: |subject, report| {
            if halves(subject) == Some((true, false)) {
                report.add(AuthUser, || {
                    "set without an auth-password: a challenge of the registrar cannot be answered".to_owned()
                });
            }
        },
    },
    Rule {
        id: "auth-password-alone",
        severity: Severity::Warning,
        fields: &[AuthUser, AuthPassword],
        summary: "auth-password is set without a user",
        help: "auth-user is not copied from username: a challenge is answered for an empty user.",
        source: "node",
        check: |subject, report| {
            if halves(subject) == Some((false, true)) {
                report.add(AuthUser, || {
                    "empty although an auth-password is set; it is not copied from username".to_owned()
                });
            }
        },
    },
    Rule {
        id: "auth-user-spaces",
        severity: Severity::Warning,
        fields: &[AuthUser],
        summary: "auth-user begins or ends with a space",
        help: "The space, also a no-break space of a paste, is part of the user name: the registrar answers 403.",
        source: "RFC 3261, 22.2",
        check: |subject, report| {
            if let ValueRef::Text(text) = subject.get(AuthUser)
                && has_edge_space(text)
            {
                report.add(AuthUser, || {
                    "begins or ends with a space, which is sent; remove it unless it is meant".to_owned()
                });
            }
        },
    },
    Rule {
        id: "auth-user-quotes",
        severity: Severity::Warning,
        fields: &[AuthUser],
        summary: "auth-user contains a quote or a backslash",
        help: "Older nodes write it into the Authorization header unescaped, which breaks the header.",
        source: "node",
        check: |subject, report| {
            if subject.words(AuthUser).is_some_and(|text| text.contains(['"', '\\'])) {
                report.add(AuthUser, || {
                    "contains \" or \\: older nodes send it unescaped, which breaks the header".to_owned()
                });
            }
        },
    },
    Rule {
        id: "auth-user-prefix",
        severity: Severity::Warning,
        fields: &[AuthUser],
        summary: "auth-user begins with username=",
        help: "The node writes username= itself. Give the user name alone.",
        source: "node",
        check: |subject, report| {
            let prefixed = |text: &str| {
                let start = text.trim_start().as_bytes().get(..9);
                start.is_some_and(|start| start.eq_ignore_ascii_case(b"username="))
            };
            if subject.words(AuthUser).is_some_and(prefixed) {
                report.add(AuthUser, || {
                    "begins with username=, which the node writes itself; give the name alone".to_owned()
                });
            }
        },
    },
    Rule {
        id: "auth-password-spaces",
        severity: Severity::Warning,
        fields: &[AuthPassword],
        summary: "auth-password begins or ends with a space",
        help: "The space is part of the password, and comes with a paste more often than it is meant.",
        source: "RFC 3261, 22.2",
        check: |subject, report| {
            if let ValueRef::Secret(secret) = subject.get(AuthPassword)
                && has_edge_space(secret.expose())
            {
                report.add(AuthPassword, || {
                    "begins or ends with a space, which is kept; remove it unless it is meant".to_owned()
                });
            }
        },
    },
];

/// Which of user and password are set, where both are known.
fn halves(subject: &CheckSubject<'_>) -> Option<(bool, bool)> {
    let known = |field| !matches!(subject.get(field), ValueRef::Missing | ValueRef::Odd(_));
    let both = known(AuthUser) && known(AuthPassword);
    both.then(|| (!subject.is_empty(AuthUser), !subject.is_empty(AuthPassword)))
}

//! Everything that a check can find, how bad it is, and how it is said. Holds borrowed values only, so that a
//! fault that nobody reads costs nothing.

use crate::domain::record::field::{Field, FieldId, Kind, Presence};
use crate::domain::record::relation::{Relation, Targets};
use crate::domain::rules::placement::Barrier;
use crate::domain::text::visible;

use crate::domain::rules::check::Severity;

/// One thing that is wrong.
#[derive(Debug, Clone, Copy)]
pub(super) enum Fault<'a> {
    /// Nothing where the server demands something.
    Empty,
    /// A value of a type that the field does not have.
    OtherType,
    /// Text that is no value of the field.
    Unreadable,
    /// A name or an id that no target of the relation has.
    NoTarget {
        relation: Relation,
        typed: &'a str,
    },
    /// A name that several targets have.
    ManyTargets {
        relation: Relation,
        typed: &'a str,
    },
    OutOfRange,
    NotAChoice,
    /// A NUL, which the database behind the server cannot store.
    Nul,
    NoSipUri,
    EdgeSpaces,
    Spaces,
    ControlCharacter(char),
    /// A character that a SIP URI must escape.
    Unescaped(char),
    Scheme,
    UserPart,
    AngleBrackets,
    TextAround,
    NoUser,
    /// Entry of a route set, counted from 1.
    RouteNoUri(usize),
    RouteComma(usize),
    RouteStrict(usize),
    ExpireZero,
    TooShort {
        least: i64,
    },
    TooLong {
        most: i64,
    },
    SameName(u64),
    LoneInterface,
    UnknownTarget {
        relation: Relation,
        id: u64,
    },
    Misplaced(Barrier),
    Everywhere {
        nodes: usize,
    },
    SipsOverUdp,
    UserWithoutPassword,
    PasswordWithoutUser,
    NothingToForce,
}

impl Fault<'_> {
    pub(super) const fn severity(self) -> Severity {
        match self {
            Self::Empty
            | Self::OtherType
            | Self::Unreadable
            | Self::NoTarget { .. }
            | Self::ManyTargets { .. }
            | Self::OutOfRange
            | Self::NotAChoice
            | Self::Nul
            | Self::NoSipUri => Severity::Error,
            Self::EdgeSpaces
            | Self::Spaces
            | Self::ControlCharacter(_)
            | Self::Unescaped(_)
            | Self::Scheme
            | Self::UserPart
            | Self::AngleBrackets
            | Self::TextAround
            | Self::NoUser
            | Self::RouteNoUri(_)
            | Self::RouteComma(_)
            | Self::RouteStrict(_)
            | Self::ExpireZero
            | Self::TooShort { .. }
            | Self::TooLong { .. }
            | Self::SameName(_)
            | Self::LoneInterface
            | Self::UnknownTarget { .. }
            | Self::Misplaced(_)
            | Self::Everywhere { .. }
            | Self::SipsOverUdp
            | Self::UserWithoutPassword
            | Self::PasswordWithoutUser
            | Self::NothingToForce => Severity::Warning,
        }
    }

    pub(super) fn message(self, field: FieldId, targets: &Targets) -> String {
        let row = field.field();
        match self {
            Self::Empty => empty(row),
            Self::OtherType => format!("holds a value of another type; set it anew: {}", accepted(row)),
            Self::Unreadable | Self::OutOfRange | Self::NotAChoice => accepted(row),
            Self::NoTarget { relation, typed } => no_target(relation, typed, targets),
            Self::ManyTargets { relation, typed } => many_targets(relation, typed, targets),
            Self::Nul => "contains a NUL character, which the server cannot store; remove it".to_owned(),
            Self::NoSipUri => {
                "needs a URI of the scheme sip: in lower case, such as sip:user@host:port; the server refuses sips: here"
                    .to_owned()
            }
            Self::EdgeSpaces => "begins or ends with a space, which is kept; remove it unless it is meant".to_owned(),
            Self::Spaces => "contains a space; no such name works".to_owned(),
            // As it stands on the screen.
            Self::ControlCharacter(c) => {
                format!("contains the control character {}; remove it", visible(c.encode_utf8(&mut [0; 4])))
            }
            Self::Unescaped(c) => format!("contains {c:?}, which a SIP URI must write as {}", percent(c)),
            Self::Scheme => "give the host alone; the scheme comes from sip-schema-id".to_owned(),
            Self::UserPart => "give the host alone; the user part comes from username".to_owned(),
            Self::AngleBrackets => "contains < or >; give the plain URI, such as sip:user@host:port".to_owned(),
            Self::TextAround => "has text around the URI; give the URI alone, such as sip:user@host:port".to_owned(),
            Self::NoUser => "has no user part; most registrars want sip:user@host:port".to_owned(),
            Self::RouteNoUri(entry) => format!(
                "entry {entry} is no sip: or sips: URI; one bad entry makes the node drop the whole set (best: <sip:host;lr>)"
            ),
            Self::RouteComma(entry) => {
                format!("entry {entry} has a comma, which separates entries; make two entries of it")
            }
            Self::RouteStrict(entry) => {
                format!("entry {entry} has no ;lr, which asks for strict routing (best: <sip:host;lr>)")
            }
            Self::ExpireZero => {
                "0 asks the registrar to remove the address (RFC 3261, 10.2.2); usual are 60..86400, or empty = node default"
                    .to_owned()
            }
            Self::TooShort { least } => too_short(field, least),
            Self::TooLong { most } => too_long(field, most),
            Self::SameName(id) => format!("record {id} has the same name; the server refuses equal names"),
            Self::LoneInterface => {
                "no other loaded record names this interface; compare it with the node's configuration".to_owned()
            }
            Self::UnknownTarget { relation, id } => {
                format!("no {} with id {id} was found on the server; it must exist", relation.noun())
            }
            Self::Misplaced(barrier) => format!("{}: no node will load it", barrier.sentence(targets)),
            Self::Everywhere { nodes } => {
                let least = if targets.is_complete(Relation::Node) { "" } else { "at least " };
                format!("neither pop nor node is set: {least}{nodes} nodes will register the same address")
            }
            Self::SipsOverUdp => "sips asks for TLS on every hop, but the transport is UDP; choose TLS, or sip".to_owned(),
            Self::UserWithoutPassword => {
                "set without an auth-password: a challenge of the registrar cannot be answered".to_owned()
            }
            Self::PasswordWithoutUser => {
                "empty although an auth-password is set; it is not copied from username".to_owned()
            }
            Self::NothingToForce => "on, but expire is empty: there is nothing to force; set an expire".to_owned(),
        }
    }
}

fn empty(row: &Field) -> String {
    match row.kind {
        Kind::Text | Kind::Secret => "required; the server refuses a record without it".to_owned(),
        Kind::Texts => "cannot be null; an empty list means none".to_owned(),
        Kind::Flag | Kind::Number { .. } | Kind::Choice(_) | Kind::Reference(_) => {
            format!("cannot be empty; {}", accepted(row))
        }
    }
}

/// What a field takes, in a few words.
fn accepted(row: &Field) -> String {
    let takes = match row.kind {
        Kind::Text | Kind::Secret => "text".to_owned(),
        Kind::Texts => "a list of SIP URIs".to_owned(),
        Kind::Flag => "yes or no".to_owned(),
        Kind::Number { min, max, .. } => format!("{min}..{max}"),
        Kind::Choice(choices) => {
            choices.iter().map(|(number, word)| format!("{number} ({word})")).collect::<Vec<_>>().join(" or ")
        }
        Kind::Reference(relation) => format!("the name or id of a {}", relation.noun()),
    };
    match (row.presence, row.kind) {
        (Presence::Required, _) | (Presence::Optional, Kind::Texts) => takes,
        (Presence::Optional, _) => {
            let usually = if matches!(row.id, FieldId::Expire) { " (usually 1800)" } else { "" };
            format!("{takes}, or empty = {}{usually}", row.unset)
        }
    }
}

fn no_target(relation: Relation, typed: &str, targets: &Targets) -> String {
    let noun = relation.noun();
    let known: Vec<&str> = targets.of(relation).into_iter().filter_map(|target| target.name.as_deref()).collect();
    if known.is_empty() {
        return format!("no {noun} is known by name yet; give its id instead of {typed:?}");
    }
    if let Some(near) = crate::domain::nearest::nearest(typed, known.iter().copied()) {
        return format!("no {noun} is called {typed:?}; did you mean {near:?}?");
    }
    let shown = known.iter().take(8).copied().collect::<Vec<_>>().join(", ");
    let more = if known.len() > 8 { " .." } else { "" };
    format!("no {noun} is called {typed:?}; there are {shown}{more}")
}

fn many_targets(relation: Relation, typed: &str, targets: &Targets) -> String {
    let ids: Vec<String> = targets
        .of(relation)
        .into_iter()
        .filter(|target| target.name.as_deref().is_some_and(|name| name.to_lowercase() == typed.to_lowercase()))
        .map(|target| format!("#{}", target.id))
        .collect();
    format!("several {}s are called {typed:?}; give the id: {}", relation.noun(), ids.join(", "))
}

fn too_short(field: FieldId, least: i64) -> String {
    if field == FieldId::Expire {
        format!("under {least} s: the node sends a REGISTER every few seconds, and registrars may refuse it (423)")
    } else {
        format!("under {least} s looks like a flood to a registrar and may get the address banned")
    }
}

fn too_long(field: FieldId, most: i64) -> String {
    if field == FieldId::Expire {
        format!("over {most} s (a day): after a failure the registrar keeps a dead address that long")
    } else {
        format!("over {most} s: one lost answer keeps the registration down that long")
    }
}

fn percent(c: char) -> String {
    let mut bytes = [0; 4];
    let escapes: Vec<String> = c.encode_utf8(&mut bytes).bytes().map(|byte| format!("%{byte:02X}")).collect();
    escapes.concat()
}

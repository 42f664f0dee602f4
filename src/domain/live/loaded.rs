//! The values that nodes have loaded, in one form for nodes and API, so that they can be compared as texts. Nodes
//! that load the same registration mostly hold the same values: each distinct set is kept once.

use std::borrow::Cow;
use std::collections::HashMap;
use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::num::{NonZeroU16, NonZeroU32};
use std::sync::Arc;

use crate::domain::record::{FieldId, Record, Resolved, Targets, ValueRef};

/// How a loaded value is written by a node.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LoadedShape {
    /// A text; empty is not set.
    Text,
    /// A number; 0 is a value.
    Number,
    /// A number; 0 is not set.
    ZeroIsUnset,
    /// 0 and 1, or a boolean of older nodes.
    Flag,
    /// Texts joined by commas.
    List,
}

/// A value that nodes load: how the node calls it, and which field it is in the API.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LoadedField {
    /// The member's name.
    pub member: &'static str,
    /// The field.
    pub field: FieldId,
    /// How it is written.
    pub shape: LoadedShape,
}

/// How many values are compared.
pub const LOADED_COUNT: usize = 13;

const fn row(member: &'static str, field: FieldId, shape: LoadedShape) -> LoadedField {
    LoadedField { member, field, shape }
}

/// Every loaded value that the API has, too.
#[rustfmt::skip]
pub const LOADED: [LoadedField; LOADED_COUNT] = [
    row("domain",                FieldId::Domain,            LoadedShape::Text),
    row("user",                  FieldId::Username,          LoadedShape::Text),
    row("display_name",          FieldId::DisplayUsername,   LoadedShape::Text),
    row("auth_user",             FieldId::AuthUser,          LoadedShape::Text),
    row("contact",               FieldId::Contact,           LoadedShape::Text),
    row("route_set",             FieldId::RouteSet,          LoadedShape::List),
    row("sip_interface_name",    FieldId::SipInterfaceName,  LoadedShape::Text),
    row("scheme_id",             FieldId::SipSchemaId,       LoadedShape::Number),
    row("transport_protocol_id", FieldId::TransportProtocol, LoadedShape::Number),
    row("expires_interval",      FieldId::Expire,            LoadedShape::ZeroIsUnset),
    row("force_reregister",      FieldId::ForceExpire,       LoadedShape::Flag),
    row("retry_delay",           FieldId::RetryDelay,        LoadedShape::Number),
    row("max_attempts",          FieldId::MaxAttempts,       LoadedShape::ZeroIsUnset),
];

/// Ends each value of a set.
const END: char = '\u{0}';
/// Stands for a value that the node did not send.
const UNSAID: &str = "\u{1}";

/// A set of values in one text. `None` is a value that was not said.
pub fn pack(values: &[Option<Cow<'_, str>>; LOADED_COUNT]) -> String {
    let mut packed = String::new();
    for value in values {
        match value {
            None => packed.push_str(UNSAID),
            Some(value) if value.contains([END, '\u{1}']) => {
                packed.push_str(&value.replace([END, '\u{1}'], "\u{fffd}"));
            }
            Some(value) => packed.push_str(value),
        }
        packed.push(END);
    }
    packed
}

/// The values of a set, in the order of [`LOADED`].
pub fn unpack(packed: &str) -> impl Iterator<Item = Option<&str>> {
    packed.split_terminator(END).map(|value| (value != UNSAID).then_some(value))
}

/// Entries of a list that came as one text, joined in one way.
pub fn joined<'a>(entries: impl Iterator<Item = &'a str>) -> String {
    entries.map(str::trim).collect::<Vec<_>>().join(",")
}

/// What the API says about a loaded value, in the nodes' form; `None` where it is not known.
pub fn of_record<'a>(loaded: LoadedField, record: &'a impl Record, targets: &Targets) -> Option<Cow<'a, str>> {
    let value = record.value(loaded.field);
    if loaded.field.relation().is_some() {
        return match targets.resolve(value) {
            Resolved::Nothing => Some(Cow::Borrowed("")),
            Resolved::Target(id) => Some(Cow::Owned(id.to_string())),
            Resolved::Unknown => None,
        };
    }
    match value {
        ValueRef::Null => Some(Cow::Borrowed("")),
        ValueRef::Text(text) => Some(Cow::Borrowed(text)),
        ValueRef::Flag(flag) => Some(Cow::Borrowed(if flag { "1" } else { "0" })),
        ValueRef::Number(0) if loaded.shape == LoadedShape::ZeroIsUnset => Some(Cow::Borrowed("")),
        ValueRef::Number(number) => Some(Cow::Owned(number.to_string())),
        ValueRef::Texts(texts) => Some(Cow::Owned(joined(texts.iter().flat_map(|text| text.split(','))))),
        _ => None,
    }
}

/// Number of a text among the [`LoadedTexts`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct TextId(NonZeroU32);

/// Number of the reason of an error among them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct ReasonId(NonZeroU16);

/// What nodes have loaded and the reasons of their errors, each text once.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct LoadedTexts {
    text: String,
    ends: Vec<u32>,
    reasons: Vec<Box<str>>,
}

/// Most bytes of texts that are kept; what is beyond is not, and its drift stays unknown.
pub const MOST_TEXT: usize = 8 << 20;

/// Most reasons that are kept, and the most bytes of one.
const MOST_REASONS: usize = 1_000;
const LONGEST_REASON: usize = 200;

impl LoadedTexts {
    /// A text; empty for a number that is not among them.
    pub fn get(&self, id: TextId) -> &str {
        let at = id.0.get() as usize - 1;
        let start = at.checked_sub(1).and_then(|before| self.ends.get(before)).copied().unwrap_or_default();
        let end = self.ends.get(at).copied().unwrap_or_default();
        self.text.get(start as usize..end as usize).unwrap_or_default()
    }

    /// A reason; empty for a number that is not among them.
    pub fn reason(&self, id: ReasonId) -> &str {
        self.reasons.get(usize::from(id.0.get()) - 1).map_or("", |reason| reason)
    }
}

/// Collects the texts of rounds. Most of one round are those of the one before: they are kept, and so is their memory.
#[derive(Debug, Default)]
pub struct TextsBuilder {
    /// Those of earlier rounds; not copied unless a round brings others.
    texts: Arc<LoadedTexts>,
    by_hash: HashMap<u64, TextId>,
    /// Texts that this round has, by number.
    used: Vec<bool>,
}

impl TextsBuilder {
    /// The number of a text. `None` where there is no more room.
    pub fn add(&mut self, text: &str) -> Option<TextId> {
        let mut hasher = DefaultHasher::new();
        text.hash(&mut hasher);
        let hash = hasher.finish();
        let known = self.by_hash.get(&hash).copied().filter(|id| self.texts.get(*id) == text);
        let id = match known {
            Some(id) => id,
            None => self.new_text(text, hash)?,
        };
        let at = id.0.get() as usize;
        if self.used.len() <= at {
            self.used.resize(at + 1, false);
        }
        if let Some(used) = self.used.get_mut(at) {
            *used = true;
        }
        Some(id)
    }

    fn new_text(&mut self, text: &str, hash: u64) -> Option<TextId> {
        if self.texts.text.len() + text.len() > MOST_TEXT {
            return None;
        }
        let texts = Arc::make_mut(&mut self.texts);
        texts.text.push_str(text);
        texts.ends.push(u32::try_from(texts.text.len()).ok()?);
        let id = u32::try_from(texts.ends.len()).ok().and_then(NonZeroU32::new).map(TextId)?;
        self.by_hash.insert(hash, id);
        Some(id)
    }

    /// The number of a reason, of which the beginning counts. `None` where there is no more room.
    pub fn add_reason(&mut self, reason: &str) -> Option<ReasonId> {
        let end = (0..=LONGEST_REASON).rev().find(|end| reason.is_char_boundary(*end)).unwrap_or_default();
        let reason = reason.get(..end).unwrap_or(reason);
        let id = |at: usize| u16::try_from(at + 1).ok().and_then(NonZeroU16::new).map(ReasonId);
        if let Some(at) = self.texts.reasons.iter().position(|known| **known == *reason) {
            return id(at);
        }
        if self.texts.reasons.len() >= MOST_REASONS {
            return None;
        }
        let texts = Arc::make_mut(&mut self.texts);
        texts.reasons.push(reason.into());
        id(texts.reasons.len() - 1)
    }

    /// The texts of the round that ends here. The numbers stay right for them; the next round may begin.
    #[must_use]
    pub fn finish(&mut self) -> Arc<LoadedTexts> {
        // Only where this round brought some are they no one else's.
        if let Some(texts) = Arc::get_mut(&mut self.texts) {
            texts.text.shrink_to_fit();
            texts.ends.shrink_to_fit();
        }
        let texts = Arc::clone(&self.texts);
        let used = self.used.iter().filter(|used| **used).count();
        // What no one has any more would be kept for ever: then the next round begins with nothing.
        if texts.ends.len() > 2 * used + 1_000 || texts.reasons.len() >= MOST_REASONS {
            *self = Self::default();
        }
        self.used.clear();
        texts
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn the_same_text_is_kept_once() {
        let mut builder = TextsBuilder::default();
        let first = builder.add("a").unwrap();
        let second = builder.add("b").unwrap();
        assert_eq!(builder.add("a"), Some(first));
        let texts = builder.finish();
        assert_eq!((texts.get(first), texts.get(second)), ("a", "b"));
    }

    #[test]
    fn a_round_with_the_texts_of_the_one_before_takes_no_memory_of_its_own() {
        let mut builder = TextsBuilder::default();
        let (text, reason) = (builder.add("a").unwrap(), builder.add_reason("Forbidden").unwrap());
        let first = builder.finish();
        assert_eq!((builder.add("a"), builder.add_reason("Forbidden")), (Some(text), Some(reason)));
        let second = builder.finish();
        assert!(Arc::ptr_eq(&first, &second));
        let other = builder.add("b").unwrap();
        let third = builder.finish();
        assert_eq!(
            (first.get(other), third.get(text), third.get(other)),
            ("", "a", "b"),
            "the old ones stay as they are"
        );
        assert_eq!(third.reason(reason), "Forbidden");
    }

    #[test]
    fn texts_that_nobody_has_any_more_are_forgotten() {
        let mut builder = TextsBuilder::default();
        let mut most = 0;
        for round in 0..20 {
            for text in 0..1_000 {
                assert!(builder.add(&format!("{round} {text}")).is_some());
            }
            most = most.max(builder.finish().ends.len());
        }
        assert!(most <= 5_000, "{most}");
    }

    #[test]
    fn reasons_are_few_and_short() {
        let mut builder = TextsBuilder::default();
        let long = builder.add_reason(&"é".repeat(500)).unwrap();
        for number in 1..MOST_REASONS {
            assert!(builder.add_reason(&number.to_string()).is_some());
        }
        assert_eq!(builder.add_reason("one more"), None);
        assert_eq!(builder.finish().reason(long), "é".repeat(100));
        assert!(builder.add_reason("one more").is_some(), "the next round has room again");
    }

    #[test]
    fn a_flood_of_texts_has_an_end() {
        let mut builder = TextsBuilder::default();
        let large = "x".repeat(MOST_TEXT / 2);
        assert!(builder.add(&large).is_some());
        assert!(builder.add(&format!("{large}y")).is_none());
        assert!(builder.add("small").is_some());
    }

    proptest! {
        #[test]
        fn what_is_packed_comes_out_again(values in proptest::collection::vec(proptest::option::of("[^\u{0}\u{1}]{0,8}"), LOADED_COUNT)) {
            let mut packed: [Option<Cow<'_, str>>; LOADED_COUNT] = std::array::from_fn(|_| None);
            for (slot, value) in packed.iter_mut().zip(&values) {
                *slot = value.as_deref().map(Cow::Borrowed);
            }
            let text = pack(&packed);
            let back: Vec<Option<String>> = unpack(&text).map(|value| value.map(str::to_owned)).collect();
            prop_assert_eq!(back, values);
        }

        #[test]
        fn hostile_values_never_shift_the_others(value in "\\PC{0,4}[\u{0}\u{1}]\\PC{0,4}") {
            let mut packed: [Option<Cow<'_, str>>; LOADED_COUNT] = std::array::from_fn(|_| Some(Cow::Borrowed("v")));
            packed[3] = Some(Cow::Borrowed(&value));
            let text = pack(&packed);
            prop_assert_eq!(unpack(&text).count(), LOADED_COUNT);
            prop_assert_eq!(unpack(&text).nth(4), Some(Some("v")));
        }
    }
}

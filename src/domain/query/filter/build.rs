//! Making a term step by step: what can be asked of a field follows from its kind, and what comes out is a term
//! like those that are typed. It must not know how the steps are shown.

use crate::domain::query::column::Column;
use crate::domain::record::{FieldId, LIVE_WORDS, LiveTest, Targets, ValueKind};

use crate::domain::query::filter::{CompareWith, Pattern, PatternError, RecordState, Sense, Term, Test};

/// What a term can be about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FilterSubject {
    /// Any text of the record.
    AnyText,
    /// What the record is beside its values.
    State,
    /// The id or a field.
    Column(Column),
}

/// How a value is compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ComparisonKind {
    /// Has this text in it.
    Contains,
    /// Is just this.
    Is,
    /// A number compares like this.
    Compares(CompareWith),
    /// Matches a regular expression.
    Matches,
    /// Has no value.
    Unset,
}

/// A comparison as it is offered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ComparisonOffer {
    /// Whether it must hold.
    pub sense: Sense,
    /// The comparison.
    pub manner: ComparisonKind,
}

/// A value to choose.
#[derive(Debug, Clone, PartialEq)]
pub struct ValueOffer {
    /// How it reads; a name may come from the server.
    pub text: String,
    /// What it asks of a record.
    pub test: Test,
}

/// Why a typed value makes no term: what is to be typed instead.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TermMistake {
    /// Nothing is typed.
    #[error("type a value")]
    Empty,
    /// Nothing is typed where a regular expression is due.
    #[error("type a regular expression")]
    NoPattern,
    /// No regular expression.
    #[error(transparent)]
    Pattern(#[from] PatternError),
    /// No whole number.
    #[error("type a whole number")]
    Number,
    /// No list of ids.
    #[error("type ids with commas between them, such as 7,9,12")]
    Ids,
    /// None of the values that the field can have.
    #[error("choose one of the values")]
    Value,
    /// None of the states.
    #[error("choose one of the states")]
    State,
}

const fn is(manner: ComparisonKind) -> ComparisonOffer {
    ComparisonOffer { sense: Sense::Is, manner }
}

const fn is_not(manner: ComparisonKind) -> ComparisonOffer {
    ComparisonOffer { sense: Sense::IsNot, manner }
}

const CONTAINS: [ComparisonOffer; 2] = [is(ComparisonKind::Contains), is_not(ComparisonKind::Contains)];
const IS: [ComparisonOffer; 2] = [is(ComparisonKind::Is), is_not(ComparisonKind::Is)];
const MATCHES: [ComparisonOffer; 2] = [is(ComparisonKind::Matches), is_not(ComparisonKind::Matches)];
const UNSET: [ComparisonOffer; 2] = [is(ComparisonKind::Unset), is_not(ComparisonKind::Unset)];
const COMPARES: [ComparisonOffer; 4] = [
    is(ComparisonKind::Compares(CompareWith::Less)),
    is(ComparisonKind::Compares(CompareWith::AtMost)),
    is(ComparisonKind::Compares(CompareWith::Greater)),
    is(ComparisonKind::Compares(CompareWith::AtLeast)),
];

impl ComparisonOffer {
    /// How it is offered: `contains`, `is not`, `<=`.
    pub fn words(self) -> &'static str {
        match (self.manner, self.sense) {
            (ComparisonKind::Contains, Sense::Is) => "contains",
            (ComparisonKind::Contains, Sense::IsNot) => "does not contain",
            (ComparisonKind::Is | ComparisonKind::Compares(CompareWith::Equal), Sense::Is) => "is",
            (ComparisonKind::Is | ComparisonKind::Compares(CompareWith::Equal), Sense::IsNot) => "is not",
            (ComparisonKind::Matches, Sense::Is) => "matches regex",
            (ComparisonKind::Matches, Sense::IsNot) => "does not match regex",
            (ComparisonKind::Unset, Sense::Is) => "not set",
            (ComparisonKind::Unset, Sense::IsNot) => "set",
            (ComparisonKind::Compares(comparison), Sense::Is) => comparison.sign(),
            (ComparisonKind::Compares(CompareWith::Less), Sense::IsNot) => "not <",
            (ComparisonKind::Compares(CompareWith::AtMost), Sense::IsNot) => "not <=",
            (ComparisonKind::Compares(CompareWith::Greater), Sense::IsNot) => "not >",
            (ComparisonKind::Compares(CompareWith::AtLeast), Sense::IsNot) => "not >=",
        }
    }

    /// Whether it needs a value.
    pub const fn takes_value(self) -> bool {
        !matches!(self.manner, ComparisonKind::Unset)
    }
}

impl FilterSubject {
    /// All of them: the id and the fields in table order, then what is beside them.
    pub fn all() -> impl Iterator<Item = Self> {
        Column::all().map(Self::Column).chain([Self::AnyText, Self::State])
    }

    pub const fn name(self) -> &'static str {
        match self {
            Self::AnyText => "any text",
            Self::State => "record",
            Self::Column(column) => column.name(),
        }
    }

    /// What it is about.
    pub const fn help(self) -> &'static str {
        match self {
            Self::AnyText => "Any field, POP, node, transport and ID.",
            Self::State => "Marked, draft, changed since loaded, or with problems.",
            Self::Column(Column::Id) => "The ID of the registration.",
            Self::Column(Column::Field(field)) => field.field().help,
            Self::Column(Column::Live) => "Live state on the nodes.",
        }
    }

    /// How it can be compared.
    pub fn askings(self) -> Vec<ComparisonOffer> {
        let parts: &[&[ComparisonOffer]] = match self {
            Self::AnyText => &[&CONTAINS, &MATCHES],
            Self::State | Self::Column(Column::Live) => &[&IS],
            Self::Column(Column::Id) => &[&IS, &COMPARES],
            Self::Column(Column::Field(field)) => match field.field().kind {
                ValueKind::Text | ValueKind::Texts => &[&CONTAINS, &IS, &MATCHES, &UNSET],
                ValueKind::Reference(_) => &[&IS, &CONTAINS, &MATCHES, &UNSET],
                ValueKind::Number { .. } => &[&IS, &COMPARES, &MATCHES, &UNSET],
                ValueKind::Choice(_) | ValueKind::Flag => &[&IS, &UNSET],
                ValueKind::Secret => &[&UNSET],
            },
        };
        parts.concat()
    }

    /// The values to choose from. `None`: a value is typed.
    pub fn offers(self, manner: ComparisonKind, targets: &Targets) -> Option<Vec<ValueOffer>> {
        if manner != ComparisonKind::Is {
            return None;
        }
        let field = match self {
            Self::State => {
                let offer = |state: RecordState| ValueOffer { text: state.word().to_owned(), test: Test::Is(state) };
                return Some(RecordState::ALL.into_iter().map(offer).collect());
            }
            Self::AnyText | Self::Column(Column::Id) => return None,
            Self::Column(Column::Live) => {
                let offer =
                    |word: &'static str| ValueOffer { text: word.to_owned(), test: Test::Live(LiveTest::Word(word)) };
                return Some(LIVE_WORDS.map(offer).into());
            }
            Self::Column(Column::Field(field)) => field,
        };
        match field.field().kind {
            ValueKind::Flag => Some(
                [(true, "yes"), (false, "no")]
                    .map(|(flag, word)| ValueOffer { text: word.to_owned(), test: Test::Flag(field, flag) })
                    .into(),
            ),
            ValueKind::Choice(choices) => {
                let test = |number| Test::Number(Column::Field(field), CompareWith::Equal, number);
                Some(
                    choices
                        .iter()
                        .map(|(number, word)| ValueOffer { text: (*word).into(), test: test(*number) })
                        .collect(),
                )
            }
            ValueKind::Reference(relation) => {
                let mut offers = vec![ValueOffer { text: field.field().unset.to_owned(), test: Test::Unset(field) }];
                offers.extend(targets.of(relation).into_iter().map(|target| match &target.name {
                    Some(name) if !name.is_empty() => {
                        ValueOffer { text: name.clone(), test: Test::Exactly(field, name.clone()) }
                    }
                    Some(_) | None => {
                        let text = targets.label(relation, target.id).into_owned();
                        ValueOffer { text, test: Test::Target(field, target.id) }
                    }
                }));
                Some(offers)
            }
            ValueKind::Text | ValueKind::Texts | ValueKind::Secret | ValueKind::Number { .. } => None,
        }
    }

    /// The term that compares with a typed value.
    ///
    /// # Errors
    /// What is to be typed instead.
    pub fn term(self, asking: ComparisonOffer, typed: &str) -> Result<Term, TermMistake> {
        let test = match self {
            Self::Column(Column::Field(field)) => of_field(field, asking.manner, typed)?,
            Self::Column(Column::Id) => of_id(asking.manner, typed)?,
            Self::Column(Column::Live) => LIVE_WORDS
                .into_iter()
                .find(|word| *word == typed)
                .map(|word| Test::Live(LiveTest::Word(word)))
                .ok_or(TermMistake::State)?,
            Self::AnyText => match asking.manner {
                ComparisonKind::Matches => Test::Pattern(pattern(typed)?),
                ComparisonKind::Contains | ComparisonKind::Is | ComparisonKind::Compares(_) | ComparisonKind::Unset => {
                    Test::Word(text(typed)?)
                }
            },
            Self::State => RecordState::ALL
                .into_iter()
                .find(|state| state.word() == typed)
                .map(Test::Is)
                .ok_or(TermMistake::State)?,
        };
        Ok(Term { sense: asking.sense, test })
    }
}

fn of_field(field: FieldId, manner: ComparisonKind, typed: &str) -> Result<Test, TermMistake> {
    Ok(match (manner, field.field().kind) {
        (ComparisonKind::Unset, _) => Test::Unset(field),
        (ComparisonKind::Matches, _) => Test::Matches(field, pattern(typed)?),
        (ComparisonKind::Compares(comparison), _) => Test::Number(Column::Field(field), comparison, number(typed)?),
        (ComparisonKind::Is, ValueKind::Number { .. }) => {
            Test::Number(Column::Field(field), CompareWith::Equal, number(typed)?)
        }
        (ComparisonKind::Is, ValueKind::Choice(_) | ValueKind::Flag) => {
            return Err(TermMistake::Value);
        }
        (ComparisonKind::Is, ValueKind::Text | ValueKind::Texts | ValueKind::Reference(_) | ValueKind::Secret) => {
            Test::Exactly(field, text(typed)?)
        }
        (ComparisonKind::Contains, _) => Test::Contains(field, text(typed)?),
    })
}

fn of_id(manner: ComparisonKind, typed: &str) -> Result<Test, TermMistake> {
    if let ComparisonKind::Compares(comparison) = manner {
        return Ok(Test::Number(Column::Id, comparison, number(typed)?));
    }
    let parts = typed.split([',', ' ']).filter(|part| !part.is_empty());
    match parts.map(str::parse).collect::<Result<Vec<u64>, _>>() {
        Ok(mut ids) if !ids.is_empty() => {
            ids.sort_unstable();
            ids.dedup();
            Ok(Test::Ids(ids))
        }
        Ok(_) | Err(_) => Err(TermMistake::Ids),
    }
}

fn text(typed: &str) -> Result<String, TermMistake> {
    if typed.is_empty() { Err(TermMistake::Empty) } else { Ok(typed.to_owned()) }
}

fn number(typed: &str) -> Result<i64, TermMistake> {
    typed.trim().parse().map_err(|_not_a_number| TermMistake::Number)
}

fn pattern(typed: &str) -> Result<Pattern, TermMistake> {
    if typed.is_empty() { Err(TermMistake::NoPattern) } else { Ok(Pattern::new(typed)?) }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::domain::query::filter::Filter;
    use crate::domain::record::{Relation, Target};

    fn words(column: &str) -> Vec<&'static str> {
        FilterSubject::Column(Column::parse(column).unwrap())
            .askings()
            .into_iter()
            .map(ComparisonOffer::words)
            .collect()
    }

    #[test]
    fn a_field_offers_the_comparisons_of_its_kind() {
        assert_eq!(words("expire")[..6], ["is", "is not", "<", "<=", ">", ">="]);
        assert_eq!(words("enabled"), ["is", "is not", "not set", "set"]);
        assert_eq!(words("auth-password"), ["not set", "set"]);
        assert!(words("name").starts_with(&["contains", "does not contain", "is", "is not", "matches regex"]));
        assert!(!words("name").contains(&"<"));
    }

    #[test]
    fn a_relation_offers_the_targets_that_are_known_and_none() {
        let mut targets = Targets::default();
        for (id, name) in [(3, Some("FRA")), (4, None)] {
            let name = name.map(str::to_owned);
            targets.add(Target { relation: Relation::Pop, id, name, pop: None, attributes: Vec::new() });
        }
        let pop = FilterSubject::Column(Column::Field(FieldId::Pop));
        let offers = pop.offers(ComparisonKind::Is, &targets).unwrap();
        let reported: Vec<(&str, String)> =
            offers.iter().map(|offer| (offer.text.as_str(), offer.test.to_string())).collect();
        assert_eq!(reported, [("any", "pop:".into()), ("FRA", "pop=FRA".into()), ("POP 4", "pop:#4".into())]);
        assert_eq!(pop.offers(ComparisonKind::Contains, &targets), None);
    }

    #[test]
    fn what_cannot_be_compared_is_told() {
        let expire = FilterSubject::Column(Column::Field(FieldId::Expire));
        assert_eq!(expire.term(is(ComparisonKind::Is), "1h"), Err(TermMistake::Number));
        let pattern = FilterSubject::AnyText.term(is(ComparisonKind::Matches), "a(").unwrap_err();
        assert!(pattern.to_string().starts_with("invalid regular expression: "), "{pattern}");
        assert_eq!(FilterSubject::Column(Column::Id).term(is(ComparisonKind::Is), "7,x"), Err(TermMistake::Ids));
    }

    proptest! {
        #[test]
        fn what_is_built_is_written_in_the_language_and_reads_back_equal(
            typed in prop_oneof!["[0-9]{1,9}", ".*", "[a-c!~\"\\\\:#= ,<>-]{0,6}", Just("any".to_owned())],
        ) {
            for subject in FilterSubject::all() {
                for asking in subject.askings() {
                    let offered = subject.offers(asking.manner, &Targets::default()).unwrap_or_default();
                    let offered = offered.into_iter().map(|offer| Term { sense: asking.sense, test: offer.test });
                    for term in offered.chain(subject.term(asking, &typed).ok()) {
                        let filter = Filter { terms: vec![term] };
                        prop_assert_eq!(Filter::parse(&filter.to_string()), Ok(filter));
                    }
                }
            }
        }
    }
}

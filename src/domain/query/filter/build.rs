//! Making a term step by step: what can be asked of a field follows from its kind, and what comes out is a term
//! like those that are typed. It must not know how the steps are shown.

use crate::domain::query::column::Column;
use crate::domain::record::field::{FieldId, Kind};
use crate::domain::record::live_marks::{LIVE_WORDS, LiveTest};
use crate::domain::record::relation::Targets;

use crate::domain::query::filter::{Comparison, Pattern, Sense, State, Term, Test};

/// What a term can be about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Subject {
    /// Any text of the record.
    AnyText,
    /// What the record is beside its values.
    State,
    /// The id or a field.
    Column(Column),
}

/// How a value is compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Manner {
    /// Has this text in it.
    Contains,
    /// Is just this.
    Is,
    /// A number compares like this.
    Compares(Comparison),
    /// Matches a regular expression.
    Matches,
    /// Has no value.
    Unset,
}

/// A comparison as it is offered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Asking {
    /// Whether it must hold.
    pub sense: Sense,
    /// The comparison.
    pub manner: Manner,
}

/// A value to choose.
#[derive(Debug, Clone, PartialEq)]
pub struct Offer {
    /// How it reads; a name may come from the server.
    pub text: String,
    /// What it asks of a record.
    pub test: Test,
}

const fn is(manner: Manner) -> Asking {
    Asking { sense: Sense::Is, manner }
}

const fn is_not(manner: Manner) -> Asking {
    Asking { sense: Sense::IsNot, manner }
}

const CONTAINS: [Asking; 2] = [is(Manner::Contains), is_not(Manner::Contains)];
const IS: [Asking; 2] = [is(Manner::Is), is_not(Manner::Is)];
const MATCHES: [Asking; 2] = [is(Manner::Matches), is_not(Manner::Matches)];
const UNSET: [Asking; 2] = [is(Manner::Unset), is_not(Manner::Unset)];
const COMPARES: [Asking; 4] = [
    is(Manner::Compares(Comparison::Less)),
    is(Manner::Compares(Comparison::AtMost)),
    is(Manner::Compares(Comparison::Greater)),
    is(Manner::Compares(Comparison::AtLeast)),
];

impl Asking {
    /// How it is offered: `contains`, `is not`, `<=`.
    #[must_use]
    pub const fn words(self) -> &'static str {
        match (self.manner, self.sense) {
            (Manner::Contains, Sense::Is) => "contains",
            (Manner::Contains, Sense::IsNot) => "does not contain",
            (Manner::Is | Manner::Compares(Comparison::Equal), Sense::Is) => "is",
            (Manner::Is | Manner::Compares(Comparison::Equal), Sense::IsNot) => "is not",
            (Manner::Matches, Sense::Is) => "matches regex",
            (Manner::Matches, Sense::IsNot) => "does not match regex",
            (Manner::Unset, Sense::Is) => "not set",
            (Manner::Unset, Sense::IsNot) => "set",
            (Manner::Compares(Comparison::Less), Sense::Is) => "<",
            (Manner::Compares(Comparison::AtMost), Sense::Is) => "<=",
            (Manner::Compares(Comparison::Greater), Sense::Is) => ">",
            (Manner::Compares(Comparison::AtLeast), Sense::Is) => ">=",
            (Manner::Compares(Comparison::Less), Sense::IsNot) => "not <",
            (Manner::Compares(Comparison::AtMost), Sense::IsNot) => "not <=",
            (Manner::Compares(Comparison::Greater), Sense::IsNot) => "not >",
            (Manner::Compares(Comparison::AtLeast), Sense::IsNot) => "not >=",
        }
    }

    /// Whether it needs a value.
    #[must_use]
    pub const fn takes_value(self) -> bool {
        !matches!(self.manner, Manner::Unset)
    }
}

impl Subject {
    /// All of them: the id and the fields in table order, then what is beside them.
    pub fn all() -> impl Iterator<Item = Self> {
        Column::all().map(Self::Column).chain([Self::AnyText, Self::State])
    }

    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::AnyText => "any text",
            Self::State => "record",
            Self::Column(column) => column.name(),
        }
    }

    /// What it is about.
    #[must_use]
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
    #[must_use]
    pub fn askings(self) -> Vec<Asking> {
        let parts: &[&[Asking]] = match self {
            Self::AnyText => &[&CONTAINS, &MATCHES],
            Self::State | Self::Column(Column::Live) => &[&IS],
            Self::Column(Column::Id) => &[&IS, &COMPARES],
            Self::Column(Column::Field(field)) => match field.field().kind {
                Kind::Text | Kind::Texts => &[&CONTAINS, &IS, &MATCHES, &UNSET],
                Kind::Reference(_) => &[&IS, &CONTAINS, &MATCHES, &UNSET],
                Kind::Number { .. } => &[&IS, &COMPARES, &MATCHES, &UNSET],
                Kind::Choice(_) | Kind::Flag => &[&IS, &UNSET],
                Kind::Secret => &[&UNSET],
            },
        };
        parts.concat()
    }

    /// The values to choose from. `None`: a value is typed.
    #[must_use]
    pub fn offers(self, manner: Manner, targets: &Targets) -> Option<Vec<Offer>> {
        if manner != Manner::Is {
            return None;
        }
        let field = match self {
            Self::State => {
                let offer = |state: State| Offer { text: state.word().to_owned(), test: Test::Is(state) };
                return Some(State::ALL.into_iter().map(offer).collect());
            }
            Self::AnyText | Self::Column(Column::Id) => return None,
            Self::Column(Column::Live) => {
                let offer =
                    |word: &'static str| Offer { text: word.to_owned(), test: Test::Live(LiveTest::Word(word)) };
                return Some(LIVE_WORDS.map(offer).into());
            }
            Self::Column(Column::Field(field)) => field,
        };
        match field.field().kind {
            Kind::Flag => Some(
                [(true, "yes"), (false, "no")]
                    .map(|(flag, word)| Offer { text: word.to_owned(), test: Test::Flag(field, flag) })
                    .into(),
            ),
            Kind::Choice(choices) => {
                let test = |number| Test::Number(Column::Field(field), Comparison::Equal, number);
                Some(choices.iter().map(|(number, word)| Offer { text: (*word).into(), test: test(*number) }).collect())
            }
            Kind::Reference(relation) => {
                let mut offers = vec![Offer { text: field.field().unset.to_owned(), test: Test::Unset(field) }];
                offers.extend(targets.of(relation).into_iter().map(|target| match &target.name {
                    Some(name) if !name.is_empty() => {
                        Offer { text: name.clone(), test: Test::Exactly(field, name.clone()) }
                    }
                    Some(_) | None => {
                        let text = targets.label(relation, target.id).into_owned();
                        Offer { text, test: Test::Target(field, target.id) }
                    }
                }));
                Some(offers)
            }
            Kind::Text | Kind::Texts | Kind::Secret | Kind::Number { .. } => None,
        }
    }

    /// The term that compares with a typed value.
    ///
    /// # Errors
    /// A sentence: what is to be typed instead.
    pub fn term(self, asking: Asking, typed: &str) -> Result<Term, String> {
        let test = match self {
            Self::Column(Column::Field(field)) => of_field(field, asking.manner, typed)?,
            Self::Column(Column::Id) => of_id(asking.manner, typed)?,
            Self::Column(Column::Live) => LIVE_WORDS
                .into_iter()
                .find(|word| *word == typed)
                .map(|word| Test::Live(LiveTest::Word(word)))
                .ok_or_else(|| "choose one of the states".to_owned())?,
            Self::AnyText => match asking.manner {
                Manner::Matches => Test::Pattern(pattern(typed)?),
                Manner::Contains | Manner::Is | Manner::Compares(_) | Manner::Unset => Test::Word(text(typed)?),
            },
            Self::State => State::ALL
                .into_iter()
                .find(|state| state.word() == typed)
                .map(Test::Is)
                .ok_or_else(|| "choose one of the states".to_owned())?,
        };
        Ok(Term { sense: asking.sense, test })
    }
}

fn of_field(field: FieldId, manner: Manner, typed: &str) -> Result<Test, String> {
    Ok(match (manner, field.field().kind) {
        (Manner::Unset, _) => Test::Unset(field),
        (Manner::Matches, _) => Test::Matches(field, pattern(typed)?),
        (Manner::Compares(comparison), _) => Test::Number(Column::Field(field), comparison, number(typed)?),
        (Manner::Is, Kind::Number { .. }) => Test::Number(Column::Field(field), Comparison::Equal, number(typed)?),
        (Manner::Is, Kind::Choice(_) | Kind::Flag) => return Err("choose one of the values".to_owned()),
        (Manner::Is, Kind::Text | Kind::Texts | Kind::Reference(_) | Kind::Secret) => {
            Test::Exactly(field, text(typed)?)
        }
        (Manner::Contains, _) => Test::Contains(field, text(typed)?),
    })
}

fn of_id(manner: Manner, typed: &str) -> Result<Test, String> {
    if let Manner::Compares(comparison) = manner {
        return Ok(Test::Number(Column::Id, comparison, number(typed)?));
    }
    let parts = typed.split([',', ' ']).filter(|part| !part.is_empty());
    match parts.map(str::parse).collect::<Result<Vec<u64>, _>>() {
        Ok(mut ids) if !ids.is_empty() => {
            ids.sort_unstable();
            ids.dedup();
            Ok(Test::Ids(ids))
        }
        Ok(_) | Err(_) => Err("type ids with commas between them, such as 7,9,12".to_owned()),
    }
}

fn text(typed: &str) -> Result<String, String> {
    if typed.is_empty() { Err("type a value".to_owned()) } else { Ok(typed.to_owned()) }
}

fn number(typed: &str) -> Result<i64, String> {
    typed.trim().parse().map_err(|_not_a_number| "type a whole number".to_owned())
}

fn pattern(typed: &str) -> Result<Pattern, String> {
    if typed.is_empty() { Err("type a regular expression".to_owned()) } else { Pattern::new(typed) }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::domain::query::filter::Filter;
    use crate::domain::record::relation::{Relation, Target};

    fn words(column: &str) -> Vec<&'static str> {
        Subject::Column(Column::parse(column).unwrap()).askings().into_iter().map(Asking::words).collect()
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
            targets.learn(Target { relation: Relation::Pop, id, name, pop: None, attributes: Vec::new() });
        }
        let pop = Subject::Column(Column::Field(FieldId::Pop));
        let offers = pop.offers(Manner::Is, &targets).unwrap();
        let told: Vec<(&str, String)> =
            offers.iter().map(|offer| (offer.text.as_str(), offer.test.to_string())).collect();
        assert_eq!(told, [("any", "pop:".into()), ("FRA", "pop=FRA".into()), ("POP 4", "pop:#4".into())]);
        assert_eq!(pop.offers(Manner::Contains, &targets), None);
    }

    #[test]
    fn what_cannot_be_compared_is_told() {
        let expire = Subject::Column(Column::Field(FieldId::Expire));
        assert_eq!(expire.term(is(Manner::Is), "1h").unwrap_err(), "type a whole number");
        assert!(Subject::AnyText.term(is(Manner::Matches), "a(").unwrap_err().contains("regular expression"));
        assert!(Subject::Column(Column::Id).term(is(Manner::Is), "7,x").unwrap_err().contains("7,9,12"));
    }

    proptest! {
        #[test]
        fn what_is_built_is_written_in_the_language_and_reads_back_equal(
            typed in prop_oneof!["[0-9]{1,9}", ".*", "[a-c!~\"\\\\:#= ,<>-]{0,6}", Just("any".to_owned())],
        ) {
            for subject in Subject::all() {
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

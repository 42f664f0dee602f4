use std::sync::Arc;

use proptest::prelude::*;

use crate::domain::query::collection::Collection;
use crate::domain::query::filter::*;
use crate::domain::query::segment::Segment;
use crate::domain::record::{Registration, Relation, Target, Value};

fn text(text: &str) -> Value {
    Value::Text(text.to_owned())
}

fn estate() -> Targets {
    let mut targets = Targets::default();
    for (relation, id, name) in [
        (Relation::Pop, 1, "FRA"),
        (Relation::Pop, 2, "Company"),
        (Relation::Node, 11, "fra-n1"),
        (Relation::Node, 12, "lon-n1"),
        (Relation::TransportProtocol, 1, "UDP"),
    ] {
        targets.add(Target { relation, id, name: Some(name.to_owned()), pop: None, attributes: Vec::new() });
    }
    targets
}

/// A record with the most usual fields set.
fn record(id: u64, changes: &[(FieldId, Value)]) -> Registration {
    let mut record = Registration::new(id);
    for field in FieldId::all() {
        record.set(field, Value::Null);
    }
    record.set(FieldId::Enabled, Value::Flag(true));
    record.set(FieldId::SipSchemaId, Value::Number(1));
    for (field, value) in changes {
        record.set(*field, value.clone());
    }
    record
}

fn loaded(records: &[Registration]) -> Collection {
    let mut collection = Collection::default();
    collection.absorb(Arc::new(Segment::of(records)));
    collection
}

/// Ids that pass, both one by one and all at once.
fn ids(filter: &str, records: &[Registration]) -> Vec<u64> {
    let matcher = Filter::parse(filter).unwrap_or_else(|mistake| panic!("{filter}: {mistake}")).prepare(&estate());
    let is = |state, id| matches!((state, id), (RecordState::Marked, 1) | (RecordState::Draft, 2));
    let collection = loaded(records);
    let chosen = matcher.select(&collection, &is);
    let single: Vec<u64> = records.iter().filter(|record| matcher.matches(*record, &is)).map(Record::id).collect();
    let chosen: Vec<u64> = chosen.into_iter().filter_map(|at| collection.id_at(at as usize)).collect();
    assert_eq!(single, chosen, "{filter}");
    chosen
}

fn mistake(text: &str) -> (Range<usize>, String) {
    let mistake = Filter::parse(text).unwrap_err();
    (mistake.at, mistake.mistake.to_string())
}

fn sample() -> Vec<Registration> {
    vec![
        record(
            1,
            &[
                (FieldId::Name, text("Acme fra main")),
                (FieldId::Domain, text("sip.acme.example")),
                (FieldId::Pop, Value::Reference(1)),
                (FieldId::Node, Value::Reference(11)),
                (FieldId::Expire, Value::Number(7200)),
                (FieldId::RouteSet, Value::Texts(vec!["<sip:edge1;lr>".into(), "<sip:edge2;lr>".into()])),
            ],
        ),
        record(
            2,
            &[
                (FieldId::Name, text("betatel-1")),
                (FieldId::Domain, text("acme.example")),
                (FieldId::Enabled, Value::Flag(false)),
                (FieldId::Pop, Value::Reference(2)),
                (FieldId::AuthPassword, Value::Withheld),
                (FieldId::Expire, Value::Number(3600)),
            ],
        ),
        record(37, &[(FieldId::Name, text("Überweg")), (FieldId::Contact, text("sip:u@h"))]),
    ]
}

#[test]
fn every_line_of_the_help_is_understood() {
    for (example, meaning) in FILTER_HELP {
        assert!(!Filter::parse(example).unwrap().is_empty(), "{example}");
        assert!(!meaning.is_empty());
    }
    for state in RecordState::ALL {
        assert!(FILTER_HELP.iter().any(|(example, meaning)| format!("{example} {meaning}").contains(state.word())));
    }
}

#[test]
fn each_kind_of_term_selects_what_it_says() {
    let records = sample();
    for (filter, expected) in [
        ("", &[1, 2, 37][..]),
        ("acme", &[1, 2]),
        ("ACME fra", &[1]),
        ("ÜBER", &[37]),
        ("\"fra main\"", &[1]),
        ("!acme", &[37]),
        ("!!acme", &[1, 2]),
        ("7", &[37]),
        ("lon", &[]),
        ("edge2", &[1]),
        ("sip:u@h", &[37]),
        ("domain:ACME", &[1, 2]),
        ("domain=acme.example", &[2]),
        ("dom:acme !dom:sip", &[2]),
        ("node:FRA", &[1]),
        ("node:#11", &[1]),
        ("pop:any", &[37]),
        ("pop:\"any\"", &[2]),
        ("pop=fra", &[1]),
        ("contact:", &[1, 2]),
        ("!contact:", &[37]),
        ("auth-password:", &[1, 37]),
        ("enabled:no", &[2]),
        ("enabled:on", &[1, 37]),
        ("expire>3600", &[1]),
        ("expire>=3600 expire<=7199", &[2]),
        ("expire:3600", &[2]),
        ("expire=7200", &[1]),
        ("expire:", &[37]),
        ("!expire>3600", &[2, 37]),
        ("sip-schema-id:sip", &[1, 2, 37]),
        ("route-set:edge1", &[1]),
        ("route-set=<SIP:edge2;lr>", &[1]),
        ("id:37,1,9", &[1, 37]),
        ("id>=2", &[2, 37]),
        ("~^beta.*[0-9]$", &[2]),
        ("~^FRA$", &[1]),
        ("~^37$", &[37]),
        ("name:~\"fra main\"", &[1]),
        ("name:~(?-i)acme", &[]),
        ("expire:~^36", &[2]),
        ("is:marked", &[1]),
        ("!is:draft", &[1, 37]),
        ("is:lint", &[]),
    ] {
        assert_eq!(ids(filter, &records), expected, "{filter}");
    }
}

#[test]
fn a_mistake_is_pointed_at_and_explained() {
    assert_eq!(mistake("acme !"), (5..6, "add a term after !".into()));
    assert_eq!(mistake("x \"two wor"), (2..10, "the quote is not closed".into()));
    assert_eq!(mistake("\"a\"b"), (3..4, "add a space after the closing quote".into()));
    assert_eq!(mistake("expire>1h"), (7..9, "add a whole number after expire>".into()));
    assert_eq!(mistake("expire>"), (6..7, "add a whole number after expire>".into()));
    assert_eq!(mistake("enabled:maybe"), (8..13, "enabled: takes yes or no".into()));
    assert_eq!(mistake("is:marcked").1, "is: takes marked, draft, changed, lint, down; did you mean is:marked?");
    assert_eq!(mistake("a id:7,b"), (5..8, "id: takes numbers with commas between them, such as id:7,9,12".into()));
    let (at, message) = mistake("a expires:5");
    assert_eq!((at, message.starts_with("no field \"expires\"; did you mean expire?")), (2..9, true));
    assert!(mistake("auth:x").1.starts_with("\"auth\" may be auth-user or auth-password"));
    assert!(mistake("auth-password:hunter2").1.contains("not in the list"));
    assert!(mistake("auth-password:~x").1.contains("not in the list"));
    assert!(mistake("domain>5").1.contains("use domain:"));
    let (at, message) = mistake("~a(b");
    assert_eq!((at, message.as_str()), (1..4, "invalid regular expression: unclosed group"));
}

#[test]
fn found_text_is_marked_where_it_stands() {
    let places =
        |filter: &str, column, text: &str| Filter::parse(filter).unwrap().prepare(&estate()).places(column, text);
    let name = Column::Field(FieldId::Name);
    assert_eq!(places("acme !main ~m.?i", name, "Acme main acme"), [0..4, 5..8, 10..14]);
    assert!(places("domain:acme", name, "acme").is_empty());
    assert_eq!(places("name:ac cm", name, "acme acme"), [0..3, 5..8]);
}

#[test]
fn a_cell_becomes_the_filter_for_rows_with_its_value() {
    let records = sample();
    let like = |id: usize, column| Filter { terms: Filter::like_cell(&records[id], column, &estate()) }.to_string();
    assert_eq!(like(0, Column::Field(FieldId::Name)), "name=\"Acme fra main\"");
    assert_eq!(like(0, Column::Field(FieldId::Pop)), "pop=FRA");
    assert_eq!(like(2, Column::Field(FieldId::Pop)), "pop:");
    assert_eq!(like(1, Column::Field(FieldId::Enabled)), "enabled:no");
    assert_eq!(like(1, Column::Field(FieldId::AuthPassword)), "!auth-password:");
    assert_eq!(like(1, Column::Field(FieldId::Expire)), "expire:3600");
    assert_eq!(like(1, Column::Id), "id:2");
    for record in &records {
        for column in Column::all() {
            let filter = Filter { terms: Filter::like_cell(record, column, &estate()) };
            assert!(filter.prepare(&estate()).matches(record, &|_, _| false), "{filter}");
        }
    }
}

/// Text near the language's own signs.
fn word() -> impl Strategy<Value = String> {
    prop_oneof![".+", "[a-c!~\"\\\\:#= ,<>-]{1,6}", "(any|ANY|sip:x|name:x|id=1|#7|is:marked|pop:)"]
}

fn number_column() -> impl Strategy<Value = Column> {
    prop_oneof![Just(Column::Id), Just(Column::Field(FieldId::Expire)), Just(Column::Field(FieldId::SipSchemaId)),]
}

fn text_field() -> impl Strategy<Value = FieldId> {
    prop_oneof![Just(FieldId::Name), Just(FieldId::RouteSet), Just(FieldId::Pop), Just(FieldId::TransportProtocol)]
}

fn comparison() -> impl Strategy<Value = CompareWith> {
    (0..CompareWith::SIGNS.len()).prop_map(|index| CompareWith::SIGNS[index].1)
}

fn pattern() -> impl Strategy<Value = Pattern> {
    prop_oneof![word().prop_map(|word| regex::escape(&word)), Just("a b\\d\"".to_owned()), Just("\\\\".to_owned())]
        .prop_map(|source| Pattern::new(&source).unwrap())
}

fn any_test() -> impl Strategy<Value = Test> {
    prop_oneof![
        word().prop_map(Test::Word),
        pattern().prop_map(Test::Pattern),
        proptest::collection::btree_set(any::<u64>(), 1..4).prop_map(|ids| Test::Ids(ids.into_iter().collect())),
        (number_column(), comparison(), any::<i64>())
            .prop_filter("a choice has its own numbers", |(column, comparison, _)| {
                *column != Column::Field(FieldId::SipSchemaId) || *comparison != CompareWith::Equal
            })
            .prop_map(|(column, comparison, number)| Test::Number(column, comparison, number)),
        any::<bool>().prop_map(|flag| Test::Flag(FieldId::Enabled, flag)),
        text_field().prop_map(Test::Unset),
        (text_field(), word()).prop_map(|(field, word)| Test::Contains(field, word)),
        (text_field(), word()).prop_map(|(field, word)| Test::Exactly(field, word)),
        any::<u64>().prop_map(|id| Test::Target(FieldId::Node, id)),
        (text_field(), pattern()).prop_map(|(field, pattern)| Test::Matches(field, pattern)),
        (0..RecordState::ALL.len()).prop_map(|index| Test::Is(RecordState::ALL[index])),
    ]
}

fn any_filter() -> impl Strategy<Value = Filter> {
    let sense = any::<bool>().prop_map(|is| if is { Sense::Is } else { Sense::IsNot });
    proptest::collection::vec((sense, any_test()).prop_map(|(sense, test)| Term { sense, test }), 0..5)
        .prop_map(|terms| Filter { terms })
}

proptest! {
    #[test]
    fn a_printed_filter_reads_back_as_an_equal_one(filter in any_filter()) {
        prop_assert_eq!(Filter::parse(&filter.to_string()), Ok(filter));
    }

    #[test]
    fn no_text_makes_the_parser_panic_and_each_mistake_is_in_the_text(
        text in prop_oneof![".*", "([a-c!~\"\\\\:#=,<>(-]|name|id|is|expire|auth-password|pop| ){0,12}"],
    ) {
        match Filter::parse(&text) {
            Ok(filter) => prop_assert_eq!(Filter::parse(&filter.to_string()), Ok(filter)),
            Err(mistake) => {
                prop_assert!(mistake.at.start <= mistake.at.end && mistake.at.end <= text.len());
                prop_assert!(text.get(mistake.at).is_some());
                prop_assert!(!mistake.mistake.to_string().is_empty());
            }
        }
    }

    #[test]
    fn one_by_one_and_all_at_once_the_same_records_pass(
        filter in any_filter(),
        words in proptest::collection::vec((word(), word(), proptest::option::of(11_u64..14)), 0..8),
    ) {
        let records: Vec<Registration> = words
            .into_iter()
            .zip(1..)
            .map(|((name, route, node), id)| record(id, &[
                (FieldId::Name, Value::Text(name)),
                (FieldId::RouteSet, Value::Texts(vec![route.replace('\0', "")])),
                (FieldId::Node, node.map_or(Value::Null, Value::Reference)),
            ]))
            .collect();
        let matcher = filter.prepare(&estate());
        let is = |_: RecordState, id: u64| id.is_multiple_of(2);
        let expected: Vec<u32> =
            (0..).zip(&records).filter(|(_, record)| matcher.matches(*record, &is)).map(|(at, _)| at).collect();
        prop_assert_eq!(matcher.select(&loaded(&records), &is), expected);
    }
}

#[test]
fn an_address_is_found_as_the_list_shows_it_and_as_a_sip_uri() {
    let records = [
        record(1, &[(FieldId::Username, text("493000")), (FieldId::Domain, text("SIP.acme.example"))]),
        record(2, &[(FieldId::Username, text("3000")), (FieldId::Domain, text("sip.acme.example:5070"))]),
        record(3, &[(FieldId::Username, text("493000")), (FieldId::Domain, text("other.example"))]),
        record(4, &[(FieldId::Contact, text("sip:493000@sip.acme.example"))]),
        record(5, &[(FieldId::Username, text("user name")), (FieldId::Domain, text("[2001:db8::5]"))]),
    ];
    for (typed, found) in [
        ("493000@sip.acme.example", vec![1, 4]),
        ("sip:493000@sip.acme.example", vec![1, 4]),
        ("sips:493000@SIP.ACME.example;transport=tls", vec![1]),
        ("<sip:493000@sip.acme.example>", vec![1]),
        ("\"493000@sip.acme.example\"", vec![1, 4]),
        ("3000@sip", vec![1, 2, 4]),
        ("493000@", vec![1, 3, 4]),
        ("sip:sip.acme.example", vec![1, 2]),
        // As a pasted URI has it: with a port, parameters, headers, and what it escapes.
        ("sip:493000@sip.acme.example:5060", vec![1]),
        ("<sip:493000@sip.acme.example:5060;transport=udp>;expires=60", vec![1]),
        ("sip:user%20name@[2001:db8::5]:5060", vec![5]),
        ("sip:user%20name@[2001:db8::5]", vec![5]),
        ("name@[2001:db8::5]", vec![5]),
        ("!493000@sip.acme.example", vec![2, 3, 5]),
    ] {
        assert_eq!(ids(typed, &records), found, "{typed}");
    }
}

/// Where labels come through links a record has links in place of ids: what was followed is as good as an id, wherever a
/// value becomes a text, a term or an argument.
#[test]
fn a_link_that_was_followed_is_what_it_leads_to() {
    use crate::domain::program::Call;
    use crate::domain::rules::check::{cell_text, edit_text};
    for relation in Relation::ALL {
        let field = relation.field();
        let with = |value: Value| {
            let mut record = Registration::new(7);
            record.set(field, value);
            record
        };
        let link = format!("/api/rest/admin/registrations/7/{}", field.field().name);
        for (target, value) in [(Some(3), Value::Reference(3)), (None, Value::Null)] {
            let mut targets = Targets::default();
            let name = Some("LON".to_owned());
            targets.add(Target { relation, id: 3, name, pop: None, attributes: Vec::new() });
            let (linked, known) = (with(Value::Linked(link.clone())), with(value));
            let texts = |record: &Registration, targets: &Targets| {
                let value = record.value(field);
                (cell_text(field, value, targets), edit_text(field, value, targets))
            };
            assert_eq!(texts(&linked, &targets), (None, None), "not followed");
            assert_eq!(Filter::like_cell(&linked, Column::Field(field), &targets), []);
            targets.follow(link.clone(), target);
            assert_eq!(texts(&linked, &targets), texts(&known, &targets));
            assert_ne!(texts(&linked, &targets), (None, None));
            let terms = |record: &Registration| Filter::like_cell(record, Column::Field(field), &targets);
            assert_eq!(terms(&linked), terms(&known));
            assert_eq!(terms(&linked).len(), 1);
            let call = Call::of_line(&format!("x {{{}}}", field.field().name)).unwrap();
            let words = |record: &Registration| call.words(std::slice::from_ref(record), &targets);
            assert_eq!(words(&linked), words(&known));
        }
    }
}

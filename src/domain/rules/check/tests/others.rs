//! Records compared with each other, what is ignored, and that neither depends on the order of the records.

use proptest::prelude::*;

use super::{estate, sound, text};
use crate::domain::change::Draft;
use crate::domain::record::{FieldId, Registration, Targets, Value};
use crate::domain::rules::check::{self, all, find};
use crate::domain::rules::lint::{lint_all, tally};
use crate::domain::rules::rule::RuleSet;
use crate::domain::rules::{Census, CheckContext, Finding, OnServer, Severity};

/// A sound record with an id and a name of its own.
fn twin(id: u64, changes: &[(FieldId, Value)]) -> Registration {
    let source = sound();
    let mut record = Registration::new(id);
    for field in FieldId::all() {
        record.set(field, source.get(field).clone());
    }
    record.set(FieldId::Name, text(&format!("twin-{id}")));
    for (field, value) in changes {
        record.set(*field, value.clone());
    }
    record
}

fn found(records: &[Registration], rule: &str) -> Vec<(u64, String)> {
    let targets = estate();
    let census = Census::of(records, &targets);
    let context = CheckContext::new(&targets, Some(&census), OnServer::Loaded);
    let findings = records.iter().flat_map(|record| {
        let id = crate::domain::record::Record::id(record);
        check::record(record, &context).into_iter().map(move |finding| (id, finding))
    });
    findings.filter(|(_, finding)| finding.rule_id() == rule).map(|(id, finding)| (id, finding.message)).collect()
}

fn sharing(changes: &[(FieldId, Value)]) -> Vec<u64> {
    found(&[twin(7, &[]), twin(22, changes)], "shared-address").into_iter().map(|(id, _)| id).collect()
}

#[test]
fn two_enabled_records_with_one_address_contact_and_node_are_told_on_both() {
    assert_eq!(sharing(&[]), [7, 22]);
    let message = found(&[twin(7, &[]), twin(22, &[])], "shared-address").remove(0).1;
    assert_eq!(
        message,
        "registers the same address from the same node as registration 22: disabling one removes the other's binding \
         until its next refresh"
    );
}

#[test]
fn an_address_is_shared_only_where_everything_meets() {
    let none: [u64; 0] = [];
    assert_eq!(sharing(&[(FieldId::Enabled, Value::Flag(false))]), none);
    assert_eq!(sharing(&[(FieldId::Username, text("other"))]), none);
    assert_eq!(sharing(&[(FieldId::Domain, text("lon.acme.example"))]), none);
    assert_eq!(sharing(&[(FieldId::Contact, text("sip:493000@192.0.2.8"))]), none);
    assert_eq!(sharing(&[(FieldId::Pop, Value::Reference(3))]), none, "no node is in both pops");
    assert_eq!(sharing(&[(FieldId::Pop, Value::Null), (FieldId::Node, Value::Reference(13))]), none);
    assert_eq!(sharing(&[(FieldId::Pop, Value::Null), (FieldId::Node, Value::Reference(12))]), [7, 22]);
    assert_eq!(sharing(&[(FieldId::Pop, Value::Null)]), [7, 22], "every node loads it");
    assert_eq!(sharing(&[(FieldId::Domain, text("SIP.Acme.example."))]), [7, 22], "hosts have no case");
    assert_eq!(
        sharing(&[(FieldId::Contact, text("<sip:493000@[2001:db8:0::1];transport=udp>"))]),
        [7, 22],
        "user, host and port are the same"
    );
}

#[test]
fn disabling_one_of_two_that_share_an_address_is_warned_of_before_it_is_sent() {
    let targets = estate();
    let records = [twin(7, &[]), twin(22, &[])];
    let census = Census::of(&records, &targets);
    let context = CheckContext::new(&targets, Some(&census), OnServer::Loaded);
    let mut draft = Draft::new(records[0].clone(), None);
    draft.set(FieldId::Enabled, Value::Flag(false));
    let lines: Vec<String> = draft.new_findings(&context, &context).iter().map(Finding::line).collect();
    assert_eq!(
        lines,
        [
            "warning: enabled: registration 22 registers the same address from the same node and loses its binding until \
          its next refresh"
        ]
    );
}

#[test]
fn an_edit_that_leads_to_the_address_of_a_record_that_had_it_alone_is_told() {
    let targets = estate();
    let records = [twin(7, &[]), twin(22, &[(FieldId::Username, text("other"))])];
    let census = Census::of(&records, &targets);
    let context = CheckContext::new(&targets, Some(&census), OnServer::Loaded);
    let mut draft = Draft::new(records[1].clone(), None);
    draft.set(FieldId::Username, records[0].get(FieldId::Username).clone());
    let rules: Vec<&str> = draft.new_findings(&context, &context).iter().map(Finding::rule_id).collect();
    assert_eq!(rules, ["shared-address"]);
}

#[test]
fn an_interface_name_that_nobody_else_uses_is_told_and_default_is_none() {
    let named = |id, name: &str| twin(id, &[(FieldId::SipInterfaceName, text(name))]);
    let ids = |records: &[Registration]| {
        found(records, "interface-unshared").into_iter().map(|(id, _)| id).collect::<Vec<_>>()
    };
    assert_eq!(ids(&[named(1, "input"), named(2, "input"), named(3, "inptu"), named(4, "default")]), [3]);
    assert_eq!(ids(&[named(1, "input")]), [0_u64; 0], "there is nobody to compare with");
}

#[test]
fn a_record_that_is_sent_otherwise_than_the_others_of_its_domain_is_worth_knowing() {
    let tls =
        |id| twin(id, &[(FieldId::TransportProtocol, Value::Reference(3)), (FieldId::RouteSet, Value::Texts(vec![]))]);
    let udp = twin(9, &[(FieldId::RouteSet, Value::Texts(vec![]))]);
    let reported = found(&[tls(1), tls(2), tls(3), udp.clone()], "registrar-differs");
    assert_eq!(
        reported,
        [(
            9,
            "all 3 other registrations of this domain go another way: registration 1 over TLS straight to the domain"
                .to_owned()
        )]
    );
    assert_eq!(found(&[tls(1), udp], "registrar-differs").len(), 2, "of two nobody knows which is right");
    assert_eq!(found(&[tls(1), tls(2)], "registrar-differs"), []);
}

#[test]
fn what_is_ignored_is_not_found_but_known() {
    let targets = estate();
    let record = twin(1, &[(FieldId::RetryDelay, Value::Number(1)), (FieldId::Expire, Value::Number(-1))]);
    let set = RuleSet::NONE.with(find("retry-delay-short").unwrap()).with(find("out-of-range").unwrap());
    let context = CheckContext::new(&targets, None, OnServer::Loaded).ignoring(set);
    let rules: Vec<&str> = check::record(&record, &context).iter().map(Finding::rule_id).collect();
    assert_eq!(rules, ["out-of-range"], "an error keeps the record from being sent, whatever is ignored");
    assert_eq!(check::ignored(&record, &context), [find("retry-delay-short").unwrap()]);
    let verdict = check::verdict(&record, &context);
    assert_eq!((verdict.worst, verdict.ignored), (Some(Severity::Error), true));
    assert_eq!(tally(&lint_all(&[record], &context)).ignored, 1);
}

#[test]
fn down_is_told_first() {
    let targets = estate();
    let record = twin(
        1,
        &[
            (FieldId::Name, Value::Null),
            (FieldId::RetryDelay, Value::Number(1)),
            (FieldId::Domain, text("192.0.2.300")),
            (FieldId::Expire, Value::Number(0)),
        ],
    );
    let context = CheckContext::new(&targets, None, OnServer::Loaded);
    let severities: Vec<Severity> = check::record(&record, &context).iter().map(|finding| finding.severity).collect();
    assert_eq!(severities, Severity::ALL);
    assert_eq!(check::verdict(&record, &context).worst, Some(Severity::Down));
}

/// Records that often meet each other: few users, domains, contacts, places; and texts of any kind.
fn crowd() -> impl Strategy<Value = Vec<Registration>> {
    let one = (
        proptest::option::of(2_u64..5),
        proptest::option::of(12_u64..16),
        prop_oneof![Just("acme.example".to_owned()), Just("ACME.example".to_owned()), ".{0,12}"],
        prop_oneof![
            Just("sip:1@h".to_owned()),
            Just("<sip:1@h;x=y>".to_owned()),
            ".{0,12}",
            "(sip:|<|>|@|,|;|\"|\\[|\\]|:|h|1){0,9}"
        ],
        proptest::collection::vec(prop_oneof![Just("<sip:edge;lr>".to_owned()), "(sip:|<|>|@|,|;|\"|lr|h){0,9}"], 0..3),
        any::<bool>(),
        1_u64..5,
        prop_oneof![Just("default"), Just("input"), Just("")],
    );
    proptest::collection::vec(one, 0..12).prop_map(|all| {
        let made = (1..).zip(all).map(|(id, (pop, node, domain, contact, routes, enabled, transport, interface))| {
            twin(
                id,
                &[
                    (FieldId::Pop, pop.map_or(Value::Null, Value::Reference)),
                    (FieldId::Node, node.map_or(Value::Null, Value::Reference)),
                    (FieldId::Domain, Value::Text(domain)),
                    (FieldId::Contact, Value::Text(contact)),
                    (FieldId::RouteSet, Value::Texts(routes)),
                    (FieldId::Enabled, Value::Flag(enabled)),
                    (FieldId::TransportProtocol, Value::Reference(transport)),
                    (FieldId::SipInterfaceName, text(interface)),
                ],
            )
        });
        made.collect()
    })
}

fn all_findings(records: &[Registration], targets: &Targets) -> Vec<(u64, Vec<Finding>)> {
    let census = Census::of(records, targets);
    let context = CheckContext::new(targets, Some(&census), OnServer::Loaded);
    let mut found: Vec<_> = records
        .iter()
        .map(|record| {
            let findings = check::record(record, &context);
            assert_eq!(check::verdict(record, &context).worst, findings.iter().map(|finding| finding.severity).max());
            (crate::domain::record::Record::id(record), findings)
        })
        .collect();
    found.sort_by_key(|(id, _)| *id);
    found
}

proptest! {
    #[test]
    fn no_rule_panics_or_depends_on_the_order_of_the_records((records, turned) in crowd().prop_flat_map(|records| {
        (Just(records.clone()), Just(records).prop_shuffle())
    })) {
        let targets = estate();
        prop_assert_eq!(all_findings(&records, &targets), all_findings(&turned, &targets));
    }

    #[test]
    fn a_rule_that_is_ignored_finds_nothing_and_changes_nothing_else(records in crowd(), index in 0_usize..64) {
        let targets = estate();
        let census = Census::of(&records, &targets);
        let whole = CheckContext::new(&targets, Some(&census), OnServer::Loaded);
        let Some(rule) = all().nth(index).filter(|rule| rule.severity != Severity::Error) else { return Ok(()) };
        let without = whole.ignoring(RuleSet::NONE.with(rule));
        for record in &records {
            let mut expected = check::record(record, &whole);
            let had = expected.iter().any(|finding| finding.rule == Some(rule));
            expected.retain(|finding| finding.rule != Some(rule));
            prop_assert_eq!(check::record(record, &without), expected);
            prop_assert_eq!(check::verdict(record, &without).ignored, had);
        }
    }
}

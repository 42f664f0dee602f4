//! What nodes are said to do, beside what lint says of the same record: no REGISTER is promised that no node can send.

use crate::domain::change::draft::{Draft, NodeAct, act_of_removal, carried_over, fresh_id, of_removal};
use crate::domain::record::{FieldId, Registration, Relation, Target, Targets, Value};
use crate::domain::rules::check;
use crate::domain::rules::check::all;
use crate::domain::rules::{CheckContext, OnServer, Severity};

fn estate() -> Targets {
    let mut targets = Targets::default();
    for (relation, id, name, pop) in [
        (Relation::Pop, 2, "LON", None),
        (Relation::Pop, 3, "AMS", None),
        (Relation::Pop, 4, "EMPTY", None),
        (Relation::Node, 12, "lon-n1", Some(2)),
        (Relation::Node, 14, "ams-n1", Some(3)),
    ] {
        targets.add(Target { relation, id, name: Some(name.to_owned()), pop, attributes: Vec::new() });
    }
    targets.note_complete(Relation::Node);
    targets
}

fn sound(enabled: bool) -> Registration {
    let mut record = Registration::new(13);
    for (field, value) in [
        (FieldId::Name, Value::Text("acme-lon-main".to_owned())),
        (FieldId::Enabled, Value::Flag(enabled)),
        (FieldId::Pop, Value::Reference(2)),
        (FieldId::Node, Value::Null),
        (FieldId::TransportProtocol, Value::Reference(1)),
        (FieldId::Domain, Value::Text("reg.example".to_owned())),
        (FieldId::Contact, Value::Text("sip:1@192.0.2.1".to_owned())),
        (FieldId::RouteSet, Value::Texts(Vec::new())),
        (FieldId::RetryDelay, Value::Number(30)),
    ] {
        record.set(field, value);
    }
    record
}

fn with(record: &Registration, change: &(FieldId, Value)) -> Registration {
    let mut record = record.clone();
    record.set(change.0, change.1.clone());
    record
}

fn saving(base: Registration, changes: &[(FieldId, Value)]) -> (String, NodeAct) {
    let mut draft = Draft::new(base, None);
    for (field, value) in changes {
        draft.set(*field, value.clone());
    }
    (draft.effect_on_nodes(&estate()).join(" "), draft.act_on_nodes(&estate()))
}

/// A change that makes the record DOWN by each rule that can, and whether a REGISTER is still sent.
fn down() -> Vec<(&'static str, (FieldId, Value), bool)> {
    let text = |text: &str| Value::Text(text.to_owned());
    let route = |text: &str| Value::Texts(vec![text.to_owned()]);
    vec![
        ("contact-unreadable", (FieldId::Contact, text("sip:1@")), false),
        ("domain-host", (FieldId::Domain, text("192.0.2.300")), false),
        ("domain-host", (FieldId::Domain, text("_sip._udp.acme.example")), false),
        ("route-first-host", (FieldId::RouteSet, route("<sip:edge..example;lr>")), false),
        // The node drops the set, and goes straight to the domain.
        ("route-unreadable", (FieldId::RouteSet, route("edge.example")), true),
        ("pop-mismatch", (FieldId::Node, Value::Reference(14)), false),
        ("pop-without-nodes", (FieldId::Pop, Value::Reference(4)), false),
    ]
}

#[test]
fn every_rule_that_finds_down_says_whether_a_register_is_sent() {
    let listed: Vec<&str> = down().iter().map(|(rule, ..)| *rule).collect();
    for rule in all().filter(|rule| rule.severity == Severity::Down) {
        assert!(listed.contains(&rule.id), "{}: does a node send a REGISTER then? Add it to the table", rule.id);
    }
    let targets = estate();
    for (rule, change, _) in down() {
        let found = check::record(&with(&sound(true), &change), &CheckContext::new(&targets, None, OnServer::Loaded));
        assert!(found.iter().any(|finding| finding.rule_id() == rule), "{rule}: {change:?}: {found:?}");
    }
}

#[test]
fn no_register_is_promised_that_no_node_sends() {
    let targets = estate();
    let promises = |text: &str| {
        let rest = text.replace("No node REGISTERs", "").replace("un-REGISTER", "").replace("no REGISTER", "");
        rest.replace("No node sends a REGISTER", "").contains("REGISTER")
    };
    let enabled = |on| (FieldId::Enabled, Value::Flag(on));
    let delay = (FieldId::RetryDelay, Value::Number(60));
    for (rule, change, sends) in down() {
        let says = |what: &str, (text, act): (String, NodeAct), expected: NodeAct| {
            assert_eq!(act, expected, "{rule}, {what}: {text}");
            let registers = matches!(act, NodeAct::Start | NodeAct::Again | NodeAct::Move);
            assert_eq!(promises(&text), registers, "{rule}, {what}: {text}");
            let takes_back = matches!(act, NodeAct::Stop | NodeAct::Again);
            assert_eq!(text.contains("un-REGISTER"), takes_back, "{rule}, {what}: {text}");
        };
        let bad = with(&sound(true), &change);
        let or = |sent: NodeAct, silent: NodeAct| if sends { sent } else { silent };
        let good = (change.0, sound(true).get(change.0).clone());
        says("made so", saving(sound(true), std::slice::from_ref(&change)), or(NodeAct::Again, NodeAct::Stop));
        says(
            "changed while so",
            saving(bad.clone(), std::slice::from_ref(&delay)),
            or(NodeAct::Again, NodeAct::Silent),
        );
        says("corrected", saving(bad.clone(), &[good]), or(NodeAct::Again, NodeAct::Start));
        says("disabled", saving(bad.clone(), &[enabled(false)]), or(NodeAct::Stop, NodeAct::Nothing));
        let off = with(&bad, &enabled(false));
        says("enabled", saving(off.clone(), &[enabled(true)]), or(NodeAct::Start, NodeAct::Silent));
        says(
            "enabled and made so",
            saving(sound(false), &[enabled(true), change]),
            or(NodeAct::Start, NodeAct::Silent),
        );
        says("renamed", saving(bad.clone(), &[(FieldId::Name, Value::Text("x".to_owned()))]), NodeAct::Nothing);
        let removed = (of_removal(&bad, &targets), act_of_removal(&bad, &targets));
        says("deleted", removed, or(NodeAct::Stop, NodeAct::Nothing));
        let (fresh, _) = carried_over(&bad, fresh_id(1, 1), |_| None);
        let made = (fresh.effect_on_nodes(&targets).join(" "), fresh.act_on_nodes(&targets));
        says("created", made, or(NodeAct::Start, NodeAct::Silent));
    }
}

use proptest::prelude::*;

use crate::domain::change::draft::*;
use crate::domain::record::{Relation, Secret, Target};
use crate::domain::rules::OnServer;

fn text(text: &str) -> Value {
    Value::Text(text.to_owned())
}

fn estate() -> Targets {
    let mut targets = Targets::default();
    for (relation, id, name, pop) in [
        (Relation::Pop, 2, "LON", None),
        (Relation::Pop, 3, "AMS", None),
        (Relation::Node, 12, "lon-n1", Some(2)),
        (Relation::Node, 13, "lon-n2", Some(2)),
        (Relation::Node, 14, "ams-n1", Some(3)),
    ] {
        targets.add(Target { relation, id, name: Some(name.to_owned()), pop, attributes: Vec::new() });
    }
    targets.note_complete(Relation::Node);
    targets
}

fn base() -> Registration {
    let mut base = Registration::new(13);
    for (field, value) in [
        (FieldId::Name, text("acme-lon-main")),
        (FieldId::Enabled, Value::Flag(true)),
        (FieldId::Pop, Value::Reference(2)),
        (FieldId::Node, Value::Null),
        (FieldId::TransportProtocol, Value::Reference(1)),
        (FieldId::DisplayUsername, text("")),
        (FieldId::Contact, Value::Null),
        (FieldId::AuthPassword, Value::Secret(Secret::new("hunter2"))),
        (FieldId::RetryDelay, Value::Number(5)),
        (FieldId::Expire, Value::Null),
    ] {
        base.set(field, value);
    }
    base
}

fn edit(changes: &[(FieldId, Value)]) -> Draft {
    let mut draft = Draft::new(base(), Some(Tag::new("W/\"eb20\"")));
    for (field, value) in changes {
        draft.set(*field, value.clone());
    }
    draft
}

fn effect(changes: &[(FieldId, Value)]) -> String {
    edit(changes).effect(&estate()).join(" ")
}

#[test]
fn typing_the_old_value_again_is_no_change() {
    let mut draft = edit(&[(FieldId::RetryDelay, Value::Number(30))]);
    assert!(draft.is_changed(FieldId::RetryDelay));
    draft.set(FieldId::RetryDelay, Value::Number(5));
    draft.set(FieldId::DisplayUsername, Value::Null);
    draft.set(FieldId::Contact, text(""));
    draft.set(FieldId::AuthPassword, Value::Secret(Secret::new("hunter2")));
    assert!(draft.is_empty());
    assert_eq!(draft.result(), base());
}

#[test]
fn clearing_a_text_wants_null() {
    let draft = edit(&[(FieldId::Name, text(""))]);
    assert_eq!(draft.changes().get(&FieldId::Name), Some(&Value::Null));
}

#[test]
fn a_value_set_where_nothing_was_told_is_a_change_even_if_it_is_null() {
    let draft = edit(&[(FieldId::SipInterfaceName, Value::Null)]);
    assert!(draft.is_changed(FieldId::SipInterfaceName));
}

#[test]
fn what_cannot_be_sent_cannot_be_wanted() {
    for value in [Value::Missing, Value::Withheld, Value::Linked("/x".into()), Value::Odd("{}".into())] {
        assert!(edit(&[(FieldId::Name, text("new")), (FieldId::Name, value)]).is_empty());
    }
}

#[test]
fn errors_block_only_in_fields_that_were_touched() {
    let targets = estate();
    let context = CheckContext::new(&targets, None, OnServer::Loaded);
    let severities = |draft: &Draft| -> Vec<_> {
        draft
            .findings(&context)
            .into_iter()
            .filter(|finding| finding.field == FieldId::Contact)
            .map(|finding| finding.severity)
            .collect()
    };
    assert_eq!(severities(&edit(&[(FieldId::RetryDelay, Value::Number(30))])), [Severity::Warning]);
    assert_eq!(severities(&edit(&[(FieldId::Contact, text("tel:1"))])), [Severity::Error]);
}

#[test]
fn the_effect_names_nodes_and_causes() {
    assert_eq!(effect(&[]), "");
    assert_eq!(effect(&[(FieldId::Name, text("x"))]), "No node notices the change of name.");
    assert_eq!(
        effect(&[(FieldId::TransportProtocol, Value::Reference(3)), (FieldId::RetryDelay, Value::Number(30))]),
        "lon-n1, lon-n2 un-REGISTER and REGISTER again at the next poll (transport, retry-delay)."
    );
    assert_eq!(
        effect(&[(FieldId::Enabled, Value::Flag(false))]),
        "Disabled: lon-n1, lon-n2 un-REGISTER and stop trying at the next poll."
    );
    assert_eq!(
        effect(&[(FieldId::Node, Value::Reference(12)), (FieldId::Expire, Value::Number(600))]),
        "Loaded now: lon-n1, lon-n2; after saving: lon-n1. lon-n2 un-REGISTERs at the next poll. \
         lon-n1 un-REGISTERs and REGISTERs again at the next poll (expire)."
    );
    assert_eq!(
        effect(&[(FieldId::Node, Value::Reference(14))]),
        "DOWN after saving: pop: ams-n1 is in POP AMS, not LON: no node will load it. Loaded now: lon-n1, lon-n2; \
         after saving: no node: ams-n1 is in POP AMS, not LON. lon-n1, lon-n2 un-REGISTER at the next poll."
    );
    let mut off = base();
    off.set(FieldId::Enabled, Value::Flag(false));
    let mut draft = Draft::new(off, None);
    draft.set(FieldId::Expire, Value::Number(600));
    assert_eq!(draft.effect(&estate()), ["Disabled before and after: no node does anything."]);
    draft.set(FieldId::Enabled, Value::Flag(true));
    assert_eq!(draft.effect(&estate()), ["Enabled: lon-n1, lon-n2 REGISTER at the next poll."]);
}

#[test]
fn the_effect_tells_what_nodes_do_not_notice_and_what_is_down() {
    let mut zero = base();
    zero.set(FieldId::Expire, Value::Number(0));
    let mut draft = Draft::new(zero, None);
    draft.set(FieldId::Expire, Value::Null);
    let none = "No node notices the change of expire (0 is the same as empty).";
    assert_eq!(draft.effect(&estate()), [none]);
    draft.set(FieldId::RetryDelay, Value::Number(30));
    assert_eq!(
        draft.effect(&estate()),
        ["lon-n1, lon-n2 un-REGISTER and REGISTER again at the next poll (retry-delay).", none]
    );
    assert_eq!(
        effect(&[(FieldId::Name, text("x")), (FieldId::RetryDelay, Value::Number(30))]),
        "lon-n1, lon-n2 un-REGISTER and REGISTER again at the next poll (retry-delay). \
         No node notices the change of name."
    );
    assert_eq!(
        effect(&[(FieldId::Domain, text("192.0.2.300"))]),
        "DOWN after saving: domain: is not an IPv4 address: four numbers of 0 to 255. lon-n1, lon-n2 un-REGISTER \
         at the next poll (domain). No node REGISTERs it again."
    );
}

#[test]
fn no_secret_is_stored_and_a_changed_one_is_asked_for_again() {
    let draft = edit(&[
        (FieldId::AuthPassword, Value::Secret(Secret::new("correct horse"))),
        (FieldId::Expire, Value::Number(600)),
    ]);
    let json = serde_json::to_string(&draft.to_stored()).unwrap();
    assert!(!json.contains("hunter2") && !json.contains("correct horse"), "{json}");
    let stored: StoredDraft = serde_json::from_str(&json).unwrap();
    assert_eq!(stored.id(), 13);
    let mut restored = stored.restore().unwrap();
    assert_eq!(restored.lost().collect::<Vec<_>>(), [FieldId::AuthPassword]);
    assert!(!restored.is_changed(FieldId::AuthPassword) && !restored.is_empty());
    assert_eq!(restored.to_stored(), draft.to_stored());
    restored.set(FieldId::AuthPassword, Value::Secret(Secret::new("typed again")));
    assert_eq!(restored.lost().count(), 0);
    assert_eq!(restored.changes().len(), 2);
}

#[test]
fn a_password_of_an_unexpected_type_is_not_stored_either() {
    let mut odd = base();
    odd.set(FieldId::AuthPassword, Value::Odd("12345678".into()));
    let json = serde_json::to_string(&Draft::new(odd, None).to_stored()).unwrap();
    assert!(!json.contains("12345678"), "{json}");
}

#[test]
fn a_draft_of_another_version_is_refused_in_words() {
    let refused = |json: &str| serde_json::from_str::<StoredDraft>(json).unwrap().restore().unwrap_err().to_string();
    assert!(refused(r#"{"version":9,"id":1,"tag":null,"base":{},"changes":{}}"#).contains("format 9"));
    assert!(refused(r#"{"version":1,"id":1,"tag":null,"base":{},"changes":{"colour":"null"}}"#).contains("colour"));
}

fn any_value() -> impl Strategy<Value = Value> {
    prop_oneof![
        Just(Value::Null),
        "[a-c]{0,2}".prop_map(Value::Text),
        "[a-c]{0,2}".prop_map(|text| Value::Secret(Secret::new(text))),
        any::<bool>().prop_map(Value::Flag),
        (0_i64..3).prop_map(Value::Number),
        proptest::collection::vec("[ab]", 0..2).prop_map(Value::Texts),
        (0_u64..3).prop_map(Value::Reference),
    ]
}

proptest! {
    #[test]
    fn a_draft_is_its_base_and_its_changes(
        edits in proptest::collection::vec((0..FieldId::all().count(), any_value()), 0..12),
    ) {
        let mut draft = edit(&[]);
        for (index, value) in &edits {
            let field = FieldId::all().nth(*index).unwrap();
            if field == FieldId::AuthPassword || !matches!(value, Value::Secret(_)) {
                draft.set(field, value.clone());
            }
        }
        let result = draft.result();
        for field in FieldId::all() {
            prop_assert_eq!(result.value(field), draft.value(field));
            if !draft.is_changed(field) {
                prop_assert_eq!(result.get(field), draft.base().get(field));
            }
        }
        let again = serde_json::to_value(draft.to_stored()).unwrap();
        let again: StoredDraft = serde_json::from_value(again).unwrap();
        let again = again.restore().unwrap();
        for (field, value) in draft.changes() {
            if *field == FieldId::AuthPassword && !value.as_ref().is_unset() {
                prop_assert!(again.lost().any(|lost| lost == *field));
            } else {
                prop_assert_eq!(again.changes().get(field), Some(value));
            }
        }
        for field in FieldId::all() {
            draft.revert(field);
        }
        prop_assert!(draft.is_empty());
    }
}

#[test]
fn what_was_doubtful_before_is_not_told_again_but_what_becomes_so_is() {
    let targets = Targets::default();
    let context = CheckContext::new(&targets, None, OnServer::Loaded);
    let mut base = Registration::new(7);
    base.set(FieldId::Name, Value::Text("a".to_owned()));
    base.set(FieldId::RetryDelay, Value::Number(1));
    let mut draft = Draft::new(base, None);
    draft.set(FieldId::Enabled, Value::Flag(false));
    assert_eq!(draft.new_findings(&context, &context), []);
    draft.set(FieldId::Expire, Value::Number(5));
    let found: Vec<FieldId> = draft.new_findings(&context, &context).iter().map(|finding| finding.field).collect();
    assert_eq!(found, [FieldId::Expire]);
    draft.set(FieldId::RetryDelay, Value::Number(0));
    assert!(draft.new_findings(&context, &context).iter().any(|finding| finding.severity == Severity::Error));
}

#[test]
fn all_that_is_wrong_with_a_record_is_news_where_nodes_take_it_up() {
    let targets = estate();
    let context = CheckContext::new(&targets, None, OnServer::Loaded);
    let off = (FieldId::Enabled, Value::Flag(false));
    let on = (FieldId::Enabled, Value::Flag(true));
    let ams = (FieldId::Pop, Value::Reference(3));
    let lon_n1 = (FieldId::Node, Value::Reference(12));
    let wrong = (FieldId::Domain, Value::Text("192.0.2.300".to_owned()));
    let short = (FieldId::RetryDelay, Value::Number(1));
    // What it is, what is changed, and what of it is said.
    let table = [
        (vec![off.clone(), wrong.clone(), short.clone()], vec![on.clone()], vec!["domain", "retry-delay"]),
        (vec![off.clone(), wrong.clone()], vec![on.clone(), ams.clone(), lon_n1.clone()], vec!["domain", "pop"]),
        (vec![ams.clone(), lon_n1.clone(), short.clone()], vec![(FieldId::Pop, Value::Null)], vec!["retry-delay"]),
        (vec![ams.clone(), lon_n1.clone(), short.clone()], vec![(FieldId::Name, Value::Text("b".to_owned()))], vec![]),
        (vec![wrong.clone(), short.clone()], vec![off.clone()], vec![]),
        (vec![off, wrong, short], vec![(FieldId::Name, Value::Text("b".to_owned()))], vec![]),
    ];
    for (is, changed, said) in table {
        let mut base = Registration::new(7);
        base.set(FieldId::Name, Value::Text("a".to_owned()));
        for (field, value) in [on.clone()].into_iter().chain(is) {
            base.set(field, value);
        }
        let mut draft = Draft::new(base, None);
        for (field, value) in changed {
            draft.set(field, value);
        }
        let mut found: Vec<&str> =
            draft.new_findings(&context, &context).iter().map(|finding| finding.field.field().name).collect();
        found.sort_unstable();
        found.dedup();
        assert_eq!(found, said, "{:?}", draft.changes());
    }
}

#[test]
fn what_nodes_do_has_one_word() {
    let act = |changes: &[(FieldId, Value)]| edit(changes).act_on_nodes(&estate());
    assert_eq!(act(&[(FieldId::Enabled, Value::Flag(false))]), NodeAct::Stop);
    assert_eq!(act(&[(FieldId::Node, Value::Reference(14))]), NodeAct::Stop, "no node loads it then");
    assert_eq!(act(&[(FieldId::Node, Value::Reference(12))]), NodeAct::Move);
    assert_eq!(act(&[(FieldId::RetryDelay, Value::Number(30))]), NodeAct::Again);
    assert_eq!(act(&[(FieldId::Name, text("x"))]), NodeAct::Nothing);
    assert_eq!(act_of_removal(&base(), &estate()), NodeAct::Stop);
    let mut off = base();
    off.set(FieldId::Enabled, Value::Flag(false));
    assert_eq!(act_of_removal(&off, &estate()), NodeAct::Nothing);
    let mut on = Draft::new(off, None);
    on.set(FieldId::Enabled, Value::Flag(true));
    assert_eq!(on.act_on_nodes(&estate()), NodeAct::Start);
}

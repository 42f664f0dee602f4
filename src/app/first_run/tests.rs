//! The setup, key by key.

use super::*;

fn form() -> FirstRun {
    FirstRun::new(Some("/h/.config/sipreg/config.toml".to_owned()), None)
}

fn keys(form: &mut FirstRun, keys: &str) -> SetupRequest {
    let mut next = SetupRequest::Stay;
    for key in Key::parse_sequence(keys).unwrap() {
        next = form.typed(key);
    }
    next
}

fn write(form: &mut FirstRun, text: &str) {
    for c in text.chars() {
        form.typed(Key::char(c));
    }
}

fn filled() -> FirstRun {
    let mut form = form();
    write(&mut form, "yeti.example");
    keys(&mut form, "Enter");
    write(&mut form, "alice");
    keys(&mut form, "Enter");
    write(&mut form, "hunter2");
    form
}

fn check(verdict: SetupVerdict, name: &str) -> Check {
    Check { verdict, name: name.to_owned(), found: "found".to_owned(), fix: String::new() }
}

#[test]
fn enter_leads_from_the_url_to_the_test_and_a_good_test_to_the_name() {
    let mut form = filled();
    keys(&mut form, "Enter");
    assert_eq!(form.place, SetupRow::Test);
    let SetupRequest::Test(answers) = keys(&mut form, "Enter") else { panic!("no test") };
    assert_eq!((answers.url.as_str(), answers.user.as_str()), ("https://yeti.example", "alice"));
    assert_eq!(answers.password.unwrap().expose(), "hunter2");
    form.checked(check(SetupVerdict::Well, "dns"));
    form.checked(check(SetupVerdict::Warn, "clock"));
    form.tested();
    assert_eq!((form.place, form.passed, form.text(SetupRow::Name)), (SetupRow::Name, Some(true), "yeti"));
    assert!(matches!(keys(&mut form, "Ctrl-s"), SetupRequest::Save(_)));
}

#[test]
fn a_check_that_fails_leads_to_what_is_wrong_and_loses_nothing() {
    for (failed, place) in [
        ("dns", SetupRow::Url),
        ("connection", SetupRow::Url),
        ("page", SetupRow::Url),
        ("tls", SetupRow::Url),
        ("sign-in", SetupRow::Password),
    ] {
        let mut form = filled();
        let before = form.answers();
        keys(&mut form, "Enter Enter");
        form.checked(check(SetupVerdict::Fail, failed));
        form.checked(check(SetupVerdict::Skip, "clock"));
        form.tested();
        assert_eq!((form.place, form.passed), (place, Some(false)), "{failed}");
        assert_eq!(form.answers(), before);
        write(&mut form, "x");
        assert_eq!(form.passed, None, "what was checked is not what is there now");
    }
}

#[test]
fn a_certificate_that_is_not_trusted_leads_to_the_file_of_its_authority() {
    let mut form = filled();
    keys(&mut form, "Enter Enter");
    form.checked(check(SetupVerdict::Certificate, "tls"));
    form.tested();
    assert_eq!((form.place, form.passed), (SetupRow::CaFile, Some(false)));
}

#[test]
fn a_test_is_cancelled_by_esc_and_by_ctrl_c_and_what_comes_late_counts_no_more() {
    for key in ["Esc", "Ctrl-c"] {
        let mut form = filled();
        keys(&mut form, "Enter Enter");
        assert_eq!(keys(&mut form, "x Enter"), SetupRequest::Stay, "keys wait");
        assert_eq!(keys(&mut form, key), SetupRequest::Cancel);
        form.checked(check(SetupVerdict::Fail, "dns"));
        form.tested();
        assert!(form.checks.is_empty() && form.passed.is_none());
        assert_eq!(form.answers().user, "alice");
    }
}

#[test]
fn what_is_missing_is_asked_for_before_anything_is_sent() {
    let mut form = form();
    form.move_to(SetupRow::Test);
    assert_eq!(keys(&mut form, "Enter"), SetupRequest::Stay);
    assert_eq!(form.place, SetupRow::Url);
    write(&mut form, "https://yeti.example");
    form.move_to(SetupRow::Test);
    keys(&mut form, "Enter");
    assert_eq!(form.place, SetupRow::User);
    write(&mut form, "alice");
    form.move_to(SetupRow::Test);
    keys(&mut form, "Enter");
    assert_eq!(form.place, SetupRow::Password);
    let mut at_hand = FirstRun::new(None, Some("SIPREG_TOKEN".to_owned()));
    write(&mut at_hand, "https://yeti.example");
    at_hand.move_to(SetupRow::Test);
    assert!(matches!(keys(&mut at_hand, "Enter"), SetupRequest::Test(_)), "a token is at hand");
}

#[test]
fn esc_opens_without_saving_and_needs_a_server_for_that() {
    let mut form = form();
    assert_eq!(keys(&mut form, "Esc"), SetupRequest::Stay);
    assert!(form.reported.as_ref().unwrap().contains("Ctrl-c: quit"));
    write(&mut form, "https://yeti.example");
    let SetupRequest::Open(answers) = keys(&mut form, "Esc") else { panic!("not opened") };
    assert_eq!(answers.url, "https://yeti.example");
}

#[test]
fn ctrl_c_quits_at_once_only_where_nothing_was_typed() {
    assert_eq!(keys(&mut form(), "Ctrl-c"), SetupRequest::Quit);
    let mut form = filled();
    assert_eq!(keys(&mut form, "Ctrl-c"), SetupRequest::Stay);
    assert_eq!(keys(&mut form, "Left Ctrl-c"), SetupRequest::Stay, "only twice in a row");
    assert_eq!(keys(&mut form, "Ctrl-c"), SetupRequest::Quit);
}

#[test]
fn an_address_without_encryption_is_asked_about_once_and_enter_is_no_yes() {
    let mut form = FirstRun::new(None, Some("SIPREG_PASSWORD".to_owned()));
    write(&mut form, "http://10.0.0.5:8080");
    form.move_to(SetupRow::Test);
    let next = keys(&mut form, "Enter");
    assert!(!form.allows_plaintext(&next));
    assert!(form.reported.as_ref().unwrap().contains("not encrypted"));
    assert_eq!(keys(&mut form, "Enter"), SetupRequest::Stay);
    assert_eq!((form.place, &form.stage), (SetupRow::Url, &SetupStage::Typing));
    assert!(!form.allows_plaintext(&next));
    assert_eq!(keys(&mut form, "y"), next);
    assert!(form.allows_plaintext(&next));
    form.tested();
    form.move_to(SetupRow::Url);
    write(&mut form, "1");
    assert!(!form.allows_plaintext(&next), "another address is another question");
}

#[test]
fn a_paste_goes_into_one_field_whatever_is_in_it() {
    let mut form = form();
    form.pasted("https://yeti.example\r\n");
    assert_eq!((form.place, form.text(SetupRow::Url)), (SetupRow::Url, "https://yeti.example"));
    form.move_to(SetupRow::Password);
    form.pasted("hun\tter\n2\n");
    assert!(!form.text(SetupRow::Password).contains('\n'));
    form.move_to(SetupRow::Access);
    form.pasted("x");
    assert!(form.reported.as_ref().unwrap().contains("ignored"));
}

#[test]
fn access_is_chosen_with_space_and_arrows() {
    let mut form = form();
    form.move_to(SetupRow::Access);
    keys(&mut form, "Space");
    assert_eq!(form.access, Access::Confirm);
    keys(&mut form, "Right");
    assert_eq!(form.access, Access::ReadOnly);
    keys(&mut form, "Left Left");
    assert_eq!(form.access, Access::Write);
}

#[test]
fn the_name_comes_from_the_host() {
    for (url, name) in [
        ("https://eu-noc.yeti.example/api/rest/admin", "eu-noc"),
        ("https://YETI.example:8443", "yeti"),
        ("https://192.0.2.1", "default"),
        ("https://[2001:db8::1]:8443", "default"),
        ("http://localhost:3000", "default"),
        ("nonsense \u{1b}[2J", "default"),
        ("", "default"),
    ] {
        assert_eq!(name_for(url), name, "{url}");
    }
}

#[test]
fn secrets_do_not_print_themselves() {
    let form = filled();
    assert!(!format!("{form:?}{:?}", form.answers()).contains("hunter2"));
}

#[test]
fn the_server_is_asked_once_its_url_was_typed_and_its_answer_goes_with_the_url() {
    let mut form = form();
    write(&mut form, "yeti.example");
    let SetupRequest::Reach(answers) = keys(&mut form, "Enter") else { panic!("not asked") };
    assert_eq!((answers.url.as_str(), form.place), ("https://yeti.example", SetupRow::User));
    assert_eq!(form.said_at_url(), None);
    let refused = RequestError::unanswered("refused".to_owned());
    form.heard(answers.url, Err(refused.clone()));
    assert_eq!(form.said_at_url(), Some(&Err(refused)));
    keys(&mut form, "BackTab");
    write(&mut form, "x");
    assert_eq!(form.said_at_url(), None, "another server did not answer yet");
}

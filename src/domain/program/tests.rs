use proptest::prelude::*;

use super::*;
use crate::domain::record::{Registration, Target, Value};

fn record(values: &[(FieldId, &str)]) -> Registration {
    let mut record = Registration::new(7);
    for (field, text) in values {
        record.set(*field, Value::Text((*text).to_owned()));
    }
    record
}

fn called(call: &Call, values: &[(FieldId, &str)]) -> Result<Vec<String>, String> {
    call.words(&[record(values)], &Targets::default()).map_err(|(id, why)| format!("{id}: {why}"))
}

#[test]
fn words_are_separated_as_in_a_shell_and_nothing_else_is_one() {
    let words = |line: &str| called(&Call::of_line(line).unwrap(), &[(FieldId::Domain, "a.example")]).unwrap();
    assert_eq!(words("sngrep -c host {domain}"), ["sngrep", "-c", "host", "a.example"]);
    assert_eq!(
        words("x 'a b' \"c d\" e\\ f '' {id}@{domain} {{id}}"),
        ["x", "a b", "c d", "e f", "", "7@a.example", "{id}"]
    );
    assert_eq!(words("x '$HOME' \"a|b\""), ["x", "$HOME", "a|b"]);
    for (line, why) in [
        ("", "names no program"),
        ("''", "names no program"),
        ("{name} x", "must not depend"),
        ("x | y", "shell = true"),
        ("x > y", "shell = true"),
        ("x $HOME", "shell = true"),
        ("x 'a", "has no end"),
        ("x \\", "backslash"),
        ("x {domian}", "did you mean {domain}"),
        ("x {", "write it twice"),
        ("x }", "write it twice"),
        ("x {auth-password}", "password = true"),
    ] {
        let reported = Call::of_line(line).unwrap_err().to_string();
        assert!(reported.contains(why), "{line}: {reported}");
    }
}

#[test]
fn a_piece_of_shell_gets_variables_and_no_text() {
    let reported = |script: &str| Call::of_shell(script).unwrap_err().to_string();
    assert!(reported("echo {domain}").contains("\"$REGISTRATION_DOMAIN\""));
    assert!(reported("echo {address}").contains("\"$REGISTRATION_USERNAME@$REGISTRATION_DOMAIN\""));
    assert!(reported(" ").contains("no program"));
    let call = Call::of_shell("echo \"$REGISTRATION_NAME\" | tr a-z A-Z").unwrap();
    let words = called(&call, &[(FieldId::Name, "$(reboot)")]).unwrap();
    assert_eq!(words[..2], ["sh", "-c"]);
    assert!(!words.join(" ").contains("reboot"));
}

#[test]
fn what_could_be_an_option_or_steer_or_is_not_there_is_refused_with_the_registration() {
    let call = Call::of_line("x {domain}").unwrap();
    assert!(called(&call, &[(FieldId::Domain, "-oProxyCommand=reboot")]).unwrap_err().starts_with("7: domain begins"));
    assert!(called(&call, &[(FieldId::Domain, "a\u{1b}]0;x\u{7}")]).unwrap_err().contains("control or hidden"));
    assert!(called(&call, &[(FieldId::Domain, "a\u{202e}b")]).unwrap_err().contains("control or hidden"));
    assert!(called(&call, &[(FieldId::Domain, "a\0b")]).unwrap_err().contains("control or hidden"));
    assert!(called(&call, &[(FieldId::Domain, "")]).unwrap_err().contains("not set"));
    assert!(called(&call, &[]).unwrap_err().contains("not loaded"));
    let guarded = Call::of_line("x -- {domain}").unwrap();
    assert_eq!(called(&guarded, &[(FieldId::Domain, "-o")]).unwrap(), ["x", "--", "-o"]);
    let inside = Call::of_line("x --host={domain}").unwrap();
    assert_eq!(called(&inside, &[(FieldId::Domain, "-o")]).unwrap(), ["x", "--host=-o"]);
}

#[test]
fn what_is_not_known_of_a_pop_or_node_is_refused_and_never_passed_as_something_else() {
    let mut targets = Targets::default();
    let mut record = record(&[(FieldId::Domain, "a.example")]);
    record.set(FieldId::Node, Value::Null);
    for (pop, learned, expected) in [
        (Value::Missing, false, Err("not loaded")),
        (Value::Linked("/api/rest/admin/registrations/7/pop".into()), false, Err("not loaded")),
        (Value::Reference(3), false, Err("not loaded")),
        (Value::Reference(3), true, Ok("LON")),
        (Value::Null, true, Err("pop is not set")),
    ] {
        record.set(FieldId::Pop, pop.clone());
        if learned {
            let (relation, name) = (crate::domain::record::Relation::Pop, Some("LON".to_owned()));
            targets.add(Target { relation, id: 3, name, pop: None, attributes: Vec::new() });
        }
        let words = |line: &str| Call::of_line(line).unwrap().words(std::slice::from_ref(&record), &targets);
        let reported = words("x --pop={pop}").map(|words| words.last().cloned().unwrap_or_default());
        let variable = variables(&record, &targets).into_iter().find(|(name, _)| name == "REGISTRATION_POP");
        let shell = Call::of_shell("x \"${REGISTRATION_POP}\"").unwrap();
        let shell = shell.words(std::slice::from_ref(&record), &targets);
        match expected {
            Ok(name) => {
                assert_eq!(reported.unwrap(), format!("--pop={name}"));
                assert_eq!(variable.unwrap().1, name);
            }
            Err(why) => {
                let (id, reported) = reported.unwrap_err();
                assert!(id == 7 && reported.to_string().contains(why), "{pop:?}: {reported}");
                assert!(variable.is_none_or(|(_, value)| value.is_empty()), "{pop:?}");
            }
        }
        // A shell reads a variable that is not there as empty.
        assert_eq!(shell.is_err(), expected == Err("not loaded"), "{pop:?}: {shell:?}");
    }
}

#[test]
fn a_piece_of_shell_is_refused_where_a_variable_that_it_reads_is_not_there() {
    let script = |text: &str| Call::of_shell(text).unwrap();
    let hostile = record(&[(FieldId::Domain, "a\u{1b}[2J"), (FieldId::Name, "ok")]);
    let words = |text: &str, records: &[Registration]| script(text).words(records, &Targets::default());
    assert_eq!(
        words("dig \"$REGISTRATION_DOMAIN\"", std::slice::from_ref(&hostile)).unwrap_err().1,
        Unfit::Harmful("domain")
    );
    assert!(words("echo \"$REGISTRATION_NAME\"", std::slice::from_ref(&hostile)).is_ok());
    assert!(words("echo $REGISTRATION_DOMAINS $XREGISTRATION_DOMAIN", std::slice::from_ref(&hostile)).is_ok());
    let both = [Registration::new(1), Registration::new(2)];
    assert!(words("echo $REGISTRATION_ID", &both).unwrap_err().1.to_string().contains("$REGISTRATION_IDS"));
    assert!(words("echo $REGISTRATION_IDS", &both).is_ok());
    assert!(script("echo ${REGISTRATION_ID}").has_placeholders() && !script("echo $SIPREG_URL").has_placeholders());
}

#[test]
fn a_word_with_a_placeholder_comes_once_for_each_registration() {
    let call = Call::of_line("x --for {id} end").unwrap();
    let both = [Registration::new(1), Registration::new(2)];
    assert_eq!(call.words(&both, &Targets::default()).unwrap(), ["x", "--for", "1", "2", "end"]);
    assert_eq!(variable_of_many(&[1, 2]), ("REGISTRATION_IDS".to_owned(), "1 2".to_owned()));
}

#[test]
fn variables_have_no_password_and_nothing_that_steers() {
    let mut record = record(&[(FieldId::Name, "ok"), (FieldId::Domain, "a\u{1b}b"), (FieldId::Contact, "")]);
    record.set(FieldId::AuthPassword, Value::Secret(Secret::new("hunter2")));
    let found = variables(&record, &Targets::default());
    let of = |name: &str| found.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str());
    assert_eq!(of("REGISTRATION_ID"), Some("7"));
    assert_eq!(of("REGISTRATION_NAME"), Some("ok"));
    assert_eq!(of("REGISTRATION_CONTACT"), Some(""));
    assert_eq!(of("REGISTRATION_DOMAIN"), None);
    assert_eq!(of("REGISTRATION_AUTH_PASSWORD"), None);
    assert!(!format!("{found:?}").contains("hunter2"));
    assert_eq!(Program::password_variable(), "REGISTRATION_AUTH_PASSWORD");
}

proptest! {
    /// Whatever a value is, it is refused or it is one whole argument, in its place and unchanged.
    #[test]
    fn a_value_never_becomes_more_or_less_than_one_argument(value in any::<String>(), name in "[ -~]{0,20}") {
        let call = Call::of_line("tool --host {domain} --label={name} end").unwrap();
        let values = [(FieldId::Domain, value.as_str()), (FieldId::Name, name.as_str())];
        if let Ok(words) = called(&call, &values) {
            prop_assert_eq!(words, ["tool", "--host", value.as_str(), &format!("--label={name}"), "end"]);
            prop_assert!(!value.starts_with('-') && !value.chars().any(char::is_control));
        }
    }

    #[test]
    fn any_line_is_read_or_refused(line in any::<String>()) {
        let _ = Call::of_line(&line);
        let _ = Call::of_shell(&line);
    }

    /// The line that asks before it runs is one line, and its words are those that run.
    #[test]
    fn the_line_shown_reads_back_as_the_words(words in proptest::collection::vec("[ -~é]{1,12}", 1..4)) {
        let program = Program {
            title: String::new(), words: words.clone(), variables: Vec::new(), password: None, display: Display::Box,
        };
        let shown = program.to_string().replace('{', "{{").replace('}', "}}");
        let Ok(Call::Words(read)) = Call::of_line(&shown) else { return Ok(()) };
        let read: Vec<String> = read.iter().map(|word| word.filled(|_| Ok(String::new())).unwrap()).collect();
        prop_assert_eq!(read, words);
    }
}

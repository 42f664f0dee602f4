//! A server that repeats a password that was typed: it is shown, said and noted nowhere.

use sipreg::demo::faults::{Fault, FaultEffect};
use sipreg::domain::change::Ending;
use sipreg::domain::record::FieldId;

use super::creating::{fill, journal, sent};
use crate::sitting::Sitting;

/// What is typed; each form of it that a server may send has signs that must be escaped there.
const TYPED: &str = "p\"l4nted&s3cret/9";

/// Answers that repeat it, in the forms that servers give it.
fn answers() -> Vec<(u16, &'static str, String)> {
    let json = serde_json::to_string(TYPED).unwrap();
    let json = json.trim_matches('"');
    let errors = |code: u16| {
        format!(
            r#"{{"errors":[{{"title":"{json} is invalid","detail":"auth-password - {json} is too short","code":"100",
            "source":{{"pointer":"/data/attributes/auth-password"}},"status":"{code}"}}]}}"#
        )
    };
    let html = TYPED.replace('&', "&amp;").replace('"', "&quot;");
    let api = "application/vnd.api+json";
    vec![
        (422, api, errors(422)),
        (409, api, errors(409)),
        (400, api, errors(400)),
        (403, "text/html", format!("<html><title>{html} is forbidden</title><body>{TYPED}</body></html>")),
        (418, "text/plain", TYPED.to_owned()),
    ]
}

#[track_caller]
fn assert_silent(sitting: &Sitting, after: &str) {
    let reported = sitting.screen();
    let said: String = sitting.app.cx.notices.all().iter().map(|notice| notice.text.as_str()).collect();
    let noted = format!("{:?}", sitting.asked);
    for part in ["l4nted", "s3cret"] {
        for (place, text) in [("the screen", &reported), ("messages", &said), ("what is noted", &noted)] {
            assert!(!text.contains(part), "{part} in {place} after {after}: {text}");
        }
    }
}

#[test]
fn a_typed_password_that_the_server_repeats_is_seen_nowhere() {
    for (status, content_type, body) in answers() {
        let mut sitting = Sitting::ready((120, 40), 40);
        sitting.carry_out(": 1 6 Enter e");
        fill(&mut sitting, FieldId::AuthPassword, TYPED);
        let effect = FaultEffect::Answer { status, content_type: content_type.to_owned(), body };
        sitting.server.fault(Fault::always("PATCH", "", effect));
        sitting.carry_out("w");
        sitting.carry_out("G y");
        assert_eq!(sent(&sitting, "PATCH").len(), 1, "{status}: {}", sitting.screen());
        assert_ne!(journal(&sitting)[0].ending, Ending::Applied);
        assert_silent(&sitting, &format!("{status}"));
        // Messages, journal, and what went over the wire, both ways.
        for keys in ["Esc !", "Esc J", "Esc H", "Enter", "G", "PgUp", "Esc Esc"] {
            sitting.carry_out(keys);
            assert_silent(&sitting, &format!("{status} and {keys}"));
        }
    }
}

//! Lists of servers that page in other ways, and links of unusual form.

use sipreg::demo::faults::{Fault, FaultEffect, Paging};
use sipreg::domain::record::{FieldId, Value};

use crate::kit::command::{CommandResult, Desk};
use crate::kit::home::Home;

fn paged(records: u32, paging: Paging) -> Desk {
    let desk = Desk::with_records(records);
    desk.fault(Fault::always("GET", "/registrations", FaultEffect::Paged(paging)));
    desk
}

fn ids(desk: &Desk) -> String {
    let ids: Vec<String> = desk.control.ids().iter().map(u64::to_string).collect();
    format!("{}\n", ids.join("\n"))
}

/// The messages, where it ended in this code with data or without.
#[track_caller]
fn messages(reported: CommandResult, code: i32) -> String {
    assert_eq!(reported.code, Some(code), "{reported:?}");
    reported.messages
}

/// A profile whose labels come by links.
fn by_links(desk: &Desk) -> Home {
    let text = format!(
        "[profile.a]\nurl = \"{}\"\nusername = \"demo\"\npassword = \"demo\"\nlabels = \"links\"\n",
        desk.server.url
    );
    Home::configured(&text)
}

fn lists(desk: &Desk) -> usize {
    desk.control.exchanges().iter().filter(|exchange| exchange.path().ends_with("/registrations")).count()
}

#[test]
fn every_server_that_shows_all_its_records_is_read_whole() {
    for (paging, most) in
        [(Paging::Rows(25), 9), (Paging::Cut(25), 12), (Paging::None, 3), (Paging::Largest(50), 12), (Paging::Twice, 3)]
    {
        let desk = paged(120, paging.clone());
        assert_eq!(desk.sipreg(&["list", "-o", "ids"]).done(), ids(&desk), "{paging:?}");
        assert!(lists(&desk) <= most, "{paging:?}: {}", lists(&desk));
        assert_eq!(desk.sipreg(&["export"]).done().lines().count(), 121, "{paging:?}");
    }
}

#[test]
fn a_count_that_is_wrong_is_told_and_ends_in_a_code_of_its_own() {
    let desk = paged(48, Paging::Count(50));
    for arguments in
        [vec!["list", "-o", "ids"], vec!["list"], vec!["export"], vec!["lint", "--rule", "same-name", "-o", "ids"]]
    {
        let reported = messages(desk.sipreg(&arguments), 8);
        assert!(
            reported.contains("the list is incomplete: 48 loaded, but the server reports 50"),
            "{arguments:?}: {reported}"
        );
    }
    assert!(lists(&desk) < 20, "{}", lists(&desk));
}

#[test]
fn a_change_by_filter_says_that_the_list_may_hold_more() {
    let desk = paged(48, Paging::Count(50));
    let reported = messages(desk.sipreg(&["disable", "-f", "domain:betatel", "--yes"]), 8);
    assert!(reported.contains("the list is incomplete: 48 loaded, but the server reports 50"), "{reported}");
    // Ids that are all there are all there, whatever is counted.
    desk.sipreg(&["enable", "16", "--yes"]).done();
}

#[test]
fn nothing_is_created_from_an_incomplete_list() {
    let desk = paged(48, Paging::Count(50));
    let home = Home::new();
    let file = home.path().join("new.csv");
    std::fs::write(&file, "name,domain,username,contact\nnew-one,a.example,u,sip:u@a.example\n").unwrap();
    let reported = messages(desk.sipreg(&["apply", file.to_str().unwrap(), "--yes"]), 8);
    assert!(
        reported.contains("nothing was sent: the list is incomplete, so new registrations may exist already"),
        "{reported}"
    );
    std::fs::write(&file, "id,expire\n16,77\n").unwrap();
    let reported = messages(desk.sipreg(&["apply", file.to_str().unwrap(), "--yes"]), 8);
    assert!(!reported.contains("run it again"), "all of it is done: {reported}");
    assert_eq!(desk.control.registration(16).unwrap().get(FieldId::Expire), &Value::Number(77));
    desk.control.clear_faults();
    std::fs::write(&file, "name,domain,username,contact\nnew-one,a.example,u,sip:u@a.example\n").unwrap();
    desk.sipreg(&["apply", file.to_str().unwrap(), "--yes"]).done();
}

#[test]
fn ids_that_a_short_answer_leaves_out_are_not_taken_for_deleted() {
    let desk = paged(48, Paging::Rows(5));
    let ids: Vec<String> = desk.control.ids().iter().map(u64::to_string).collect();
    let filter = format!("id:{}", ids.join(","));
    assert_eq!(desk.sipreg(&["list", "-o", "ids", "-f", &filter]).done().lines().count(), 48);
    let desk = Desk::with_records(48);
    desk.fault(Fault::always("GET", "", FaultEffect::Paged(Paging::Rows(1))));
    // Pops, nodes and transports come one a page too.
    let reported = desk.sipreg(&["set", "16", "pop=FRA", "--yes"]).done();
    assert!(reported.contains("16"), "{reported}");
}

#[test]
fn a_link_of_unusual_form_leads_to_the_same() {
    let plain = Desk::with_records(12);
    let want = plain.sipreg(&["list", "-o", "json"]).done();
    for base in ["", "/behind/a/proxy/api/rest/admin/", "http://10.0.0.1:81/api/rest/admin/"] {
        let desk = Desk::with_records(12);
        desk.fault(Fault::always("GET", "/registrations", FaultEffect::Paged(Paging::Links(base.into()))));
        assert_eq!(by_links(&desk).sipreg(&["list", "-o", "json"]).done(), want, "{base}");
    }
}

#[test]
fn a_link_that_cannot_be_followed_costs_its_label() {
    let desk = Desk::with_records(12);
    desk.fault(Fault::always("GET", "/registrations", FaultEffect::Paged(Paging::Links("/elsewhere/".into()))));
    let home = by_links(&desk);
    let reported = home.sipreg(&["list"]);
    assert!(
        reported.data.contains("acme-fra-main") && reported.messages.contains("could not be loaded"),
        "{reported:?}"
    );
    assert_eq!(reported.code, Some(0), "{reported:?}");
    assert!(home.sipreg(&["show", "7"]).done().contains("acme-fra-main"));
    home.sipreg(&["disable", "7", "--yes"]).done();
    // Data with what is unknown left empty would clear it, if they were applied.
    let reported = messages(home.sipreg(&["export"]), 8);
    assert!(reported.contains("do not apply this file"), "{reported}");
    let reported = messages(home.sipreg(&["enable", "-f", "pop:FRA", "--yes"]), 8);
    assert!(reported.contains("the filter may have missed registrations"), "{reported}");
}

#[test]
fn a_tag_whose_quotes_the_shell_ate_is_the_same_tag() {
    let desk = Desk::with_records(12);
    let tag = |desk: &Desk| {
        desk.sipreg(&["set", "7", "expire=1", "--if-etag", "x", "--yes"])
            .failed(3)
            .split("ETag is now ")
            .nth(1)
            .map(|rest| rest.split_whitespace().next().unwrap_or_default().to_owned())
    };
    for form in [str::to_owned, |tag: &str| tag.replace('"', ""), |tag: &str| tag.replace("W/", "")] {
        let tag = tag(&desk).unwrap();
        assert!(tag.starts_with("W/\""), "{tag}");
        let expire = format!("expire={}", desk.control.exchanges().len() + 100);
        desk.sipreg(&["set", "7", &expire, "--if-etag", &form(&tag), "--yes"]).done();
    }
}

#[test]
fn a_server_that_stays_busy_is_asked_three_times_and_no_more() {
    for arguments in [&["list"][..], &["show", "16"]] {
        let desk = Desk::new();
        desk.sipreg(&["list"]).done();
        let before = desk.control.exchanges().len();
        desk.fault(Fault::always("GET", "/registrations", FaultEffect::TooMany { retry_after: Some(0) }));
        desk.sipreg(arguments).says("too many requests");
        let refused = desk.control.exchanges().split_off(before);
        assert_eq!(refused.iter().filter(|it| it.status == Some(429)).count(), 3, "{arguments:?}: {refused:#?}");
    }
}

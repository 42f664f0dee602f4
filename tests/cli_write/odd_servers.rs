//! Servers and proxies that answer otherwise: without tags, with fields left out, by links, with lists that have gaps.

use insta::assert_snapshot;
use sipreg::demo::faults::{Fault, FaultEffect, Paging};
use sipreg::demo::{Preconditions, ServerOptions};
use sipreg::domain::record::{FieldId, Record as _, Value};

use crate::kit::command::Desk;
use crate::on_record::{EACH, desk, together};

fn answer(body: &str) -> FaultEffect {
    FaultEffect::Answer { status: 200, content_type: "application/vnd.api+json".to_owned(), body: body.to_owned() }
}

/// A document with these attributes and relationships of a registration.
fn document(id: u64, attributes: &str, relationships: &str) -> String {
    format!(
        r#"{{"type":"registrations","id":"{id}","attributes":{{{attributes}}},"relationships":{{{relationships}}}}}"#
    )
}

#[test]
fn a_server_without_etags_is_written_to_unless_one_is_asked_for() {
    let without = document(22, r#""name":"carrierx-ams","enabled":true,"expire":null"#, "");
    let without = format!(r#"{{"data":{without}}}"#);
    let mut on_record = Vec::new();
    for command in [&["set", "22", "expire=600"][..], &["disable", "22"], &["enable", "22"]] {
        for tag in [&[][..], &["--if-etag", "abc"], &["--if-etag", "abc", "-o", "json"]] {
            let desk = Desk::new();
            desk.fault(Fault::always("GET", "/registrations/22", answer(&without)));
            on_record.push(desk.on_record(&[command, tag].concat()));
        }
    }
    let desk = Desk::new();
    for tag in ["abc", "W/\"abc\"", ""] {
        for command in [&["set", "22", "expire=600"][..], &["disable", "22"], &["enable", "16"]] {
            on_record.push(desk.on_record(&[command, &["--if-etag", tag]].concat()));
        }
    }
    for more in [&["set", "22", "7", "expire=1"][..], &["disable", "-f", "id:22"], &["enable", "22", "-f", "id:22"]] {
        on_record.push(desk.on_record(&[more, &["--if-etag", "abc"]].concat()));
    }
    desk.fault(Fault::always("GET", "/registrations/22", FaultEffect::ServerError));
    on_record.push(desk.on_record(&["set", "22", "expire=600", "--if-etag", "abc"]));
    assert_snapshot!("without-etags", together(on_record));
}

#[test]
fn a_clone_says_which_fields_the_server_does_not_show() {
    let attributes = r#""name":"acme-fra-main","enabled":true,"domain":"sip.acme.example","username":"100",
        "contact":"sip:100@192.0.2.10","expire":{"odd":1},"retry-delay":7"#;
    let by_link = r#""pop":{"links":{"related":"/api/rest/admin/registrations/7/pop"}},"node":{"data":null}"#;
    let mut on_record = Vec::new();
    for (attributes, relationships) in [
        (attributes.to_owned(), by_link),
        (attributes.replace(r#"{"odd":1}"#, "600"), r#""pop":{"data":null},"node":{"data":null}"#),
        (format!(r#"{attributes},"auth-user":"u","auth-password":"secret-of-7","display-username":null"#), by_link),
    ] {
        for more in [&[][..], &["auth-password=mine", "auth-user=me"], &["--null", "auth-password", "pop=LON"]] {
            let desk = desk();
            let one = document(7, &attributes, relationships);
            desk.fault(Fault::next("GET", "/registrations", answer(&format!(r#"{{"data":[{one}]}}"#))));
            desk.fault(Fault::always("GET", "/registrations/7/pop", FaultEffect::ProxyPage { status: 403 }));
            desk.fault(Fault::always("GET", "/registrations/7", answer(&format!(r#"{{"data":{one}}}"#))));
            on_record.push(desk.on_record(&[&["clone", "7", "name=spare"], more].concat()));
        }
    }
    assert_snapshot!("hidden", together(on_record));
}

#[test]
fn each_command_where_labels_come_by_links() {
    let of = |(_, command): &(&str, &[&str])| {
        let desk = desk();
        desk.configure("labels = \"links\"");
        desk.on_record(command)
    };
    assert_snapshot!("links", together(EACH.iter().map(of)));
}

#[test]
fn each_command_where_links_lead_nowhere() {
    let mut on_record = Vec::new();
    for effect in [FaultEffect::ProxyPage { status: 403 }, FaultEffect::NoApi] {
        let commands: [&[&str]; 4] = [
            &["disable", "7", "13"],
            &["disable", "-f", "id:7,13 pop:LON"],
            &["delete", "-f", "id:7,13 node:lon-n1", "--yes"],
            &["clone", "7", "name=spare"],
        ];
        for command in commands {
            let desk = desk();
            desk.configure("labels = \"links\"");
            for id in [7, 13] {
                for link in ["pop", "node", "transport-protocol"] {
                    desk.fault(Fault::always("GET", &format!("/registrations/{id}/{link}"), effect.clone()));
                }
            }
            on_record.push(format!("-- {effect:?}\n{}", desk.on_record(command)));
        }
    }
    assert_snapshot!("broken-links", together(on_record));
}

#[test]
fn links_that_would_all_end_alike_are_not_followed_any_further() {
    for (effect, ends_alike) in [
        (FaultEffect::ProxyPage { status: 403 }, false),
        (FaultEffect::NoApi, false),
        (FaultEffect::Portal, false),
        (FaultEffect::Unauthorized, true),
        (FaultEffect::HtmlPage, true),
        (FaultEffect::CutBefore, true),
    ] {
        let desk = Desk::new();
        desk.configure("labels = \"links\"");
        for id in [7, 13, 22, 28] {
            for link in ["pop", "node", "transport-protocol"] {
                desk.fault(Fault::always("GET", &format!("/registrations/{id}/{link}"), effect.clone()));
            }
        }
        let reported = desk.sipreg(&["disable", "7", "13", "22", "28", "--yes"]);
        let followed = desk.control.exchanges().into_iter().filter(|exchange| exchange.path().split('/').count() > 6);
        let followed: std::collections::BTreeSet<String> =
            followed.map(|exchange| exchange.path().to_owned()).collect();
        // Four at a time.
        assert_eq!(followed.len(), if ends_alike { 4 } else { 12 }, "{effect:?} {followed:?}");
        assert_eq!((reported.code, reported.data.lines().count()), (Some(0), 4), "{reported:?}");
        let notes: Vec<&str> = reported.messages.lines().filter(|line| line.contains("could not be loaded")).collect();
        let kinds = ["the POPs", "the nodes", "the transport protocols"].map(|kind| format!("note: {kind} could not"));
        assert_eq!(notes.len(), 3, "{reported:?}");
        assert!(notes.iter().zip(&kinds).all(|(note, kind)| note.starts_with(kind)), "in this order: {reported:?}");
    }
}

#[test]
fn each_command_where_places_cannot_be_read() {
    let mut on_record = Vec::new();
    for (kind, effect) in [
        ("/pops", FaultEffect::ProxyPage { status: 403 }),
        ("/nodes", FaultEffect::ServerError),
        ("/transport-protocols", FaultEffect::NoApi),
    ] {
        let commands: [&[&str]; 8] = [
            &["set", "22", "pop=LON"],
            &["set", "22", "node=lon-n1", "transport-protocol=TLS"],
            &["set", "22", "expire=600"],
            &["disable", "22"],
            &["create", "name=n", "domain=a.example", "username=1", "contact=sip:1@192.0.2.1"],
            &["clone", "7", "name=spare"],
            &["clone", "7", "name=spare", "node=lon-n1", "pop=LON"],
            &["apply", "rows.csv"],
        ];
        for command in commands {
            let desk = desk();
            desk.fault(Fault::always("GET", kind, effect.clone()));
            on_record.push(format!("-- {kind}\n{}", desk.on_record(command)));
        }
    }
    assert_snapshot!("no-places", together(on_record));
}

#[test]
fn each_command_where_the_list_has_gaps_or_cannot_be_read() {
    let mut on_record = Vec::new();
    for effect in [
        FaultEffect::Paged(Paging::Count(130)),
        FaultEffect::ServerError,
        FaultEffect::Portal,
        FaultEffect::ProxyPage { status: 403 },
    ] {
        let commands: [&[&str]; 9] = [
            &["set", "-f", "name:carrierx-ams", "expire=600"],
            &["disable", "-f", "name:carrierx-ams"],
            &["disable", "carrierx-ams"],
            &["disable", "no-such-name"],
            &["delete", "-f", "name:carrierx-ams", "--yes"],
            &["bounce", "-f", "name:carrierx-ams", "--wait", "0"],
            &["bounce", "-f", "name:no-such-name", "--wait", "0"],
            &["apply", "rows.csv"],
            &["apply", "new.csv"],
        ];
        for command in commands {
            let desk = desk();
            desk.file("new.csv", "name,domain,username,contact\nfresh,a.example,1,sip:1@192.0.2.1\n");
            desk.fault(Fault::always("GET", "/registrations", effect.clone()));
            on_record.push(format!("-- {effect:?}\n{}", desk.on_record(command)));
        }
    }
    assert_snapshot!("gaps", together(on_record));
}

#[test]
fn what_a_record_is_compared_with_is_read_once_and_only_where_it_costs_little() {
    let mut on_record = Vec::new();
    let commands: [&[&str]; 7] = [
        &["disable", "7", "--dry-run"],
        &["disable", "-f", "name:carrierx-ams", "--dry-run"],
        &["set", "-f", "name:carrierx-ams", "pop=LON", "--dry-run"],
        &["set", "22", "expire=600", "--dry-run"],
        &["delete", "22", "--dry-run"],
        &["bounce", "22", "--dry-run"],
        &["clone", "7", "name=spare", "--dry-run"],
    ];
    for command in commands {
        let desk = desk();
        on_record.push(desk.on_record(command));
        desk.fault(Fault::always("GET", "/registrations", FaultEffect::Paged(Paging::Count(5_001))));
        on_record.push(format!("-- 5001 records\n{}", desk.on_record(command)));
        desk.control.clear_faults();
        desk.fault(Fault::always("GET", "/registrations", FaultEffect::Paged(Paging::Count(5_000))));
        on_record.push(format!("-- 5000 records, most of them missing\n{}", desk.on_record(command)));
    }
    assert_snapshot!("compared", together(on_record));
}

#[test]
fn what_a_server_cannot_compare_is_found_out_once_for_the_whole_command() {
    let options = || ServerOptions { preconditions: Preconditions::Strong, ..ServerOptions::default() };
    let desk = Desk::of(options());
    let name = |id: u64| desk.record(id).name().to_owned();
    let file = desk.file("swap.csv", format!("id,name\n7,{}\n13,{}\n", name(13), name(7)));
    let reported = desk.sipreg(&["apply", &file, "--yes"]);
    assert_eq!(reported.code, Some(0), "{reported:?}");
    let sent: Vec<_> = desk.writes().iter().map(|write| (write.header("if-match").is_some(), write.status)).collect();
    assert_eq!(sent, [(true, Some(412)), (false, Some(200)), (false, Some(200)), (false, Some(200))]);
    // The undo of it is another command.
    assert_eq!(desk.sipreg(&["undo", "--yes"]).code, Some(0));
    assert_eq!(desk.writes().iter().filter(|write| write.status == Some(412)).count(), 2);
    // A profile that knows it sends none.
    let desk = Desk::of(options());
    desk.configure("if_match = false");
    let on_record = [
        desk.on_record(&["set", "22", "expire=600", "--dry-run", "-v"]),
        desk.on_record(&["set", "22", "expire=600"]),
        desk.on_record(&["delete", "22", "--yes"]),
        desk.on_record(&["disable", "7"]),
    ];
    assert_snapshot!("if-match-false", together(on_record));
    assert_eq!(desk.stored(7, FieldId::Enabled), Value::Flag(false));
}

//! What each command that writes shows, sends, stores and notes, as a whole: output, exit code, requests, the server's
//! records, journal and undo file. After a wanted change: `INSTA_UPDATE=always cargo test --test cli_write on_record`,
//! and read the difference.

use insta::assert_snapshot;
use sipreg::demo::faults::{Fault, FaultEffect};
use sipreg::domain::record::{FieldId, Value};

use crate::kit::command::Desk;

/// A command that writes one record, by a name for its file.
pub type OnRecord = (&'static str, &'static [&'static str]);

/// Each kind of write of one record.
pub const EACH: [OnRecord; 8] = [
    ("set", &["set", "22", "expire=600", "pop=LON"]),
    ("enable", &["enable", "16"]),
    ("disable", &["disable", "22"]),
    ("create", &["create", "name=new-one", "domain=a.example", "username=100", "contact=sip:100@192.0.2.1"]),
    ("clone", &["clone", "7", "name=acme-spare", "enabled=no"]),
    ("delete", &["delete", "22", "--yes"]),
    ("bounce", &["bounce", "22", "--wait", "0"]),
    ("apply", &["apply", "rows.csv"]),
];

/// A desk where [`EACH`] command finds what it needs.
pub fn desk() -> Desk {
    let desk = Desk::new();
    desk.file("rows.csv", "id,name,expire\n22,carrierx-ams,600\n");
    desk
}

/// The method and the path of the write that a command sends first.
fn write_of(name: &str) -> (&'static str, &'static str) {
    match name {
        "create" | "clone" => ("POST", "/registrations"),
        "delete" => ("DELETE", "/registrations"),
        _ => ("PATCH", "/registrations"),
    }
}

pub fn together(parts: impl IntoIterator<Item = String>) -> String {
    parts.into_iter().collect::<Vec<_>>().join("\n")
}

#[test]
fn each_command_in_each_form() {
    let forms: [&[&str]; 9] = [
        &[],
        &["-v"],
        &["-q"],
        &["-o", "json"],
        &["-o", "jsonl", "-v"],
        &["--dry-run"],
        &["--dry-run", "-v"],
        &["--dry-run", "-v", "-o", "json"],
        &["--no-plan", "--wait-unknown", "5"],
    ];
    for (name, command) in EACH {
        let on_record = forms.iter().map(|form| desk().on_record(&[command, *form].concat()));
        assert_snapshot!(format!("forms-{name}"), together(on_record));
    }
}

#[test]
fn each_command_where_its_write_ends_badly() {
    let after = |effect| FaultEffect::After(Box::new(effect));
    let effects = [
        FaultEffect::ServerError,
        after(FaultEffect::ServerError),
        FaultEffect::HtmlPage,
        FaultEffect::CutBefore,
        FaultEffect::CutAfter,
        FaultEffect::Conflict,
        FaultEffect::PreconditionFailed,
        FaultEffect::unprocessable(),
        FaultEffect::TooMany { retry_after: None },
        FaultEffect::ProxyPage { status: 403 },
        FaultEffect::Portal,
        FaultEffect::NoContent,
        FaultEffect::Ignored,
        FaultEffect::Unauthorized,
        FaultEffect::Redirect { to: "/login".to_owned() },
    ];
    for (name, command) in EACH {
        let (method, path) = write_of(name);
        let on_record = effects.iter().flat_map(|effect| {
            let people = desk();
            people.fault(Fault::next(method, path, effect.clone()));
            let programs = desk();
            programs.fault(Fault::next(method, path, effect.clone()));
            [
                format!("-- {effect:?}\n{}", people.on_record(command)),
                programs.on_record(&[command, &["-v", "-o", "jsonl"]].concat()),
            ]
        });
        assert_snapshot!(format!("endings-{name}"), together(on_record));
    }
}

#[test]
fn several_records_at_a_time() {
    let commands: [&[&str]; 12] = [
        &["set", "22", "7", "13", "expire=600"],
        &["set", "22", "7", "13", "expire=600", "-o", "json"],
        &["set", "22", "7", "13", "expire=600", "--dry-run", "-v"],
        &["disable", "16", "22", "7"],
        &["disable", "16", "22", "7", "-o", "json"],
        &["disable", "16", "--dry-run"],
        &["disable", "16", "22", "999", "--dry-run", "-o", "json"],
        &["enable", "16", "22", "999"],
        &["delete", "22", "7", "999", "--yes"],
        &["bounce", "16", "22", "7", "999", "--wait", "0"],
        &["bounce", "16", "22", "999", "--wait", "0", "-o", "jsonl"],
        &["bounce", "16", "22", "999", "--wait", "90s", "--dry-run", "-v"],
    ];
    let of = |command: &&[&str]| {
        let desk = desk();
        desk.change(22, FieldId::Expire, Value::Null);
        desk.on_record(command)
    };
    assert_snapshot!("several", together(commands.iter().map(of)));
}

#[test]
fn which_records_are_meant() {
    let commands: [&[&str]; 26] = [
        &["set", "expire=600"],
        &["set", "22"],
        &["set", "22", "expire"],
        &["set", "22", "--null", "colour"],
        &["set", "carrierx-ams", "expire=600", "-f", "enabled:yes"],
        &["set", "22", "7", "22", "expire=600", "-f", "id:7,22,16"],
        &["set", "22", "expire=600", "-f", "enabled:no"],
        &["set", "999", "22", "expire=600", "-f", "enabled:yes"],
        &["set", "-f", "id:22,999", "expire=600"],
        &["set", "-f", "id:22,999 is:lint", "expire=600"],
        &["set", "-f", "is:down id:22,10", "expire=600", "--dry-run"],
        &["set", "22", "999", "-f", "is:lint", "expire=600"],
        &["set", "-f", "is:marked", "expire=600"],
        &["set", "-f", "is:draft", "expire=600"],
        &["set", "-f", "live:error", "expire=600"],
        &["set", "-f", "name:x colour:red", "expire=600"],
        &["set", "-f", "  ", "expire=600"],
        &["disable"],
        &["enable", "-f", " "],
        &["delete"],
        &["bounce"],
        &["disable", "acme"],
        &["disable", "carrierx-asm", "Betatel-1", "nothing-like-it"],
        &["delete", "#999", "004922", "--yes"],
        &["bounce", "999", "998"],
        &["clone", "999", "name=x"],
    ];
    let of = |command: &&[&str]| desk().on_record(command);
    assert_snapshot!("meant", together(commands.iter().map(of)));
}

#[test]
fn what_is_asked_before_anything_is_sent_where_no_one_can_answer() {
    let mut on_record = Vec::new();
    for access in ["write", "confirm", "read-only"] {
        let near = ["create", "name=Carrierx-AMS", "domain=a.example", "username=1", "contact=sip:1@192.0.2.1"];
        let commands: [&[&str]; 13] = [
            &["disable", "22"],
            &["disable", "16"],
            &["disable", "7", "13", "22"],
            &["disable", "7", "13", "19", "22"],
            &["bounce", "22", "--wait", "0"],
            &["bounce", "7", "13", "19", "22", "28", "29", "--wait", "0"],
            &["delete", "22"],
            &["delete", "7", "22"],
            &["clone", "7", "name=acme-spare"],
            &near,
            &["apply", "rows.csv"],
            &["apply", "four.csv"],
            &["apply", "near.csv"],
        ];
        for command in commands {
            let desk = desk();
            desk.configure(&format!("access = \"{access}\"\nbadge = \"PROD\""));
            desk.file("four.csv", "id,expire\n7,4321\n13,4321\n19,4321\n22,4321\n");
            desk.file("near.csv", "name,domain,username,contact\nCarrierX-ams,d.example,1,sip:1@192.0.2.1\n");
            on_record.push(format!("-- {access}\n{}", desk.on_record(command)));
        }
    }
    assert_snapshot!("asked", together(on_record));
}

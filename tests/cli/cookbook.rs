//! The recipes of the cookbook, run as they stand there.

use std::path::Path;

use sipreg::domain::record::{FieldId, Value};

use crate::kit::command::{CommandResult, Desk};

/// The commands of one recipe.
pub fn recipe(number: u32) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/cookbook.md");
    let cookbook = std::fs::read_to_string(path).unwrap();
    let (_, recipe) = cookbook.split_once(&format!("\n**{number}. ")).expect("the recipe");
    let recipe = recipe.split_once("\n**").map_or(recipe, |(recipe, _)| recipe);
    let commands: Vec<&str> = recipe.lines().filter_map(|line| line.strip_prefix("    ")).collect();
    assert!(!commands.is_empty(), "recipe {number} has no command");
    commands.join("\n")
}

/// Runs shell commands at a desk, with the binary on the path.
pub fn run(desk: &Desk, commands: &str) -> CommandResult {
    desk.shell("sh", commands)
}

#[test]
fn recipe_1_lists_what_is_off() {
    let desk = Desk::new();
    desk.change(13, FieldId::Enabled, Value::Flag(false));
    let table = run(&desk, &recipe(1)).done();
    assert!(table.lines().skip(1).all(|line| line.contains("acme") && line.contains(" no ")), "{table}");
    assert!(table.contains("acme-lon-main"), "{table}");
}

#[test]
fn recipe_2_finds_what_no_node_loads() {
    let reported = run(&Desk::new(), &recipe(2));
    assert!(
        reported.data.contains("22 carrierx-ams: pop: lon-n1 is in POP LON, not AMS: no node will load it"),
        "{reported:?}"
    );
}

#[test]
fn recipe_3_writes_everything() {
    let desk = Desk::new();
    run(&desk, &recipe(3)).done();
    let mut rows = csv::Reader::from_path(desk.home.path().join("registrations.csv")).unwrap();
    assert_eq!(rows.records().flatten().count(), 120);
}

#[test]
fn recipe_4_names_what_changed() {
    let desk = Desk::new();
    assert_eq!(run(&desk, &recipe(4)).done(), "nothing changed\n");
    desk.change(22, FieldId::Name, Value::Text("renamed".to_owned()));
    let compare = recipe(4).lines().nth(1).unwrap().to_owned();
    let changed = run(&desk, &compare).data;
    assert!(changed.contains("\n> {\"id\":\"22\",\"name\":\"renamed\"") && !changed.contains("nothing"), "{changed}");
}

#[test]
fn recipe_5_is_quiet_while_all_is_well() {
    let desk = Desk::with_records(0);
    assert_eq!(run(&desk, &recipe(5)).done(), "");
    let desk = Desk::new();
    desk.change(22, FieldId::Expire, Value::Number(30));
    assert!(run(&desk, &recipe(5)).data.contains("carrierx-ams"));
    desk.control.set_users(Vec::new());
    assert!(run(&desk, &recipe(5)).data.contains("fail  sign-in"));
}

#[test]
fn recipe_6_makes_a_line_register_anew() {
    let desk = Desk::new();
    desk.home.configure("[profile.eu]\nnode_poll = \"1s\"\n");
    assert_eq!(
        run(&desk, &recipe(6)).done(),
        "22 carrierx-ams: enabled yes -> no\n22 carrierx-ams: enabled no -> yes\n22 is back\n"
    );
}

#[test]
fn recipe_7_moves_everything_to_another_node_and_keeps_the_way_back() {
    let desk = Desk::new();
    let on = |name: &str| {
        let ids = desk.sipreg(&["list", "-o", "ids", "-f", &format!("node:{name}")]).done();
        ids.lines().map(str::to_owned).collect::<Vec<_>>()
    };
    let before = on("fra-n1");
    assert!(before.len() > 3);
    let lines = run(&desk, &recipe(7)).done();
    assert!(lines.lines().all(|line| line.ends_with(": node fra-n1 -> fra-n2")), "{lines}");
    assert_eq!((lines.lines().count(), on("fra-n1").len()), (before.len(), 0));
    let requests = desk.home.read("requests.txt");
    assert_eq!(requests.matches("PATCH ").count(), before.len());
    desk.sipreg(&["apply", "before.csv", "--yes"]).done();
    assert_eq!(on("fra-n1"), before);
}

#[test]
fn recipe_8_changes_a_password_without_showing_it() {
    let desk = Desk::new();
    let reported = run(&desk, &recipe(8));
    let Some(Value::Secret(secret)) = desk.control.registration(22).map(|now| now.get(FieldId::AuthPassword).clone())
    else {
        panic!("{reported:?}")
    };
    assert_eq!(secret.expose().len(), 24);
    assert!(!reported.data.contains(secret.expose()) && !reported.messages.contains(secret.expose()), "{reported:?}");
    assert!(reported.done().contains("auth-password"));
}

#[test]
fn recipe_9_adds_a_line_like_another_one() {
    let desk = Desk::new();
    let lines = run(&desk, &recipe(9)).done();
    assert!(lines.contains(" acme-fra-spare: created: enabled no, "), "{lines}");
    assert!(lines.ends_with(" acme-fra-spare: enabled no -> yes\n"), "{lines}");
}

#[test]
fn recipe_10_changes_all_lines_of_a_customer_once() {
    let desk = Desk::new();
    let reported = run(&desk, &recipe(10));
    assert!(reported.messages.ends_with("Nothing to do\n"), "{reported:?}");
    let lines = reported.done();
    assert!(lines.lines().count() > 3 && lines.lines().all(|line| line.contains("expire ")), "{lines}");
    assert_eq!(desk.sipreg(&["list", "-o", "ids", "-f", "domain:acme !expire:3600"]).done(), "");
}

#[test]
fn recipe_12_shows_a_change_makes_it_and_takes_it_back() {
    let desk = Desk::new();
    let ids = desk.control.ids();
    let all = || ids.iter().map(|id| desk.control.registration(*id).unwrap()).collect::<Vec<_>>();
    let before = all();
    let reported = run(&desk, &recipe(12));
    assert_eq!(reported.code, Some(0), "{reported:?}");
    assert_eq!(all(), before);
    let plan = desk.home.read("plan.txt");
    assert!(plan.contains("  - retry-delay: 5\n  + retry-delay: 30\n"), "{plan}");
}

#[test]
fn recipe_13_names_what_was_not_done() {
    let desk = Desk::new();
    let reported = run(&desk, &recipe(13));
    assert_eq!(reported.code, Some(0), "{reported:?}");
    let results = desk.home.read("results.jsonl");
    assert!(results.lines().count() > 3, "{results}");
    let not_done = results.lines().filter(|line| !line.contains("\"result\":\"done\"")).count();
    assert_eq!(reported.data.lines().filter(|line| line.starts_with('{')).count(), not_done);
}

#[test]
fn recipe_14_hands_a_shift_over() {
    let desk = Desk::new();
    desk.sipreg(&["set", "22", "expire=4321"]).done();
    run(&desk, &recipe(14)).done();
    let shift = desk.home.read("shift.md");
    assert!(shift.contains("1 change of 1 registration.") && shift.contains("- **22 carrierx-ams**"), "{shift}");
}

#[test]
fn recipe_15_swaps_two_names() {
    let desk = Desk::new();
    let name = |id: u64| match desk.control.registration(id).unwrap().get(FieldId::Name) {
        Value::Text(name) => name.clone(),
        other => panic!("{other:?}"),
    };
    let (seven, thirteen) = (name(7), name(13));
    let reported = run(&desk, &recipe(15));
    assert_eq!(reported.code, Some(0), "{reported:?}");
    assert_eq!((name(7), name(13)), (thirteen, seven));
}

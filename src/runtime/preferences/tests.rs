use proptest::prelude::*;

use super::*;
use crate::app::model::looks::View;
use crate::domain::query::Order;

fn view(name: &str, filter: &str) -> View {
    View { name: name.to_owned(), filter: filter.to_owned(), ..View::default() }
}

fn save(digit: u8, view: View, expected: Option<View>) -> LooksChange {
    LooksChange::Save { digit, view, expected }
}

fn done(file: &SingleFile, what: &LooksChange) -> (SavedLooks, Option<String>) {
    let (kept, reported) = change(file, what, DateTime::UNIX_EPOCH).unwrap();
    (*kept, reported.map(|conflict| conflict.to_string()))
}

#[test]
fn what_is_kept_reads_back() {
    let state = tempfile::tempdir().unwrap();
    let file = file(state.path(), "eu/noc");
    assert_eq!(load(&file).unwrap(), (SavedLooks::default(), Vec::new()));
    let columns = Columns::of_words(&["id".into(), "name:30".into()]);
    done(&file, &LooksChange::Columns(columns.clone()));
    let order = Order::parse("pop,-expire").unwrap();
    let acme = View { order, ..view("acme", "\"a\\\"b\" 東") };
    done(&file, &save(4, acme.clone(), None));
    let (kept, notes) = load(&file).unwrap();
    assert_eq!((kept.columns, kept.views, notes), (columns, [(4, acme)].into(), Vec::new()));
    assert_eq!(std::fs::read_dir(state.path().join("looks")).unwrap().count(), 1, "nothing is left beside it");
}

#[test]
fn two_consoles_keep_each_others_views() {
    let state = tempfile::tempdir().unwrap();
    let file = file(state.path(), "p");
    // Neither knows of the other's.
    done(&file, &save(4, view("acme", "acme"), None));
    let (kept, reported) = done(&file, &save(5, view("beta", "beta"), None));
    assert_eq!(kept.views.keys().copied().collect::<Vec<_>>(), [4, 5]);
    assert_eq!(reported, None);
    // The same digit: neither is lost.
    let (kept, reported) = done(&file, &save(4, view("carrier", "x"), None));
    assert_eq!((kept.views[&4].name.as_str(), kept.views[&6].name.as_str()), ("acme", "carrier"));
    assert_eq!(reported.unwrap(), "another console saved acme as view 4 meanwhile: carrier is view 6");
    // Who knows what is there may replace, rename and delete it.
    done(&file, &save(4, view("acme 2", "acme"), Some(view("acme", "acme"))));
    let rename = |expected| LooksChange::Rename { digit: 4, name: "new".to_owned(), expected };
    let (kept, reported) = done(&file, &rename(view("acme", "acme")));
    assert_eq!(kept.views[&4].name, "acme 2");
    assert!(reported.unwrap().contains("was not renamed"));
    assert_eq!(done(&file, &rename(view("acme 2", "acme"))).0.views[&4].name, "new");
    let delete = |expected| LooksChange::Delete { digit: 4, expected };
    let (kept, reported) = done(&file, &delete(Some(view("acme", "acme"))));
    assert!(kept.views.contains_key(&4) && reported.unwrap().contains("was not deleted"));
    assert!(!done(&file, &delete(Some(view("new", "acme")))).0.views.contains_key(&4));
    // Gone is what was wanted.
    assert_eq!(done(&file, &delete(Some(view("new", "acme")))).1, None);
}

#[test]
fn where_every_digit_is_taken_nothing_is_replaced() {
    let state = tempfile::tempdir().unwrap();
    let file = file(state.path(), "p");
    for digit in OWN {
        done(&file, &save(digit, view(&digit.to_string(), ""), None));
    }
    let why = change(&file, &save(4, view("late", ""), None), DateTime::UNIX_EPOCH).unwrap_err();
    assert!(matches!(why, LooksError::Content { why: LooksRefusal::Taken { digit: 4, .. }, .. }), "{why}");
    assert_eq!(load(&file).unwrap().0.views[&4].name, "4");
}

/// A file of a newer version, or of someone who wrote in it.
const NEWER: &str = r#"
columns = ["id", "moon:7", "name"]
theme = "dark"

[[view]]
number = 4
name = "tides"
filter = "acme"
sort = "moon,-id"
columns = ["id", "moon"]
colour = "blue"

[[view]]
number = 5
name = "new words"
filter = "field:~("

[[view]]
number = 12
name = "twelfth"

[later]
thing = 1
"#;

#[test]
fn what_is_not_understood_is_told_and_stays() {
    let state = tempfile::tempdir().unwrap();
    let file = file(state.path(), "p");
    file.replace(NEWER.as_bytes()).unwrap();
    let (kept, notes) = load(&file).unwrap();
    assert_eq!(kept.views.keys().copied().collect::<Vec<_>>(), [4]);
    assert_eq!(kept.foreign, [(5, "new words".to_owned())].into());
    assert_eq!(notes.len(), 5, "{notes:#?}");
    let tides = kept.views[&4].clone();
    done(&file, &LooksChange::Rename { digit: 4, name: "ebb".to_owned(), expected: tides });
    done(&file, &LooksChange::Columns(Columns::of_words(&["id".into(), "name:9".into(), "domain".into()])));
    // The first free digit is behind the one that cannot be shown.
    let (kept, _) = done(&file, &save(5, view("acme", "acme"), None));
    assert_eq!(kept.views[&6].name, "acme");
    let now: Table = toml::from_slice(&file.read().unwrap().unwrap()).unwrap();
    assert_eq!(now["columns"].to_string(), r#"["id", "moon:7", "name:9", "domain"]"#);
    assert_eq!((now["theme"].as_str(), now["later"]["thing"].as_integer()), (Some("dark"), Some(1)));
    let views = now["view"].as_array().unwrap();
    assert_eq!(views.len(), 4);
    assert_eq!((views[0]["name"].as_str(), views[0]["sort"].as_str()), (Some("ebb"), Some("moon,-id")));
    assert_eq!(
        (views[0]["columns"].to_string(), views[0]["colour"].as_str()),
        (r#"["id", "moon"]"#.to_owned(), Some("blue"))
    );
    assert_eq!((views[1]["filter"].as_str(), views[2]["name"].as_str()), (Some("field:~("), Some("twelfth")));
    // It goes when someone says so.
    let (kept, reported) = done(&file, &LooksChange::Delete { digit: 5, expected: None });
    assert!(kept.foreign.is_empty() && reported.is_none());
}

#[test]
fn a_broken_file_is_told_and_never_written_over() {
    for broken in ["columns = [", "\u{0}", "= 3", "[[view]\n"] {
        let state = tempfile::tempdir().unwrap();
        let file = file(state.path(), "p");
        file.replace(broken.as_bytes()).unwrap();
        assert!(load(&file).is_err());
        for what in [LooksChange::Columns(Columns::default()), save(4, view("a", ""), None)] {
            let why = change(&file, &what, DateTime::UNIX_EPOCH).unwrap_err().to_string();
            assert!(why.contains("was not changed") && why.contains("looks/p.toml"), "{why}");
        }
        assert_eq!(file.read().unwrap().unwrap(), broken.as_bytes());
    }
}

#[test]
fn columns_and_views_of_another_form_stay() {
    let state = tempfile::tempdir().unwrap();
    let file = file(state.path(), "p");
    for (text, what) in [
        ("columns = 3\n", LooksChange::Columns(Columns::of_words(&["id".into()]))),
        ("view = \"none\"\n", save(4, view("a", ""), None)),
    ] {
        file.replace(text.as_bytes()).unwrap();
        assert!(change(&file, &what, DateTime::UNIX_EPOCH).is_err());
        assert_eq!(file.read().unwrap().unwrap(), text.as_bytes());
    }
}

#[test]
fn changes_at_the_same_time_lose_nothing() {
    let state = tempfile::tempdir().unwrap();
    let path = state.path();
    std::thread::scope(|scope| {
        for digit in OWN {
            scope.spawn(move || {
                let file = file(path, "p");
                done(&file, &save(digit, view(&digit.to_string(), ""), None));
                done(&file, &LooksChange::Columns(Columns::of_words(&["id".into()])));
            });
        }
    });
    assert_eq!(load(&file(path, "p")).unwrap().0.views.len(), 6);
}

proptest! {
    /// Whatever stands in the file: either it is as it was, or all of it but the thing changed is still there.
    #[test]
    fn no_change_loses_what_it_is_not_about(
        views in proptest::collection::vec((-2_i64..12, "[a-z]{0,3}", "(|acme|~\\(|:)", "(|id|-moon|,)"), 0..6),
        digit in OWN,
    ) {
        let state = tempfile::tempdir().unwrap();
        let file = file(state.path(), "p");
        let entry = |(number, name, filter, sort): &(i64, String, String, String)| format!(
            "[[view]]\nnumber = {number}\nname = '{name}'\nfilter = '{filter}'\nsort = '{sort}'\nmore = 1\n"
        );
        file.replace(views.iter().map(entry).collect::<String>().as_bytes()).unwrap();
        let before: Table = toml::from_slice(&file.read().unwrap().unwrap()).unwrap();
        let before = before.get("view").and_then(Value::as_array).cloned().unwrap_or_default();
        let _ = change(&file, &save(digit, view("ours", "x"), None), DateTime::UNIX_EPOCH);
        let after: Table = toml::from_slice(&file.read().unwrap().unwrap()).unwrap();
        let after = after.get("view").and_then(Value::as_array).cloned().unwrap_or_default();
        // One that could not be shown under that very digit is replaced by no one who did not see it.
        for view in &before {
            prop_assert!(after.contains(view), "{view}");
        }
    }
}

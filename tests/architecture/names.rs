//! A name of a type stands for one thing: no two types that other files may name have the same.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use regex::Regex;

/// Types that are there twice, since only one of the two files is built.
const EITHER: [&str; 2] = ["EstateOptions", "Serve"];

#[test]
fn no_two_types_have_one_name() {
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut files = Vec::new();
    super::collect(&source, &mut files);
    let declared = Regex::new(r"(?m)^pub(?:\([^)]*\))? (?:struct|enum|trait|type|union) (\w+)").unwrap();
    let mut places: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for file in &files {
        let text = fs::read_to_string(file).unwrap();
        let place = file.strip_prefix(&source).unwrap().display().to_string();
        for found in declared.captures_iter(&text).filter(|_| !place.contains("tests")) {
            places.entry(found[1].to_owned()).or_default().push(place.clone());
        }
    }
    assert!(places.len() > 300, "the types were not found");
    let twice: Vec<_> =
        places.iter().filter(|(name, places)| places.len() > 1 && !EITHER.contains(&name.as_str())).collect();
    assert!(twice.is_empty(), "types that stand for several things:\n{twice:#?}");
}

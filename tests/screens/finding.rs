//! What stands over the list while records are looked for: the filter box, the builder, columns, sorting, views, one
//! value in full.

use crate::sitting::Sitting;
use crate::{SIZES, list_at, look};

/// Looks at what these keys lead to, at each size; `'text'` is typed letter by letter, `_` for a space.
fn look_after(name: &str, keys: &str) {
    for size in SIZES {
        let mut sitting = list_at(size, "22");
        press(&mut sitting, keys);
        look(&sitting, name);
    }
}

fn press(sitting: &mut Sitting, keys: &str) {
    for word in keys.split(' ') {
        match word.strip_prefix('\'').and_then(|word| word.strip_suffix('\'')) {
            Some(text) => sitting.write(&text.replace('_', " ")),
            None => sitting.press(word),
        }
    }
}

#[test]
fn a_filter_that_is_being_typed() {
    look_after("filter", "/ 'acme_pop:fra'");
}

#[test]
fn a_filter_with_a_mistake() {
    look_after("filter-mistake", "/ 'acme_expire>1h'");
}

#[test]
fn the_builder_step_by_step() {
    look_after("builder-field", "/ 'acme' Enter f 'e'");
    look_after("builder-comparison", "/ 'acme' Enter f 'expire' Enter Down Down");
    look_after("builder-value", "/ 'acme' Enter f 'expire' Enter '<=' Enter '1800'");
    look_after("builder-choice", "/ 'acme' Enter f 'pop' Enter Enter Down Down");
    look_after("builder-mistake", "f 'name' Enter 'matches' Enter '(fra'");
}

#[test]
fn choosing_columns() {
    look_after("columns", "C j j Space j K + +");
    look_after("columns-chosen", "C j j Space G Space K K K K K K K K K K K K K K K K K Esc");
}

#[test]
fn choosing_what_to_sort_by() {
    look_after("sort", "s j j j Space j Space Space");
}

#[test]
fn the_views() {
    look_after("views", "/ 'acme_enabled:yes' Enter > S F s 'acme,_live' Enter F");
    look_after("views-name", "F s 'night_watch'");
    look_after("views-shown", "/ 'acme_enabled:yes' Enter > S F s 'acme,_live' Enter Esc 3");
}

#[test]
fn a_value_in_full() {
    look_after("value", "l l l K");
}

//! Boxes over the list: help, palette, actions, messages, and the keys that a prefix waits for.

use std::time::Duration;

use sipreg::demo::faults::{Fault, FaultEffect};

use crate::sitting::Sitting;
use crate::{detail_of, list_at, look_at_each_size};

#[test]
fn help() {
    look_at_each_size("help", |size| {
        let mut sitting = list_at(size, "13");
        sitting.press("?");
        sitting
    });
}

#[test]
fn help_of_the_detail() {
    look_at_each_size("help-detail", |size| {
        let mut sitting = detail_of(size, "13");
        sitting.press("?");
        sitting
    });
}

#[test]
fn help_filtered() {
    look_at_each_size("help-filtered", |size| {
        let mut sitting = list_at(size, "13");
        sitting.press("?");
        sitting.write("page");
        sitting
    });
}

#[test]
fn the_palette() {
    look_at_each_size("palette", |size| {
        let mut sitting = list_at(size, "13");
        sitting.press(":");
        sitting.write("re");
        sitting
    });
}

/// The list with something typed on the command line.
fn asking(size: (u16, u16), line: &str) -> Sitting {
    let mut sitting = list_at(size, "13");
    sitting.press(":");
    sitting.write(line);
    sitting
}

#[test]
fn the_palette_before_anything_is_typed() {
    look_at_each_size("palette-empty", |size| asking(size, ""));
}

#[test]
fn the_palette_finds_letters_with_gaps() {
    look_at_each_size("palette-fuzzy", |size| asking(size, "edpw"));
}

#[test]
fn the_palette_completes_an_argument() {
    look_at_each_size("palette-value", |size| asking(size, "set node l"));
    look_at_each_size("palette-record", |size| asking(size, "goto acme"));
}

#[test]
fn the_actions_on_a_record() {
    look_at_each_size("actions", |size| {
        let mut sitting = list_at(size, "13");
        sitting.press("x");
        sitting
    });
}

#[test]
fn the_actions_on_a_relationship() {
    look_at_each_size("actions-detail", |size| {
        let mut sitting = detail_of(size, "13");
        sitting.press("j j j x");
        sitting
    });
}

#[test]
fn the_actions_on_a_field() {
    look_at_each_size("actions-form", |size| {
        let mut sitting = list_at(size, "13");
        sitting.carry_out("e");
        sitting.press("x");
        sitting
    });
}

#[test]
fn a_prefix_with_much_to_choose_from() {
    look_at_each_size("prefix-copy", |size| {
        let mut sitting = list_at(size, "13");
        sitting.press("y");
        sitting
    });
}

#[test]
fn help_on_the_filter_language() {
    look_at_each_size("help-filter", |size| {
        let mut sitting = list_at(size, "13");
        sitting.press("?");
        sitting.write("filter language");
        sitting
    });
}

#[test]
fn the_messages() {
    look_at_each_size("messages", |size| {
        let mut sitting = list_at(size, "16");
        sitting.press("g p");
        sitting.pass(Duration::from_secs(4));
        sitting.press("Z");
        sitting.server.fault(Fault::always("GET", "/registrations/16", FaultEffect::HtmlPage));
        sitting.carry_out("Enter");
        sitting.press("!");
        sitting
    });
}

#[test]
fn a_prefix_that_waits() {
    look_at_each_size("prefix", |size| {
        let mut sitting = list_at(size, "13");
        sitting.press("g");
        sitting
    });
}

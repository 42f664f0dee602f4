//! Registrations that are new, copied or deleted.

use sipreg::domain::record::{FieldId, Value};

use crate::sitting::Sitting;
use crate::{list_at, look_at_each_size};

/// The form of a new record, its name typed.
fn new_record(size: (u16, u16)) -> Sitting {
    let mut sitting = list_at(size, "16");
    sitting.press("a i");
    sitting.write("acme-new");
    sitting.press("Enter");
    sitting
}

#[test]
fn a_new_registration() {
    look_at_each_size("create", new_record);
}

#[test]
fn drafts_of_new_registrations() {
    look_at_each_size("create-drafts", |size| {
        let mut sitting = new_record(size);
        sitting.press("Esc a");
        sitting
    });
}

/// The form of a copy.
fn copied(size: (u16, u16)) -> Sitting {
    let mut sitting = list_at(size, "16");
    sitting.carry_out("c");
    sitting
}

#[test]
fn a_copied_registration() {
    look_at_each_size("clone", copied);
}

#[test]
fn the_review_of_a_copy() {
    look_at_each_size("clone-review", |size| {
        let mut sitting = copied(size);
        sitting.carry_out("w");
        sitting
    });
}

/// The question before a deletion.
fn to_delete(size: (u16, u16)) -> Sitting {
    let mut sitting = list_at(size, "16");
    sitting.carry_out("D");
    sitting
}

#[test]
fn a_registration_to_be_deleted() {
    look_at_each_size("delete", |size| {
        let mut sitting = to_delete(size);
        sitting.write("betatel");
        sitting.press("Enter");
        sitting
    });
}

#[test]
fn a_registration_that_changed_before_it_was_deleted() {
    look_at_each_size("delete-moved", |size| {
        let mut sitting = to_delete(size);
        sitting.server.change(16, FieldId::Expire, Value::Number(777));
        sitting.write("betatel-1");
        sitting.carry_out("Enter");
        sitting
    });
}

#[test]
fn a_deleted_registration() {
    look_at_each_size("deleted", |size| {
        let mut sitting = to_delete(size);
        sitting.write("betatel-1");
        sitting.carry_out("Enter");
        sitting
    });
}
